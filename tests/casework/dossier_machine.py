"""The machine of a dossier: several people act on it in any order, and after each act its invariants are asked.

What must stand is written down once more in `must_stand`, and shares no code with the guards.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from soken.casework.actions.advance import advance
from soken.casework.actions.allege_offence import allege_offence, withdraw_offence
from soken.casework.actions.approve_squad import approve_step, withdraw_approval
from soken.casework.actions.back_element import back_element
from soken.casework.actions.check_elsewhere import check_elsewhere
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.corroborate import corroborate
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.join_dossier import join_dossier
from soken.casework.actions.receive_referral import receive_referral
from soken.casework.actions.record_disposition import record_disposition
from soken.casework.actions.squad_act import cover, form_squad
from soken.casework.actions.start_limitation import start_limitation
from soken.casework.actions.withdraw_confirmation import withdraw_confirmation
from soken.casework.actions.withdraw_finding import withdraw_finding
from soken.casework.actions.withdraw_prosecutor import withdraw_disposition
from soken.casework.models import (
    Disposition,
    Dossier,
    DossierRow,
    Judgement,
    LimitationStart,
    Operation,
    Person,
    ResolveRun,
    Squad,
    SquadEnd,
    StageChange,
)
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
    record_everything,
    refer,
)
from tests.casework.machine_said import (
    ACTS,
    ADDING,
    ENDS,
    HAPPENS,
    SAID,
    SHUTS,
    SQUAD_ACTS,
    acted,
    days,
    of_squad,
    people,
    steps,
    supervisors,
)
from tests.casework.must_stand import LAW, keep_what_was_confirmed, looked_before, rows_confirmed, unmet

if TYPE_CHECKING:
    from soken.access.models import User

PARTS = (
    "screening", "priority", "first confirmation", "second confirmation", "role", "corroboration", "welfare",
    "elsewhere", "offence",
    *(f"rival {one}" for one in REQUIRED_RIVALS), *(f"element {one}" for one in ELEMENTS),
)  # fmt: skip
WAY = (*Stage,)[: (*Stage,).index(Stage.CLOSED) + 1]
EARLY = (Stage.PROPOSED, Stage.SCREENED, Stage.ASSIGNED, Stage.UNDER_INVESTIGATION)
FORCES = ("tokyo", "osaka")
DECISIONS = st.sampled_from(["summary-order", "suspect-dead", "insufficient-evidence"])
#: Last day of the squad's agreement: a month later it has run out.
UNTIL = AT.date() + timedelta(days=10)


class Work(RuleBasedStateMachine):
    """Several people at one dossier, in any order."""

    room: Room
    elsewhere: Operation
    #: Stage → how often somebody came there, and what must stand was looked for.
    came: ClassVar[Counter[str]] = Counter()

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
        self.begin(
            force=chosen.choice(["tokyo"] * 7 + [""]),
            but=chosen.choice([*PARTS, "join", *[""] * len(PARTS), None]),
            at=chosen.choice([*EARLY, *[Stage.UNDER_INVESTIGATION] * 4]),
            approvals=chosen.choice([None, None, None, 3, 4, 4]),
        )
        self.shut_by(chosen.choice([*SHUTS, *[""] * len(SHUTS)]))
        self.ahead("reviewer", chosen.choice([0, 1, 1, 2]))

    def begin(self, *, force: str, but: str | None, at: Stage, approvals: int | None) -> None:
        """Open a dossier.

        Args:
            force: who owns the person, '' for nobody.
            but: which part is missing, '' for none; None where hardly anything is recorded.
            at: how far the dossier has come.
            approvals: how many of its four a joint squad that works on the person has; None where none works on them.
        """
        self.dossier, self.squad = make_dossier(self.room, force=force), 0
        self.other = make_dossier(self.room, force="tokyo")
        rows_confirmed.clear()
        looked_before.pop(self.dossier.pk, None)
        if but is None:
            for number, origin in (("甲1", "bank"), ("甲2", "search"), ("鑑1", "examination")):
                enter_exhibit(self.dossier, by=self.room.analyst, number=number, origin=origin, obtained_on=AT.date())
        else:
            record_everything(self.dossier, self.room, but=frozenset({but}))
            keep_what_was_confirmed(self.dossier)
            for stage in EARLY[1 : EARLY.index(at) + 1]:
                self.attempt(advance, "reviewer", to=stage)
        enter_exhibit(self.dossier, by=self.room.analyst, number="名簿1", origin="list-row", obtained_on=AT.date())
        if but == "join":
            Person.objects.filter(operation=self.room.operation, code=self.dossier.person_code).update(band="review")
        if approvals is not None:
            self.squad_acts("reviewer", "cover", "tokyo", "action")
            for force_of, step in [(one, step) for one in FORCES for step in ("action", "referral")][:approvals]:
                self.squad_acts("reviewer", "approve", force_of, step)

    def shut_by(self, what: str) -> None:
        """Let something happen that shuts the gate, where it is open; '' for nothing."""
        if what in HAPPENS:
            self.happens(what)
        elif what == "a squad":
            self.squad_acts("reviewer", "cover", "tokyo", "action")
        elif what == "an act as a child":
            self.confirm_anew(born_on=date(2013, 5, 1))
        elif what == "possession as a child":
            # Fourteen at the act that is alleged, and not yet when the search found anything.
            self.confirm_anew(born_on=date(2012, 9, 3))
            self.says_what_was_done("investigator", "withdraw", "7-1", AT.date())
            self.says_what_was_done("investigator", "allege", "7-1", date(2026, 9, 3))
        elif what == "no birth date":
            self.confirm_anew()
        elif what == "no act":
            self.says_what_was_done("investigator", "withdraw", "7-1", AT.date())
        elif what == "an act long ago":
            self.says_what_was_done("investigator", "withdraw", "7-1", AT.date())
            for act in ("allege", "ended"):
                self.says_what_was_done("investigator", act, "7-1", date(2019, 1, 1))
        elif what == "an act before the law":
            # Beside one of this year, for which limitation runs still: else limitation would shut the gate.
            for act, on in (("allege", date(2026, 9, 2)), ("allege", date(2016, 1, 1)), ("ended", date(2016, 1, 1))):
                self.says_what_was_done("investigator", act, "7-1", on)
            # Nobody can enter it here; another installation may hand it over.
            starts = LimitationStart.objects.filter(offence__dossier=self.dossier)
            assert starts.update(ended_on=date(2015, 7, 14)) == 1

    def confirm_anew(self, **said: Any) -> None:
        """Let both who confirmed withdraw it and confirm again."""
        for who in ("analyst", "investigator"):
            self.takes_back(who, who, "confirmation")
        for who in ("analyst", "investigator"):
            self.attempt(confirm_identity, who, basis="戸籍と照合", **said)

    def attempt(self, act: Any, by: str, **said: Any) -> None:
        """Try an act; when it is refused, nothing may have changed, and when it is done, who is ready lacks nothing."""
        before = self.picture()
        try:
            act(self.dossier, by=self.room.users[by], **said)
        except SokenError:
            assert self.picture() == before
        else:
            assert by not in {"auditor", "stranger", "liaison"}
            keep_what_was_confirmed(self.dossier)
            self.dossier.refresh_from_db()
            if self.dossier.stage == Stage.READY and act not in ENDS.values():
                assert unmet(self.dossier, Stage.READY) == []
        self.dossier.refresh_from_db()

    def picture(self) -> tuple[Any, ...]:
        """Return all that the dossier holds."""
        entries = [
            list(getattr(self.dossier, name).order_by("pk").values())
            for name in ("screenings", "confirmations", "party_roles", "rivals", "corroborations", "element_exhibits",
                         "welfare_plans", "endings", "stage_changes", "offences", "elsewhere_checks", "squads",
                         "squad_approvals", "referrals")
        ]  # fmt: skip
        kept_ones = (Squad, SquadEnd, LimitationStart, Disposition)
        entries += [list(kept.objects.order_by("pk").values()) for kept in kept_ones]
        return (*Dossier.objects.filter(pk=self.dossier.pk).values(), *entries)

    @rule(by=people, act=st.sampled_from(ADDING).flatmap(lambda name: st.tuples(st.just(name), SAID[name])))
    def adds(self, by: str, act: tuple[str, dict[str, Any]]) -> None:
        """Somebody records something: right, wrong or out of turn."""
        self.attempt(ACTS[act[0]], by, **act[1])

    @rule(
        by=people,
        exhibit=st.sampled_from(["甲1", "甲2", "鑑1", "名簿1", "甲9"]),
        element=st.sampled_from(["", *ELEMENTS]),
        day=days,
        kind=st.sampled_from(["payment", "device"]),
    )
    def names_an_exhibit(self, by: str, exhibit: str, element: str, day: date | None, kind: str) -> None:
        if element:
            self.attempt(back_element, by, element=element, exhibit=exhibit, shown_on=day)
        else:
            self.attempt(corroborate, by, kind=kind, exhibit=exhibit)

    @rule(by=people, whose=people, finding=st.sampled_from(["confirmation", "role", "corroboration", "element"]))
    def takes_back(self, by: str, whose: str, finding: str) -> None:
        entries = {"role": "party_roles", "corroboration": "corroborations", "element": "element_exhibits"}
        if finding == "confirmation":
            self.attempt(withdraw_confirmation, by, whose=self.room.users[whose].username, reason="再確認")
        elif newest := getattr(self.dossier, entries[finding]).filter(withdrawn_at=None).last():
            self.attempt(withdraw_finding, by, finding=finding, key=newest.pk, reason="再確認")

    @rule(by=supervisors, act=st.sampled_from(SQUAD_ACTS), force=st.sampled_from(FORCES), step=steps)
    def squad_acts(self, by: str, act: str, force: str, step: str) -> None:
        """Two forces work on the person together: each headquarters speaks, and two people end it (R21)."""
        self.squad = self.squad or form_squad(
            self.room.operation, by=self.room.reviewer, reference=f"協定{self.dossier.pk}", forces=FORCES,
            commander="管理官", since=AT.date() - timedelta(days=1), until=UNTIL,
        ).pk  # fmt: skip
        key, operation, person = self.squad, self.room.operation, self.dossier.person_code
        if act in ENDS:
            on = {"on": today()} if act == "end" else {}
            self.attempt(ENDS[act], by, operation=operation, key=key, reason="再編", **on)
        elif act == "cover":
            self.attempt(of_squad(cover), by, operation=operation, key=key, person=person)
        else:
            do, said = (
                (approve_step, {"given_by": "本部長", "on": today()})
                if act == "approve"
                else (withdraw_approval, {"reason": "再考"})
            )
            self.attempt(of_squad(do), by, operation=operation, key=key, person=person, force=force, step=step, **said)

    @rule(
        by=people,
        act=st.sampled_from(["allege", "allege", "ended", "withdraw"]),
        code=st.sampled_from([*LAW]),
        on=acted,
    )
    def says_what_was_done(self, by: str, act: str, code: str, on: date) -> None:
        """An offence is alleged, taken back, or its limitation begins (R25, R28)."""
        newest = self.dossier.offences.filter(withdrawn_at=None).last()
        if act == "allege":
            self.attempt(allege_offence, by, offence=code, last_on=on, basis="捜索")
        elif newest and act == "ended":
            self.attempt(start_limitation, by, key=newest.pk, ended_on=on, basis="廃棄の日")
        elif newest:
            self.attempt(withdraw_offence, by, key=newest.pk, reason="誤り")

    @rule(by=people)
    def looks_elsewhere(self, by: str) -> None:
        """Somebody looks whether another operation holds the person's values (R22)."""
        self.attempt(check_elsewhere, by)

    def refers_it(self, dossier: Dossier, *, by: User) -> None:
        """Somebody sends the case, through the gate."""
        refer(dossier, self.room, by=by)

    @rule(by=supervisors, act=st.sampled_from(["receive", "decide", "decide", "withdraw"]), kind=DECISIONS)
    def the_prosecutor_acts(self, by: str, act: str, kind: str) -> None:
        """What the office does with the case is entered, also after the death of the person (R30)."""
        if act == "receive":
            self.attempt(receive_referral, by, on=today(), number="検1号")
        elif act == "decide":
            self.attempt(record_disposition, by, kind=kind, on=today(), reference="検1号")
        else:
            self.attempt(withdraw_disposition, by, reason="誤記")

    @rule(by=supervisors, to=st.sampled_from([Stage.PROPOSED, Stage.REFERRED, Stage.DECIDED]))
    def a_death_turns_out_to_be_a_mistake(self, by: str, to: Stage) -> None:
        if self.dossier.stage == Stage.DECEASED:
            self.attempt(advance, by, to=to, reason="生存を確認")

    @invariant()
    def the_stage_is_where_the_prosecutor_has_the_case(self) -> None:
        """Whoever dies and lives again included: no case that was sent begins anew, and no decision is lost by it."""
        sent = self.dossier.referrals.filter(over_at=None).first()
        decided = sent is not None and sent.dispositions.filter(
            final=True, lifted_on=None, withdrawn_at=None
        ).exists()  # fmt: skip
        stage = Stage(self.dossier.stage)
        assert stage not in {Stage.REFERRED, Stage.DECIDED, Stage.CLOSED} or sent is not None
        assert stage not in {Stage.DECIDED, Stage.CLOSED} or decided
        assert stage is not Stage.REFERRED or not decided
        assert sent is None or stage in {
            Stage.REFERRED, Stage.DECIDED, Stage.CLOSED, Stage.DECEASED, Stage.MISIDENTIFIED
        }  # fmt: skip
        dead = self.dossier.endings.filter(lifted_at=None, kind=Ending.DECEASED).exists()
        assert dead is (stage is Stage.DECEASED)

    @rule(what=st.sampled_from(HAPPENS))
    def happens(self, what: str) -> None:
        """The world goes on while people work."""
        if what in {"a day", "a month"}:
            self.clock.stop()
            self.clock = time_machine.travel(AT + timedelta(days=1 if what == "a day" else 31), tick=False)
            self.clock.start()
        elif what == "a row is moved in":
            number = 10_000_000 + max(DossierRow.objects.values_list("pk", flat=True), default=0)
            DossierRow.objects.create(
                dossier=self.dossier, operation=self.room.operation, evidence="E-000000000001", row=number
            )
            self.what_was_looked_at_changed()
        elif what == "a row is judged apart":
            one, *others = self.dossier.rows.order_by("row")
            for other in others[:1]:
                Judgement.objects.create(
                    operation=self.room.operation, left_evidence=one.evidence, left_row=one.row,
                    right_evidence=other.evidence, right_row=other.row, verdict="different", reason="別人",
                    by=self.room.analyst, at=AT,
                )  # fmt: skip
        elif what == "a run joins":
            Person.objects.filter(operation=self.room.operation, code=self.dossier.person_code).delete()
        elif what == "a run parts":
            Person.objects.get_or_create(
                operation=self.room.operation, code=self.dossier.person_code,
                defaults={"name": self.dossier.name, "band": "same", "rows": 2, "records": 1, "items": 1},
            )  # fmt: skip
        elif what == "a row is moved out":
            if self.dossier.rows.count() > 1:
                self.dossier.rows.order_by("pk")[0].delete()
                self.what_was_looked_at_changed()
        elif what == "a run elsewhere":
            ResolveRun.objects.create(
                operation=self.elsewhere, run_id=f"R-{ResolveRun.objects.count()}", finished_at=AT, inputs={},
                records=1, persons=1, same_links=0, review_links=0, seconds={},
            )  # fmt: skip
            self.what_was_looked_at_changed()
        else:
            band = "review" if what == "a run asks" else "same"
            Person.objects.filter(operation=self.room.operation, code=self.dossier.person_code).update(band=band)

    def what_was_looked_at_changed(self) -> None:
        """From now on, an earlier look into other operations tells nothing."""
        newest = self.dossier.elsewhere_checks.order_by("-pk").values_list("pk", flat=True).first()
        looked_before[self.dossier.pk] = newest or 0

    @rule(by=people, kind=st.sampled_from([*Ending]), on=st.booleans(), seldom=st.integers(0, 7))
    def ends(self, by: str, kind: Ending, on: bool, seldom: int) -> None:
        sent = kind is Ending.DECEASED and self.dossier.stage in {Stage.REFERRED, Stage.DECIDED, Stage.CLOSED}
        if seldom == 7 or sent:
            self.attempt(end_dossier, by, kind=kind.value, basis="照会の結果", on=today() if on else None)

    @rule(by=supervisors)
    def joins(self, by: str) -> None:
        """Somebody says that another dossier is the same person's (it stays so unless a run parts them again)."""
        self.attempt(join_dossier, by, into=self.other.person_code, reason="同一人物")

    @invariant()
    def what_was_joined_says_into_what_and_never_goes_on(self) -> None:
        ending = self.dossier.endings.filter(lifted_at=None, kind=Ending.JOINED).first()
        assert (self.dossier.stage == Stage.JOINED) is (ending is not None)
        assert ending is None or ending.into == self.other

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
            if self.dossier.stage in {Stage.READY, Stage.DECEASED}:
                self.attempt(self.refers_it, by)
            elif self.dossier.stage in WAY[:-1]:
                self.attempt(advance, by, to=WAY[WAY.index(Stage(self.dossier.stage)) + 1], reason="手続のとおり")
            if self.dossier.stage in {*WAY, Stage.DECEASED}:
                self.no_gate_was_passed_with_anything_missing()

    @invariant()
    def no_gate_was_passed_with_anything_missing(self) -> None:
        """Looked at right after every act, before anything else can change."""
        steps = list(StageChange.objects.filter(dossier=self.dossier).order_by("pk"))
        for step in steps[self.steps_seen :]:
            of_the_dead = step.before == step.after == Stage.DECEASED
            if (step.after in {Stage.READY, Stage.REFERRED} or of_the_dead) and step is steps[-1]:
                self.came[step.after] += 1
                assert unmet(self.dossier, Stage(step.after)) == []
        self.steps_seen = len(steps)

    @invariant()
    def the_history_leads_to_the_stage(self) -> None:
        steps = list(StageChange.objects.filter(dossier=self.dossier).order_by("pk"))
        stages = [Stage.PROPOSED.value, *(step.after for step in steps)]
        assert [step.before for step in steps] == stages[:-1]
        assert stages[-1] == Stage(self.dossier.stage).value
