"""Telling those who protect children waits for nothing: no dossier, no stage, no owner, no second person."""

from __future__ import annotations

import ast
import inspect
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from soken.casework.actions import acknowledge_safety as acknowledge_module
from soken.casework.actions import cancel_safety as cancel_module
from soken.casework.actions import notify_safety as notify_module
from soken.casework.actions import safety_act
from soken.casework.actions.acknowledge_safety import acknowledge_safety
from soken.casework.actions.cancel_safety import cancel_safety
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.models import Person, Priority, SafetyNotification
from soken.casework.selectors.safety import safety_queue, told_about
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.prioritise.safety import bodies, methods
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, make_room

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
PROPOSED = "P-9999-0000-0001"


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def room() -> Room:
    found = make_room()
    found.operation.created_at = AT - timedelta(days=30)
    found.operation.save()
    Person.objects.create(operation=found.operation, code=PROPOSED, band="review", rows=1, records=1, items=1)
    return found


def tell(room: Room, code: str = PROPOSED, **changed: Any) -> SafetyNotification:
    said: dict[str, Any] = {"body": "child-guidance-centre", "office": "中央児童相談所", "method": "phone"}
    return notify_safety(room.operation, code, **{"by": room.analyst, **said, **changed})


def test_a_person_who_is_only_proposed_can_be_spoken_of(room: Room) -> None:
    tell(room)
    assert [one.notification.person_code for one in safety_queue(room.operation).waiting] == [PROPOSED]


@pytest.mark.parametrize("stage", list(Stage))
def test_no_stage_stands_before_it(stage: Stage, room: Room) -> None:
    dossier = bring_to(make_dossier(room), stage, room)
    assert tell(room, dossier.person_code).is_open


@pytest.mark.parametrize("who", ["analyst", "investigator", "reviewer"])
def test_everybody_who_sees_a_person_can_tell(who: str, room: Room) -> None:
    assert tell(room, by=room.users[who]).by == room.users[who]


def test_another_forces_ownership_does_not_stand_before_it(room: Room) -> None:
    dossier = make_dossier(room, force="27")
    room.analyst.force = "13"
    room.analyst.save()
    assert tell(room, dossier.person_code).is_open


@pytest.mark.parametrize("module", [notify_module, acknowledge_module, cancel_module, safety_act])
def test_no_act_of_it_knows_gates_stages_or_priority(module: Any) -> None:
    tree = ast.parse(inspect.getsource(module))
    names = {one.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names}
    sources = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {one for one in sources if one.startswith("soken.review")}
    assert not names & {"acting", "advance", "facts_of", "missing", "Stage", "Priority"}


def test_the_queue_shows_the_oldest_first_and_says_who_waits_too_long(room: Room, now: Any) -> None:
    tell(room, office="第一", notified_at=AT - timedelta(hours=30))
    tell(room, office="第二", notified_at=AT - timedelta(hours=2))
    queue = safety_queue(room.operation)
    assert [(one.notification.office, one.hours, one.late) for one in queue.waiting] == [
        ("第一", 30, True),
        ("第二", 2, False),
    ]
    assert (queue.total, queue.late) == (2, 1)
    now.move_to(AT + timedelta(hours=22))
    assert safety_queue(room.operation).late == 2


def test_an_acknowledgement_takes_it_off_the_queue_and_keeps_who_and_when(room: Room, now: Any) -> None:
    made = tell(room)
    now.move_to(AT + timedelta(hours=5))
    acknowledge_safety(room.operation, made.pk, by=room.investigator, who="当直 山田")
    queue = safety_queue(room.operation)
    assert (queue.waiting, queue.total) == ((), 0)
    (settled,) = queue.settled
    assert (settled.notification.acknowledged_by, settled.hours) == ("当直 山田", 5)
    assert settled.notification.acknowledgement_entered_by == room.investigator


def test_a_mistaken_entry_is_cancelled_with_its_reason_and_stays(room: Room) -> None:
    made = tell(room)
    cancel_safety(room.operation, made.pk, by=room.analyst, reason="宛先誤り")
    (entry,) = told_about(room.operation, PROPOSED)
    assert entry.notification.cancelled_reason == "宛先誤り"
    assert not entry.late


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"body": "newspaper"}, "is not known", id="body"),
        pytest.param({"method": "pigeon"}, "is not known", id="method"),
        pytest.param({"office": " "}, "office is missing", id="no office"),
        pytest.param({"note": "x" * 401}, "longer than 400", id="a long note"),
        pytest.param({"notified_at": AT + timedelta(hours=1)}, "in the future", id="future"),
        pytest.param(
            {"notified_at": datetime(1999, 10, 31, 14, 59, tzinfo=UTC)}, "before what it follows", id="before the law"
        ),
        pytest.param({"notified_at": datetime(2026, 11, 19)}, "no time zone", id="no zone"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_entered(changed: dict[str, Any], says: str, room: Room) -> None:
    with pytest.raises(BadInputError, match=says):
        tell(room, **changed)
    assert not SafetyNotification.objects.exists()


def test_a_slip_in_the_code_is_not_taken_for_a_person(room: Room) -> None:
    with pytest.raises(NotFoundError, match="has no person P-9999-0000-0009"):
        tell(room, "P-9999-0000-0009")


@pytest.mark.parametrize("who", ["auditor", "stranger"])
def test_who_may_not_see_persons_cannot_tell(who: str, room: Room) -> None:
    with pytest.raises((RefusedError, NotFoundError)):
        tell(room, by=room.users[who])


def test_who_told_before_the_operation_was_entered_here_can_say_so(room: Room) -> None:
    """R17: told on the day of the seizure, entered when the list is in."""
    at = room.operation.created_at - timedelta(days=40)
    assert tell(room, notified_at=at).notified_at == at


def test_an_answer_is_entered_once_and_not_before_the_question(room: Room) -> None:
    made = tell(room)
    with pytest.raises(BadInputError, match="before what it follows"):
        acknowledge_safety(room.operation, made.pk, by=room.analyst, who="当直", at=AT - timedelta(hours=1))
    acknowledge_safety(room.operation, made.pk, by=room.analyst, who="当直")
    for act in (
        lambda: acknowledge_safety(room.operation, made.pk, by=room.analyst2, who="別人"),
        lambda: cancel_safety(room.operation, made.pk, by=room.analyst2, reason="x"),
    ):
        with pytest.raises(RefusedError, match="acknowledged already"):
            act()


def test_a_notification_of_another_operation_does_not_exist(room: Room) -> None:
    made = tell(room)
    other = make_room("egret")
    with pytest.raises(NotFoundError):
        acknowledge_safety(other.operation, made.pk, by=other.analyst, who="当直")


def test_a_moment_may_be_said_in_another_zone(room: Room) -> None:
    at = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    assert tell(room, notified_at=at.astimezone()).notified_at == at


@pytest.mark.parametrize("count", [1, 40])
def test_the_queue_costs_the_same_queries_however_long(count: int, room: Room) -> None:
    for _number in range(count):
        tell(room)
    with CaptureQueriesContext(connection) as asked:
        safety_queue(room.operation)
    assert len(asked) == 6


def test_the_highest_band_comes_first_until_somebody_was_told(room: Room) -> None:
    """No child waits for somebody to think of it: whom the highest band names and nobody told of heads the queue."""
    first, second, lower = (make_dossier(room) for _number in range(3))
    for one, band, due in ((first, "very-high", 2), (second, "very-high", 1), (lower, "high", 0)):
        Priority.objects.filter(dossier=one).update(
            band=band, order=0 if band == "very-high" else 1, due_on=(AT + timedelta(days=due)).date()
        )
    queue = safety_queue(room.operation)
    assert [one.dossier for one in queue.untold] == [second, first]
    assert queue.untold_total == 2
    mistaken = tell(room, second.person_code)
    assert [one.dossier for one in safety_queue(room.operation).untold] == [first]
    cancel_safety(room.operation, mistaken.pk, by=room.analyst, reason="別の人物のこと")
    assert [one.dossier for one in safety_queue(room.operation).untold] == [second, first]


def test_nobody_is_told_of_a_person_who_was_somebody_else(room: Room) -> None:
    dossier = make_dossier(room)
    bring_to(dossier, Stage.MISIDENTIFIED, room)
    Priority.objects.filter(dossier=dossier).update(band="very-high", order=0)
    assert safety_queue(room.operation).untold == ()


def test_the_bodies_and_ways_are_said_in_both_languages() -> None:
    assert {"child-guidance-centre", "school-board"} <= set(bodies())
    for one in [*bodies().values(), *methods().values()]:
        assert one.said("ja")
        assert one.said("en")
        assert one.said("ja") != one.said("en")
