"""A person's track: at liberty or held, by age, with the offences and every clock that runs (R25 to R28)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.casework.selectors.charges import charges_of_many, limitation_of
from soken.casework.selectors.clocks import held_of
from soken.casework.selectors.deaths import contradiction_of, died_on
from soken.casework.selectors.dossier import facts_of, today
from soken.core import clock
from soken.reference.offences import offences
from soken.review.stages import Stage
from soken.review.transitions import lost, missing
from soken.route.clocks import ClockState, clocks, days_left_to_extend, possible_steps
from soken.route.juvenile import by_age
from soken.route.limitation import complete_on

if TYPE_CHECKING:
    from datetime import date

    from soken.casework.models import AllegedOffence, CustodyStep, Dossier, LimitationStart, Restraint
    from soken.casework.selectors.charges import ChargeSeen
    from soken.casework.selectors.deaths import Contradiction
    from soken.reference.offences import Offence
    from soken.review.facts import Facts
    from soken.review.guards import Missing
    from soken.route.clocks import Clock, Held
    from soken.route.juvenile import ByAge

#: Entries of one kind that are shown; what there is beyond is counted.
SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class SeenOffence:
    """An alleged offence as it stands today.

    Attributes:
        entry: what was recorded.
        offence: the paragraph, None for a code that is no longer known.
        starts: the events from which limitation was said to run, the newest last; it counts.
        complete_on: the first day on which limitation is complete; None while nobody has entered the event.
        complete: it is complete today.
        under_law: the act was an offence on its last day.
    """

    entry: AllegedOffence
    offence: Offence | None
    starts: tuple[LimitationStart, ...]
    complete_on: date | None
    complete: bool
    under_law: bool


@dataclass(frozen=True, slots=True)
class SeenClock:
    """A clock of a restraint as it stands now.

    Attributes:
        clock: the clock.
        state: how it stands.
    """

    clock: Clock
    state: ClockState


@dataclass(frozen=True, slots=True)
class SeenRestraint:
    """A restraint with its clocks.

    Attributes:
        entry: what was recorded.
        held: what has happened since, as the clocks see it.
        steps: what was recorded of it, withdrawn steps among them.
        clocks: its clocks; none where it was withdrawn.
        possible: codes of the steps that can come next.
        days_left: by how many days the detention can still be extended.
    """

    entry: Restraint
    held: Held
    steps: tuple[CustodyStep, ...]
    clocks: tuple[SeenClock, ...]
    possible: tuple[str, ...]
    days_left: int


@dataclass(frozen=True, slots=True)
class TrackFile:
    """Everything that the page of tracks and clocks shows.

    Attributes:
        dossier: the dossier.
        held: the person is held now; otherwise at liberty, as every person is of whom nothing else is recorded.
        born: the birth date that people established; None where none is stated or they differ.
        births_differ: confirmations in force state different birth dates.
        by_age: what the age means for the procedure.
        act_on: the day of the act by which age was taken: the last day of the earliest offence; None without one.
        offences: alleged offences, withdrawn ones among them.
        restraints: every restraint, the newest first.
        limitation_on: the first day on which limitation is complete for all of them.
        gaps: what a person who is held lacks of what should stand before anybody acts (R7, R31); empty at liberty.
        died_on: the day of death that is recorded, None for the living.
        contradiction: what is recorded for a later day than that, None for nothing.
        left_out: entries beyond those shown.
    """

    dossier: Dossier
    held: bool
    born: date | None
    births_differ: bool
    by_age: ByAge
    act_on: date | None
    offences: tuple[SeenOffence, ...]
    restraints: tuple[SeenRestraint, ...]
    limitation_on: date | None
    gaps: tuple[Missing, ...]
    died_on: date | None
    contradiction: Contradiction | None
    left_out: int


def track_of(dossier: Dossier) -> TrackFile:
    """Return a person's track and clocks (a fixed number of queries)."""
    facts = facts_of(dossier)
    charges = charges_of_many([dossier.pk]).get(dossier.pk, ())
    births = {one.born_on for one in facts.confirmations if one.born_on is not None}
    born = next(iter(births)) if len(births) == 1 else None
    act_on = min((one.ended_on or one.last_on for one in charges), default=None)
    restraints = _restraints(dossier)
    held = any(one.held.held for one in restraints if one.entry.withdrawn_at is None)
    counts = dossier.offences.count() + dossier.restraints.count()
    seen = _offences(dossier, charges)
    return TrackFile(
        dossier=dossier,
        held=held,
        born=born,
        births_differ=len(births) > 1,
        by_age=by_age(born, act_on, today()),
        act_on=act_on,
        offences=seen,
        restraints=restraints,
        limitation_on=limitation_of(charges),
        gaps=tuple(_gaps(facts)) if held else (),
        died_on=died_on(dossier),
        contradiction=contradiction_of(dossier),
        left_out=counts - len(seen) - len(restraints),
    )


def _gaps(facts: Facts) -> list[Missing]:
    """Return what is missing of what makes a person ready for action, whatever the stage."""
    if facts.stage is Stage.READY:
        return lost(facts)
    return missing(facts, Stage.UNDER_INVESTIGATION, Stage.READY)


def _offences(dossier: Dossier, charges: tuple[ChargeSeen, ...]) -> tuple[SeenOffence, ...]:
    """Return the alleged offences, oldest first."""
    standing = {one.key: one for one in charges}
    entries = (
        dossier.offences.select_related("by", "withdrawn_by")
        .prefetch_related("limitation_starts__by")
        .order_by("-pk")[:SHOWN]
    )
    return tuple(_offence(one, standing.get(one.pk)) for one in entries)[::-1]


def _offence(entry: AllegedOffence, charge: ChargeSeen | None) -> SeenOffence:
    """Return an alleged offence with what follows from it today; nothing follows from a withdrawn one."""
    over = complete_on(charge.charge) if charge and charge.charge else None
    return SeenOffence(
        entry=entry,
        offence=offences().get(entry.code),
        starts=tuple(entry.limitation_starts.all()),
        complete_on=over,
        complete=over is not None and over <= today(),
        under_law=charge is None or charge.under_law,
    )


def _restraints(dossier: Dossier) -> tuple[SeenRestraint, ...]:
    """Return the restraints, the newest first."""
    entries = (
        dossier.restraints.select_related("by", "withdrawn_by")
        .prefetch_related("steps__by", "steps__withdrawn_by")
        .order_by("-began_at", "-pk")[:SHOWN]
    )
    return tuple(_restraint(one) for one in entries)


def _restraint(entry: Restraint) -> SeenRestraint:
    """Return a restraint with its clocks as they stand now."""
    steps = tuple(entry.steps.all())
    held, now = held_of(entry, steps), clock.now()
    stands = entry.withdrawn_at is None
    return SeenRestraint(
        entry=entry,
        held=held,
        steps=steps,
        clocks=tuple(SeenClock(one, one.state(now)) for one in clocks(held)) if stands else (),
        possible=tuple(possible_steps(held)) if stands else (),
        days_left=days_left_to_extend(held),
    )
