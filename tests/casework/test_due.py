"""What is due is told on the desk: once in each state, again when it is worse, to the owner's people; nothing acts."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from soken.access.models import Role, User
from soken.casework.actions.acknowledge_safety import acknowledge_safety
from soken.casework.actions.allege_offence import allege_offence
from soken.casework.actions.answer_transfer import accept_transfer, receive_transfer
from soken.casework.actions.assess import assess
from soken.casework.actions.cancel_safety import cancel_safety
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.enter_exhibit import enter_exhibit
from soken.casework.actions.finish_task import finish_task
from soken.casework.actions.give_task import give_task
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.actions.override_band import override_band
from soken.casework.actions.record_custody_step import record_custody_step
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.record_warrant import record_warrant
from soken.casework.actions.start_limitation import start_limitation
from soken.casework.actions.tell_due import tell_due, told_before
from soken.casework.models import (
    Assessment,
    BandChange,
    ChangeState,
    Dossier,
    Membership,
    Notification,
    Person,
    Priority,
    StageChange,
    Transfer,
)
from soken.casework.selectors.boards import Board
from soken.casework.selectors.digest import WAITING
from soken.prioritise.instrument import PriorityBand
from soken.review.facts import Ending
from soken.route.transfers import rules
from tests.casework.dossiers import AT, Room, make_dossier, make_room

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
#: Friday noon in Japan.
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def room() -> Room:
    """Tokyo's people, Osaka's, and nobody of the centre."""
    found = make_room()
    found.operation.created_at = AT - timedelta(days=30)
    found.operation.save()
    for user in found.users.values():
        user.force = "tokyo"
        user.save()
    for name, role in (("osaka", Role.INVESTIGATOR), ("osaka-reviewer", Role.REVIEWER)):
        found.users[name] = User.objects.create(username=name, role=role, force="osaka", password="!")
        Membership.objects.create(operation=found.operation, user=found.users[name])
    return found


@pytest.fixture
def dossier(room: Room) -> Dossier:
    """A person of Tokyo whose target is far off."""
    return prioritised(make_dossier(room), due_on=date(2031, 1, 1))


def told(room: Room) -> dict[str, list[str]]:
    """Look for what is due; return who is newly told what."""
    before = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    counted = tell_due(room.operation)
    found: dict[str, list[str]] = {}
    for one in Notification.objects.filter(pk__gt=before).order_by("pk"):
        found.setdefault(next(name for name, user in room.users.items() if user.pk == one.user_id), []).append(one.kind)
    assert sum(counted.told.values()) == sum(len(kinds) for kinds in found.values())
    return found


def clocks_told(room: Room) -> dict[str, list[str]]:
    """Look for what is due; return who is newly told what of clocks alone."""
    found = {name: [kind for kind in some if kind.startswith("clock")] for name, some in told(room).items()}
    return {name: some for name, some in found.items() if some}


def clock_kinds(room: Room) -> set[str]:
    return {kind for some in clocks_told(room).values() for kind in some}


def kinds(room: Room) -> set[str]:
    return {kind for some in told(room).values() for kind in some}


def prioritised(dossier: Dossier, *, due_on: date, alarm_on: date | None = None, **more: Any) -> Dossier:
    """Give a dossier a target."""
    alarm = alarm_on or due_on + timedelta(days=7)
    Priority.objects.filter(dossier=dossier).update(due_on=due_on, alarm_on=alarm, **more)
    return dossier


# Clocks


def test_a_clock_of_custody_is_told_when_it_warns_and_again_when_it_is_over(
    room: Room, dossier: Dossier, now: Any
) -> None:
    record_restraint(dossier, by=room.investigator, began_at=NOW, form="warrant")
    assert clocks_told(room) == {}, "48 hours are left"
    now.move_to(NOW + timedelta(hours=36))
    assert set(clocks_told(room)) == {"investigator", "reviewer", "reviewer2"}, "who may record custody"
    assert clocks_told(room) == {}, "nobody is told twice"
    now.move_to(NOW + timedelta(hours=47))
    assert clocks_told(room) == {}
    now.move_to(NOW + timedelta(hours=48))
    assert clocks_told(room)["investigator"] == ["clock-overdue"]
    assert clocks_told(room) == {}


def test_an_extension_makes_another_clock_of_it(room: Room, dossier: Dossier, now: Any) -> None:
    record_restraint(dossier, by=room.investigator, began_at=NOW, form="warrant")
    for hours, kind in ((10, "referred"), (20, "requested"), (21, "detained")):
        now.move_to(NOW + timedelta(hours=hours))
        record_custody_step(dossier, by=room.investigator, kind=kind, happened_at=NOW + timedelta(hours=hours))
    now.move_to(NOW + timedelta(days=9))
    assert clock_kinds(room) == {"clock-soon"}
    record_custody_step(dossier, by=room.investigator, kind="extended", happened_at=NOW + timedelta(days=9), days=10)
    assert clock_kinds(room) == set(), "ten days more"
    now.move_to(NOW + timedelta(days=19))
    assert clock_kinds(room) == {"clock-soon"}, "the extended clock is a matter of its own"


def test_limitation_is_told_weeks_ahead_days_ahead_and_when_it_is_complete(
    room: Room, dossier: Dossier, now: Any
) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(received_on=date(2024, 1, 10))
    offence = allege_offence(dossier, by=room.analyst, offence="7-1", last_on=date(2024, 2, 1), basis="甲2")
    start_limitation(dossier, by=room.analyst, key=offence.pk, ended_on=date(2024, 2, 1), basis="甲2")
    seen = []
    for day in (date(2026, 12, 2), date(2026, 12, 3), date(2027, 1, 24), date(2027, 1, 25), date(2027, 2, 1)):
        now.move_to(datetime(day.year, day.month, day.day, 3, tzinfo=UTC))
        seen.append(kinds(room))
    assert seen == [set(), {"limitation-soon"}, set(), {"limitation-near"}, {"limitation-over"}]
    assert kinds(room) == set()


def test_a_warrant_is_told_for_each_whom_it_names(room: Room, dossier: Dossier, now: Any) -> None:
    record_warrant(
        room.operation, by=room.analyst, kind="record-order-seizure", reference="令和8年(む)第12号", scope="通信記録",
        issued_by="東京簡易裁判所 裁判官", issued_on=date(2026, 11, 19), good_until=date(2026, 11, 25),
        persons=[dossier.person_code],
    )  # fmt: skip
    assert kinds(room) == set()
    now.move_to(NOW + timedelta(days=2))
    assert told(room)["investigator"] == ["warrant-soon"]
    now.move_to(NOW + timedelta(days=6))
    assert told(room)["investigator"] == ["warrant-over"]
    assert Notification.objects.filter(person_code=dossier.person_code).exists()


# Targets, assessments, lowerings


def test_a_target_is_told_before_it_passes_when_it_has_and_when_the_delay_is_an_alarm(
    room: Room, dossier: Dossier, now: Any
) -> None:
    prioritised(dossier, due_on=date(2026, 11, 24), alarm_on=date(2026, 11, 27))
    seen = []
    for day in (22, 23, 24, 25, 27, 28, 29):
        now.move_to(datetime(2026, 11, day, 3, tzinfo=UTC))
        seen.append((day, kinds(room)))
    assert seen == [
        (22, set()), (23, {"target-soon"}), (24, set()), (25, {"target-overdue"}), (27, set()), (28, {"target-alarm"}),
        (29, set()),
    ]  # fmt: skip


def test_a_target_that_was_moved_is_told_anew(room: Room, dossier: Dossier) -> None:
    prioritised(dossier, due_on=date(2026, 11, 21))
    assert kinds(room) == {"target-soon"}
    prioritised(dossier, due_on=date(2026, 11, 20))
    assert kinds(room) == {"target-soon"}


def test_of_whom_work_has_ended_nothing_is_told(room: Room, dossier: Dossier) -> None:
    prioritised(dossier, due_on=date(2026, 11, 1))
    end_dossier(dossier, by=room.reviewer, kind=Ending.NOT_IDENTIFIABLE, basis="照会先すべて該当なし")
    assert kinds(room) == set()


def test_a_new_fact_and_a_day_that_came_ask_for_an_assessment(room: Room, now: Any) -> None:
    first, second = make_dossier(room), make_dossier(room)
    for one in (first, second):
        assess(one, by=room.analyst, answers={})
    kinds(room)
    enter_exhibit(first, by=room.analyst, number="甲1", origin="bank", obtained_on=date(2026, 9, 1))
    assert "reassess" in kinds(room)
    assert {one.person_code for one in Notification.objects.filter(kind="reassess")} == {first.person_code}
    Priority.objects.filter(dossier=second).update(next_on=date(2026, 11, 22))
    now.move_to(NOW + timedelta(days=2))
    kinds(room)
    assert {one.person_code for one in Notification.objects.filter(kind="reassess")} == {
        first.person_code, second.person_code,
    }  # fmt: skip
    enter_exhibit(second, by=room.analyst, number="甲1", origin="bank", obtained_on=date(2026, 9, 1))
    assert "reassess" in kinds(room), "whoever let the day pass hears of the fact"
    assert "reassess" not in kinds(room), "and of the same once"
    assess(second, by=room.analyst, answers={}, reason="甲1の入手")
    assert "reassess" not in kinds(room), "it was made anew"


def test_a_lowering_is_told_to_who_may_settle_it_and_never_to_who_proposed_it(room: Room, dossier: Dossier) -> None:
    assess(dossier, by=room.analyst, answers={})
    told(room)
    override_band(dossier, by=room.reviewer, band=PriorityBand.LOW.value, reason="照会の結果")
    assert told(room) == {"reviewer2": ["lowering-waits"]}
    assert told(room) == {}
    assert BandChange.objects.get().state == ChangeState.WAITING, "it only warns"


# Children's safety


def spoken(room: Room, code: str) -> int:
    return notify_safety(
        room.operation, code, by=room.investigator, body="child-guidance-centre", office="中央児童相談所",
        method="phone",
    ).pk  # fmt: skip


def test_who_has_not_been_told_is_told_of_and_again_after_a_cancelled_notification(
    room: Room, dossier: Dossier
) -> None:
    prioritised(dossier, due_on=date(2026, 12, 20), order=0, band=PriorityBand.VERY_HIGH.value)
    assert told(room)["analyst"] == ["safety-untold"]
    key = spoken(room, dossier.person_code)
    assert told(room) == {}
    cancel_safety(room.operation, key, by=room.investigator, reason="誤記")
    assert told(room)["analyst"] == ["safety-untold"]
    assert told(room) == {}


def test_what_is_not_acknowledged_is_told_after_the_bodys_time_and_again_after_long(
    room: Room, dossier: Dossier, now: Any
) -> None:
    spoken(room, dossier.person_code)
    now.move_to(NOW + timedelta(hours=23))
    assert told(room) == {}
    now.move_to(NOW + timedelta(hours=24))
    assert set(told(room)) == {"analyst", "analyst2", "investigator", "reviewer", "reviewer2", "liaison"}
    now.move_to(NOW + timedelta(hours=48))
    assert told(room)["investigator"] == ["safety-long"]


def test_who_told_of_a_person_without_a_dossier_is_told_that_nobody_answered(room: Room, now: Any) -> None:
    Person.objects.create(operation=room.operation, code="P-9999-0000-0001", band="same", rows=1, records=1, items=1)
    key = spoken(room, "P-9999-0000-0001")
    now.move_to(NOW + timedelta(hours=25))
    assert "osaka" in told(room), "nobody owns the person and nobody works for the centre: everybody is told"
    acknowledge_safety(room.operation, key, by=room.investigator, who="担当")
    now.move_to(NOW + timedelta(hours=60))
    assert not {kind for kind in kinds(room) if kind.startswith("safety")}


# Transfers and tasks


def offered(room: Room, dossier: Dossier) -> Transfer:
    return offer_transfer(
        dossier, by=room.investigator, to="osaka", kind="transfer", reason="転居のため",
        form=dict.fromkeys(rules().form, "別添のとおり"),
    )  # fmt: skip


def test_a_transfer_is_told_to_both_sides_when_it_was_not_received_and_when_it_was_not_answered(
    room: Room, dossier: Dossier, now: Any
) -> None:
    sent = offered(room, dossier)
    now.move_to(NOW + rules().receive)
    first = told(room)
    assert first["osaka"] == first["investigator"] == ["transfer-unanswered"]
    assert told(room) == {}
    receive_transfer(room.operation, sent.pk, by=room.users["osaka"])
    assert told(room) == {}, "received: the clock of the answer runs"
    now.move_to(NOW + rules().answer)
    assert told(room)["osaka"] == ["transfer-unanswered"]


def test_a_transfer_that_nobody_answers_goes_to_supervisors_and_the_centre_and_again_until_somebody_does(
    room: Room, dossier: Dossier, now: Any
) -> None:
    User.objects.filter(pk__in=[room.analyst2.pk, room.liaison.pk]).update(force="")
    sent = offered(room, dossier)
    now.move_to(NOW + rules().escalate - timedelta(hours=1))
    assert kinds(room) == {"transfer-unanswered"}
    now.move_to(NOW + rules().escalate)
    level = {"reviewer", "reviewer2", "osaka-reviewer", "analyst2"}
    assert {who: some for who, some in told(room).items() if "transfer-escalated" in some}.keys() == level, (
        "supervisors of both sides, and of the centre who may own a person: not its liaison"
    )
    assert told(room) == {}, "once"
    receive_transfer(room.operation, sent.pk, by=room.users["osaka"])
    assert "transfer-escalated" not in kinds(room), "a receipt is no answer, and no new silence either"
    now.move_to(NOW + 2 * rules().escalate)
    assert told(room).keys() == level, "as long again"
    accept_transfer(room.operation, sent.pk, by=room.users["osaka"], answer="受理")
    now.move_to(NOW + 3 * rules().escalate)
    assert "transfer-escalated" not in kinds(room)


def test_where_a_force_has_no_supervisor_the_centre_hears_of_its_transfer(room: Room, now: Any) -> None:
    dossier = prioritised(make_dossier(room), due_on=date(2031, 1, 1))
    for name in ("osaka-reviewer", "reviewer", "reviewer2"):
        room.users[name].memberships.all().delete()
    User.objects.filter(pk=room.analyst.pk).update(force="")
    offered(room, dossier)
    now.move_to(NOW + rules().escalate)
    assert "transfer-escalated" in told(room)["analyst"]


def test_a_task_is_told_to_its_doer_and_a_late_one_to_its_giver_too(room: Room, dossier: Dossier, now: Any) -> None:
    task = give_task(dossier, by=room.analyst, what="照会", who=room.investigator.username, due_on=date(2026, 11, 22))
    assert told(room) == {}
    now.move_to(NOW + timedelta(days=1))
    assert told(room) == {"investigator": ["task-soon"]}
    now.move_to(NOW + timedelta(days=3))
    assert told(room) == {"analyst": ["task-overdue"], "investigator": ["task-overdue"]}
    finish_task(dossier, by=room.investigator, key=task.pk, outcome="済")
    now.move_to(NOW + timedelta(days=9))
    assert told(room) == {}


# Who


def test_of_a_person_whom_nobody_owns_the_centre_is_told(room: Room) -> None:
    prioritised(make_dossier(room, force=""), due_on=date(2026, 11, 1))
    User.objects.filter(pk=room.analyst2.pk).update(force="")
    assert set(told(room)) == {"analyst2"}


def test_where_the_owner_has_nobody_the_centre_is_told_and_without_it_the_count_says_so(room: Room) -> None:
    prioritised(make_dossier(room, force="hyogo"), due_on=date(2026, 11, 1))
    assert tell_due(room.operation).nobody == 1
    assert not Notification.objects.exists()
    User.objects.filter(pk=room.analyst.pk).update(force="")
    assert set(told(room)) == {"analyst"}


@pytest.mark.parametrize("lost", ["left", "inactive", "other role"])
def test_who_works_there_no_more_is_told_nothing(lost: str, room: Room, dossier: Dossier) -> None:
    prioritised(dossier, due_on=date(2026, 11, 1))
    if lost == "left":
        room.analyst.memberships.all().delete()
    changed = {"inactive": {"is_active": False}, "other role": {"role": Role.AUDITOR}}.get(lost, {"last_name": ""})
    User.objects.filter(pk=room.analyst.pk).update(**changed)
    assert "analyst" not in told(room)


def test_the_new_owner_is_told_what_the_old_one_was(room: Room, dossier: Dossier) -> None:
    prioritised(dossier, due_on=date(2026, 11, 1))
    assert "osaka" not in told(room)
    sent = offered(room, dossier)
    receive_transfer(room.operation, sent.pk, by=room.users["osaka"])
    accept_transfer(room.operation, sent.pk, by=room.users["osaka"], answer="受理")
    assert told(room) == {"osaka": ["target-alarm"], "osaka-reviewer": ["target-alarm"]}


# Nothing else


def test_a_notification_holds_codes_and_nobodys_words_and_nothing_else_has_changed(
    room: Room, dossier: Dossier
) -> None:
    assess(dossier, by=room.analyst, answers={})
    give_task(dossier, by=room.analyst, what="住民票の照会", who=room.investigator.username, due_on=date(2026, 11, 20))
    before = _state()
    tell_due(room.operation)
    assert Notification.objects.exclude(about="").exists()
    assert _state() == before
    for one in Notification.objects.exclude(about=""):
        assert one.person_code == dossier.person_code
        assert dossier.name not in one.about
        assert "照会" not in one.about


def _state() -> list[list[Any]]:
    models = (Dossier, Priority, BandChange, Assessment, StageChange)
    return [list(one.objects.order_by("pk").values()) for one in models]


def test_another_operation_is_not_looked_into(room: Room) -> None:
    other = make_room("osprey")
    prioritised(make_dossier(other), due_on=date(2026, 11, 1))
    assert told(room) == {}


def test_only_what_was_told_of_the_same_matters_is_read(room: Room, dossier: Dossier) -> None:
    prioritised(dossier, due_on=date(2026, 11, 1))
    tell_due(room.operation)
    (about,) = set(Notification.objects.values_list("about", flat=True))
    assert {one[-1] for one in told_before(room.operation, {about, "another"})} == {about}
    assert not list(told_before(room.operation, {"another"}))


def test_a_digest_counts_each_part_of_the_board() -> None:
    assert set(WAITING) == {one.name for one in fields(Board)} - {"overdue_bands", "force_ages"}


def test_the_database_itself_refuses_the_same_twice(room: Room, dossier: Dossier) -> None:
    prioritised(dossier, due_on=date(2026, 11, 1))
    tell_due(room.operation)
    one = Notification.objects.first()
    assert one is not None
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save(force_insert=True)
