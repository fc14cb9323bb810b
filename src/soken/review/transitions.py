"""The one table of stages and the ways between them: by which act, by whom, what must stand first.

R7, R9, R29 and R31 are met here: pages, commands and actions all ask this table and have no way round it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.review import guards
from soken.review.facts import Ending
from soken.review.stages import Stage

if TYPE_CHECKING:
    from soken.review.facts import Facts
    from soken.review.guards import Guard, Missing


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from a stage to another.

    Attributes:
        before, after: the stages.
        act: what a person does who takes it.
        roles: roles of `soken.access` that may.
        guards: what must stand.
        reason: whether a reason must be given in words.
    """

    before: Stage
    after: Stage
    act: str
    roles: frozenset[str]
    guards: tuple[Guard, ...] = ()
    reason: bool = False


_WORKERS: Final = frozenset({"analyst", "investigator", "reviewer"})
_CASE: Final = frozenset({"investigator", "reviewer"})
#: Who records what the prosecutor did.
_PROSECUTORS: Final = _CASE | {"liaison"}
_SUPERVISORS: Final = frozenset({"reviewer"})

#: What must stand before anybody acts on a person, and again before the case is sent.
ACTION: Final[tuple[Guard, ...]] = (
    guards.not_ended,
    guards.links_free,
    guards.screened_chargeable,
    guards.owned,
    guards.prioritised,
    guards.identity_confirmed,
    guards.birth_stated,
    guards.joins_settled,
    guards.role_established,
    guards.rivals_tested,
    guards.corroborated,
    guards.elements_backed,
    guards.welfare_planned,
    guards.others_asked,
    guards.offence_alleged,
    guards.within_limitation,
    guards.acts_under_law,
    guards.of_punishable_age,
    guards.squad_approves_action,
)
#: What must stand before anybody comes to a person's door: a search is the gravest thing that happens to most suspects.
DOOR: Final[tuple[Guard, ...]] = (
    guards.not_ended,
    guards.links_free,
    guards.screened_chargeable,
    guards.identity_confirmed,
    guards.joins_settled,
    guards.role_established,
    guards.corroborated_without_search,
    guards.welfare_planned,
)
#: What must stand before somebody is asked to a voluntary interview: it tells the person that the police know.
INTERVIEW: Final[tuple[Guard, ...]] = (
    guards.not_ended,
    guards.links_free,
    guards.identity_confirmed,
    guards.welfare_planned,
)
_REFERRAL: Final[tuple[Guard, ...]] = (*ACTION, guards.squad_approves_referral)
#: What must stand before the case of a dead suspect is sent (Code of Criminal Procedure, art. 246: each case that was
#: investigated): all that shows what was done and by whom, and nothing that only protects the living from an act.
_REFERRAL_OF_THE_DEAD: Final[tuple[Guard, ...]] = (
    guards.ended_as(Ending.DECEASED),
    *(
        one
        for one in _REFERRAL
        if one not in {guards.not_ended, guards.prioritised, guards.welfare_planned, guards.squad_approves_action}
    ),
)
_CHARGEABLE: Final[tuple[Guard, ...]] = (guards.not_ended, guards.screened_chargeable)
_OWNED: Final[tuple[Guard, ...]] = (*_CHARGEABLE, guards.owned, guards.prioritised)
_SET_ASIDE: Final[tuple[Guard, ...]] = (guards.not_ended, guards.screened_not_chargeable)

#: Stages before a case is sent: work on the person can end in any of them.
BEFORE_REFERRAL: Final = (
    Stage.PROPOSED, Stage.SCREENED, Stage.ASSIGNED, Stage.UNDER_INVESTIGATION, Stage.READY
)  # fmt: skip
#: Stages in which no act but a way out changes anything. The case of the dead is investigated on, and sent.
FROZEN: Final = frozenset(
    {Stage.CLOSED, Stage.NOT_CHARGEABLE, Stage.MISIDENTIFIED, Stage.NOT_IDENTIFIABLE, Stage.JOINED}
)
#: The way that sends the case of a dead suspect, who stays where they are.
REFER_DEAD: Final = "refer-dead"
#: Ways that acts of their own take, and nobody else.
BY_OWN_ACT: Final = frozenset({"end", REFER_DEAD})

TRANSITIONS: Final[tuple[Transition, ...]] = (
    Transition(Stage.PROPOSED, Stage.SCREENED, "take-up", _WORKERS, _CHARGEABLE),
    Transition(Stage.SCREENED, Stage.ASSIGNED, "assign", _WORKERS, _OWNED),
    Transition(Stage.ASSIGNED, Stage.UNDER_INVESTIGATION, "begin", _CASE, _OWNED),
    Transition(Stage.UNDER_INVESTIGATION, Stage.READY, "make-ready", _SUPERVISORS, ACTION),
    Transition(Stage.READY, Stage.REFERRED, "refer", _SUPERVISORS, (*_REFERRAL, guards.referral_sent)),
    Transition(Stage.REFERRED, Stage.DECIDED, "record-decision", _PROSECUTORS, (guards.decided,), True),
    Transition(Stage.DECIDED, Stage.CLOSED, "close", _SUPERVISORS, (guards.decided, guards.inquest_resolved), True),
    # The prosecutor, or the committee for the inquest, takes a decided case up again, or the decision had been recorded
    # by mistake: the case is with the prosecutor then.
    *(
        Transition(
            before,
            Stage.REFERRED,
            "back-to-prosecutor",
            _PROSECUTORS,
            (guards.not_ended, guards.no_decision_stands),
            True,
        )
        for before in (Stage.DECIDED, Stage.CLOSED)
    ),
    Transition(Stage.READY, Stage.UNDER_INVESTIGATION, "take-back", _CASE, reason=True),
    *(Transition(before, Stage.NOT_CHARGEABLE, "set-aside", _WORKERS, _SET_ASIDE) for before in BEFORE_REFERRAL),
    *(
        Transition(before, Stage.NOT_IDENTIFIABLE, "end", _WORKERS, (guards.ended_as(Ending.NOT_IDENTIFIABLE),), True)
        for before in BEFORE_REFERRAL
    ),
    *(
        Transition(before, Stage.MISIDENTIFIED, "end", _WORKERS, (guards.ended_as(Ending.MISIDENTIFIED),), True)
        for before in (*BEFORE_REFERRAL, Stage.REFERRED, Stage.DECIDED, Stage.CLOSED, Stage.NOT_CHARGEABLE)
    ),
    *(
        Transition(before, Stage.DECEASED, "end", _WORKERS, (guards.ended_as(Ending.DECEASED),), True)
        for before in (*BEFORE_REFERRAL, Stage.REFERRED, Stage.DECIDED, Stage.CLOSED, Stage.NOT_CHARGEABLE)
    ),
    Transition(
        Stage.DECEASED, Stage.DECEASED, REFER_DEAD, _SUPERVISORS, (*_REFERRAL_OF_THE_DEAD, guards.referral_sent)
    ),
    # A death that was recorded by mistake: a case that was sent is where the prosecutor has it, with its number and its
    # decision. Nothing of it begins anew.
    Transition(Stage.DECEASED, Stage.REFERRED, "not-dead", _SUPERVISORS, (guards.before_prosecutor,), True),
    Transition(Stage.DECEASED, Stage.DECIDED, "not-dead", _SUPERVISORS, (guards.decided,), True),
    # Two dossiers of one person: one goes on, this one ends. Nothing of it is counted as a second person.
    *(
        Transition(before, Stage.JOINED, "end", _SUPERVISORS, (guards.joined_into_another,), True)
        for before in (*BEFORE_REFERRAL, Stage.NOT_CHARGEABLE, Stage.NOT_IDENTIFIABLE)
    ),
    # When the merge is undone the person is taken up again, from the start of the way.
    Transition(Stage.JOINED, Stage.PROPOSED, "reopen", _SUPERVISORS, (guards.parted_again,), True),
    # A wrong person is not taken up again by anybody alone: the links stay frozen until two people release them (R35).
    Transition(Stage.MISIDENTIFIED, Stage.PROPOSED, "release", _SUPERVISORS, (guards.release_agreed,), True),
    # New facts take a person up again, from the start of the way: each gate asks anew.
    *(
        Transition(before, Stage.PROPOSED, "reopen", _SUPERVISORS, reason=True)
        for before in (Stage.NOT_CHARGEABLE, Stage.NOT_IDENTIFIABLE)
    ),
    Transition(Stage.DECEASED, Stage.PROPOSED, "reopen", _SUPERVISORS, (guards.not_sent,), True),
    Transition(
        Stage.CLOSED,
        Stage.UNDER_INVESTIGATION,
        "reopen",
        _SUPERVISORS,
        (guards.not_ended, guards.inquest_resolved),
        True,
    ),
)

_WAYS: Final = {(one.before, one.after): one for one in TRANSITIONS}
#: The way of a person whose case goes to the end.
WAY_AHEAD: Final = (
    Stage.PROPOSED, Stage.SCREENED, Stage.ASSIGNED, Stage.UNDER_INVESTIGATION, Stage.READY, Stage.REFERRED,
    Stage.DECIDED, Stage.CLOSED,
)  # fmt: skip


def way(before: Stage, after: Stage) -> Transition | None:
    """Return the way between two stages, None if there is none."""
    return _WAYS.get((before, after))


def ways_from(stage: Stage) -> list[Transition]:
    """Return the ways out of a stage, in the order of the table."""
    return [one for one in TRANSITIONS if one.before is stage]


def missing(facts: Facts, before: Stage, after: Stage) -> list[Missing]:
    """Return all that stands in the way between two stages, in the order of the guards; each once.

    Raises:
        KeyError: there is no way between the two, whatever the facts.
    """
    return _lacks(facts, _WAYS[before, after].guards)


def missing_at_door(facts: Facts) -> list[Missing]:
    """Return all that stands in the way of a step that brings somebody to the person's door, at whatever stage."""
    return _lacks(facts, DOOR)


def missing_at_interview(facts: Facts) -> list[Missing]:
    """Return all that stands in the way of a voluntary interview, at whatever stage."""
    return _lacks(facts, INTERVIEW)


def allowed(facts: Facts, after: Stage, role: str) -> bool:
    """Tell whether somebody of this role may take the dossier from where it stands to a stage now."""
    found = way(facts.stage, after)
    return found is not None and role in found.roles and not missing(facts, facts.stage, after)


def lost(facts: Facts) -> list[Missing]:
    """Return what a dossier that is ready for action no longer has of what made it so; nothing at other stages."""
    if facts.stage is not Stage.READY:
        return []
    return missing(facts, Stage.UNDER_INVESTIGATION, Stage.READY)


def _lacks(facts: Facts, asked: tuple[Guard, ...]) -> list[Missing]:
    """Return what is missing for guards, in their order; each once."""
    found: dict[Missing, None] = {}
    for guard in asked:
        found.update(dict.fromkeys(guard(facts)))
    return list(found)
