"""Words for what the ledger records, in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: Kind of processing → what people call it.
KIND_WORDS: Final[dict[str, _StrPromise]] = {
    "consultation": pgettext_lazy("ledger", "looked at"),
    "alteration": pgettext_lazy("ledger", "changed"),
    "disclosure": pgettext_lazy("ledger", "disclosed"),
    "collection": pgettext_lazy("ledger", "collected"),
    "combination": pgettext_lazy("ledger", "joined or parted"),
    "erasure": pgettext_lazy("ledger", "erased"),
    "refusal": pgettext_lazy("ledger", "refused"),
    "sign-in": pgettext_lazy("ledger", "signed in"),
    "sign-in-failed": pgettext_lazy("ledger", "could not sign in"),
    "sign-out": pgettext_lazy("ledger", "signed out"),
    "system": pgettext_lazy("ledger", "the machine"),
}
#: What a trigger caught → what people call it.
WHAT_WORDS: Final[dict[str, _StrPromise]] = {
    "insert": pgettext_lazy("ledger", "entered"),
    "update": pgettext_lazy("ledger", "altered"),
    "delete": pgettext_lazy("ledger", "deleted"),
}
