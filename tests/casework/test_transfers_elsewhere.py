"""Whether other operations hold a person's values: every one is asked, no person told, no hit denied (R22)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from soken.access.eyes import viewing
from soken.access.models import Role
from soken.casework.actions.check_elsewhere import check_elsewhere
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.shut_matches import shut
from soken.casework.models import CompartmentKind, Dossier, Membership, ResolveRun
from soken.casework.selectors import store
from soken.casework.selectors.dossier import facts_of
from soken.casework.selectors.elsewhere import held_elsewhere, looked_digests
from soken.commands.main import app
from soken.core.errors import BadInputError
from soken.core.home import open_home
from tests.casework.dossiers import taken_on
from tests.desk.factory import RELATIVE, TAKAHASHI, World, make_world

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = open_home(tmp_path / "home")


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def other() -> World:
    return make_world(slug="ibis")


def opened(world: World) -> Dossier:
    return open_dossier(world.operation, TAKAHASHI, by=world.users[Role.ANALYST])


def test_another_operation_is_told_by_kind_and_force_alone(world: World, other: World) -> None:
    theirs = opened(other)
    taken_on(theirs, "osaka")
    analyst = world.users[Role.ANALYST]
    ours = opened(world)
    (found,) = held_elsewhere(ours, analyst)
    assert (found.operation, found.kinds, found.forces) == ("", ("email", "phone", "address"), ("osaka",))
    Membership.objects.create(operation=other.operation, user=analyst)
    (found,) = held_elsewhere(ours, analyst)
    assert found.operation == "Operation Ibis"


def test_a_hit_is_never_recorded_without_a_word_on_it(world: World, other: World) -> None:
    dossier = opened(world)
    analyst = world.users[Role.ANALYST]
    with pytest.raises(BadInputError, match=r"\(another operation, not open to you: mail, phone, address → Call those"):
        check_elsewhere(dossier, by=analyst)
    assert check_elsewhere(dossier, by=analyst, note="電話で調整済み").found == 1


def test_the_command_line_says_who_holds_a_value_and_whom_to_call(
    world: World, other: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_on(opened(other), "osaka")
    opened(world)
    monkeypatch.setattr("soken.commands.acting.actor", lambda: world.users[Role.ANALYST].username)
    words = ["dossier", "elsewhere", TAKAHASHI, "--operation", world.operation.slug]

    def run(*more: str) -> str:
        return CliRunner().invoke(app, [*words, *more], catch_exceptions=False).stdout

    with pytest.raises(BadInputError, match=r"mail, phone, address → Osaka Prefectural Police.*say what was agreed"):
        run()
    assert "another operation, not open to you: mail, phone, address → Osaka Prefectural Police" in run(
        "--note", "調整済み"
    )
    (held,) = json.loads(run("--note", "調整済み", "--json"))["held_elsewhere"]
    assert (held["kinds"], held["forces"]) == (["email", "phone", "address"], ["osaka"])


def test_another_forces_person_in_the_same_operation_is_told_and_makes_a_look_out_of_date(world: World) -> None:
    analyst = world.users[Role.ANALYST]
    ours, theirs = opened(world), open_dossier(world.operation, RELATIVE, by=analyst)
    taken_on(ours, "tokyo")
    assert check_elsewhere(ours, by=analyst).found == 0, "nobody else owns the relative, who shares the phone"
    assert facts_of(ours).elsewhere is True
    taken_on(theirs, "osaka")
    assert facts_of(ours).elsewhere is False
    (found,) = held_elsewhere(ours, analyst)
    assert (found.operation, found.kinds, found.forces) == (world.operation.name, ("phone", "address"), ("osaka",))
    with pytest.raises(BadInputError, match="say what was agreed"):
        check_elsewhere(ours, by=analyst)
    assert check_elsewhere(ours, by=analyst, note="電話で調整済み").found == 1
    assert facts_of(ours).elsewhere is True


def test_a_look_stands_or_not_the_same_for_every_reader_whatever_compartments_they_see(world: World) -> None:
    """The other owner's person is shut away from most: that a look stands must not tell anybody so, nor hide it."""
    analyst = world.users[Role.ANALYST]
    ours, theirs = opened(world), open_dossier(world.operation, RELATIVE, by=analyst)
    for one, force in ((ours, "tokyo"), (theirs, "osaka")):
        taken_on(one, force)
    ours.refresh_from_db()
    check_elsewhere(ours, by=analyst, note="電話で調整済み")
    looked_at = ours.elsewhere_checks.get().looked_at
    shut(world.operation, RELATIVE, CompartmentKind.PROTECTED, by=None, reason="")
    found, sees = {}, {}
    for role, user in [("nobody", None), *world.users.items()]:
        with viewing(user):
            found[role] = looked_digests({ours: [RELATIVE]})[ours.pk]
            sees[role] = Dossier.objects.filter(person_code=RELATIVE).exists()
    assert set(sees.values()) == {True, False}, "some see the other owner's person and some do not"
    assert set(found.values()) == {looked_at}


def test_ones_own_forces_persons_are_not_others(world: World) -> None:
    analyst = world.users[Role.ANALYST]
    ours, theirs = opened(world), open_dossier(world.operation, RELATIVE, by=analyst)
    for one in (ours, theirs):
        taken_on(one, "tokyo")
    assert held_elsewhere(ours, analyst) == []


def test_rows_that_a_run_has_moved_are_still_looked_for(world: World, other: World) -> None:
    dossier = opened(world)
    moved(world)
    assert [one.kinds for one in held_elsewhere(dossier, world.users[Role.ANALYST])] == [("email", "phone", "address")]


def test_rows_that_the_newest_run_has_lost_are_looked_for_in_an_older_one(world: World, other: World) -> None:
    dossier = opened(world)
    newer(world)
    assert [one.kinds for one in held_elsewhere(dossier, world.users[Role.ANALYST])] == [("email", "phone", "address")]


def newer(world: World) -> None:
    """Put a run in place that holds none of the person's rows."""
    assert world.run is not None
    old = store.run_folder(world.operation, world.run)
    made = ResolveRun.objects.get(pk=world.run.pk)
    made.pk, made.run_id = None, "R-0099"
    made.save()
    new = store.run_folder(world.operation, made)
    new.mkdir()
    for name in ("membership", "clusters", "records"):
        lines = pq.read_table(old / f"{name}.parquet")
        if name != "records":
            lines = lines.filter(pc.field("person") != TAKAHASHI)
        pq.write_table(lines, new / f"{name}.parquet")


def moved(world: World) -> None:
    """Put a run in place that proposes the same rows under another code."""
    assert world.run is not None
    folder = store.run_folder(world.operation, world.run)
    for name in ("membership", "clusters"):
        lines = pq.read_table(folder / f"{name}.parquet").to_pylist()
        for one in lines:
            if one["person"] == TAKAHASHI:
                one["person"] = "P-9999-ZZZZ-0000"
        pq.write_table(pa.Table.from_pylist(lines), folder / f"{name}.parquet")
