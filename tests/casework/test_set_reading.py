"""One supervisor has each force read its own persons alone; two, of two forces, lay them open again (R33, ADR 16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from soken.access.eyes import machine_sees_all, viewing
from soken.access.models import Role, User
from soken.access.policy import PERMISSIONS, Act
from soken.casework.actions.answer_transfer import accept_transfer, receive_transfer, return_transfer
from soken.casework.actions.assess import assess
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.review_act import Ruling, enter
from soken.casework.actions.set_reading import (
    agree_to_reading_by_all,
    propose_reading_by_all,
    read_by_force,
    refuse_reading_by_all,
)
from soken.casework.actions.tell_due import tell_due
from soken.casework.models import (
    ActKind,
    Dossier,
    Notification,
    Priority,
    ReadingChange,
    ReviewAct,
    SafetyNotification,
    Task,
    Verdict,
)
from soken.casework.selectors.boards import board
from soken.casework.selectors.compartments import Closed
from soken.casework.selectors.dossier import dossier_file, dossier_found, dossier_of
from soken.casework.selectors.due import members_of
from soken.casework.selectors.persons import persons_page
from soken.casework.selectors.saved_filters import query_of
from soken.casework.selectors.standing import UNOPENED, stage_funnel, standing_page
from soken.casework.selectors.unopened import unopened_of
from soken.casework.selectors.whose import AnothersCaseError, whose
from soken.commands.main import app
from soken.commands.output import actor
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.ledger.models import Entry
from soken.resolve import RowRef
from soken.review.stages import Stage
from soken.route.transfers import rules
from tests.casework.dossiers import Room, bring_to, make_dossier, make_room
from tests.casework.test_read_by_force import by_force, member

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def room() -> Room:
    """An operation of two forces and the centre: two supervisors of Tokyo's, one of Osaka's, one of no force."""
    room = make_room()
    for name, force in (("tokyo", "tokyo"), ("tokyo2", "tokyo"), ("osaka", "osaka"), ("centre", "")):
        room.users[name] = member(room, force)
    return room


def test_one_supervisor_sets_it_with_a_reason(room: Room) -> None:
    with pytest.raises(BadInputError):
        read_by_force(room.operation, by=room.tokyo, reason=" ")
    made = read_by_force(room.operation, by=room.tokyo, reason="each force its own")
    assert room.operation.by_force
    room.operation.refresh_from_db()
    assert room.operation.by_force
    assert (made.by, made.reason, made.agreed, made.second) == (room.tokyo, "each force its own", True, None)
    with pytest.raises(RefusedError, match="already"):
        read_by_force(room.operation, by=room.osaka, reason="again")


@pytest.mark.django_db(transaction=True)
def test_the_ledger_keeps_who_set_it_and_why(room: Room) -> None:
    read_by_force(room.operation, by=room.tokyo, reason="each force its own")
    entry = Entry.objects.filter(act="set-reading").get()
    assert (entry.by, entry.operation) == (room.tokyo.username, room.operation.slug)
    assert "casework.ReadingChange" in entry.changes
    assert '"by_force"' in entry.changes
    assert entry.sealed, "the reason, closed"


@pytest.mark.parametrize("act", [read_by_force, propose_reading_by_all, agree_to_reading_by_all, refuse_reading_by_all])
def test_nobody_else_sets_it(room: Room, act: Callable[..., object]) -> None:
    assert [role for role in Role if Act.SET_READING in PERMISSIONS[role]] == [Role.REVIEWER]
    for user in (room.analyst, room.investigator, room.liaison, room.auditor):
        with pytest.raises(RefusedError, match="may not do this"):
            act(room.operation, by=user, reason="r")
    with pytest.raises(NotFoundError):
        act(room.operation, by=room.stranger, reason="r")
    assert not ReadingChange.objects.exists()


@pytest.mark.parametrize("second", ["osaka", "centre"])
def test_laying_open_takes_a_second_person_of_another_force(room: Room, second: str) -> None:
    read_by_force(room.operation, by=room.tokyo, reason="each its own")
    propose_reading_by_all(room.operation, by=room.tokyo, reason="one team")
    assert room.operation.by_force, "nothing is open until another agrees"
    with pytest.raises(RefusedError, match="proposed already"):
        propose_reading_by_all(room.operation, by=room.osaka, reason="one team")
    with pytest.raises(RefusedError, match="another one"):
        agree_to_reading_by_all(room.operation, by=room.tokyo, reason="agreed")
    with pytest.raises(RefusedError, match="Your own force"):
        agree_to_reading_by_all(room.operation, by=room.tokyo2, reason="agreed")
    room.operation.refresh_from_db()
    assert room.operation.by_force
    made = agree_to_reading_by_all(room.operation, by=room.users[second], reason="agreed")
    assert (made.agreed, made.second, room.operation.by_force) == (True, room.users[second], False)
    with pytest.raises(RefusedError, match="every force reads all persons already"):
        propose_reading_by_all(room.operation, by=room.tokyo, reason="again")


def test_whoever_refuses_or_takes_back_leaves_it_as_it_was(room: Room) -> None:
    read_by_force(room.operation, by=room.tokyo, reason="each its own")
    with pytest.raises(RefusedError, match="Nobody has proposed"):
        refuse_reading_by_all(room.operation, by=room.osaka, reason="no")
    for by in (room.osaka, room.tokyo):
        propose_reading_by_all(room.operation, by=room.tokyo, reason="one team")
        assert refuse_reading_by_all(room.operation, by=by, reason="no").agreed is False
        room.operation.refresh_from_db()
        assert room.operation.by_force


def test_the_database_refuses_to_lay_open_what_one_agreed_to_alone(room: Room) -> None:
    at = clock.now()
    for said in (
        {"agreed": True, "second": room.tokyo, "settled_at": at},
        {"agreed": True, "settled_at": at},
        {"agreed": True, "second": None, "settled_at": at},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReadingChange.objects.create(
                operation=room.operation, by_force=False, reason="r", by=room.tokyo, at=at, **said
            )


def test_the_page_offers_each_what_they_may_do(room: Room) -> None:
    def page(user: User, **posted: str) -> tuple[int, str]:
        browser = Client()
        browser.force_login(user)
        address = f"/operations/{room.operation.slug}/reading"
        answer = browser.post(address, posted, follow=True) if posted else browser.get(address)
        return answer.status_code, answer.content.decode()

    assert 'value="by-force"' not in page(room.investigator)[1]
    assert 'value="by-force"' in page(room.tokyo)[1]
    assert page(room.investigator, act="by-force", reason="r")[0] == 409
    assert page(room.tokyo, act="by-force", reason="")[0] == 422
    assert page(room.tokyo, act="by-force", reason="each its own")[0] == 200
    assert page(room.tokyo, act="by-all", reason="one team")[0] == 200
    assert 'value="agree"' not in page(room.tokyo)[1]
    assert 'value="agree"' not in page(room.tokyo2)[1]
    assert 'value="agree"' in page(room.osaka)[1]
    status, text = page(room.osaka, act="agree", reason="agreed")
    assert (status, "one team" in text, "agreed" in text) == (200, True, True)
    room.operation.refresh_from_db()
    assert not room.operation.by_force


def test_the_command_sets_and_shows_it(room: Room) -> None:
    User.objects.filter(pk=room.tokyo.pk).update(username=actor())

    def run(*said: str) -> str:
        ran = CliRunner().invoke(app, ["reading", *said, "--operation", room.operation.slug])
        assert ran.exit_code == 0, ran.output
        return ran.output

    assert "Each force reads its own persons alone." in run("by-force", "--reason", "each its own")
    assert "Proposed" in run("by-all", "--reason", "one team")
    assert "one team" in run("show")
    run("refuse", "--reason", "not yet")
    assert '"by_force": true' in run("show", "--json")


def test_the_list_says_whose_others_persons_are_and_how_far_and_nothing_else_opens(room: Room) -> None:
    dossier = make_dossier(room, stage=Stage.PROPOSED)
    by_force(room.operation)
    with viewing(room.osaka):
        page = persons_page(room.operation, query_of({}))
        assert [one.code for one in page.persons] == [dossier.person_code]
        (found,) = whose(room.operation, [dossier.person_code]).values()
        assert (found.force, found.stage, found.open) == ("tokyo", "proposed", False)
        for look in (dossier_of, dossier_found):
            with pytest.raises(AnothersCaseError, match=rf"{dossier.person_code} is a person of .*; ask that force"):
                look(room.operation, dossier.person_code)
        with pytest.raises(AnothersCaseError):
            open_dossier(room.operation, dossier.person_code, by=room.osaka)


def test_counts_are_whole_and_nobody_is_taken_for_one_without_a_dossier(room: Room) -> None:
    make_dossier(room)
    make_dossier(room, force="osaka")
    make_dossier(room, force="")
    by_force(room.operation)
    with viewing(room.osaka):
        funnel = stage_funnel(room.operation)
        assert (funnel.total, funnel.unopened, funnel.stages["proposed"], funnel.adds_up) == (3, 0, 3, True)
        assert standing_page(room.operation, stage=UNOPENED).rows == ()
        assert unopened_of(room.operation) is None
        assert len(standing_page(room.operation, stage="proposed").rows) == 2


def test_nobody_is_told_what_is_due_of_a_person_whom_they_may_not_read(room: Room) -> None:
    dossier = make_dossier(room)
    for user in (room.osaka, room.tokyo):
        Task.objects.create(
            dossier=dossier, what="ask", who=user, by=room.reviewer, at=clock.now(), due_on=clock.now().date()
        )
    by_force(room.operation)
    with machine_sees_all():
        members = members_of(room.operation)
        told = {one.user for one in Closed(room.operation).without(members, dossier.person_code)}
        assert room.tokyo.pk in told
        assert room.centre.pk in told
        assert room.osaka.pk not in told
        tell_due(room.operation)
        assert Notification.objects.filter(user=room.tokyo).exists()
        assert not Notification.objects.filter(user=room.osaka).exists()
    with viewing(room.osaka):
        shown = board(room.osaka)
        assert shown is not None
        assert shown.tasks.total == 0
    with viewing(room.tokyo):
        shown = board(room.tokyo)
        assert shown is not None
        assert shown.tasks.total == 1


def test_a_transfer_is_read_by_both_sides_until_it_is_answered_and_then_by_the_owner(room: Room) -> None:
    dossier = make_dossier(room)
    by_force(room.operation)
    form = dict.fromkeys(rules().form, "as attached")

    def reads(user: User) -> bool:
        with viewing(user):
            return Dossier.objects.filter(pk=dossier.pk).exists()

    def offered() -> int:
        with viewing(room.tokyo):
            now = Dossier.objects.get(pk=dossier.pk)
            return offer_transfer(now, by=room.tokyo, to="osaka", kind="transfer", reason="moved", form=form).pk

    key = offered()
    assert (reads(room.tokyo), reads(room.osaka)) == (True, True)
    with viewing(room.osaka):
        receive_transfer(room.operation, key, by=room.osaka)
        return_transfer(room.operation, key, by=room.osaka, answer="lives in Tokyo")
    assert (reads(room.tokyo), reads(room.osaka)) == (True, False)
    key = offered()
    with viewing(room.osaka):
        receive_transfer(room.operation, key, by=room.osaka)
        accept_transfer(room.operation, key, by=room.osaka, answer="")
    assert (reads(room.tokyo), reads(room.osaka)) == (False, True)
    assert reads(room.centre)


def test_whoever_gives_a_person_back_is_led_to_the_inbox(room: Room) -> None:
    dossier = make_dossier(room)
    form = dict.fromkeys(rules().form, "as attached")
    offer = offer_transfer(dossier, by=room.tokyo, to="osaka", kind="transfer", reason="moved", form=form)
    receive_transfer(room.operation, offer.pk, by=room.osaka)
    by_force(room.operation)
    browser = Client()
    browser.force_login(room.osaka)
    browser.post(
        f"/operations/{room.operation.slug}/persons/{dossier.person_code}/owner",
        {"opened_for": "work", "opened_because": "offered to us"},
    )
    answer = browser.post(
        f"/operations/{room.operation.slug}/persons/{dossier.person_code}/owner",
        {"act": "return", "key": str(offer.pk), "answer": "lives in Tokyo", "opened_for": "work",
         "opened_because": "offered to us"},
    )  # fmt: skip
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/inbox")


def test_whoever_judges_takes_another_forces_dossier_back_from_ready_without_reading_it(room: Room) -> None:
    """Two rows that people hold for one person's are said to be two persons': the gate shuts whoever says so."""
    dossier = bring_to(make_dossier(room), Stage.READY, room)
    first, second = dossier.rows.order_by("row").values_list("evidence", "row")
    by_force(room.operation)
    with viewing(room.osaka), transaction.atomic():
        act = ReviewAct.objects.create(
            operation=room.operation, kind=ActKind.JUDGE, verdict=Verdict.DIFFERENT, code="different-given",
            persons=[dossier.person_code], by=room.osaka, at=clock.now(),
        )  # fmt: skip
        enter(act, [Ruling(RowRef(*first), RowRef(*second), Verdict.DIFFERENT)])
    with machine_sees_all():
        assert Dossier.objects.get(pk=dossier.pk).stage == Stage.UNDER_INVESTIGATION


def test_whoever_learns_of_a_child_in_danger_tells_whosever_the_person_is(room: Room) -> None:
    """Child safety waits for no owner (R17); what others told is not read."""
    dossier = make_dossier(room)
    assess(dossier, by=room.tokyo, answers={})
    told = {"body": "child-guidance-centre", "method": "phone"}
    notify_safety(room.operation, dossier.person_code, by=room.tokyo, office="Office of Tokyo's", **told)
    with machine_sees_all():
        Priority.objects.filter(dossier=dossier).update(reassess_since=None, reassess_because="")
    by_force(room.operation)
    address = f"/operations/{room.operation.slug}/persons/{dossier.person_code}/safety"
    browser = Client()
    browser.force_login(room.osaka)
    browser.post(address, {"opened_for": "work", "opened_because": "a child"})
    page = browser.get(address).content.decode()
    assert dossier.person_code in page
    assert "Office of Tokyo" not in page
    answer = browser.post(address, {**told, "office": "Office of Osaka's"})
    assert answer.status_code == 302
    assert "Office of" not in browser.get(address).content.decode()
    with viewing(room.tokyo):
        found = SafetyNotification.objects.filter(person_code=dossier.person_code)
        assert {one.by for one in found} == {room.tokyo, room.osaka}
        assert Priority.objects.get(dossier=dossier).reassess_because == "notify-safety", "a new fact"


def test_what_others_hold_costs_no_question_more(room: Room) -> None:
    mine = make_dossier(room, force="osaka")
    by_force(room.operation)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries, viewing(room.osaka):
            page = persons_page(room.operation, query_of({}))
            whose(room.operation, [one.code for one in page.persons])
            dossier_file(dossier_of(room.operation, mine.person_code))
            board(room.osaka)
            stage_funnel(room.operation)
        return len(queries)

    make_dossier(room)
    few = asked()
    for _one in range(12):
        make_dossier(room)
    assert asked() == few
