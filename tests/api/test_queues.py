"""What waits for somebody: each queue is what its page shows, by pages, and narrowed to the token's operations."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from soken.access.models import Role, User
from soken.access.policy import Act
from soken.api.routes import queues
from soken.api.tokens import readable_by
from soken.casework.actions.approve_handover import approve_handover
from soken.casework.actions.lease_pair import lease_next
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.offer_handover import offer_handover
from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.actions.send_handover import send_handover
from soken.casework.models import IncomingHandover, Membership, Operation, Peer, ReviewPair
from soken.casework.selectors.boards import Board, board
from soken.core.home import open_home
from soken.route.transfers import rules
from tests.api.asking import ask, program, token_for, told
from tests.casework.dossiers import Room, make_dossier, make_room, taken_on
from tests.casework.other_installation import OtherInstallation
from tests.desk.factory import TAKAHASHI, make_world
from tests.desk.reading import signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import DjangoAssertNumQueries, Settings

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
#: Kind of work → the right to read that it needs beside the board's own.
OF_KIND = {"safety": Act.SEE_SAFETY}


@pytest.fixture
def room(db: None) -> Any:
    with time_machine.travel(NOW, tick=False):
        yield make_room()


def waiting(room: Room) -> None:
    """One of each: a notification without an answer, somebody held, a transfer that nobody has answered in time."""
    held, offered = make_dossier(room, force="tokyo"), make_dossier(room, force="tokyo")
    told_at = NOW - timedelta(days=3)
    notify_safety(
        room.operation, held.person_code, by=room.analyst, body="child-guidance-centre", office="東京都児童相談所",
        method="phone", notified_at=told_at,
    )  # fmt: skip
    record_restraint(held, by=room.investigator, began_at=NOW - timedelta(hours=40), form="warrant")
    form = dict.fromkeys(rules().form, "別添のとおり")
    made = offer_transfer(offered, by=room.analyst, to="osaka", kind="transfer", reason="転居のため", form=form)
    type(made).objects.filter(pk=made.pk).update(offered_at=NOW - timedelta(days=30))


def pairs(room: Room, number: int) -> None:
    ReviewPair.objects.bulk_create(
        ReviewPair(
            operation=room.operation, left_evidence="E-000000000001", left_row=2 * at, left_record=2 * at,
            left_person="P-0000-0000-0001", right_evidence="E-000000000001", right_row=2 * at + 1,
            right_record=2 * at + 1, right_person="P-0000-0000-0002", place=at, asked=at <= number, weight=1.5,
            reason="given-differs",
        )
        for at in range(1, number + 3)
    )  # fmt: skip


def test_the_review_queue_is_whole_in_its_order_and_reading_takes_no_pair(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "PAGE", 2)
    pairs(room, 5)
    token, path = token_for(room.analyst2), "operations/heron/queues/review"
    first = told(token, path)
    places, later = [one["place"] for one in first["pairs"]], first["later"]
    while later:
        page = told(token, path, at=later)
        places += [one["place"] for one in page["pairs"]]
        later = page["later"]
    assert places == [1, 2, 3, 4, 5]
    assert (first["open"], first["before_somebody"]) == (5, 0)
    assert not ReviewPair.objects.exclude(leased_by=None).exists()
    taken = lease_next(room.operation, by=room.analyst)
    assert taken is not None
    assert [one["before_somebody"] for one in told(token, path)["pairs"]] == [True, False]
    assert first["pairs"][0]["question"].startswith("The given names differ")
    assert "名" in told(token, path, language="ja")["pairs"][0]["question"]


@pytest.mark.parametrize("at", ["abc", "-1", "1234567890"])
def test_a_place_that_no_page_has_told_is_not_found(at: str, room: Room) -> None:
    assert ask(token_for(room.analyst), "operations/heron/queues/review", at=at).status_code == 404
    assert ask(token_for(room.analyst), "operations/heron/queues/priority", at="1").status_code == 404


def test_the_child_safety_queue_is_that_of_its_page(room: Room) -> None:
    waiting(room)
    found = told(token_for(room.analyst), "operations/heron/queues/safety")
    page = signed_in(room.analyst).get("/operations/heron/safety").context["queue"]
    assert (found["waiting_total"], found["late"]) == (page.total, page.late) == (1, 1)
    (one,) = found["waiting"]
    assert (one["body"], one["hours"], one["late"]) == ("child-guidance-centre", 72, True)


def test_the_board_says_what_its_page_says(room: Room) -> None:
    waiting(room)
    found = {one["kind"]: one for one in told(token_for(room.investigator), "board")["work"]}
    shown = board(room.investigator)
    assert shown is not None
    assert {kind: one["total"] for kind, one in found.items()} == {kind: getattr(shown, kind).total for kind in found}
    assert all(found[kind]["total"] for kind in ("safety", "clocks", "transfers"))
    assert found["safety"]["entries"][0]["late"]


def test_nothing_of_the_board_is_left_out(room: Room) -> None:
    found = told(token_for(room.reviewer), "board")
    kinds = {one["kind"] for one in found["work"]}
    assert kinds | (found.keys() - {"work"}) == {one.name for one in fields(Board)}


@pytest.mark.parametrize("kind", [one.name for one in fields(Board)])
def test_a_token_without_the_right_of_a_kind_of_work_is_told_nothing_of_it(kind: str, room: Room) -> None:
    waiting(room)
    needed = OF_KIND.get(kind, Act.SEE_DOSSIER)
    given = [act.value for act in readable_by(room.reviewer)]
    assert needed.value in given
    whole = {one["kind"]: one for one in told(token_for(room.reviewer), "board")["work"]}
    answer = ask(token_for(room.reviewer, [act for act in given if act != needed.value]), "board")
    if needed is Act.SEE_DOSSIER:
        assert answer.status_code == 403
        return
    narrowed = {one["kind"]: one for one in answer.json()["work"]}
    assert whole[kind]["total"] > 0
    assert narrowed == {**whole, kind: {"kind": kind, "total": 0, "entries": []}}


def test_only_a_right_to_child_safety_tells_of_whom_its_bodies_were_told(room: Room) -> None:
    waiting(room)
    path = "operations/heron/queues/priority"
    given = [act.value for act in readable_by(room.analyst) if act is not Act.SEE_SAFETY]
    for acts, said in ((None, {True, False}), (given, {None})):
        found = told(token_for(room.analyst, acts), path)["persons"]
        assert {one["safety_notified"] for one in found} == said


@pytest.mark.django_db
def test_a_handover_that_nobody_answered_is_on_the_board_and_in_its_list(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = open_home(tmp_path / "home")
    world, osaka = make_world(), OtherInstallation()
    osaka.trusted()
    prepares, operation = world.users[Role.INVESTIGATOR], world.operation
    dossier = open_dossier(operation, TAKAHASHI, by=world.users[Role.ANALYST])
    taken_on(dossier, "tokyo")
    dossier.refresh_from_db()
    form = dict.fromkeys(rules().form, "別添のとおり")
    made = offer_handover(
        dossier, by=prepares, peer="Osaka", to="osaka", kind="transfer", reason="転居", form=form
    ).transfer
    approve_handover(operation, made, by=world.users[Role.REVIEWER])
    send_handover(operation, made, by=prepares)
    token = token_for(prepares)
    (fresh,) = told(token, "handovers")["out"]
    assert (fresh["handover"], fresh["person"], fresh["installation"]) == (made, TAKAHASHI, "Osaka")
    assert told(token, "handovers", late="yes")["out"] == []
    with time_machine.travel(datetime.now(UTC) + rules().receive, tick=False):
        (late,) = told(token, "handovers", late="yes")["out"]
        assert (late["late"], late["escalated"]) == (True, False)
        board_now = {one["kind"]: one for one in told(token, "board")["work"]}
        (waits,) = board_now["handovers"]["entries"]
        assert (waits["person"], waits["what"], waits["late"]) == (TAKAHASHI, f"{made} → Osaka", True)
        assert waits["operation"] == operation.slug


def test_what_has_come_from_another_installation_is_listed_without_a_code_of_a_person(room: Room) -> None:
    osaka = OtherInstallation()
    osaka.trusted()
    IncomingHandover.objects.create(
        operation=room.operation, transfer="T-0000-0000-01", peer=Peer.objects.get(name="Osaka"), state="arrived",
        content_sha256="0" * 64, to_force="tokyo", sent_at=NOW - timedelta(days=30), taken_in_by=room.investigator,
        taken_in_at=NOW,
    )  # fmt: skip
    token = token_for(room.investigator)
    (come,) = told(token, "handovers", late="yes")["into"]
    assert (come["operation"], come["person"], come["installation"]) == ("heron", "", "Osaka")
    of = {one["kind"]: one for one in told(token, "board")["work"]}
    assert of["handovers"]["entries"][0]["what"] == "T-0000-0000-01 ← Osaka"


def test_the_board_counts_the_overdue_by_operation_and_band(room: Room) -> None:
    make_dossier(room)
    later = NOW + timedelta(days=400)
    with time_machine.travel(later, tick=False):
        found = told(token_for(room.reviewer), "board")
    (band,) = found["overdue_bands"]
    assert (band["operation"], band["persons"]) == ("heron", 1)
    assert {one["kind"]: one["total"] for one in found["work"]}["overdue"] == 1


def test_a_reviewers_board_holds_what_only_reviewers_are_shown(room: Room) -> None:
    from soken.casework.actions.screen import screen

    screen(make_dossier(room, force="tokyo"), by=room.analyst, reason="items-covered")
    of = {one["kind"]: one["total"] for one in told(token_for(room.reviewer), "board")["work"]}
    assert of["reviews"] == 1


def test_transfers_and_clocks_say_what_is_late(room: Room) -> None:
    waiting(room)
    token = token_for(room.investigator)
    (late,) = told(token, "transfers", late="yes")["to_us"]
    assert (late["from_force"], late["to_force"], late["late"]) == ("tokyo", "osaka", True)
    (clock,) = told(token, "clocks")["custody"]
    assert clock["ends_at"] == (NOW + timedelta(hours=8)).isoformat().replace("+00:00", "Z")
    assert told(token, "clocks", hours=1)["custody"] == []
    assert clock["says"] != told(token, "clocks", language="ja")["custody"][0]["says"]


def test_of_a_force_only_its_side_of_a_transfer(room: Room) -> None:
    waiting(room)
    for force, sides in (("osaka", (1, 0)), ("tokyo", (0, 1)), ("hyogo", (0, 0))):
        user = User.objects.create(username=force, role=Role.INVESTIGATOR, force=force, password="!")
        Membership.objects.create(operation=room.operation, user=user)
        found = told(token_for(user), "transfers")
        assert (len(found["to_us"]), len(found["from_us"])) == sides


def test_what_goes_across_operations_stays_in_those_of_the_token(room: Room) -> None:
    waiting(room)
    other = Operation.objects.create(name="Operation Egret", slug="egret", created_at=NOW)
    Membership.objects.create(operation=other, user=room.investigator)
    token = token_for(room.investigator, operations=["egret"])
    assert {one["total"] for one in told(token, "board")["work"]} == {0}
    assert told(token, "transfers")["to_us"] == []
    assert told(token, "clocks")["custody"] == []
    assert told(token, "handovers") == {"out": [], "into": [], "left_out": 0}


def test_the_priority_list_is_that_of_its_page(room: Room) -> None:
    for _person in range(3):
        make_dossier(room)
    token, path = token_for(room.analyst), "operations/heron/queues/priority"
    found = told(token, path)
    page = signed_in(room.analyst).get("/operations/heron/priority").context["page"]
    assert [one["person"] for one in found["persons"]] == [one.priority.dossier.person_code for one in page.persons]
    assert len(found["persons"]) == sum(one["persons"] for one in found["bands"])
    assert told(token, path, band="high")["persons"] == []


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("board", 32),
        ("transfers", 14),
        ("clocks", 13),
        ("handovers", 14),
        ("operations/heron/queues/review", 13),
        ("operations/heron/queues/safety", 16),
        ("operations/heron/queues/priority", 15),
    ],
)
def test_a_queue_asks_the_database_a_bounded_number_of_times(
    path: str, most: int, room: Room, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _more in range(3):
        waiting(room)
    pairs(room, 5)
    client = program(token_for(room.reviewer))
    client.get(f"/api/{path}")
    with django_assert_max_num_queries(most):
        assert client.get(f"/api/{path}").status_code == 200
