"""How the pages on compartments say by what somebody was recognised."""

from __future__ import annotations

from typing import Final

from django import template
from django.utils.translation import pgettext_lazy

register = template.Library()

_HOW: Final = {
    "mail": pgettext_lazy("recognised by", "the same mail address"),
    "phone": pgettext_lazy("recognised by", "the same phone"),
    "name-birth": pgettext_lazy("recognised by", "the same name and day of birth"),
    "name-force": pgettext_lazy("recognised by", "the same name, and a home where the force is"),
    "addressee-phone": pgettext_lazy("recognised by", "the same phone, of an addressee"),
    "addressee-name-force": pgettext_lazy("recognised by", "the same name of an addressee where the force is"),
    "payer-name-force": pgettext_lazy("recognised by", "the same name of a payer, and a home where the force is"),
    "party-name": pgettext_lazy("recognised by", "the same name, entered as somebody else of the case"),
}


@register.filter
def match_word(code: str) -> str:
    """Say by what somebody was recognised (see `soken.casework.selectors.protected.HOW`)."""
    return str(_HOW.get(code, code))
