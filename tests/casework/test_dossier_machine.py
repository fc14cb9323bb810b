"""Every order of acts, by several people: nobody comes to *ready for action* or *referred* with a guard unmet.

What must stand is written down here once more, from the requirements and straight from the database, and shares no
code with the guards.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from soken.casework.actions.add_party_role import add_party_role
from soken.casework.actions.advance import advance
from soken.casework.actions.back_element import back_element
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.corroborate import corroborate
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.plan_welfare import plan_welfare
from soken.casework.actions.raise_rival import raise_rival
from soken.casework.actions.review_screening import review_screening
from soken.casework.actions.screen import screen
from soken.casework.actions.settle_rival import settle_rival
from soken.casework.actions.withdraw_confirmation import withdraw_confirmation
from soken.casework.actions.withdraw_finding import withdraw_finding
from soken.casework.models import Dossier, DossierRow, Person, StageChange
from soken.casework.selectors.dossier import today
from soken.core.errors import SokenError
from soken.review.facts import Ending
from soken.review.stages import Stage
from tests.casework.dossiers import (
    AT,
    ELEMENTS,
    REQUIRED_RIVALS,
    Room,
    enter_exhibit,
    make_dossier,
    make_room,
    record_everything,
)

PEOPLE = ("analyst", "analyst2", "investigator", "reviewer", "reviewer2", "auditor", "stranger")
PARTS = (
    "screening", "priority", "first confirmation", "second confirmation", "role", "corroboration", "welfare",
    *(f"rival {one}" for one in REQUIRED_RIVALS), *(f"element {one}" for one in ELEMENTS),
)  # fmt: skip
WAY = (*Stage,)[: (*Stage,).index(Stage.CLOSED) + 1]
EARLY = (Stage.PROPOSED, Stage.SCREENED, Stage.ASSIGNED, Stage.UNDER_INVESTIGATION)
LIST = {"list-row", "list-file"}
CHARGEABLE = {"items-covered", "graver-offence", "repeat-purchases"}

people = st.sampled_from(PEOPLE)


def unmet(dossier: Dossier) -> list[str]:
    """Return the requirements that the database says are unmet: R3, R5, R6, R7, R9, R18, R28, R29, R31."""
    wrong = unmet_by_people(dossier)
    person = Person.objects.filter(operation=dossier.operation, code=dossier.person_code).first()
    if person is None or person.band == "review":
        wrong.append("R3: the join is open")
    if not dossier.party_roles.filter(withdrawn_at=None, is_person=True).exists():
        wrong.append("R5: no role")
    newest = {one.kind: one.state for one in dossier.rivals.order_by("pk")}
    if any(newest.get(kind) != "ruled-out" for kind in {*REQUIRED_RIVALS, *newest}):
        wrong.append("R6: an explanation stands")
    outside = [one for one in dossier.corroborations.filter(withdrawn_at=None) if one.exhibit.origin not in LIST]
    if not outside:
        wrong.append("R7: nothing beside the row")
    for element in ELEMENTS:
        backing = [
            one
            for one in dossier.element_exhibits.filter(withdrawn_at=None, element=element)
            if one.exhibit.origin not in LIST
        ]
        if not backing or (element == "possession" and max(one.shown_on for one in backing) < date(2015, 7, 15)):
            wrong.append(f"R28/R29: {element}")
    if dossier.endings.filter(lifted_at=None).exists():
        wrong.append("ended")
    return wrong


def unmet_by_people(dossier: Dossier) -> list[str]:
    """Return what two people, or an owner, have not done."""
    wrong = []
    screened = dossier.screenings.order_by("-pk").first()
    if screened is None or screened.reason not in CHARGEABLE:
        wrong.append("R9: no chargeable screening")
    elif screened.reviewed_by_id is None or screened.reviewed_by_id == screened.by_id:
        wrong.append("R9: no second person")
    if not dossier.force:
        wrong.append("R18: no owner")
    if not dossier.assessments.exists():
        wrong.append("R11: no priority")
    confirmed = list(dossier.confirmations.filter(withdrawn_at=None))
    if len({one.by_id for one in confirmed}) < 2:
        wrong.append("R3: not two people")
    if any(one.at < dossier_rows_changed_at.get(dossier.pk, one.at) for one in confirmed):
        wrong.append("R3: rows changed since")
    return wrong


#: When a dossier's rows changed last.
dossier_rows_changed_at: dict[int, Any] = {}


rivals = st.sampled_from([*REQUIRED_RIVALS, "namesake"])
births = st.sampled_from([None, date(1979, 5, 1), date(1979, 5, 1), date(1979, 1, 5), date(2030, 1, 1)])
days = st.sampled_from([None, date(2015, 7, 14), date(2026, 9, 2), date(1970, 1, 1), date(2027, 1, 1)])
untils = st.integers(-1, 100).map(lambda ahead: AT.date() + timedelta(days=ahead))

#: What is recorded with words and codes alone → its act.
ACTS: dict[str, Any] = {
    "screen": screen,
    "review": review_screening,
    "confirm": confirm_identity,
    "role": add_party_role,
    "raise": raise_rival,
    "settle": settle_rival,
    "welfare": plan_welfare,
}
ADDING = ("screen", "review", "review", "confirm", "confirm", "role", "raise", "settle", "settle", "welfare")
#: What may be said in it.
SAID: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "screen": st.fixed_dictionaries({"reason": st.sampled_from(["items-covered", "never-received", "whim"])}),
    "review": st.just({}),
    "confirm": st.fixed_dictionaries({"basis": st.sampled_from(["住民票と照合", " "]), "born_on": births}),
    "role": st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "payer"]), "other": st.sampled_from(["", "母"]), "basis": st.just("照会")}
    ),
    "raise": st.fixed_dictionaries({"kind": rivals, "why": st.just("確認のため")}),
    "settle": st.fixed_dictionaries(
        {"kind": rivals, "state": st.sampled_from(["ruled-out", "ruled-out", "holds", "open"]), "result": st.just("済")}
    ),
    "welfare": st.fixed_dictionaries(
        {"risks": st.just("不明"), "measures": st.just("同行"), "afterwards": st.just("連絡"), "good_until": untils}
    ),
}


class Work(RuleBasedStateMachine):
    """Several people at one dossier, in any order."""

    room: Room

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(AT, tick=False)
        self.clock.start()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.steps_seen = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)
        self.clock.stop()

    @initialize(seed=st.integers(0, 2**32))
    def open(self, seed: int) -> None:
        """Begin with an empty dossier, or with one to which little is missing and that has come some way.

        Chosen by a seed: drawn one by one, beginnings that differ little would crowd out the others.
        """
        chosen = random.Random(seed)
        force = chosen.choice(["tokyo"] * 7 + [""])
        but = chosen.choice([*PARTS, "join", *[""] * len(PARTS), None])
        at = chosen.choice([*EARLY, *[Stage.UNDER_INVESTIGATION] * 4])
        self.dossier = make_dossier(self.room, force=force)
        dossier_rows_changed_at.pop(self.dossier.pk, None)
        if but is None:
            for number, origin in (("甲1", "bank"), ("甲2", "search")):
                enter_exhibit(self.dossier, by=self.room.analyst, number=number, origin=origin, obtained_on=AT.date())
        else:
            record_everything(self.dossier, self.room, but=frozenset({but}))
            for stage in EARLY[1 : EARLY.index(at) + 1]:
                self.attempt(advance, "reviewer", to=stage)
        enter_exhibit(self.dossier, by=self.room.analyst, number="名簿1", origin="list-row", obtained_on=AT.date())
        if but == "join":
            Person.objects.filter(operation=self.room.operation, code=self.dossier.person_code).update(band="review")
        self.ahead("reviewer", chosen.choice([0, 0, 1, 2]))

    def attempt(self, act: Any, by: str, **said: Any) -> None:
        """Try an act; when it is refused, nothing may have changed."""
        before = self.picture()
        try:
            act(self.dossier, by=self.room.users[by], **said)
        except SokenError:
            assert self.picture() == before
        else:
            assert by not in {"auditor", "stranger"}
        self.dossier.refresh_from_db()

    def picture(self) -> tuple[Any, ...]:
        """Return all that the dossier holds."""
        entries = [
            list(getattr(self.dossier, name).order_by("pk").values())
            for name in ("screenings", "confirmations", "party_roles", "rivals", "corroborations", "element_exhibits",
                         "welfare_plans", "endings", "stage_changes")
        ]  # fmt: skip
        return (*Dossier.objects.filter(pk=self.dossier.pk).values(), *entries)

    @rule(by=people, act=st.sampled_from(ADDING).flatmap(lambda name: st.tuples(st.just(name), SAID[name])))
    def adds(self, by: str, act: tuple[str, dict[str, Any]]) -> None:
        """Somebody records something: right, wrong or out of turn."""
        self.attempt(ACTS[act[0]], by, **act[1])

    @rule(
        by=people, exhibit=st.sampled_from(["甲1", "名簿1", "甲9"]), element=st.sampled_from(["", *ELEMENTS]), day=days
    )
    def names_an_exhibit(self, by: str, exhibit: str, element: str, day: date | None) -> None:
        if element:
            self.attempt(back_element, by, element=element, exhibit=exhibit, shown_on=day)
        else:
            self.attempt(corroborate, by, kind="payment", exhibit=exhibit)

    @rule(by=people, whose=people, finding=st.sampled_from(["confirmation", "role", "corroboration", "element"]))
    def takes_back(self, by: str, whose: str, finding: str) -> None:
        entries = {"role": "party_roles", "corroboration": "corroborations", "element": "element_exhibits"}
        if finding == "confirmation":
            self.attempt(withdraw_confirmation, by, whose=self.room.users[whose].username, reason="再確認")
        elif newest := getattr(self.dossier, entries[finding]).filter(withdrawn_at=None).last():
            self.attempt(withdraw_finding, by, finding=finding, key=newest.pk, reason="再確認")

    @rule(what=st.sampled_from(["a day", "a month", "a run asks", "a run is sure", "a row is moved in"]))
    def happens(self, what: str) -> None:
        """The world goes on while people work."""
        if what in {"a day", "a month"}:
            self.clock.stop()
            self.clock = time_machine.travel(AT + timedelta(days=1 if what == "a day" else 31), tick=False)
            self.clock.start()
        elif what == "a row is moved in":
            number = 10_000_000 + DossierRow.objects.count()
            DossierRow.objects.create(
                dossier=self.dossier, operation=self.room.operation, evidence="E-000000000001", row=number
            )
            self.dossier.confirmations.filter(withdrawn_at=None).update(at=AT - timedelta(days=1))
            dossier_rows_changed_at[self.dossier.pk] = AT
        else:
            band = "review" if what == "a run asks" else "same"
            Person.objects.filter(operation=self.room.operation, code=self.dossier.person_code).update(band=band)

    @rule(by=people, kind=st.sampled_from([*Ending]), on=st.booleans(), seldom=st.integers(0, 7))
    def ends(self, by: str, kind: Ending, on: bool, seldom: int) -> None:
        if seldom == 7:
            self.attempt(end_dossier, by, kind=kind.value, basis="照会の結果", on=today() if on else None)

    @rule(by=people, to=st.sampled_from(Stage))
    def goes_anywhere(self, by: str, to: Stage) -> None:
        self.attempt(advance, by, to=to, reason="手続のとおり")

    @rule(by=st.sampled_from(["reviewer", "reviewer2"]), steps=st.integers(1, 3))
    def goes_ahead(self, by: str, steps: int) -> None:
        """Somebody who may goes on, as far as the gates let them."""
        self.ahead(by, steps)

    @rule()
    def a_supervisor_tries_the_next_gate(self) -> None:
        """The act that must never succeed too early is tried as often as any."""
        self.ahead("reviewer", 1)

    def ahead(self, by: str, steps: int) -> None:
        for _step in range(steps):
            if self.dossier.stage in WAY[:-1]:
                self.attempt(advance, by, to=WAY[WAY.index(Stage(self.dossier.stage)) + 1], reason="手続のとおり")
                self.no_gate_was_passed_with_anything_missing()

    @invariant()
    def no_gate_was_passed_with_anything_missing(self) -> None:
        """Looked at right after every act, before anything else can change."""
        steps = list(StageChange.objects.filter(dossier=self.dossier).order_by("pk"))
        for step in steps[self.steps_seen :]:
            if step.after in {Stage.READY, Stage.REFERRED} and step is steps[-1]:
                event(f"came to {step.after}")
                assert unmet(self.dossier) == []
                assert self.dossier.welfare_plans.order_by("-pk").values_list("good_until", flat=True)[0] >= today()
        self.steps_seen = len(steps)

    @invariant()
    def the_history_leads_to_the_stage(self) -> None:
        steps = list(StageChange.objects.filter(dossier=self.dossier).order_by("pk"))
        stages = [Stage.PROPOSED.value, *(step.after for step in steps)]
        assert [step.before for step in steps] == stages[:-1]
        assert stages[-1] == Stage(self.dossier.stage).value


@pytest.mark.django_db
def test_no_order_of_acts_passes_a_gate_with_a_guard_unmet() -> None:
    Work.room = make_room()
    run_state_machine_as_test(
        Work,
        settings=settings(
            max_examples=40,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
