"""A run goes on from the one that is shown where it can; the persons in the case database are the same either way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import Operation, Person, ReviewPair
from soken.casework.selectors import store
from soken.core.age_file import Identity
from soken.core.errors import RefusedError
from soken.core.home import Home, open_home
from soken.core.progress import silent
from soken.core.store_key import VALUE
from soken.core.vault import is_encrypted
from soken.intake import Acquisition

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from soken.casework.actions.resolve_operation import Resolved

pytestmark = pytest.mark.django_db

_FIRST = [
    f"佐藤 {first}{second},p{a}{b}@mail.example,090-1234-50{a}{b}"
    for a, first in enumerate("一二三四") for b, second in enumerate("男雄夫")
]  # fmt: skip
_MORE = ["佐藤 一男,shared@mail.example,090-1234-5000", "鈴木 花子,new@mail.example,090-1234-5678"]


class _World:
    """An operation with one list."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        settings.HOME = open_home(folder / "home")
        self.home: Home = settings.HOME
        self._folder = folder
        self.operation = Operation.objects.create(name="Tanuki", slug="tanuki", created_at="2026-05-01T00:00:00Z")
        self.take_in(_FIRST)

    def take_in(self, rows: list[str]) -> None:
        path = self._folder / f"list-{self.operation.evidence.count()}.csv"
        path.write_text("\n".join(["氏名,メールアドレス,電話番号", *rows]) + "\n", "utf-8")
        take_in_evidence(
            self.operation, path, home=self.home, acquisition=Acquisition(), actor="tester", progress=silent()
        )

    def resolve(self, *, full: bool | None = None) -> Resolved:
        return resolve_operation(self.operation, home=self.home, progress=silent(), full=full)

    def shown(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """What the case database holds of persons and questions."""
        persons = [{k: v for k, v in one.items() if k != "id"} for one in Person.objects.order_by("code").values()]
        pairs = [{k: v for k, v in one.items() if k != "id"} for one in ReviewPair.objects.order_by("place").values()]
        return persons, pairs


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> _World:
    return _World(tmp_path, settings)


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_further_list_changes_only_whom_it_speaks_of(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, *, encrypted: bool
) -> None:
    if encrypted:
        monkeypatch.setenv(VALUE, Identity.make().text)
    world = _World(tmp_path, settings)
    assert world.resolve().run.inputs["went_on_from"] == ""
    before = dict(Person.objects.values_list("code", "pk"))
    world.take_in(_MORE)
    done = world.resolve()
    assert done.run.inputs["went_on_from"] == "R-0001"
    after, joined = dict(Person.objects.values_list("code", "pk")), Person.objects.get(rows=2)
    assert set(before) < set(after)
    assert len(after) == len(before) + 1
    assert {code for code in before if after[code] == before[code]} == set(before) - {joined.code}
    went_on = world.shown()
    assert encrypted == is_encrypted(store.run_folder(world.operation, done.run) / "membership.parquet")
    assert world.resolve(full=True).run.inputs["went_on_from"] == ""
    assert world.shown() == went_on
    going_on, whole = (_rows_of(world, run) for run in ("R-0002", "R-0003"))
    assert going_on == whole


def _rows_of(world: _World, run: str) -> list[dict[str, Any]]:
    """What a run's files say of rows: which record, which person."""
    folder = store.run_folder(world.operation, world.operation.runs.get(run_id=run))
    return store.ask(
        "select m.*, r.rows from read_parquet($m) m left join read_parquet($r) r using (record) order by evidence, row",
        m=folder / "membership.parquet", r=folder / "records.parquet",
    )  # fmt: skip


def test_where_nothing_came_nothing_is_weighed(world: _World) -> None:
    world.resolve()
    shown = world.shown()
    assert world.resolve(full=False).result.pairs_weighed == 0
    assert world.shown() == shown


def test_a_table_that_is_not_what_was_loaded_is_replaced(world: _World) -> None:
    world.resolve()
    shown = world.shown()
    Person.objects.order_by("code").first().delete()  # type: ignore[union-attr]
    world.resolve()
    assert world.shown() == shown


def _nothing(_world: _World) -> None:
    pass


def _corrected(world: _World) -> None:
    world.resolve()
    run = world.operation.runs.get()
    run.inputs["evidence"][0]["reading"] = 7
    run.save()


def _other_version(world: _World) -> None:
    folder = world.home.operations / "tanuki" / "runs" / world.resolve().run.run_id
    (folder / "reuse" / "made_by.json").unlink()


REFUSED = {
    "no run": (_nothing, "has no run yet"),
    "another reading": (_corrected, "has been read otherwise since"),
    "another version": (_other_version, "made by another version"),
}


@pytest.mark.parametrize(("prepare", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_gone_on_from_is_named_and_done_in_full_by_itself(world: _World, prepare: Any, why: str) -> None:
    prepare(world)
    with pytest.raises(RefusedError, match=why):
        world.resolve(full=False)
    assert world.resolve().run.inputs["went_on_from"] == ""
