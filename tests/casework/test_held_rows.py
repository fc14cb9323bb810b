"""Which rows stand in dossiers is asked of the rows alone that are looked at, not of all that dossiers hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from soken.casework.actions import bulk_preview
from soken.casework.models import DossierRow
from soken.casework.selectors import rows_now
from soken.casework.selectors.held_rows import held_among
from tests.casework.dossiers import Room, make_dossier

if TYPE_CHECKING:
    from collections.abc import Callable

    from soken.casework.models import Dossier, Operation

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(room: Room) -> list[tuple[str, int]]:
    """The rows of two dossiers, some of an item of its own."""
    dossiers: list[Dossier] = [make_dossier(room, rows=3) for _each in range(2)]
    DossierRow.objects.create(dossier=dossiers[0], operation=room.operation, evidence="E-000000000002", row=7)
    return sorted(DossierRow.objects.values_list("evidence", "row"))


def asked(operation: Operation, rows: list[tuple[str, int]]) -> tuple[set[tuple[str, int]], int]:
    """What is found among some rows, and by how many questions."""
    with CaptureQueriesContext(connection) as queries:
        found = {row for one in held_among(operation, rows) for row in one.values_list("evidence", "row")}
    return found, len(queries)


def test_rows_of_any_items_are_found_by_one_question(room: Room, held: list[tuple[str, int]]) -> None:
    others = [("E-000000000002", held[0][1]), ("E-000000000003", 7)]
    assert asked(room.operation, [held[0], held[-1], *others]) == ({held[0], held[-1]}, 1)
    assert asked(room.operation, []) == (set(), 0)


def test_many_rows_are_asked_for_in_parts(room: Room, held: list[tuple[str, int]]) -> None:
    many = [("E-000000000009", row) for row in range(1_000)]
    assert asked(room.operation, [*held, *many]) == (set(held), 2)


def _seen_by_rows_now(operation: Operation, row: tuple[str, int]) -> set[tuple[str, int]]:
    return set(rows_now._held(operation, [rows_now._Proposed(frozenset(), frozenset({row}))]))


def _seen_by_preview(operation: Operation, row: tuple[str, int]) -> set[tuple[str, int]]:
    return set(bulk_preview._held_rows(operation, {row}))


@pytest.mark.parametrize("seen", [_seen_by_rows_now, _seen_by_preview])
def test_neither_a_page_nor_a_preview_reads_the_other_rows_of_an_item(
    seen: Callable[[Operation, tuple[str, int]], set[tuple[str, int]]], room: Room, held: list[tuple[str, int]]
) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert seen(room.operation, held[0]) == {held[0]}
    (sql,) = [one["sql"] for one in queries]
    assert '"row" IN' in sql
