"""How pages write what a search found, and who is offered the box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django import template
from django.utils.translation import gettext_lazy as _

from soken.access.policy import Act, allows

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from soken.access.models import User

register = template.Library()

_FOUND_BY: Final = {
    "code": _("person code"),
    "row": _("row"),
    "item": _("item code"),
    "mail": _("mail address"),
    "mail-begins": _("mail address begins so"),
    "phone": _("phone number"),
    "phone-part": _("part of a phone number"),
    "postal": _("postal code"),
    "name": _("name"),
    "name-begins": _("name begins so"),
    "name-slip": _("name, one character apart"),
    "reading": _("reading"),
    "reading-begins": _("reading begins so"),
    "reading-slip": _("reading, one letter apart"),
    "address": _("address"),
}


@register.filter
def found_by(how: str) -> str:
    """Say in which value a hit was found, and how closely."""
    return str(_FOUND_BY[how])


@register.filter
def may_search(user: User | AnonymousUser) -> bool:
    """Tell whether the user's role sees persons, and so has a search box."""
    return allows(user, Act.SEE_PERSON)
