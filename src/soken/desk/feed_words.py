"""Words for the forms of the filter feed, in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import pgettext_lazy

from soken.exchange.feed_forms import Form

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FORM_WORDS: Final[dict[Form, _StrPromise]] = {
    Form.RPZ: pgettext_lazy("feed form", "DNS zone (RPZ)"),
    Form.HOSTS: pgettext_lazy("feed form", "hosts file"),
    Form.ADGUARD: pgettext_lazy("feed form", "AdGuard, Pi-hole"),
    Form.PREFIXES: pgettext_lazy("feed form", "hash prefixes"),
    Form.KEYED: pgettext_lazy("feed form", "keyed prefixes"),
}
