"""Death after the referral: nothing begins anew, is counted otherwise or erased before the decision (R36)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from soken.casework.actions.advance import GateError, advance
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.receive_referral import receive_referral
from soken.casework.actions.record_clearance import Clearance, record_clearance
from soken.casework.actions.record_disposition import record_disposition
from soken.casework.actions.reopen_referral import reopen_referral
from soken.casework.actions.take_vintage import take_vintage
from soken.casework.actions.withdraw_prosecutor import withdraw_disposition
from soken.casework.models import Disposition, Referral
from soken.casework.selectors.clearances import recorded_units
from soken.casework.selectors.dossier import today
from soken.casework.selectors.packet import packet_of
from soken.casework.selectors.retention import reviews_due
from soken.casework.selectors.statistics import annual_report
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.review.retention import rules
from soken.review.stages import Stage
from tests.casework.dead import DIES, at, dead_with_all, dies, stage_of
from tests.casework.dossiers import (
    AT,
    Room,
    decide,
    judge_in_court,
    record_screening,
    refer,
)

if TYPE_CHECKING:
    from soken.core.home import Home

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DAY = AT.date()


# What the prosecutor does then


def test_the_prosecutor_still_receives_and_decides(room: Room) -> None:
    dossier = at(room, Stage.REFERRED)
    dies(dossier, room)
    receive_referral(dossier, by=room.liaison, on=today(), number="検1号")
    decide(dossier, room, "suspect-dead")
    assert stage_of(dossier) == Stage.DECEASED
    assert [one.kind for one in Disposition.objects.all()] == ["suspect-dead"]
    with pytest.raises(RefusedError, match="was decided on"):
        decide(dossier, room, "suspect-dead")


def test_nobody_is_prosecuted_after_the_death_and_what_was_decided_before_it_is_recorded(room: Room, now: Any) -> None:
    dossier = at(room, Stage.REFERRED)
    receive_referral(dossier, by=room.liaison, on=today(), number="検1号")
    death = today() + timedelta(days=1)
    now.shift(timedelta(days=2))
    dies(dossier, room, on=death)
    with pytest.raises(RefusedError, match="cannot follow"):
        decide(dossier, room, "formal-trial")
    decide(dossier, room, "summary-order", on=death)
    assert Disposition.objects.get().kind == "summary-order"


def test_of_the_wrong_person_nothing_more_is_recorded_at_the_prosecutors(room: Room) -> None:
    dossier = at(room, Stage.REFERRED)
    end_dossier(dossier, by=room.analyst, kind="misidentified", basis="メールの下線の欠落")
    with pytest.raises(RefusedError, match="nothing is added"):
        receive_referral(dossier, by=room.liaison, on=today(), number="検1号")
    with pytest.raises(RefusedError, match="nothing is added"):
        record_disposition(dossier, by=room.liaison, kind="suspect-dead", on=today(), reference="検1号")


@pytest.mark.parametrize("stage", [Stage.READY, *DIES])
def test_a_death_is_recorded_once(stage: Stage, room: Room) -> None:
    dossier = at(room, stage)
    dies(dossier, room)
    with pytest.raises(RefusedError, match="recorded already: “"):
        dies(dossier, room)
    assert dossier.endings.count() == 1


def test_a_decision_by_mistake_is_withdrawn_and_the_dead_stay_where_they_are(room: Room) -> None:
    dossier = at(room, Stage.DECIDED)
    dies(dossier, room)
    withdraw_disposition(dossier, by=room.liaison, reason="別事件")
    assert stage_of(dossier) == Stage.DECEASED
    decide(dossier, room, "suspect-dead")


def test_the_dead_are_not_taken_up_again_by_the_prosecutor(room: Room) -> None:
    dossier = at(room, Stage.REFERRED)
    decide(dossier, room, "insufficient-evidence")
    dossier.refresh_from_db()
    dies(dossier, room)
    with pytest.raises(RefusedError, match="recorded as dead"):
        reopen_referral(dossier, by=room.liaison, ground="prosecutor", on=today(), reason="新証拠")
    assert Disposition.objects.get().lifted_on is None


# A death that was recorded by mistake


@pytest.mark.parametrize(("stage", "back"), [
    (Stage.REFERRED, Stage.REFERRED), (Stage.DECIDED, Stage.DECIDED), (Stage.CLOSED, Stage.DECIDED),
])  # fmt: skip
def test_a_death_by_mistake_is_withdrawn_to_where_the_prosecutor_has_the_case(
    stage: Stage, back: Stage, room: Room
) -> None:
    dossier = at(room, stage)
    dies(dossier, room)
    with pytest.raises(GateError, match="referral-stands"):
        advance(dossier, by=room.reviewer, to=Stage.PROPOSED, reason="同姓同名の別人")
    wrong = Stage.DECIDED if back is Stage.REFERRED else Stage.REFERRED
    with pytest.raises(GateError):
        advance(dossier, by=room.reviewer, to=wrong, reason="同姓同名の別人")
    advance(dossier, by=room.reviewer, to=back, reason="同姓同名の別人")
    assert stage_of(dossier) == back
    assert not dossier.endings.filter(lifted_at=None).exists()
    assert Referral.objects.get().over_at is None


def test_who_was_decided_meanwhile_goes_to_the_decision(room: Room) -> None:
    dossier = at(room, Stage.REFERRED)
    dies(dossier, room)
    decide(dossier, room, "suspect-dead")
    dossier.refresh_from_db()
    advance(dossier, by=room.reviewer, to=Stage.DECIDED, reason="生存を確認")
    assert stage_of(dossier) == Stage.DECIDED


def test_before_the_referral_the_way_begins_anew_as_before(room: Room) -> None:
    dossier = at(room, Stage.UNDER_INVESTIGATION)
    dies(dossier, room)
    for after in (Stage.REFERRED, Stage.DECIDED):
        with pytest.raises(GateError, match="no-referral"):
            advance(dossier, by=room.reviewer, to=after, reason="生存を確認")
    advance(dossier, by=room.reviewer, to=Stage.PROPOSED, reason="生存を確認")
    assert stage_of(dossier) == Stage.PROPOSED


@pytest.mark.parametrize("name", ["analyst", "investigator", "liaison"])
def test_only_a_supervisor_withdraws_a_death(name: str, room: Room) -> None:
    dossier = at(room, Stage.DECIDED)
    dies(dossier, room)
    with pytest.raises(RefusedError):
        advance(dossier, by=room.users[name], to=Stage.DECIDED, reason="生存を確認")
    with pytest.raises(BadInputError):
        advance(dossier, by=room.reviewer, to=Stage.DECIDED)


# Retention


def test_after_a_decision_the_review_is_due_at_once_and_erasing_is_the_default(room: Room) -> None:
    dossier = at(room, Stage.REFERRED)
    decide(dossier, room, "insufficient-evidence")
    assert reviews_due(room.operation) == []
    dies(dossier, room)
    [due] = reviews_due(room.operation)
    assert (due.outcome, due.due_on, due.rule.word.flag) == ("deceased", today(), True)


def test_while_a_court_has_the_case_of_the_dead_nothing_is_to_be_erased(room: Room, now: Any) -> None:
    """A court ends it by a ruling (Code of Criminal Procedure art. 339(1)(iv)); till then somebody asks for that."""
    dossier = at(room, Stage.DECIDED)
    dies(dossier, room)
    assert reviews_due(room.operation) == []
    now.shift(timedelta(days=rules().outcomes["prosecuted"].days, hours=1))
    assert [one.outcome for one in reviews_due(room.operation)] == ["prosecuted"]
    with pytest.raises(RefusedError, match="cannot follow"):
        judge_in_court(dossier, room, "fine")
    judge_in_court(dossier, room, "dismissed-by-ruling", final_on=today())
    [due] = reviews_due(room.operation)
    assert (due.outcome, due.rule.word.flag) == ("deceased", True)


def test_while_the_prosecutor_has_to_decide_nothing_is_to_be_erased(room: Room, now: Any) -> None:
    dossier = at(room, Stage.REFERRED)
    dies(dossier, room)
    assert reviews_due(room.operation) == []
    now.shift(timedelta(days=40))
    decide(dossier, room, "suspect-dead")
    [due] = reviews_due(room.operation)
    assert (due.outcome, due.due_on) == ("deceased", today() + timedelta(days=rules().outcomes["deceased"].days))


def test_while_the_case_of_the_dead_can_still_be_sent_nothing_is_to_be_erased(room: Room) -> None:
    dossier = dead_with_all(room)
    assert reviews_due(room.operation) == []
    record_screening(dossier, room, "items-not-covered")
    [due] = reviews_due(room.operation)
    assert due.outcome == "deceased"


# Statistics


def test_a_clearance_is_recorded_of_who_died_after_the_referral_and_of_nobody_who_died_before(room: Room) -> None:
    sent, unsent = at(room, Stage.REFERRED), at(room, Stage.READY)
    for dossier in (sent, unsent):
        dies(dossier, room)
    said = Clearance("possession", DAY, "tokyo", age=41)
    assert record_clearance(sent, said, by=room.liaison).cleared_on == DAY
    with pytest.raises(RefusedError, match="has not been referred"):
        record_clearance(unsent, said, by=room.liaison)


@pytest.mark.parametrize("stage", DIES)
def test_what_was_counted_is_counted_as_before(stage: Stage, room: Room) -> None:
    dossier = at(room, stage)

    def counted() -> dict[str, list[Any]]:
        return {name: sorted(map(tuple, rows)) for name, rows in recorded_units(clock.now()).items()
                if name != "waiting"}  # fmt: skip

    before = counted()
    assert ("heron", "referred", 1) in before["listed"]
    dies(dossier, room)
    assert counted() == before


def test_a_decision_on_somebody_dead_is_counted_among_those_of_prosecutors(room: Room, home: Home) -> None:
    dossier = at(room, Stage.REFERRED)
    dies(dossier, room)
    decide(dossier, room, "suspect-dead")
    report = annual_report(home, take_vintage(home, by=None), DAY.year, reader=None)
    [table] = [one for one in report.tables if one.kind.code == "dispositions-half"]
    assert table.rows == ("suspect-dead",)


def test_the_packet_says_that_the_suspect_has_died(room: Room) -> None:
    dossier = dead_with_all(room)
    refer(dossier, room)
    for language, words in (("ja", "被疑者死亡"), ("en", "The suspect has died")):
        points = [point for one in packet_of(dossier, language).sections for point in one.points]
        assert [one for one in points if words in one and today().isoformat() in one and "戸籍の写し" in one]
