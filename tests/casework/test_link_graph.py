"""The neighbourhood of one person: who is in it, why, what is left out, and who may look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from soken.access.models import Role
from soken.casework.models import Membership, Person
from soken.casework.selectors import store
from soken.casework.selectors.link_graph import MOST_NODES, SHARED_BY, link_graph
from soken.core.errors import NotFoundError
from soken.core.home import open_home
from tests.desk.factory import ALONE, RELATIVE, TAKAHASHI, World, make_user, make_world

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from soken.casework.selectors.graph_parts import LinkGraph

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = open_home(tmp_path / "home")


@pytest.fixture
def world() -> World:
    return make_world()


def around(world: World, code: str = TAKAHASHI, *, by: str = "analyst", **asked: Any) -> LinkGraph:
    return link_graph(world.users[by], world.operation, code, **asked)


def rewrite(world: World, persons: dict[str, dict[str, str]], links: list[dict[str, Any]] | None = None) -> None:
    """Put another run's tables in place: person → what its one record claims."""
    assert world.run is not None
    folder = store.run_folder(world.operation, world.run)
    empty = {"email": None, "email_key": None, "email2_key": None, "phone": None, "phone_key": None,
             "phone2_key": None, "address": None, "address_key": None}  # fmt: skip
    records, clusters = [], []
    for number, (code, claims) in enumerate(persons.items(), start=1):
        said = {**{f"{name}_key": value for name, value in claims.items()}, **claims}
        records.append({"record": number, "rows": 1, **empty, **said})
        clusters.append({"record": number, "person": code, "band": "same", "review_with": None})
    text = [(name, pa.string()) for name in empty]
    schema = pa.schema([("record", pa.int64()), ("rows", pa.int32()), *text])
    pq.write_table(pa.Table.from_pylist(records, schema=schema), folder / "records.parquet")
    pq.write_table(pa.Table.from_pylist(clusters), folder / "clusters.parquet")
    old = pq.read_table(folder / "links.parquet")
    pq.write_table(pa.Table.from_pylist(links or [], schema=old.schema), folder / "links.parquet")
    Person.objects.filter(operation=world.operation).delete()
    Person.objects.bulk_create(
        Person(operation=world.operation, code=code, name=f"人物 {code[-2:]}", band="same", rows=1, records=1, items=1)
        for code in persons
    )


def code(number: int) -> str:
    return f"P-0000-0000-{number:04d}"


def test_values_and_those_who_share_them_stand_around_the_person(world: World) -> None:
    found = around(world)
    assert [(one.kind, one.column) for one in found.nodes if one.shown == TAKAHASHI] == [("person", 0)]
    assert {one.shown for one in found.nodes if one.kind == "person"} == {TAKAHASHI, RELATIVE, ALONE}
    assert {one.kind: one.persons for one in found.nodes if one.kind != "person"} == {
        "mail": 1,
        "phone": 3,
        "address": 3,
    }


def test_a_claim_says_how_many_rows_and_as_typed_by_this_person(world: World) -> None:
    claims = {(one.left, one.right.split(":")[0]): one for one in around(world).edges if one.kind == "claims"}
    assert (claims[TAKAHASHI, "phone"].typed, claims[TAKAHASHI, "phone"].rows) == ("090-0000-0001", 3)
    assert claims[ALONE, "phone"].typed == "+81 3 0000 0000"


def test_a_link_says_its_band_its_weight_and_its_reasons(world: World) -> None:
    (link,) = [one for one in around(world).edges if one.kind == "link"]
    assert {link.left, link.right} == {TAKAHASHI, RELATIVE}
    assert (link.band, link.weight, link.why) == ("review", 3.25, "given-differs")
    assert link.reason is not None
    assert (link.reason.comparison, link.reason.weight) == ("phone", 9.4)


def test_whom_the_run_links_is_there_without_any_shared_value(world: World) -> None:
    link = {"left_record": 1, "right_record": 2, "band": "review", "weight": 1.0, "reasons": [],
            "review_reason": None, "judged": None, "blocked_by": "name"}  # fmt: skip
    rewrite(world, {code(1): {"email": "a@mail.example"}, code(2): {"email": "b@mail.example"}}, [link])
    assert {one.shown for one in around(world, code(1)).nodes} == {code(1), code(2), "a@mail.example"}


def test_whom_the_run_holds_to_be_another_is_joined_by_nothing_but_what_they_share(world: World) -> None:
    link = {"left_record": 1, "right_record": 2, "band": "different", "weight": 30.0, "reasons": [],
            "review_reason": None, "judged": None, "blocked_by": "name"}  # fmt: skip
    rewrite(world, {code(1): {"email": "a@mail.example"}, code(2): {"email": "b@mail.example"}}, [link])
    assert {one.shown for one in around(world, code(1)).nodes} == {code(1), "a@mail.example"}
    rewrite(world, {code(1): {"phone": "+811"}, code(2): {"phone": "+811"}}, [link])
    assert {one.kind for one in around(world, code(1)).edges} == {"claims"}


def test_a_value_that_too_many_share_leads_nowhere_and_is_said(world: World) -> None:
    crowd = {code(n): {"phone": "+810000", "email": f"{n}@mail.example"} for n in range(1, SHARED_BY + 2)}
    rewrite(world, crowd)
    found = around(world, code(1))
    assert {one.shown for one in found.nodes} == {code(1), "1@mail.example"}
    (shut,) = found.off
    assert (shut.kind, shut.shown, shut.persons) == ("phone", "+810000", SHARED_BY + 1)


def test_a_household_is_not_too_many(world: World) -> None:
    rewrite(world, {code(n): {"phone": "+810000"} for n in range(1, SHARED_BY + 1)})
    found = around(world, code(1))
    assert found.off == ()
    assert len([one for one in found.nodes if one.kind == "person"]) == SHARED_BY


@pytest.mark.parametrize("all_of_them", [False, True], ids=["this one", "all"])
def test_it_can_be_switched_on(all_of_them: bool, world: World) -> None:
    rewrite(world, {code(n): {"phone": "+810000"} for n in range(1, SHARED_BY + 2)})
    mark = around(world, code(1)).off[0].mark
    found = around(world, code(1), on=["all" if all_of_them else mark])
    assert found.off == ()
    assert [one.on for one in found.crowded] == [True]
    assert len([one for one in found.nodes if one.kind == "person"]) == SHARED_BY + 1


def test_a_mark_does_not_say_the_value(world: World) -> None:
    rewrite(world, {code(n): {"phone": "+810000"} for n in range(1, SHARED_BY + 2)})
    mark = around(world, code(1)).off[0].mark
    assert "0000" not in mark
    assert len(mark) == 16


def test_a_second_step_goes_to_those_whom_ones_neighbours_know(world: World) -> None:
    rewrite(world, {
        code(1): {"phone": "+811"},
        code(2): {"phone": "+811", "email": "shared@mail.example"},
        code(3): {"email": "shared@mail.example"},
    })  # fmt: skip
    assert code(3) not in {one.shown for one in around(world, code(1)).nodes}
    far = {one.shown: one.column for one in around(world, code(1), steps=2).nodes}
    assert (far[code(2)], far["shared@mail.example"], far[code(3)]) == (2, 3, 4)


def test_more_than_fits_is_counted_and_what_is_drawn_hangs_together(world: World) -> None:
    many = {code(n): {"phone": "+810000", "email": f"{n}@mail.example"} for n in range(1, MOST_NODES + 41)}
    rewrite(world, many)
    found = around(world, code(1), on=["all"])
    assert len(found.nodes) == MOST_NODES
    assert sum(found.left_out.values()) > 0
    ends = {end for edge in found.edges for end in (edge.left, edge.right)}
    assert {one.key for one in found.nodes} == ends


def test_the_same_run_gives_the_same_graph(world: World) -> None:
    assert around(world, steps=2) == around(world, steps=2)


@pytest.mark.parametrize("who", [Role.AUDITOR, Role.ADMINISTRATOR, "stranger"])
def test_who_may_see_no_person_sees_no_graph(who: str, world: World) -> None:
    with pytest.raises(NotFoundError):
        around(world, by=who)


def test_whom_no_run_proposes_has_no_graph(world: World) -> None:
    with pytest.raises(NotFoundError, match="proposes no person"):
        around(world, code(9))


def test_another_operation_is_looked_into_only_when_asked_and_only_ones_own(world: World) -> None:
    other, hidden = make_world(slug="heron"), make_world(slug="egret")
    Membership.objects.create(operation=other.operation, user=world.users["analyst"])
    assert {one.operation for one in around(world).nodes} == {""}
    shown = {(one.operation, one.shown) for one in around(world, elsewhere=True).nodes if one.operation}
    assert ("heron", RELATIVE) in shown
    assert hidden.operation.slug not in {operation for operation, _person in shown}


def test_a_newcomer_of_no_operation_sees_nothing_even_with_a_switch(world: World) -> None:
    with pytest.raises(NotFoundError):
        link_graph(make_user("newcomer"), world.operation, TAKAHASHI, on=["all"], elsewhere=True)
