"""What a user must do today, as the desk's first page shows it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from ninja import Router

from soken.access.policy import Act
from soken.api.gate import Asked, reading
from soken.api.shapes.queues import BoardSaid, ForceAgeSaid, OverdueBandSaid, WorkKindSaid, WorkSaid
from soken.casework.dossier_words import contradiction_words
from soken.casework.language import page_language
from soken.casework.models import Dossier
from soken.casework.selectors.boards import Board, Slot, board
from soken.casework.selectors.dossier import today
from soken.casework.selectors.handovers import SeenIn, SeenOut
from soken.core import clock

router = Router(tags=["queues"])


@reading(router, "/board", Act.SEE_DOSSIER, BoardSaid, summary="What you must do today")
def my_board(request: Asked) -> BoardSaid:
    """Count what waits for the user, kind by kind, and list the most urgent of each."""
    found = board(request.auth.user)
    if found is None:
        raise PermissionDenied
    bands = [
        OverdueBandSaid(operation=one.operation, band=one.band, persons=one.persons) for one in found.overdue_bands
    ]
    ages = [
        ForceAgeSaid(force=one.force, persons=one.persons, late=one.late, oldest=one.oldest) for one in found.force_ages
    ]
    return BoardSaid(work=_work(found), overdue_bands=bands, force_ages=ages)


def _work(found: Board) -> list[WorkKindSaid]:
    """Return the kinds of work in the order of their urgency."""
    now, day, language = clock.now(), today(), page_language()
    return [
        _kind("safety", found.safety, [
            WorkSaid(operation=one.operation.slug, person=one.person_code, what=one.body, due=one.chase_at,
                     late=one.chase_at <= now)
            for one in found.safety.shown
        ]),
        _kind("clocks", found.clocks, [
            WorkSaid(operation=one.operation, person=one.person, what=one.said(language), due=one.ends_at,
                     late=one.overdue)
            for one in found.clocks.shown
        ]),
        _kind("contradicted", found.contradicted, [
            _of(one.dossier, contradiction_words(one), one.died_on, late=True) for one in found.contradicted.shown
        ]),
        _kind("welfare", found.welfare, [
            _of(one.dossier, "first" if one.first else "next", one.due_on, late=one.late)
            for one in found.welfare.shown
        ]),
        _kind("tasks", found.tasks, [
            _of(one.dossier, one.what, one.due_on, late=one.due_on < day) for one in found.tasks.shown
        ]),
        _kind("transfers", found.transfers, [
            _of(one.transfer.dossier, f"{one.transfer.from_force} → {one.transfer.to_force}", one.due_at, late=True)
            for one in found.transfers.shown
        ]),
        _kind("handovers", found.handovers, [_handover(one) for one in found.handovers.shown]),
        _kind("recalls", found.recalls, [
            _of(one.misidentification.dossier, one.source, one.due_at, late=one.due_at is None or one.due_at <= now)
            for one in found.recalls.shown
        ]),
        _kind("reviews", found.reviews, [_of(one.dossier, one.reason, one.at) for one in found.reviews.shown]),
        _kind("seconds", found.seconds, [_of(one.dossier, "", one.at) for one in found.seconds.shown]),
        _kind("lowerings", found.lowerings, [_of(one.dossier, "", one.at) for one in found.lowerings.shown]),
        _kind("releases", found.releases, [
            WorkSaid(operation=one.operation.slug, person=one.person_code, what=f"{one.number} {one.asked_for}",
                     due=one.asked_at, late=False)
            for one in found.releases.shown
        ]),
        _kind("dead", found.dead, [_of(one.dossier, "", one.limitation_on) for one in found.dead.shown]),
        _kind("unowned", found.unowned, [
            _of(one.dossier, " ".join(one.forces), one.due_at, late=one.late) for one in found.unowned.shown
        ]),
        _kind("unopened", found.unopened, [
            WorkSaid(operation=one.operation, person="", what=str(one.persons), due=one.alarm_on, late=one.alarm)
            for one in found.unopened.shown
        ]),
        _kind("overdue", found.overdue, [
            _of(one.dossier, one.band, one.due_on, late=True) for one in found.overdue.shown
        ]),
    ]  # fmt: skip


def _kind(kind: str, slot: Slot[Any], entries: list[WorkSaid]) -> WorkKindSaid:
    """Return work of one kind."""
    return WorkKindSaid(kind=kind, total=slot.total, entries=entries)


def _handover(seen: SeenOut | SeenIn) -> WorkSaid:
    """Return a handover that waits: what leaves is a person's; what has come has no code of a person here yet."""
    if isinstance(seen, SeenOut):
        out = seen.handover
        return _of(out.dossier, f"{out.transfer} → {out.recipient}", seen.waited.due_at, late=True)
    come = seen.handover
    return WorkSaid(
        operation=come.operation.slug, person="", what=f"{come.transfer} ← {come.peer.name}", due=seen.waited.due_at,
        late=True,
    )  # fmt: skip


def _of(dossier: Dossier, what: str, due: datetime | date | None, *, late: bool = False) -> WorkSaid:
    """Return one piece of work on a dossier."""
    return WorkSaid(operation=dossier.operation.slug, person=dossier.person_code, what=what, due=due, late=late)
