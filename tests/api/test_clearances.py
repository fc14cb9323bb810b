"""Cleared cases over HTTP: by pages, with suspects and children by codes, and no more than the token reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from soken.access.models import Role, User
from soken.access.policy import Act
from soken.api.routes import clearances
from soken.casework.actions.add_suspect import add_suspect
from soken.casework.actions.record_clearance import Clearance, Suffering, record_clearance, strike_clearance
from soken.casework.actions.shut_matches import shut
from soken.casework.models import CompartmentKind, Membership
from soken.review.stages import Stage
from tests.api.asking import ask, program, token_for, told
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, make_room

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from soken.casework.models import ClearedCase, Dossier

PATH = "operations/heron/clearances"
DAY = AT.date()
SAID = Clearance(
    "production", DAY, "tokyo", occurred_at="osaka", network="yes", age=41, occupation="teacher",
    victims=(Suffering("V-1", "primary", "covert", "family"),),
)  # fmt: skip


@pytest.fixture
def room(db: None) -> Any:
    with time_machine.travel(AT, tick=False):
        yield make_room()


def referred(room: Room) -> Dossier:
    return bring_to(make_dossier(room), Stage.REFERRED, room)


def accomplices(room: Room) -> tuple[ClearedCase, Dossier, Dossier, Room]:
    """A case of this operation whose second suspect is another operation's, recorded by a member of both."""
    other = make_room("egret")
    Membership.objects.create(operation=room.operation, user=other.liaison)
    first, second = referred(room), referred(other)
    case = record_clearance(first, SAID, by=room.liaison)
    second.confirmations.update(born_on=None)
    add_suspect(second, by=other.liaison, case=case.pk, age=19, occupation="student")
    return case, first, second, other


def test_a_case_is_told_with_its_suspects_and_children_by_codes(room: Room) -> None:
    case, first, second, other = accomplices(room)
    (found,) = told(token_for(room.reviewer), PATH)["cases"]
    assert {name: found[name] for name in ("case", "operation", "group", "cleared_at", "occurred_at", "network")} == {
        "case": case.pk, "operation": "heron", "group": "production", "cleared_at": "tokyo", "occurred_at": "osaka",
        "network": "yes",
    }  # fmt: skip
    assert found["cleared_on"] == DAY.isoformat()
    assert found["victims"] == [{"child": "V-1", "stage": "primary", "form": "covert", "relation": "family"}]
    assert found["suspects"] == [
        {"operation": "heron", "person": first.person_code, "age": 41, "occupation": "teacher"}
    ], "the other operation is not open to the reviewer"
    assert (found["suspects_elsewhere"], found["suspects_total"], found["victims_total"]) == (1, 2, 1)
    both = token_for(other.liaison)
    assert [one["person"] for one in told(both, PATH)["cases"][0]["suspects"]] == [
        first.person_code, second.person_code,
    ]  # fmt: skip


def test_a_case_of_another_operation_is_listed_with_the_suspect_who_is_of_this_one(room: Room) -> None:
    case, _first, second, other = accomplices(room)
    (found,) = told(token_for(other.reviewer), "operations/egret/clearances")["cases"]
    assert (found["case"], found["operation"]) == (case.pk, "")
    assert [one["person"] for one in found["suspects"]] == [second.person_code]
    assert found["suspects_elsewhere"] == 1
    assert (found["victims"], found["victims_total"]) == ([], 1), "a child's code says nothing without its operation"


def test_a_token_narrowed_to_an_operation_names_nobody_of_another(room: Room) -> None:
    _case, first, second, other = accomplices(room)
    narrowed = token_for(other.liaison, operations=["heron"])
    (found,) = told(narrowed, PATH)["cases"]
    assert [one["person"] for one in found["suspects"]] == [first.person_code]
    assert second.person_code not in str(found)
    assert ask(narrowed, "operations/egret/clearances").status_code == 404


def test_who_reads_no_dossiers_reads_no_cleared_cases(room: Room) -> None:
    accomplices(room)
    given = [Act.SEE_OPERATION.value, Act.SEE_PERSON.value]
    assert ask(token_for(room.reviewer, given), PATH).status_code == 403
    assert ask(token_for(room.stranger), PATH).status_code == 404
    counts = User.objects.create(username="counts", role=Role.STATISTICIAN, password="!")
    Membership.objects.create(operation=room.operation, user=counts)
    assert ask(token_for(counts), PATH).status_code == 403


def test_who_is_shut_away_is_told_to_nobody_outside(room: Room) -> None:
    dossier = referred(room)
    record_clearance(dossier, SAID, by=room.liaison)
    shut(room.operation, dossier.person_code, CompartmentKind.PROTECTED, by=None, reason="")
    assert told(token_for(room.reviewer), PATH) == {"cases": [], "total": 0, "later": ""}


def test_cases_come_by_pages_whole_and_narrowed(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearances, "PAGE", 2)
    dossier = referred(room)
    made = [record_clearance(dossier, Clearance("possession", DAY, "tokyo"), by=room.liaison).pk for _ in range(4)]
    made.append(record_clearance(dossier, Clearance("possession", DAY, "osaka"), by=room.liaison).pk)
    token, found, at = token_for(room.reviewer), [], ""
    while at or not found:
        page = told(token, PATH, **({"at": at} if at else {}))
        assert (len(page["cases"]) <= 2, page["total"]) == (True, 5)
        found += [one["case"] for one in page["cases"]]
        at = page["later"]
    assert found == made
    assert [one["case"] for one in told(token, PATH, force="osaka")["cases"]] == made[-1:]
    assert told(token, PATH, year=DAY.year)["total"] == 5
    assert told(token, PATH, year=DAY.year - 1)["total"] == 0
    assert ask(token, PATH, at="x").status_code == 422


def test_a_struck_case_is_told_only_to_whoever_asks_for_struck_ones(room: Room) -> None:
    dossier = referred(room)
    strike_clearance(record_clearance(dossier, SAID, by=room.liaison), by=room.liaison, because="entered twice")
    token = token_for(room.reviewer)
    assert told(token, PATH)["total"] == 0
    (struck,) = told(token, PATH, struck="yes")["cases"]
    assert struck["struck_at"] is not None


def test_a_page_asks_the_database_a_bounded_number_of_times(
    room: Room, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    accomplices(room)
    for _more in range(6):
        record_clearance(referred(room), Clearance("possession", DAY, "tokyo"), by=room.liaison)
    client = program(token_for(room.reviewer))
    client.get(f"/api/{PATH}")
    with django_assert_max_num_queries(17):
        assert client.get(f"/api/{PATH}").status_code == 200
