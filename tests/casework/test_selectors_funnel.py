"""Counts from row to person, and whether they are still of today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.casework.models import ResolveRun
from soken.casework.selectors.funnel import Funnel, funnel, is_stale
from soken.core.errors import DamagedStoreError
from soken.core.home import open_home
from tests.desk.factory import World, make_evidence, make_world

if TYPE_CHECKING:
    from pytest_django import Settings


@pytest.fixture
def world(db: None, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> World:
    settings.HOME = open_home(tmp_path_factory.mktemp("home"))
    return make_world()


def test_the_funnel_of_a_resolved_operation(world: World) -> None:
    assert funnel(world.operation, [world.item], world.run) == Funnel(6, 5, 1, 5, 4, 3, 1)


def test_the_funnel_before_the_first_run(world: World) -> None:
    assert funnel(world.operation, [world.item], None) == Funnel(6, 5, 1)


@pytest.mark.parametrize(("counts", "adds_up"), [((7000, 6996, 4), True), ((7000, 6996, 3), False), ((0, 0, 0), True)])
def test_reconciliation(counts: tuple[int, int, int], adds_up: bool) -> None:
    assert Funnel(*counts).adds_up is adds_up


def test_a_run_is_stale_when_evidence_came_or_was_read_anew(world: World) -> None:
    run = ResolveRun.objects.get()
    assert not is_stale(run, [world.item])
    world.item.reading = 2
    assert is_stale(run, [world.item])
    world.item.reading = 1
    assert is_stale(run, [world.item, make_evidence(world.operation)])


def test_a_missing_table_is_a_damaged_store(world: World, settings: Settings) -> None:
    (settings.HOME.operations / "kingfisher" / "runs" / "R-0001" / "row_records.parquet").unlink()
    with pytest.raises(DamagedStoreError, match="soken doctor"):
        funnel(world.operation, [world.item], world.run)
