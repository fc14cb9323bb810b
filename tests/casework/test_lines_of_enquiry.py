"""Lines of enquiry: what must be shown, who follows it, what was found; nothing of it is ever lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from soken.casework.actions.back_element import back_element
from soken.casework.actions.close_enquiry import close_enquiry
from soken.casework.actions.corroborate import corroborate
from soken.casework.actions.enter_exhibit import enter_exhibit
from soken.casework.actions.follow_enquiry import follow_enquiry
from soken.casework.actions.open_enquiry import open_enquiry
from soken.casework.models import Dossier, LineOfEnquiry, Membership
from soken.casework.selectors.dossier import facts_of
from soken.casework.selectors.enquiries import enquiries_of, followed_by
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.stages import Stage
from tests.casework.dossiers import AT, ELEMENTS, Room, bring_to, make_dossier, make_room

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def dossier(room: Room) -> Dossier:
    return make_dossier(room)


def ask(dossier: Dossier, room: Room, **changed: Any) -> LineOfEnquiry:
    return open_enquiry(dossier, **{"by": room.analyst, "question": "購入時の居住者", **changed})


def close(dossier: Dossier, room: Room, line: LineOfEnquiry, **changed: Any) -> LineOfEnquiry:
    said = {"by": room.investigator, "key": line.pk, "result": "not-shown", "found": "該当なし", **changed}
    return close_enquiry(dossier, **said)


def test_a_line_says_what_must_be_shown_and_who_follows_it(dossier: Dossier, room: Room) -> None:
    line = ask(dossier, room, element="possession", follow="heron-investigator")
    assert (line.element, line.followed_by, line.followed_since) == ("possession", room.investigator, AT)


def test_it_can_be_given_to_another(dossier: Dossier, room: Room, now: Any) -> None:
    line = ask(dossier, room, follow="heron-investigator")
    now.shift(timedelta(days=1))
    given = follow_enquiry(dossier, by=room.analyst, key=line.pk, follow="heron-analyst2")
    assert (given.followed_by, given.followed_since) == (room.analyst2, AT + timedelta(days=1))
    with pytest.raises(RefusedError, match="follows this line of enquiry already"):
        follow_enquiry(dossier, by=room.analyst, key=line.pk, follow="heron-analyst2")


@pytest.mark.parametrize(
    ("who", "error", "says"),
    [
        pytest.param("nobody", NotFoundError, "No member", id="no user"),
        pytest.param("heron-stranger", NotFoundError, "No member", id="not a member"),
        pytest.param("heron-auditor", RefusedError, "records no findings", id="role"),
    ],
)
def test_who_cannot_follow_is_not_given_it(who: str, error: Any, says: str, dossier: Dossier, room: Room) -> None:
    with pytest.raises(error, match=says):
        ask(dossier, room, follow=who)
    assert not dossier.enquiries.exists()


def test_another_forces_officer_does_not_follow(dossier: Dossier, room: Room) -> None:
    room.analyst2.force = "osaka"
    room.analyst2.save()
    with pytest.raises(RefusedError, match="another force"):
        ask(dossier, room, follow="heron-analyst2")


@pytest.mark.parametrize("result", ["shown", "not-shown", "cannot-say"])
def test_it_is_closed_once_with_its_result_in_words(result: str, dossier: Dossier, room: Room) -> None:
    line = close(dossier, room, ask(dossier, room), result=result)
    assert (line.result, line.found, line.closed_by, line.closed_at) == (result, "該当なし", room.investigator, AT)
    for act in (
        lambda: close(dossier, room, line, found="別の結果"),
        lambda: follow_enquiry(dossier, by=room.analyst, key=line.pk, follow="heron-analyst2"),
    ):
        with pytest.raises(RefusedError, match="No such line of enquiry is open"):
            act()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        pytest.param({"result": "maybe"}, BadInputError, id="result"),
        pytest.param({"found": " "}, BadInputError, id="nothing said"),
        pytest.param({"exhibit": "甲9"}, NotFoundError, id="exhibit"),
        pytest.param({"key": 999999}, RefusedError, id="no such line"),
    ],
)
def test_what_is_refused_leaves_it_open(changed: dict[str, Any], error: Any, dossier: Dossier, room: Room) -> None:
    line = ask(dossier, room)
    with pytest.raises(error):
        close(dossier, room, line, **changed)
    line.refresh_from_db()
    assert line.closed_at is None


def test_another_persons_line_is_not_reached(dossier: Dossier, room: Room) -> None:
    line = ask(make_dossier(room), room)
    with pytest.raises(RefusedError):
        close(dossier, room, line)


def test_none_is_ever_deleted(dossier: Dossier, room: Room) -> None:
    line = ask(dossier, room)
    for act in (line.delete, LineOfEnquiry.objects.filter(pk=line.pk).delete, dossier.enquiries.all().delete):
        with pytest.raises(RefusedError, match="never deleted"):
            act()
    assert LineOfEnquiry.objects.filter(pk=line.pk).exists()


def test_the_database_refuses_a_result_on_an_open_line(dossier: Dossier, room: Room) -> None:
    line = ask(dossier, room)
    with pytest.raises(IntegrityError), transaction.atomic():
        LineOfEnquiry.objects.filter(pk=line.pk).update(result="shown")


def test_a_closed_line_fills_no_element_and_is_no_corroboration(dossier: Dossier, room: Room) -> None:
    enter_exhibit(dossier, by=room.analyst, number="甲1", origin="search", obtained_on=AT.date())
    close(dossier, room, ask(dossier, room, element="possession"), result="shown", exhibit="甲1")
    facts = facts_of(dossier)
    assert (facts.elements, facts.corroborations) == ((), ())
    assert enquiries_of(dossier).closed[0].serves == ()


def test_a_line_shows_what_its_exhibit_serves_and_what_backs_its_element(dossier: Dossier, room: Room) -> None:
    enter_exhibit(dossier, by=room.analyst, number="甲1", origin="search", obtained_on=AT.date())
    back_element(dossier, by=room.analyst, element="possession", exhibit="甲1", shown_on=AT.date())
    corroborate(dossier, by=room.analyst, kind="search", exhibit="甲1")
    ask(dossier, room, element="possession")
    close(dossier, room, ask(dossier, room, element="will"), exhibit="甲1")
    found = enquiries_of(dossier)
    assert found.open[0].backed == ("甲1",)
    assert found.closed[0].serves == ("possession", "search")
    assert found.corroborated


def test_elements_that_nobody_asks_for_are_named(dossier: Dossier, room: Room) -> None:
    assert enquiries_of(dossier).unasked == ELEMENTS
    line = ask(dossier, room, element="purpose")
    assert "purpose" not in enquiries_of(dossier).unasked
    close(dossier, room, line)
    assert "purpose" in enquiries_of(dossier).unasked


@pytest.mark.parametrize("stage", [Stage.NOT_CHARGEABLE, Stage.MISIDENTIFIED])
def test_nothing_is_asked_about_whom_work_has_ended_on(stage: Stage, dossier: Dossier, room: Room) -> None:
    bring_to(dossier, stage, room)
    with pytest.raises(RefusedError, match="takes it up again"):
        ask(dossier, room)


def test_ones_own_lines_are_those_open_in_operations_one_may_see(dossier: Dossier, room: Room) -> None:
    other = make_room("egret")
    Membership.objects.create(operation=other.operation, user=room.analyst)
    mine, done = ask(dossier, room, follow="heron-analyst"), ask(dossier, room, follow="heron-analyst")
    ask(dossier, room, follow="heron-analyst2")
    close(dossier, room, done)
    elsewhere = ask(make_dossier(other), other, by=other.analyst, follow="heron-analyst")
    assert [one.pk for one in followed_by(room.analyst)] == [mine.pk, elsewhere.pk]
    Membership.objects.filter(operation=other.operation, user=room.analyst).delete()
    assert [one.pk for one in followed_by(room.analyst)] == [mine.pk]


@pytest.mark.parametrize("count", [1, 40])
def test_they_cost_the_same_queries_however_many(count: int, dossier: Dossier, room: Room) -> None:
    for number in range(count):
        ask(dossier, room, question=f"{number}", follow="heron-analyst2")
    with CaptureQueriesContext(connection) as asked:
        for one in enquiries_of(dossier).open:
            assert one.line.followed_by == room.analyst2
    assert len(asked) == 5
