"""Where a notification leads, and how grave it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django import template
from django.urls import reverse

from soken.casework.models import NotificationKind
from soken.casework.selectors.standing import UNOPENED

if TYPE_CHECKING:
    from soken.casework.models import Notification

register = template.Library()

#: First word of a kind → the room of the person that it leads to.
_ROOMS: Final = {
    "task": "notes", "transfer": "owner", "clock": "track", "limitation": "track", "target": "priority",
    "reassess": "priority", "lowering": "priority", "safety": "person-safety", "rows": "dossier",
    "dossier": "dossier", "welfare": "dossier", "held": "dossier", "unowned": "owner", "death": "dossier",
    # Whoever is to assess blind is led on from there to the questions.
    "second": "priority",
}  # fmt: skip
_BAD: Final = frozenset(
    {
        NotificationKind.CLOCK_OVERDUE, NotificationKind.LIMITATION_OVER, NotificationKind.WARRANT_OVER,
        NotificationKind.TARGET_ALARM, NotificationKind.TARGET_OVERDUE, NotificationKind.SAFETY_UNTOLD,
        NotificationKind.SAFETY_UNANSWERED, NotificationKind.SAFETY_LONG, NotificationKind.TASK_OVERDUE,
        NotificationKind.TRANSFER_UNANSWERED, NotificationKind.HANDOVER_UNANSWERED,
        NotificationKind.TRANSFER_ESCALATED, NotificationKind.LIST_UNOPENED, NotificationKind.HELD_UNPLANNED,
        NotificationKind.DEATH_CONTRADICTED, NotificationKind.RETENTION_ERASE,
    }
)  # fmt: skip
#: What came of somebody's act, and warns of nothing.
_NEWS: Final = frozenset(
    {
        NotificationKind.TASK_GIVEN, NotificationKind.TASK_DONE, NotificationKind.TRANSFER_OFFERED,
        NotificationKind.TRANSFER_WITHDRAWN, NotificationKind.TRANSFER_ACCEPTED, NotificationKind.TRANSFER_RETURNED,
        NotificationKind.HANDOVER_RECEIVED, NotificationKind.HANDOVER_WITHDRAWN, NotificationKind.SECOND_ASKED,
    }
)  # fmt: skip


@register.filter
def leads_to(one: Notification) -> str:
    """Return the address of the page on which something can be done about it."""
    slug, person, word = one.operation.slug, one.person_code, one.kind.split("-")[0]
    if word == "handover":
        return reverse("person-handover", args=[slug, person]) if person else reverse("handovers", args=[slug])
    if word == "warrant":
        return reverse("warrants", args=[slug]) + (f"?person={person}" if person else "")
    if word == "retention":
        return reverse("retention", args=[slug])
    if word == "list":
        return f"{reverse('standing', args=[slug])}?stage={UNOPENED}"
    return reverse(_ROOMS[word], args=[slug, person])


@register.filter
def gravity(one: Notification) -> str:
    """Return the class of its mark: bad for what has happened already, a warning for what is about to, else none."""
    kind = NotificationKind(one.kind)
    if kind in _BAD:
        return "state-bad"
    return "" if kind in _NEWS else "state-warning"
