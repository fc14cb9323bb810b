"""Joint squads of an operation: who commands, whom they cover, and which headquarters has approved what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.casework.models import Squad
from soken.casework.selectors.dossier import today

if TYPE_CHECKING:
    from soken.casework.models import Operation, SquadApproval, SquadCommander, SquadEnd

#: Squads on a page, and persons shown of each.
SHOWN: Final = 50
PERSONS: Final = 100


@dataclass(frozen=True, slots=True)
class CoveredPerson:
    """Whom a squad works on.

    Attributes:
        code: of the person.
        approvals: those in force.
        waiting: forces whose approval of action is missing.
    """

    code: str
    approvals: tuple[SquadApproval, ...]
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenSquad:
    """A squad as it stands today.

    Attributes:
        squad: the squad.
        commanders: who commanded, in order; the last one does.
        persons: whom it covers, at most `PERSONS`.
        covered: how many it covers.
        over: the agreement has run out and nobody has ended the squad.
        ends: proposals to end it, in order, each with what the second person said.
    """

    squad: Squad
    commanders: tuple[SquadCommander, ...]
    persons: tuple[CoveredPerson, ...]
    covered: int
    over: bool
    ends: tuple[SquadEnd, ...]

    @property
    def end_waits(self) -> SquadEnd | None:
        """The proposal to end it that waits for a second person, None for none."""
        return next((one for one in self.ends if one.agreed is None), None)


def squads_of(operation: Operation) -> list[SeenSquad]:
    """Return an operation's squads, those that stand first, then the newest; at most `SHOWN` (a few queries each)."""
    wanted = Squad.objects.filter(operation=operation).select_related("by", "ended_by")
    standing = list(wanted.filter(ended_on__isnull=True)[:SHOWN])
    return [_seen(one) for one in [*standing, *wanted.filter(ended_on__isnull=False)[:SHOWN]][:SHOWN]]


def _seen(squad: Squad) -> SeenSquad:
    """Return a squad with what belongs to it."""
    covered = list(squad.covered.select_related("dossier")[:PERSONS])
    given: dict[int, list[SquadApproval]] = {}
    for one in squad.approvals.filter(
        withdrawn_at__isnull=True, dossier__in=[each.dossier_id for each in covered]
    ).select_related("by"):
        given.setdefault(one.dossier_id, []).append(one)
    return SeenSquad(
        squad=squad,
        commanders=tuple(squad.commanders.select_related("by")),
        persons=tuple(_person(squad, one.dossier.person_code, given.get(one.dossier_id, [])) for one in covered),
        covered=squad.covered.count(),
        over=squad.ended_on is None and squad.until < today(),
        ends=tuple(squad.ends.select_related("by", "second")),
    )


def _person(squad: Squad, code: str, given: list[SquadApproval]) -> CoveredPerson:
    """Return a covered person with what was approved."""
    have = {one.force for one in given if one.step == "action"}
    return CoveredPerson(code, tuple(given), tuple(force for force in squad.forces if force not in have))
