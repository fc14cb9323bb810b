"""How pages write what a search found, and who is offered the box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from soken.access.policy import Act, allows

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from soken.access.models import User
    from soken.casework.selectors.references import Reference

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


#: What a reference names → how the page calls it.
_NAMED: Final = {
    "warrant": _("warrant or authority"),
    "referral": _("referral"),
    "receipt": _("receipt of the prosecutors' office"),
    "disposition": _("prosecutor's decision"),
    "verdict": _("court's verdict"),
    "old-case": _("old case taken over"),
    "transfer": _("transfer between forces"),
    "handover": _("handover to another installation"),
    "handover-in": _("handover from another installation"),
    "packet": _("packet as it was sent"),
    "packet-draft": _("draft of a packet, as it stands"),
    "packet-past": _("a packet of this person, neither as sent nor as it stands"),
    "squad": _("agreement of a joint squad"),
    "evidence": _("evidence item"),
}
#: The page of a person on which it stands.
_ROOMS: Final = {
    "referral": "referral", "receipt": "referral", "disposition": "referral", "verdict": "referral",
    "packet": "referral",
    "packet-draft": "referral", "packet-past": "referral", "old-case": "dossier", "transfer": "owner",
    "handover": "person-handover",
}  # fmt: skip


@register.filter
def found_by(how: str) -> str:
    """Say in which value a hit was found, and how closely."""
    return str(_FOUND_BY[how])


@register.filter
def reference_word(kind: str) -> str:
    """Say what a reference names."""
    return str(_NAMED[kind])


@register.filter
def reference_at(one: Reference) -> str:
    """Return the address of the page on which what a reference names stands."""
    if one.kind == "warrant":
        return (
            reverse("warrants", args=[one.slug])
            + (f"?person={one.person}" if one.person else "")
            + f"#warrant-{one.key}"
        )
    if one.kind == "squad":
        return reverse("squads", args=[one.slug]) + f"#squad-{one.key}"
    if one.kind == "evidence":
        return reverse("evidence", args=[one.slug, one.key])
    if one.kind == "handover-in":
        return reverse("handovers", args=[one.slug]) + f"?handover={one.key}"
    address = reverse(_ROOMS[one.kind], args=[one.slug, one.person])
    return f"{address}#transfer-{one.key}" if one.kind == "transfer" else address


@register.filter
def may_search(user: User | AnonymousUser) -> bool:
    """Tell whether the user's role sees persons, and so has a search box."""
    return allows(user, Act.SEE_PERSON)
