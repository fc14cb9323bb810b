"""The board: what somebody must do today, by role and force."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from soken.access.models import Role
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.screen import screen
from soken.casework.models import Dossier, Ownership, Person, Priority
from soken.casework.selectors.boards import board
from soken.casework.selectors.dossier import today
from soken.core import clock
from tests.desk.factory import TAKAHASHI, World
from tests.desk.reading import signed_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries


@pytest.fixture
def dossier(world: World) -> Dossier:
    return open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])


def page_of(world: World, role: str) -> str:
    client = signed_in(world.users[role])
    return client.get("/", headers={"accept-language": "en"}).content.decode()


def past_target(dossier: Dossier) -> None:
    Priority.objects.filter(dossier=dossier).update(due_on=today() - timedelta(days=1))


def test_a_day_without_work_says_so(world: World) -> None:
    Person.objects.all().delete()
    assert "Nothing waits for you today" in page_of(world, "analyst")


@pytest.mark.parametrize(
    ("language", "board_says", "standing_says", "inbox_says"),
    [
        ("en", "Lists with persons who have no dossier yet", "persons have no dossier yet", "Taken on by nobody"),
        (
            "ja",
            "まだ人物記録のない人物がいる名簿",
            "人にまだ人物記録がありません",
            "まだどの警察も受け持っていない人物",
        ),
    ],
)
def test_whom_nobody_has_begun_with_or_taken_on_is_shown(
    language: str, board_says: str, standing_says: str, inbox_says: str, world: World, dossier: Dossier
) -> None:
    Dossier.objects.update(force="")
    client = signed_in(world.users["reviewer"])
    client.cookies["django_language"] = language
    shown = {page: client.get(page).content.decode() for page in ("/", "/operations/kingfisher/standing", "/inbox")}
    assert board_says in shown["/"]
    assert "/operations/kingfisher/standing?stage=unopened" in shown["/"]
    assert 'id="force-ages"' in shown["/"]
    assert standing_says in shown["/operations/kingfisher/standing"]
    assert inbox_says in shown["/inbox"]
    assert dossier.person_code in shown["/inbox"]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_a_role_that_works_on_no_person_is_led_to_the_operations(role: Role, world: World) -> None:
    client = signed_in(world.users[role])
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/operations")


def test_a_screening_waits_for_a_reviewer_and_not_for_who_screened(world: World, dossier: Dossier) -> None:
    screen(dossier, by=world.users["reviewer"], reason="items-covered")
    assert board(world.users["reviewer"]).reviews.total == 0  # type: ignore[union-attr]
    screen(dossier, by=world.users["analyst"], reason="items-covered")
    assert board(world.users["analyst"]).reviews.total == 0  # type: ignore[union-attr]
    assert "Screenings that wait for your review" in page_of(world, "reviewer")


@pytest.mark.parametrize(
    ("force", "seen"), [("", 1), ("tokyo", 1), ("osaka", 0)], ids=["the centre", "its force", "another force"]
)
def test_who_is_past_the_target_stands_on_the_board_of_its_force(
    force: str, seen: int, world: World, dossier: Dossier
) -> None:
    Ownership.objects.create(
        dossier=dossier, force="tokyo", reason="住所地", by=world.users["analyst"], since=clock.now()
    )
    Dossier.objects.filter(pk=dossier.pk).update(force="tokyo")
    past_target(dossier)
    user = world.users["analyst"]
    user.force = force
    found = board(user)
    assert found is not None
    assert found.overdue.total == len(found.overdue.shown) == seen
    assert sum(one.persons for one in found.overdue_bands) == seen


def test_a_child_in_danger_is_on_everybodys_board_whoever_owns_the_person(world: World) -> None:
    notify_safety(
        world.operation, TAKAHASHI, by=world.users["analyst"], body="child-guidance-centre", office="中央児童相談所",
        method="phone",
    )  # fmt: skip
    assert "Child safety: nobody has acknowledged" in page_of(world, "investigator")


def test_a_stranger_sees_nothing_of_the_operation(world: World, dossier: Dossier) -> None:
    past_target(dossier)
    assert TAKAHASHI in page_of(world, "analyst")
    assert TAKAHASHI not in page_of(world, "stranger")


def test_the_board_asks_as_many_questions_whatever_there_is(
    world: World, dossier: Dossier, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    past_target(dossier)
    with django_assert_max_num_queries(30):
        board(world.users["reviewer"])


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "Cases of the dead, neither sent nor closed"), ("ja", "死亡した被疑者の事件（未送致・未了）")],
)
def test_the_case_of_the_dead_stands_on_the_board(language: str, says: str, world: World, dossier: Dossier) -> None:
    end_dossier(dossier, by=world.users["analyst"], kind="deceased", basis="戸籍", on=today())
    client = signed_in(world.users["reviewer"])
    client.cookies["django_language"] = language
    page = client.get("/").content.decode()
    assert says in page
    assert f"/persons/{TAKAHASHI}/dossier" in page.split('id="dead"')[1]
