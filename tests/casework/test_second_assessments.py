"""A second, blind assessment: who is drawn, who is asked, what they are not shown, and what it changes (R16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from soken.access.eyes import viewing
from soken.access.models import Role, User
from soken.casework.actions.answer_second import answer_second, set_aside_second
from soken.casework.actions.assess import assess, rescore
from soken.casework.actions.draw_sample import draw_sample
from soken.casework.actions.override_band import override_band
from soken.casework.actions.settle_lowering import approve_lowering, refuse_lowering
from soken.casework.actions.shut_person import shut_person
from soken.casework.models import (
    Assessment,
    Dossier,
    Membership,
    Notification,
    NotificationKind,
    Priority,
    SecondAssessment,
)
from soken.casework.selectors.priority import priority_file, priority_page
from soken.casework.selectors.second_assessments import sample_seen
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.ledger.models import Entry
from soken.prioritise.instrument_file import default_instrument
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_dossier

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
CLEAN = {
    code: next(one.code for one in factor.answers.values() if not one.points)
    for code, factor in default_instrument().factors.items()
}
GRAVE = {**CLEAN, "access-work": "regular"}


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


def assessed(room: Room, answers: dict[str, str] = CLEAN, *, by: str = "analyst", force: str = "tokyo") -> Dossier:
    dossier = make_dossier(room, force=force)
    assess(dossier, by=room.users[by], answers=answers)
    return dossier


def drawn_for(dossier: Dossier, room: Room) -> SecondAssessment:
    """Draw everybody, and return what was drawn of one person."""
    draw_sample(room.operation, by=room.reviewer, wanted=50)
    return dossier.second_assessments.get()


def member(room: Room, name: str, role: Role, force: str) -> User:
    user = User.objects.create(username=name, role=role, force=force, password="!")
    Membership.objects.create(operation=room.operation, user=user)
    return user


# Drawing


def test_each_person_drawn_is_given_to_somebody_else_and_the_work_is_shared(room: Room) -> None:
    for number in range(8):
        assessed(room, by="analyst" if number % 2 else "investigator")
    sample = draw_sample(room.operation, by=room.reviewer, wanted=8, seed=7)
    seconds = list(sample.seconds.all())
    assert len(seconds) == 8
    assert all(one.assessor_id != one.first.by_id for one in seconds)
    assert len({one.assessor_id for one in seconds}) == 5
    told = Notification.objects.filter(kind=NotificationKind.SECOND_ASKED)
    assert sorted(told.values_list("user", "dossier")) == sorted((one.assessor_id, one.dossier_id) for one in seconds)


def test_who_had_a_part_in_the_band_is_not_asked(room: Room) -> None:
    dossier = assessed(room, GRAVE)
    override_band(dossier, by=room.analyst2, band="low", reason="転居した")
    approve_lowering(dossier, by=room.reviewer, reason="確認した")
    assess(dossier, by=room.investigator, answers=GRAVE, reason="新しい事実")
    assert drawn_for(dossier, room).assessor == room.reviewer2


@pytest.mark.django_db(transaction=True)
def test_the_drawing_is_recorded_with_the_seed_that_draws_it_again(room: Room) -> None:
    for _number in range(12):
        assessed(room)
    sample = draw_sample(room.operation, by=room.reviewer, wanted=5)
    chosen = set(sample.seconds.values_list("dossier", flat=True))
    recorded = [one for one in Entry.objects.filter(act="draw-sample") if "casework.SecondAssessment" in one.changes]
    assert {one.person for one in recorded} == set(sample.seconds.values_list("dossier__person_code", flat=True))
    assert {one.by for one in Entry.objects.filter(changes__contains="casework.AssessmentSample")} == {
        room.reviewer.username
    }
    for one in sample.seconds.all():
        set_aside_second(room.operation, one.pk, by=room.reviewer, reason="試しに")
    again = draw_sample(room.operation, by=room.reviewer, wanted=5, seed=sample.seed)
    assert set(again.seconds.values_list("dossier", flat=True)) == chosen
    assert (again.drawable, again.left_out) == (12, 0)


def test_left_out_are_those_whom_a_second_assessment_could_say_nothing_of(room: Room) -> None:
    plain = assessed(room)
    make_dossier(room)  # nobody has assessed
    shut = assessed(room)
    shut_person(room.operation, shut.person_code, by=room.analyst, reason="同僚かもしれない")
    sent = bring_to(make_dossier(room), Stage.REFERRED, room)
    machine = assessed(room)
    Assessment.objects.filter(dossier=machine).update(by=None)
    other = assessed(room)
    Assessment.objects.filter(dossier=other).update(instrument_sha256="0" * 64)
    sample = draw_sample(room.operation, by=room.reviewer, wanted=50)
    assert [one.dossier_id for one in sample.seconds.all()] == [plain.pk]
    assert (sample.drawable, sample.left_out) == (1, 2)
    assert sent.assessments.exists()


def test_a_force_draws_of_its_own_and_its_own_people_are_asked(room: Room) -> None:
    osaka = [assessed(room, force="osaka") for _number in range(3)]
    assessed(room, force="tokyo")
    reviewer = member(room, "heron-osaka", Role.REVIEWER, "osaka")
    tokyo = member(room, "heron-tokyo", Role.INVESTIGATOR, "tokyo")
    seconds = draw_sample(room.operation, by=reviewer, wanted=50).seconds.all()
    assert {one.dossier_id for one in seconds} == {one.pk for one in osaka}
    assert tokyo.pk not in {one.assessor_id for one in seconds}


def test_nobody_is_asked_twice_at_once(room: Room) -> None:
    assessed(room)
    draw_sample(room.operation, by=room.reviewer, wanted=5)
    with pytest.raises(RefusedError, match="Nobody can be drawn"):
        draw_sample(room.operation, by=room.reviewer, wanted=5)


@pytest.mark.parametrize("wanted", [0, -1, 501])
def test_a_number_that_cannot_be_is_refused(wanted: int, room: Room) -> None:
    assessed(room)
    with pytest.raises(BadInputError, match="from 1 to 500"):
        draw_sample(room.operation, by=room.reviewer, wanted=wanted)


@pytest.mark.parametrize("name", ["analyst", "investigator", "liaison", "auditor"])
def test_only_a_supervisor_draws(name: str, room: Room) -> None:
    assessed(room)
    with pytest.raises(RefusedError):
        draw_sample(room.operation, by=room.users[name], wanted=1)
    assert not SecondAssessment.objects.exists()


def test_the_database_refuses_a_second_who_is_the_first(room: Room) -> None:
    second = drawn_for(assessed(room), room)
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondAssessment.objects.filter(pk=second.pk).update(assessor=second.first_by)


# Blind


def test_until_the_answer_nothing_of_the_first_is_read_and_afterwards_all_of_it(room: Room) -> None:
    dossier = assessed(room, GRAVE)
    override_band(dossier, by=room.analyst, band="high", reason="転居した")
    assessor = drawn_for(dossier, room).assessor
    with viewing(assessor):
        with pytest.raises(RefusedError, match="blind"):
            priority_file(dossier)
        assert not dossier.assessments.exists()
        assert not dossier.band_changes.exists()
        assert priority_page(room.operation).persons == ()
    with viewing(room.analyst):
        assert len(priority_page(room.operation).persons) == 1
    answer_second(dossier, by=assessor, answers=CLEAN)
    with viewing(assessor):
        assert priority_file(dossier).assessments[0].band == "very-high"
        assert len(priority_page(room.operation).persons) == 1


def test_a_blind_assessor_has_no_other_act_on_the_band(room: Room) -> None:
    dossier = assessed(room, GRAVE)
    override_band(dossier, by=room.analyst, band="high", reason="転居した")
    by = drawn_for(dossier, room).assessor
    for act in (
        lambda: assess(dossier, by=by, answers=CLEAN, reason="別に"),
        lambda: rescore(dossier, by=by),
        lambda: override_band(dossier, by=by, band="low", reason="別に"),
        lambda: approve_lowering(dossier, by=by, reason="別に"),
        lambda: refuse_lowering(dossier, by=by, reason="別に"),
    ):
        with viewing(by), pytest.raises(RefusedError, match="blind"):
            act()
    assert dossier.assessments.count() == 1


def test_a_gate_opens_for_a_blind_assessor_as_for_anybody(room: Room) -> None:
    dossier = bring_to(make_dossier(room), Stage.UNDER_INVESTIGATION, room)
    draw_sample(room.operation, by=room.reviewer, wanted=5)
    SecondAssessment.objects.update(assessor=room.reviewer2)
    from soken.casework.actions.advance import advance

    with viewing(room.reviewer2):
        advance(dossier, by=room.reviewer2, to=Stage.READY)
    dossier.refresh_from_db()
    assert dossier.stage == Stage.READY


def test_a_new_fact_by_a_blind_assessor_still_asks_for_a_new_assessment(room: Room) -> None:
    dossier = assessed(room)
    by = drawn_for(dossier, room).assessor
    from soken.casework.actions.add_party_role import add_party_role

    with viewing(by):
        add_party_role(dossier, by=by, role="user", basis="会員登録")
    assert Priority.objects.get(dossier=dossier).reassess_because == "record-finding"


# Answering


def test_a_second_assessment_never_changes_the_band_in_force(room: Room) -> None:
    high, low = assessed(room, GRAVE), assessed(room, CLEAN)
    draw_sample(room.operation, by=room.reviewer, wanted=5)
    before = {one.pk: (one.band, one.due_on, one.assessment_id) for one in Priority.objects.all()}
    answer_second(high, by=high.second_assessments.get().assessor, answers=CLEAN)
    answer_second(low, by=low.second_assessments.get().assessor, answers=GRAVE)
    assert {one.pk: (one.band, one.due_on, one.assessment_id) for one in Priority.objects.all()} == before
    assert {one.band for one in SecondAssessment.objects.all()} == {"low", "very-high"}


def test_where_it_comes_out_higher_the_owners_people_are_told_to_assess_anew(room: Room) -> None:
    investigator = member(room, "heron-tokyo", Role.INVESTIGATOR, "tokyo")
    other = member(room, "heron-osaka", Role.INVESTIGATOR, "osaka")
    higher, lower = assessed(room, CLEAN), assessed(room, GRAVE)
    draw_sample(room.operation, by=room.reviewer, wanted=5)
    SecondAssessment.objects.update(assessor=room.analyst2)
    answer_second(higher, by=room.analyst2, answers=GRAVE)
    answer_second(lower, by=room.analyst2, answers=CLEAN)
    marked = Priority.objects.filter(reassess_since__isnull=False)
    assert [(one.pk, one.reassess_because) for one in marked] == [(higher.pk, "draw-sample")]
    told = Notification.objects.filter(kind=NotificationKind.SECOND_HIGHER)
    assert [(one.user, one.dossier_id) for one in told] == [(investigator, higher.pk)]
    assert other.pk not in {one.user_id for one in told}


def test_it_is_compared_with_the_band_in_force_which_people_may_have_raised(room: Room) -> None:
    dossier = assessed(room, CLEAN)
    override_band(dossier, by=room.analyst, band="very-high", reason="学校からの相談")
    by = drawn_for(dossier, room).assessor
    answer_second(dossier, by=by, answers={**CLEAN, "access-work": "regular"})
    assert not Notification.objects.filter(kind=NotificationKind.SECOND_HIGHER).exists()


def test_nobody_answers_for_another_or_twice(room: Room) -> None:
    dossier = assessed(room)
    by = drawn_for(dossier, room).assessor
    for stranger in {room.analyst, room.investigator, room.reviewer, room.analyst2} - {by}:
        with pytest.raises(NotFoundError):
            answer_second(dossier, by=stranger, answers=CLEAN)
    answer_second(dossier, by=by, answers=CLEAN)
    with pytest.raises(NotFoundError):
        answer_second(dossier, by=by, answers=GRAVE)
    assert dossier.second_assessments.get().band == "low"


def test_an_answer_that_the_instrument_has_not_is_refused_and_changes_nothing(room: Room) -> None:
    dossier = assessed(room)
    by = drawn_for(dossier, room).assessor
    with pytest.raises(BadInputError):
        answer_second(dossier, by=by, answers={"address": "13"})
    assert dossier.second_assessments.get().answered_at is None


def test_the_assessor_or_a_supervisor_sets_it_aside_with_a_reason(room: Room) -> None:
    one, two = assessed(room), assessed(room)
    draw_sample(room.operation, by=room.reviewer, wanted=5)
    SecondAssessment.objects.update(assessor=room.analyst2)
    first, other = one.second_assessments.get(), two.second_assessments.get()
    with pytest.raises(BadInputError):
        set_aside_second(room.operation, first.pk, by=room.analyst2, reason=" ")
    with pytest.raises(RefusedError):
        set_aside_second(room.operation, first.pk, by=room.investigator, reason="代わりに")
    set_aside_second(room.operation, first.pk, by=room.analyst2, reason="1回目を知っている")
    set_aside_second(room.operation, other.pk, by=room.reviewer, reason="休職中")
    with pytest.raises(RefusedError, match="waits"):
        set_aside_second(room.operation, first.pk, by=room.analyst2, reason="もう一度")
    with viewing(room.analyst2):
        assert len(priority_page(room.operation).persons) == 2


# The agreement


def test_a_sample_shows_both_and_what_they_come_to(room: Room) -> None:
    same, apart, waits = assessed(room, GRAVE), assessed(room, CLEAN), assessed(room, CLEAN)
    sample = draw_sample(room.operation, by=room.reviewer, wanted=5)
    answer_second(same, by=same.second_assessments.get().assessor, answers=GRAVE)
    answer_second(apart, by=apart.second_assessments.get().assessor, answers=GRAVE)
    seen = sample_seen(room.operation, sample.pk)
    assert {one.dossier_id for one in seen.answered} == {same.pk, apart.pk}
    assert [one.dossier_id for one in seen.open] == [waits.pk]
    assert (seen.agreement.pairs, seen.agreement.equal, seen.agreement.few) == (2, 1, True)
    assert seen.agreement.table[0][0] == 1
    assert seen.agreement.table[3][0] == 1


def test_answers_on_another_version_of_the_instrument_are_not_compared(room: Room) -> None:
    dossier = assessed(room)
    second = drawn_for(dossier, room)
    answer_second(dossier, by=second.assessor, answers=CLEAN)
    SecondAssessment.objects.update(instrument_sha256="0" * 64)
    seen = sample_seen(room.operation, second.sample_id)
    assert (seen.other, seen.agreement.pairs, len(seen.answered)) == (1, 0, 1)


def test_an_earlier_sample_does_not_tell_whom_one_assesses_blind_now(room: Room) -> None:
    dossier = assessed(room, GRAVE)
    first = drawn_for(dossier, room)
    answer_second(dossier, by=first.assessor, answers=GRAVE)
    again = draw_sample(room.operation, by=room.reviewer, wanted=5)
    by = again.seconds.get().assessor
    with viewing(by):
        seen = sample_seen(room.operation, first.sample_id)
        assert (seen.answered, seen.hidden, seen.agreement.pairs) == ((), 1, 0)
    with viewing(room.auditor):
        assert len(sample_seen(room.operation, first.sample_id).answered) == 1


def test_a_sample_of_another_operation_is_not_found(room: Room) -> None:
    with pytest.raises(NotFoundError):
        sample_seen(room.operation, 99)
