"""What must stand before anybody acts on a person, from the requirements and straight from the database.

Written down a second time for the stateful test: it shares no code with the guards.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from soken.casework.models import Dossier, Judgement, Person, Referral, SquadDossier
from soken.casework.selectors.dossier import today
from soken.review.stages import Stage
from tests.casework.dossiers import ELEMENTS, REQUIRED_RIVALS

#: Element → origins of exhibits that can show it; kind of corroboration → origins from which it can come.
SHOWS: Final = {
    "possession": {"provider", "search", "examination", "statement", "observation"},
    "material": {"examination", "observation"},
    "purpose": {"provider", "search", "examination", "observation"},
    "will": {"provider", "examination", "statement", "observation"},
    "clear": {"provider", "search", "examination", "observation"},
}
BEARS_OUT: Final = {
    "payment": {"bank"}, "delivery": {"carrier", "observation"}, "device": {"examination", "provider"},
    "search": {"search"}, "statement": {"statement"},
}  # fmt: skip
CHARGEABLE: Final = {"items-covered", "graver-offence", "repeat-purchases"}
#: Alleged offences of the test → years until limitation is complete, and since when the act is an offence.
LAW: Final = {"7-1": (3, date(2015, 7, 15)), "7-6": (5, date(2014, 7, 15))}
#: Confirmation of an identity → the rows that its author had before them, as the test saw them in the database.
rows_confirmed: dict[int, frozenset[tuple[str, int]]] = {}
#: Dossier → the newest look into other operations when something there, or its rows, changed last.
looked_before: dict[int, int] = {}


def rows_of(dossier: Dossier) -> frozenset[tuple[str, int]]:
    """Return the rows that are this person's: evidence id and number."""
    return frozenset(dossier.rows.values_list("evidence", "row"))


def keep_what_was_confirmed(dossier: Dossier) -> None:
    """Note for each confirmation that is new which rows it was given on; asked right after every act."""
    new = [key for key in dossier.confirmations.values_list("pk", flat=True) if key not in rows_confirmed]
    if new:
        rows_confirmed.update(dict.fromkeys(new, rows_of(dossier)))


def unmet(dossier: Dossier, stage: Stage) -> list[str]:
    """Return the requirements for a stage that the database says are unmet.

    R3, R5, R6, R7, R9, R18, R21, R22, R25, R28, R29, R30 and R31. Nobody acts on the dead: neither a priority, a
    plan nor an approval of action is asked for before their case is sent.

    Args:
        dossier: whose.
        stage: *ready for action*, *referred*, or *deceased* for the case of the dead that is sent.
    """
    dead = stage is Stage.DECEASED
    wrong = [*unmet_by_people(dossier, dead=dead), *unmet_by_squad(dossier, stage), *unmet_by_law(dossier)]
    person = Person.objects.filter(operation=dossier.operation, code=dossier.person_code).first()
    if person is None or person.band == "review":
        wrong.append("R3: the join is open")
    if not dossier.party_roles.filter(withdrawn_at=None, is_person=True).exists():
        wrong.append("R5: no role")
    newest = {one.kind: one.state for one in dossier.rivals.order_by("pk")}
    if any(newest.get(kind) != "ruled-out" for kind in {*REQUIRED_RIVALS, *newest}):
        wrong.append("R6: an explanation stands")
    named = dossier.corroborations.filter(withdrawn_at=None)
    if not any(one.exhibit.origin in BEARS_OUT[one.kind] for one in named):
        wrong.append("R7: nothing beside the row")
    wrong += unmet_by_exhibits(dossier)
    if {*dossier.endings.filter(lifted_at=None).values_list("kind", flat=True)} != ({"deceased"} if dead else set()):
        wrong.append("ended")
    plan = dossier.welfare_plans.order_by("-pk").first()
    if not dead and (plan is None or plan.good_until < today()):
        wrong.append("R31: no plan in force")
    looked = dossier.elsewhere_checks.order_by("-pk").first()
    if looked is None or looked.pk <= looked_before.get(dossier.pk, 0):
        wrong.append("R22: nobody has looked since")
    if stage is not Stage.READY and Referral.objects.filter(dossier=dossier, over_at=None).count() != 1:
        wrong.append("R30: not sent")
    return wrong


def unmet_by_exhibits(dossier: Dossier) -> list[str]:
    """Return what no exhibit shows of the elements of the offence."""
    wrong = []
    for element in ELEMENTS:
        backing = [
            one
            for one in dossier.element_exhibits.filter(withdrawn_at=None, element=element)
            if one.exhibit.origin in SHOWS[element]
        ]
        if not backing or (element == "possession" and max(one.shown_on for one in backing) < date(2015, 7, 15)):
            wrong.append(f"R28/R29: {element}")
        if any(one.shown_on and one.shown_on > one.exhibit.obtained_on for one in backing):
            wrong.append("R29: possession after the exhibit was obtained")
    backed = dossier.element_exhibits.filter(withdrawn_at=None)
    counts = [one for one in backed if one.shown_on is None or one.shown_on >= date(2015, 7, 15)]
    if len({one.exhibit.origin for one in counts if one.exhibit.origin in SHOWS[one.element]}) < 2:
        wrong.append("R29: all on one source")
    return wrong


def unmet_by_people(dossier: Dossier, *, dead: bool = False) -> list[str]:
    """Return what two people, or an owner, have not done."""
    wrong = []
    screened = dossier.screenings.order_by("-pk").first()
    if screened is None or screened.reason not in CHARGEABLE:
        wrong.append("R9: no chargeable screening")
    elif screened.reviewed_by_id is None or screened.reviewed_by_id == screened.by_id:
        wrong.append("R9: no second person")
    if not dossier.force:
        wrong.append("R18: no owner")
    if not dead and not dossier.assessments.exists():
        wrong.append("R11: no priority")
    return [*wrong, *unmet_by_row(dossier)]


def unmet_by_row(dossier: Dossier) -> list[str]:
    """Return which rows two different people have not confirmed as this person's, and whether one has left (R3)."""
    stand, rows = list(dossier.confirmations.filter(withdrawn_at=None)), rows_of(dossier)
    wrong = [] if rows else ["R3: no row is this person's"]
    for row in sorted(rows):
        if len({one.by_id for one in stand if row in rows_confirmed[one.pk]}) < 2:
            wrong.append(f"R3: row {row} is not confirmed by two people")
    if any(rows_confirmed[one.pk] - rows for one in stand):
        wrong.append("R3: a row that was confirmed has left")
    for said in Judgement.objects.filter(operation=dossier.operation, superseded_by=None, verdict="different"):
        if {(said.left_evidence, said.left_row), (said.right_evidence, said.right_row)} <= rows:
            wrong.append("R3: a judgement parts the rows")
    return wrong


def unmet_by_squad(dossier: Dossier, stage: Stage) -> list[str]:
    """Return what is missing where joint squads work on the person: one that two people have not ended binds (R21)."""
    wrong = []
    for squad in (one.squad for one in SquadDossier.objects.filter(dossier=dossier).select_related("squad")):
        ends = squad.ends.filter(agreed=True)
        if any(one.second_id != one.by_id for one in ends):
            continue
        if squad.until < today():
            wrong.append("R21: the agreement has run out")
        if dossier.force not in squad.forces:
            wrong.append("R21: the owner is no part of it")
        steps = {Stage.READY: ["action"], Stage.DECEASED: ["referral"]}.get(stage, ["action", "referral"])
        for step in steps:
            given = {one.force for one in squad.approvals.filter(dossier=dossier, step=step, withdrawn_at=None)}
            wrong += [f"R21: {force} has not approved {step}" for force in squad.forces if force not in given]
    return wrong


def unmet_by_law(dossier: Dossier) -> list[str]:
    """Return what the alleged acts themselves forbid: limitation, the law of their day, the person's age (R25, R28)."""
    wrong, complete, acts = [], [], list(dossier.offences.filter(withdrawn_at=None))
    for act in acts:
        years, since = LAW[act.code]
        start = act.limitation_starts.order_by("-pk").first()
        if (start.ended_on if start else act.last_on) < since:
            wrong.append("R28: no offence on that day")
        complete.append(start is not None and _later(start.ended_on, years) <= today())
    if complete and all(complete):
        wrong.append("R28: limitation is complete")
    if not acts:
        wrong.append("R27: no offence is alleged")
    return [*wrong, *unmet_by_age(dossier, [act.last_on for act in acts])]


def unmet_by_age(dossier: Dossier, acted: list[date]) -> list[str]:
    """Return whether the person was a child at all that is alleged or shown, or nobody says how old (R25)."""
    stand = list(dossier.confirmations.filter(withdrawn_at=None))
    births = [one.born_on for one in stand if one.born_on]
    if not births and not all(one.birth_unknown for one in stand):
        return ["R25: nobody says how old"]
    shown = dossier.element_exhibits.filter(
        withdrawn_at=None, element="possession", exhibit__origin__in=SHOWS["possession"]
    )
    for days in (acted, list(shown.values_list("shown_on", flat=True))):
        if days and births and all(day < _later(born, 14) for day in days for born in births):
            return ["R25: under 14"]
    return []


def _later(day: date, years: int) -> date:
    """Return the same day some years later; no day of the test is a 29 February."""
    return day.replace(year=day.year + years)
