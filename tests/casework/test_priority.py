"""Priority: every version kept, raising at once, lowering only by two people, and never by the machine."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from soken.casework.actions.acknowledge_safety import acknowledge_safety
from soken.casework.actions.allege_offence import allege_offence
from soken.casework.actions.assess import assess, rescore
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.corroborate import corroborate
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.end_warrant import end_warrant
from soken.casework.actions.enter_exhibit import enter_exhibit
from soken.casework.actions.finish_task import finish_task
from soken.casework.actions.give_task import give_task
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.override_band import override_band
from soken.casework.actions.plan_welfare import plan_welfare
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.record_warrant import record_warrant
from soken.casework.actions.rescore_all import rescore_all
from soken.casework.actions.settle_lowering import approve_lowering, refuse_lowering
from soken.casework.actions.write_note import write_note
from soken.casework.models import Assessment, BandChange, ChangeState, Dossier, Priority, Warrant
from soken.casework.selectors.instrument import OWN, instrument_text
from soken.casework.selectors.priority import band_counts, priority_file, priority_page
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.core.home import open_home
from soken.desk.priority_words import FACT_WORDS
from soken.prioritise.due import Lateness
from soken.prioritise.instrument_file import default_instrument
from soken.reference.warrants import NOTHING, warrant_kinds
from tests.casework.dossiers import AT, Room, make_dossier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

RECEIVED = AT.date()
CLEAN = {
    code: next(one.code for one in factor.answers.values() if not one.points)
    for code, factor in default_instrument().factors.items()
}
DOCTOR = {**CLEAN, "access-work": "regular", "item-grade": "low"}
HIGH = {**CLEAN, "access-home": "visits"}


@pytest.fixture(autouse=True)
def own_home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = open_home(tmp_path / "home")


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dossier(room: Room) -> Dossier:
    return make_dossier(room)


def in_force(dossier: Dossier) -> tuple[str, date]:
    row = Priority.objects.get(dossier=dossier)
    return row.band, row.due_on


def test_nobody_assessed_is_due_as_the_most_urgent(dossier: Dossier) -> None:
    assert in_force(dossier) == ("", RECEIVED + timedelta(days=1))


@pytest.mark.parametrize(
    ("answers", "band", "days"),
    [
        pytest.param(DOCTOR, "very-high", 1, id="children's doctor, items graded lowest"),
        pytest.param(HIGH, "high", 7, id="children visit"),
        pytest.param({**CLEAN, "conduct-persistence": "ongoing"}, "medium", 14, id="bought until the seizure"),
        pytest.param(CLEAN, "low", 30, id="nothing found"),
        pytest.param({}, "very-high", 1, id="nothing known"),
    ],
)
def test_an_assessment_sets_the_band_and_the_day(
    answers: dict[str, str], band: str, days: int, dossier: Dossier, room: Room
) -> None:
    assess(dossier, by=room.analyst, answers=answers)
    assert in_force(dossier) == (band, RECEIVED + timedelta(days=days))


def test_the_target_runs_from_receipt_and_not_from_the_assessment(dossier: Dossier, room: Room, now: Any) -> None:
    now.move_to(AT + timedelta(days=10))
    assess(dossier, by=room.analyst, answers=HIGH)
    ranked = priority_file(dossier).ranked
    assert (ranked.lateness, ranked.days) == (Lateness.OVERDUE, 3)


def test_a_low_band_rings_an_alarm_too(dossier: Dossier, room: Room, now: Any) -> None:
    assess(dossier, by=room.analyst, answers=CLEAN)
    now.move_to(AT + timedelta(days=46))
    assert priority_file(dossier).ranked.lateness is Lateness.ALARM


def test_a_version_keeps_instrument_answers_and_what_each_counted(dossier: Dossier, room: Room) -> None:
    made = assess(dossier, by=room.analyst, answers={"access-home": "visits", "conduct-danger": "no"})
    made.refresh_from_db()
    assert (made.number, made.instrument, made.instrument_version) == (1, "soken-default", 1)
    assert made.instrument_sha256 == default_instrument().sha256
    assert made.answers["access-home"] == "visits"
    assert made.answers["access-work"] == "unknown"
    assert sum(one["points"] for one in made.contributions) == made.score
    assert (made.band, made.lowest, made.highest) == ("very-high", "high", "very-high")
    assert [one["factor"] for one in made.contributions if one["assumed"]] == ["access-work"]


def test_every_version_is_kept(dossier: Dossier, room: Room) -> None:
    assess(dossier, by=room.analyst, answers=CLEAN)
    assess(dossier, by=room.investigator, answers=HIGH, reason="親族の訪問が判明")
    assess(dossier, by=room.analyst, answers=DOCTOR, reason="勤務先が判明")
    assert [(one.number, one.band) for one in dossier.assessments.all()] == [(1, "low"), (2, "high"), (3, "very-high")]
    assert in_force(dossier)[0] == "very-high"


def test_assessing_anew_needs_a_reason(dossier: Dossier, room: Room) -> None:
    assess(dossier, by=room.analyst, answers=CLEAN)
    with pytest.raises(BadInputError, match="reason"):
        assess(dossier, by=room.analyst, answers=HIGH)
    assert dossier.assessments.count() == 1


def test_what_is_unknown_and_could_lift_the_person_is_asked_again_soon(dossier: Dossier, room: Room) -> None:
    made = assess(dossier, by=room.analyst, answers={**CLEAN, "prior-contact": "unknown"})
    assert (made.band, made.highest, made.next_on) == ("low", "very-high", RECEIVED + timedelta(days=1))
    settled = assess(dossier, by=room.analyst, answers=CLEAN, reason="照会済み")
    assert settled.next_on == RECEIVED + timedelta(days=90)


def test_an_answer_that_lowers_waits_for_a_second_person(dossier: Dossier, room: Room) -> None:
    assess(dossier, by=room.analyst, answers=DOCTOR)
    made = assess(dossier, by=room.analyst, answers=CLEAN, reason="退職を確認")
    assert made.band == "low"
    assert in_force(dossier) == ("very-high", RECEIVED + timedelta(days=1))
    approve_lowering(dossier, by=room.reviewer, reason="退職証明を確認")
    assert in_force(dossier) == ("low", RECEIVED + timedelta(days=30))


class TestOverrides:
    def test_raising_takes_effect_at_once(self, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers=CLEAN)
        override_band(dossier, by=room.investigator, band="high", reason="近隣からの通報")
        assert in_force(dossier) == ("high", RECEIVED + timedelta(days=7))

    def test_lowering_waits_and_is_seen_to_wait(self, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers=HIGH)
        change = override_band(dossier, by=room.investigator, band="low", reason="長期入院中")
        assert (change.state, in_force(dossier)[0]) == (ChangeState.WAITING, "high")
        assert priority_file(dossier).waiting == change
        assert [one.waits for one in priority_page(room.operation, show="waiting").persons] == [True]

    def test_the_second_person_is_another_one(self, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers=HIGH)
        override_band(dossier, by=room.reviewer, band="low", reason="長期入院中")
        with pytest.raises(RefusedError, match="proposed this lowering yourself"):
            approve_lowering(dossier, by=room.reviewer, reason="同意")
        assert in_force(dossier)[0] == "high"
        approve_lowering(dossier, by=room.reviewer2, reason="入院証明を確認")
        assert in_force(dossier)[0] == "low"

    @pytest.mark.parametrize("who", ["analyst2", "investigator"])
    def test_the_second_person_has_the_role_for_it(self, who: str, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers=HIGH)
        override_band(dossier, by=room.analyst, band="low", reason="長期入院中")
        with pytest.raises(RefusedError, match="Your role"):
            approve_lowering(dossier, by=room.users[who], reason="同意")
        assert in_force(dossier)[0] == "high"

    def test_a_refused_lowering_changes_nothing_and_stays_to_be_read(self, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers=HIGH)
        override_band(dossier, by=room.analyst, band="low", reason="長期入院中")
        refuse_lowering(dossier, by=room.reviewer, reason="退院の予定がある")
        assert in_force(dossier)[0] == "high"
        assert [one.state for one in dossier.band_changes.all()] == [ChangeState.REFUSED]
        with pytest.raises(RefusedError, match="waits"):
            approve_lowering(dossier, by=room.reviewer, reason="同意")

    def test_a_new_assessment_sets_a_waiting_lowering_aside(self, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers=HIGH)
        override_band(dossier, by=room.analyst, band="low", reason="長期入院中")
        assess(dossier, by=room.analyst, answers=DOCTOR, reason="勤務先が判明")
        assert [one.state for one in dossier.band_changes.all()] == [ChangeState.SUPERSEDED]
        assert in_force(dossier)[0] == "very-high"

    def test_a_raise_by_people_is_not_undone_by_the_next_assessment(self, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers=CLEAN)
        override_band(dossier, by=room.analyst, band="very-high", reason="近隣からの通報")
        assess(dossier, by=room.analyst, answers=HIGH, reason="定期")
        assert in_force(dossier)[0] == "very-high"
        assert priority_file(dossier).waiting is not None

    @pytest.mark.parametrize(
        ("band", "reason", "says"),
        [
            pytest.param("urgent", "x", "not known", id="unknown band"),
            pytest.param("low", "  ", "reason", id="no reason"),
            pytest.param("high", "x", "in force already", id="the band in force"),
        ],
    )
    def test_what_cannot_be_is_refused(self, band: str, reason: str, says: str, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers=HIGH)
        with pytest.raises((BadInputError, RefusedError), match=says):
            override_band(dossier, by=room.analyst, band=band, reason=reason)
        assert not dossier.band_changes.exists()

    def test_nobody_is_lowered_before_anybody_has_assessed_them(self, dossier: Dossier, room: Room) -> None:
        with pytest.raises(RefusedError, match="counts as very high"):
            override_band(dossier, by=room.analyst, band="low", reason="x")

    def test_the_database_refuses_a_lowering_by_one(self, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers=HIGH)
        override_band(dossier, by=room.analyst, band="low", reason="x")
        for values in ({"state": "taken"}, {"second": room.analyst}):
            with pytest.raises(IntegrityError), transaction.atomic():
                BandChange.objects.filter(dossier=dossier).update(**values)


class TestMachine:
    """A re-score on another instrument: higher at once, lower only by two people, none of them the machine."""

    @staticmethod
    def other_instrument(changed: str, to: str, *more: tuple[str, str]) -> None:
        from importlib.resources import files

        text = files("soken.prioritise").joinpath("instruments/default.toml").read_text("utf-8")
        path = settings.HOME.root.joinpath(*OWN)
        path.parent.mkdir()
        for before, after in (("version = 1", "version = 2"), (changed, to), *more):
            assert before in text
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")

    def test_it_raises_at_once(self, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers=HIGH)
        self.other_instrument("points = 40", "points = 60")
        made = rescore(dossier, by=room.analyst)
        assert (made.by, made.instrument_version, in_force(dossier)[0]) == (None, 2, "very-high")

    def test_it_never_lowers(self, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers={**CLEAN, "conduct-persistence": "ongoing"})
        self.other_instrument("points = 20", "points = 15")
        assert rescore(dossier, by=room.analyst).band == "low"
        assert in_force(dossier)[0] == "medium"
        approve_lowering(dossier, by=room.analyst, reason="一人目")
        assert in_force(dossier)[0] == "medium"
        approve_lowering(dossier, by=room.reviewer, reason="二人目")
        assert in_force(dossier)[0] == "low"

    def test_everybody_is_scored_anew_after_a_preview_that_changes_nothing(self, room: Room) -> None:
        raised, lowered, same, undated = (make_dossier(room) for _ in range(4))
        theirs = make_dossier(room, force="osaka")
        assess(raised, by=room.analyst, answers=HIGH)
        assess(theirs, by=room.analyst, answers=HIGH)
        assess(lowered, by=room.analyst, answers={**CLEAN, "conduct-persistence": "ongoing"})
        assess(same, by=room.analyst, answers=CLEAN)
        assert rescore_all(room.operation, by=room.reviewer, apply=False) == []
        self.other_instrument(
            "points = 40", "points = 60", ("points = 20", "points = 15"), ("target_days = 1\n", "target_days = 3\n")
        )
        room.reviewer.force = "tokyo"
        room.reviewer.save()
        before = {one: in_force(one) for one in (raised, lowered, same, undated)}
        seen = rescore_all(room.operation, by=room.reviewer, apply=False)
        assert {one.person: (one.effect, one.before, one.scored) for one in seen} == {
            raised.person_code: ("raised", "high", "very-high"),
            lowered.person_code: ("lowering", "medium", "low"),
            same.person_code: ("same", "low", "low"),
            undated.person_code: ("dates", "", ""),
        }
        assert {one: in_force(one) for one in before} == before
        assert not BandChange.objects.exists()
        assert rescore_all(room.operation, by=room.reviewer, apply=True) == seen
        assert {one: in_force(one)[0] for one in before} == {
            raised: "very-high", lowered: "medium", same: "low", undated: "",
        }  # fmt: skip
        due = Priority.objects.get(dossier=undated).due_on
        assert due == undated.received_on + timedelta(days=3)
        assert rescore_all(room.operation, by=room.reviewer, apply=True) == []
        with pytest.raises(RefusedError):
            rescore_all(room.operation, by=room.analyst, apply=False)

    def test_one_person_is_not_both(self, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers={**CLEAN, "conduct-persistence": "ongoing"})
        self.other_instrument("points = 20", "points = 15")
        rescore(dossier, by=room.analyst)
        approve_lowering(dossier, by=room.reviewer, reason="一人目")
        with pytest.raises(RefusedError, match="yourself"):
            approve_lowering(dossier, by=room.reviewer, reason="二人目")
        assert in_force(dossier)[0] == "medium"

    def test_a_file_with_an_unknown_factor_changes_nothing_and_says_so(self, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers=HIGH)
        self.other_instrument('group = "access"', 'group = "looks"')
        with pytest.raises(BadInputError, match="'group' must be one of"):
            rescore(dossier, by=room.analyst)
        assert (dossier.assessments.count(), in_force(dossier)[0]) == (1, "high")

    def test_the_file_in_use_is_handed_out_as_it_is(self) -> None:
        from soken.prioritise.instrument_file import parse_instrument

        assert parse_instrument(instrument_text().encode(), "x.toml").sha256 == default_instrument().sha256
        self.other_instrument("points = 40", "points = 60")
        assert parse_instrument(instrument_text().encode(), "x.toml").version == 2

    def test_the_same_instrument_is_not_scored_again(self, dossier: Dossier, room: Room) -> None:
        assess(dossier, by=room.analyst, answers=HIGH)
        with pytest.raises(RefusedError, match="already"):
            rescore(dossier, by=room.analyst)


def test_an_unknown_factor_in_the_answers_changes_nothing(dossier: Dossier, room: Room) -> None:
    with pytest.raises(BadInputError, match="has no factor 'shoe-size'"):
        assess(dossier, by=room.analyst, answers={**CLEAN, "shoe-size": "no"})
    dossier.refresh_from_db()
    assert (dossier.version, Assessment.objects.count(), in_force(dossier)[0]) == (1, 0, "")


def bring_exhibit(dossier: Dossier, room: Room) -> None:
    enter_exhibit(dossier, by=room.analyst, number="甲1", origin="bank", obtained_on=date(2026, 9, 1))


def bring_corroboration(dossier: Dossier, room: Room) -> None:
    bring_exhibit(dossier, room)
    corroborate(dossier, by=room.analyst, kind="payment", exhibit="甲1")


@pytest.mark.parametrize(
    ("fact", "because"),
    [
        pytest.param(bring_corroboration, "record-finding", id="corroboration"),
        pytest.param(lambda d, r: confirm_identity(d, by=r.analyst, basis="住民票"), "confirm-identity", id="identity"),
        pytest.param(
            lambda d, r: end_dossier(d, by=r.analyst, kind="misidentified", basis="別人"), "end-dossier", id="wrong"
        ),
    ],
)
def test_a_new_fact_asks_for_a_new_assessment_and_lowers_nothing(
    fact: Callable[[Dossier, Room], object], because: str, dossier: Dossier, room: Room
) -> None:
    assess(dossier, by=room.analyst, answers=HIGH)
    assert not priority_file(dossier).ranked.again
    fact(dossier, room)
    row = Priority.objects.get(dossier=dossier)
    assert (row.reassess_because, row.band) == (because, "high")
    assert priority_file(dossier).ranked.again


def test_what_is_no_fact_asks_for_nothing_and_a_new_version_settles_it(dossier: Dossier, room: Room) -> None:
    assess(dossier, by=room.analyst, answers=HIGH)
    plan_welfare(
        dossier, by=room.analyst, risks="不明", measures="同行", afterwards="連絡", good_until=RECEIVED
    )  # fmt: skip
    assert not priority_file(dossier).ranked.again
    bring_exhibit(dossier, room)
    assess(dossier, by=room.analyst, answers=HIGH, reason="新たな証拠品")
    assert not priority_file(dossier).ranked.again


def test_a_warrant_its_end_and_an_answer_of_child_protection_are_new_facts(dossier: Dossier, room: Room) -> None:
    kind = next(code for code, one in warrant_kinds().items() if one.needs == NOTHING)
    told = notify_safety(
        room.operation, dossier.person_code, by=room.analyst, body="child-guidance-centre", office="中央",
        method="phone",
    )  # fmt: skip
    warrants: list[Warrant] = []
    facts: list[tuple[str, Callable[[], object]]] = [
        ("notify-safety", lambda: acknowledge_safety(room.operation, told.pk, by=room.analyst, who="当直")),
        ("record-warrant", lambda: warrants.append(record_warrant(
            room.operation, by=room.analyst, kind=kind, reference="令7", issued_by="東京簡裁", issued_on=AT.date(),
            scope="口座", persons=[dossier.person_code],
        ))),
        ("record-warrant", lambda: end_warrant(
            room.operation, warrants[0].pk, by=room.analyst, outcome="executed", on=AT.date(),
        )),
    ]  # fmt: skip
    for because, fact in facts:
        assess(dossier, by=room.analyst, answers=HIGH, reason="新たな事実")
        fact()
        assert Priority.objects.get(dossier=dossier).reassess_because == because
        assert str(FACT_WORDS[because]) != because


def test_an_offence_custody_and_a_word_to_child_protection_are_new_facts(dossier: Dossier, room: Room) -> None:
    facts: dict[str, Callable[[], object]] = {
        "record-offence": lambda: allege_offence(
            dossier, by=room.analyst, offence="7-1", last_on=date(2026, 2, 1), basis="甲2"
        ),
        "record-custody": lambda: record_restraint(dossier, by=room.investigator, began_at=AT, form="warrant"),
        "notify-safety": lambda: notify_safety(
            room.operation, dossier.person_code, by=room.analyst, body="child-guidance-centre", office="中央",
            method="phone",
        ),
    }  # fmt: skip
    for because, fact in facts.items():
        assess(dossier, by=room.analyst, answers=HIGH, reason="新たな事実")
        assert not priority_file(dossier).ranked.again
        fact()
        assert Priority.objects.get(dossier=dossier).reassess_because == because
        assert priority_file(dossier).ranked.again


def test_a_note_and_a_task_are_no_facts(dossier: Dossier, room: Room) -> None:
    assess(dossier, by=room.analyst, answers=HIGH)
    write_note(dossier, by=room.analyst, text="連絡済み")
    task = give_task(
        dossier, by=room.analyst, what="照会", who=room.analyst2.username, due_on=RECEIVED + timedelta(days=90)
    )
    finish_task(dossier, by=room.analyst2, key=task.pk, outcome="済")
    assert not priority_file(dossier).ranked.again


def test_an_assessment_is_asked_for_on_its_day(dossier: Dossier, room: Room, now: Any) -> None:
    made = assess(dossier, by=room.analyst, answers=HIGH)
    now.move_to(AT + (made.next_on - RECEIVED))
    assert priority_file(dossier).ranked.again


def test_somebody_who_looked_before_another_acted_is_refused(dossier: Dossier, room: Room) -> None:
    seen = dossier.version
    assess(dossier, by=room.analyst, answers=HIGH, seen=seen)
    with pytest.raises(RefusedError, match="Somebody else"):
        override_band(dossier, by=room.investigator, band="low", reason="x", seen=seen)


@pytest.mark.parametrize("who", ["auditor", "stranger"])
def test_who_may_not_is_refused(who: str, dossier: Dossier, room: Room) -> None:
    with pytest.raises((RefusedError, NotFoundError)):
        assess(dossier, by=room.users[who], answers=DOCTOR)
    assert in_force(dossier)[0] == ""


class TestList:
    def test_the_most_urgent_stand_first_and_within_a_band_the_oldest(self, room: Room) -> None:
        made = {
            name: make_dossier(room, received_on=RECEIVED - timedelta(days=age))
            for name, age in {"low": 60, "high new": 1, "high old": 9, "unassessed": 0, "ended": 5}.items()
        }
        for name, answers in {"low": CLEAN, "high new": HIGH, "high old": HIGH}.items():
            assess(made[name], by=room.analyst, answers=answers)
        end_dossier(made["ended"], by=room.analyst, kind="misidentified", basis="別人")
        page = priority_page(room.operation)
        wanted = [made[name].pk for name in ("unassessed", "high old", "high new", "low")]
        assert [one.priority.pk for one in page.persons] == wanted
        assert band_counts(room.operation) == {"": (1, 0), "high": (2, 1), "low": (1, 1)}
        overdue = priority_page(room.operation, show="overdue").persons
        assert [one.priority.pk for one in overdue] == [made["high old"].pk, made["low"].pk]

    def test_pages_hold_everybody_once(self, room: Room) -> None:
        for _number in range(120):
            make_dossier(room, rows=1)
        seen: list[int] = []
        at = ""
        while True:
            page = priority_page(room.operation, at=at)
            seen += [one.priority.pk for one in page.persons]
            if not page.later:
                break
            at = page.later
        assert len(seen) == len(set(seen)) == 120

    @pytest.mark.parametrize("at", ["", "x", "1_2_3", "0_2026-13-01_1", "-1_2026-01-01_1", "0_2026-01-01_" + "9" * 30])
    def test_a_place_that_is_none_begins_at_the_top(self, at: str, room: Room) -> None:
        make_dossier(room)
        assert len(priority_page(room.operation, at=at).persons) == 1

    @pytest.mark.parametrize("count", [1, 30])
    def test_the_list_costs_the_same_queries_however_long(self, count: int, room: Room) -> None:
        for _number in range(count):
            make_dossier(room, rows=1)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            priority_page(room.operation)
        assert len(asked) == 4
