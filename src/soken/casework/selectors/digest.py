"""The digest of what waits for a user: counts, and the codes of persons; no name and nobody's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from soken.casework.models import NotificationKind
from soken.casework.selectors.boards import board
from soken.casework.selectors.notifications import unread_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from soken.access.models import User

#: Codes named of one kind; those beyond are counted.
CODES: Final = 20

#: Part of `Board` → what a digest calls it.
WAITING: Final[dict[str, _StrPromise]] = {
    "safety": _("not acknowledged by child protection"),
    "clocks": _("clocks about to run out"),
    "contradicted": _("deaths that what is recorded for a later day contradicts"),
    "welfare": _("persons to look after"),
    "tasks": _("tasks due"),
    "transfers": _("transfers that nobody has answered"),
    "handovers": _("handovers that nobody has answered"),
    "recalls": _("copies of wrong persons that nobody has answered for"),
    "reviews": _("screenings to review"),
    "seconds": _("second, blind assessments to answer"),
    "lowerings": _("lowerings of a band to settle"),
    "releases": _("copies that leave: to release or refuse"),
    "dead": _("cases of the dead, neither sent nor closed"),
    "unowned": _("persons whom nobody has taken on"),
    "unopened": _("lists with persons who have no dossier yet"),
    "overdue": _("persons past their target date"),
}


@dataclass(frozen=True, slots=True)
class DigestLine:
    """What came up of one kind and is unread.

    Attributes:
        kind: of the notifications.
        total: how many.
        codes: of the persons whom they are about, each once, at most `CODES`.
    """

    kind: NotificationKind
    total: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What waits for one user.

    Attributes:
        unread: the unread notifications, the gravest kinds as they stand in `NotificationKind`.
        waiting: part of `Board` → how many, only those above 0.
    """

    unread: tuple[DigestLine, ...]
    waiting: dict[str, int]


def digest_of(user: User) -> Digest | None:
    """Return what waits for a user, in operations that they may still see; None if nothing does."""
    found: dict[str, list[str]] = {}
    for kind, code in unread_of(user).order_by("pk").values_list("kind", "person_code").iterator():
        found.setdefault(kind, []).append(code)
    unread = tuple(
        DigestLine(kind, len(found[kind]), tuple(dict.fromkeys(code for code in found[kind] if code))[:CODES])
        for kind in NotificationKind
        if kind in found
    )
    waiting = waiting_for(user)
    return Digest(unread, waiting) if unread or waiting else None


def waiting_for(user: User) -> dict[str, int]:
    """Return what waits on a user's board of today: part of `Board` → how many, only those above 0."""
    today = board(user)
    found = {part: getattr(today, part).total for part in WAITING} if today else {}
    return {part: total for part, total in found.items() if total}
