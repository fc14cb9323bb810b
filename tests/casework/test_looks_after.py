"""After the police came: who looked after the person, how they are, and when somebody looks next (R31)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from soken.access.models import User
from soken.casework.actions.end_warrant import end_warrant
from soken.casework.actions.look_after import look_after
from soken.casework.actions.record_custody_step import record_custody_step
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.record_warrant import record_warrant
from soken.casework.actions.tell_due import tell_due
from soken.casework.models import Notification, NotificationKind, OutgoingHandover, Peer, WelfareCheck
from soken.casework.selectors.boards import SHOWN, board
from soken.casework.selectors.welfare import look_due, looks_due
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, open_the_door
from tests.casework.other_installation import OtherInstallation

if TYPE_CHECKING:
    from soken.casework.models import Dossier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
TODAY = AT.date()
SAID: dict[str, Any] = {"who": "渋谷区保健センター 保健師", "way": "visit", "found": "落ち着いている。家族が同居"}


def searched(room: Room, on: date = TODAY) -> Dossier:
    """A person whose home was searched on a day."""
    dossier = make_dossier(room)
    open_the_door(dossier, room)
    made = record_warrant(
        room.operation, by=room.analyst, kind="search-seizure", reference=f"令和8年(む){dossier.pk}", scope="自宅",
        issued_by="東京簡易裁判所 裁判官", issued_on=on, persons=[dossier.person_code],
    )  # fmt: skip
    end_warrant(room.operation, made.pk, by=room.analyst, outcome="executed", on=on)
    return dossier


def due(room: Room) -> list[tuple[date, bool]]:
    """What is due, however far ahead; asked for up to a day, it is the same up to that day."""
    operations = [room.operation.pk]
    found, many = looks_due(operations)
    for one in found:
        assert one in looks_due(operations, until=one.due_on)[0]
        assert one not in looks_due(operations, until=one.due_on - timedelta(days=1))[0]
    assert many == len(found)
    return [(one.due_on, one.first) for one in found]


def test_who_was_searched_is_looked_after_by_the_next_day_and_then_as_agreed(room: Room, now: Any) -> None:
    dossier = searched(room)
    assert due(room) == [(TODAY + timedelta(days=1), True)]
    now.move_to(AT + timedelta(days=1))
    look_after(dossier, by=room.investigator, **SAID, checked_on=TODAY + timedelta(days=1),
               next_on=TODAY + timedelta(days=8))  # fmt: skip
    assert due(room) == [(TODAY + timedelta(days=8), False)]
    made = WelfareCheck.objects.get()
    assert (made.who, made.way, made.found, made.by) == (*SAID.values(), room.investigator)
    now.move_to(AT + timedelta(days=8))
    look_after(dossier, by=room.investigator, **SAID, checked_on=TODAY + timedelta(days=8))
    assert due(room) == [], "it was said why no further look is needed"


def test_whoever_was_not_reached_is_still_to_be_looked_after_for_the_first_time(room: Room) -> None:
    dossier = searched(room)
    said = {**SAID, "way": "not-reached", "checked_on": TODAY}
    with pytest.raises(BadInputError, match="on which day somebody tries again"):
        look_after(dossier, by=room.analyst, **said)
    look_after(dossier, by=room.analyst, **said, next_on=TODAY)
    assert due(room) == [(TODAY, True)]


def test_a_release_asks_for_a_new_look_whatever_was_agreed_before(room: Room, now: Any) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    record_restraint(dossier, by=room.reviewer, began_at=AT, arrested_by="police", form="urgent")
    look_after(dossier, by=room.investigator, **{**SAID, "way": "custody"}, checked_on=TODAY,
               next_on=TODAY + timedelta(days=20))  # fmt: skip
    later = AT + timedelta(days=2)
    now.move_to(later)
    record_custody_step(dossier, by=room.reviewer, kind="released", happened_at=later)
    assert due(room) == [(later.date() + timedelta(days=1), True)]


def test_an_attempt_puts_off_the_first_look_no_further_than_the_first_look_itself(room: Room, now: Any) -> None:
    dossier = searched(room)
    now.move_to(AT + timedelta(days=1))
    tomorrow = TODAY + timedelta(days=1)
    said = {**SAID, "way": "not-reached", "checked_on": tomorrow}
    with pytest.raises(BadInputError, match=f"somebody tries again by {tomorrow + timedelta(days=1)}"):
        look_after(dossier, by=room.analyst, **said, next_on=TODAY + timedelta(days=90))
    look_after(dossier, by=room.analyst, **said, next_on=tomorrow + timedelta(days=1))
    assert due(room) == [(tomorrow + timedelta(days=1), True)]


def test_an_attempt_recorded_with_a_day_far_off_before_that_was_refused_is_due_all_the_same(room: Room) -> None:
    dossier = searched(room)
    WelfareCheck.objects.create(
        dossier=dossier, **{**SAID, "way": "not-reached"}, checked_on=TODAY, next_on=TODAY + timedelta(days=90),
        by=room.analyst, at=AT,
    )  # fmt: skip
    assert due(room) == [(TODAY + timedelta(days=1), True)]


@pytest.mark.parametrize("days", [0, 1])
def test_a_look_in_custody_on_the_day_of_the_release_is_no_look_after_it(days: int, room: Room, now: Any) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    record_restraint(dossier, by=room.reviewer, began_at=AT, arrested_by="police", form="urgent")
    released = AT + timedelta(days=days)
    now.move_to(released)
    look_after(dossier, by=room.investigator, **{**SAID, "way": "custody"}, checked_on=released.date())
    now.move_to(released + timedelta(hours=3))
    record_custody_step(dossier, by=room.reviewer, kind="released", happened_at=released + timedelta(hours=2))
    assert due(room) == [(released.date() + timedelta(days=1), True)]
    now.move_to(released + timedelta(days=1))
    look_after(dossier, by=room.investigator, **SAID, checked_on=released.date() + timedelta(days=1))
    assert due(room) == []


def test_what_was_agreed_on_the_day_of_a_release_is_not_put_off_by_it(room: Room, now: Any) -> None:
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    record_restraint(dossier, by=room.reviewer, began_at=AT, arrested_by="police", form="urgent")
    look_after(dossier, by=room.investigator, **{**SAID, "way": "custody"}, checked_on=TODAY, next_on=TODAY)
    now.move_to(AT + timedelta(hours=3))
    record_custody_step(dossier, by=room.reviewer, kind="released", happened_at=AT + timedelta(hours=2))
    assert due(room) == [(TODAY, True)]


def test_a_look_that_is_due_stands_on_the_board_of_the_owners_people_and_is_told_once(room: Room, now: Any) -> None:
    dossier = searched(room)
    User.objects.filter(pk=room.analyst2.pk).update(force="osaka")
    room.analyst2.refresh_from_db()
    assert board(room.investigator).welfare.total == 0  # type: ignore[union-attr]
    now.move_to(AT + timedelta(days=2))
    (seen,) = board(room.investigator).welfare.shown  # type: ignore[union-attr]
    assert (seen.dossier, seen.late) == (dossier, True)
    assert board(room.analyst2).welfare.total == 0, "another force's people"  # type: ignore[union-attr]
    for _twice in range(2):
        tell_due(room.operation)
    told = Notification.objects.filter(kind=NotificationKind.WELFARE_DUE, user=room.investigator)
    assert told.count() == 1


@pytest.mark.parametrize("stage", [Stage.MISIDENTIFIED, Stage.NOT_CHARGEABLE, Stage.CLOSED])
def test_a_danger_to_life_ends_with_no_case(stage: Stage, room: Room) -> None:
    dossier = bring_to(make_dossier(room), stage, room)
    look_after(dossier, by=room.investigator, **SAID, checked_on=TODAY, next_on=TODAY)
    assert due(room) == [(TODAY, False)]


def test_of_whoever_was_handed_over_nobody_here_asks(room: Room, now: Any) -> None:
    """Nobody could record the look: acts on them are refused here."""
    dossier = searched(room)
    OtherInstallation().trusted()
    away = OutgoingHandover.objects.create(
        dossier=dossier, transfer="H-0000000000AA", peer=Peer.objects.get(), kind="transfer", from_force="tokyo",
        to_force="osaka", state="sent", reason="転居", form={}, offered_by=room.investigator, offered_at=AT,
        approved_by=room.reviewer, approved_at=AT, sent_by=room.investigator, sent_at=AT, content_sha256="0" * 64,
        sealed=b"x",
    )  # fmt: skip
    now.move_to(AT + timedelta(days=2))
    assert due(room) == []
    assert look_due(dossier) is None
    assert board(room.investigator).welfare.total == 0  # type: ignore[union-attr]
    OutgoingHandover.objects.filter(pk=away.pk).update(state="returned")
    assert due(room) == [(TODAY + timedelta(days=1), True)], "given back, the person is looked after here"


def test_the_board_lists_a_few_and_counts_all_that_are_due_and_none_that_are_not(room: Room, now: Any) -> None:
    for days in range(SHOWN + 2):
        look_after(make_dossier(room), by=room.analyst, **SAID, checked_on=TODAY, next_on=TODAY + timedelta(days=days))
    now.move_to(AT + timedelta(days=SHOWN))
    found = board(room.investigator).welfare  # type: ignore[union-attr]
    assert (len(found.shown), found.total) == (SHOWN, SHOWN + 1)
    assert [one.due_on for one in found.shown] == [TODAY + timedelta(days=days) for days in range(SHOWN)]


def test_the_newest_look_counts_in_whatever_order_they_were_recorded(room: Room, now: Any) -> None:
    dossier = searched(room)
    now.move_to(AT + timedelta(days=3))
    for day, after in ((3, 9), (1, 5)):
        look_after(dossier, by=room.analyst, **SAID, checked_on=TODAY + timedelta(days=day),
                   next_on=TODAY + timedelta(days=after))  # fmt: skip
    assert due(room) == [(TODAY + timedelta(days=9), False)]


def test_of_the_dead_nobody_asks(room: Room) -> None:
    dossier = searched(room)
    bring_to(dossier, Stage.DECEASED, room)
    assert due(room) == []


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"who": " "}, id="nobody"),
        pytest.param({"found": ""}, id="nothing said of how they are"),
        pytest.param({"way": "telepathy"}, id="no such way"),
        pytest.param({"checked_on": TODAY + timedelta(days=1)}, id="a look in the future"),
        pytest.param({"next_on": TODAY - timedelta(days=1)}, id="a next look in the past"),
        pytest.param({"next_on": TODAY + timedelta(days=91)}, id="a next look too far off"),
    ],
)
def test_bad_input_is_said_and_changes_nothing(wrong: dict[str, Any], room: Room) -> None:
    dossier = make_dossier(room)
    with pytest.raises(BadInputError):
        look_after(dossier, by=room.investigator, **{**SAID, "checked_on": TODAY, **wrong})
    assert not WelfareCheck.objects.exists()


@pytest.mark.parametrize(("who", "error"), [("auditor", RefusedError), ("stranger", NotFoundError)])
def test_who_may_not_plan_for_welfare_records_no_look(who: str, error: type[Exception], room: Room) -> None:
    with pytest.raises(error):
        look_after(make_dossier(room), by=room.users[who], **SAID, checked_on=TODAY)
    assert not WelfareCheck.objects.exists()


def test_it_costs_the_same_queries_however_many(room: Room) -> None:

    counts = []
    for _ in range(2):
        for _again in range(3):
            searched(room)
        with CaptureQueriesContext(connection) as queries:
            looks_due([room.operation.pk])
        counts.append(len(queries))
    assert counts[0] == counts[1]
