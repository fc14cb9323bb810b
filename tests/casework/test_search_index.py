"""The index of a run names whom a look at every record finds, however the run came about (issue 6, point 4)."""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection

from soken.access.eyes import machine_sees_all, viewing
from soken.access.models import Role, User
from soken.casework.actions.propose_run import propose_run
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import Membership, Operation
from soken.casework.models.compartment import Compartment, CompartmentPerson, CompartmentRow
from soken.casework.selectors import store
from soken.casework.selectors.search import _records, search
from soken.casework.selectors.search_keys import probes
from soken.casework.selectors.search_terms import records_of
from soken.core import clock
from soken.core.age_file import Identity
from soken.core.home import open_home
from soken.core.ordered import ordered
from soken.core.parquet import rows_in
from soken.core.progress import silent
from soken.core.store_key import VALUE
from soken.core.vault import is_encrypted
from soken.demo.lists import write_demo_list
from soken.intake import Acquisition
from soken.normalise.kanji import fold_kanji
from soken.normalise.name_words import fold_word
from soken.normalise.schema import RECORD_SCHEMA
from soken.normalise.search_index import TERMS, write_terms
from soken.resolve.erased import erase_from_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

#: Columns that somebody types from, or types a part of.
_TYPED = ("name", "kana", "email", "phone", "postal_code", "address", "name_key", "email_key", "phone_key")


class _World:
    """An operation with a part of the demo's list, to which another can be added."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        settings.HOME = open_home(folder / "home")
        self.home, self._folder = settings.HOME, folder
        self.operation = Operation.objects.create(name="Tanuki", slug="tanuki", created_at="2026-05-01T00:00:00Z")
        whole = folder / "whole.csv"
        write_demo_list(whole, rows=260, seed=11)
        self._head, *self._lines = whole.read_bytes().split(b"\n")
        self.take_in(0, 200)

    def take_in(self, first: int, end: int) -> None:
        """Take in some of the list's rows."""
        path = self._folder / f"list-{first}.csv"
        path.write_bytes(b"\n".join([self._head, *self._lines[first:end], b""]))
        take_in_evidence(
            self.operation, path, home=self.home, acquisition=Acquisition(), actor="tester", progress=silent()
        )

    def resolve(self, *, full: bool | None = None) -> Path:
        """Resolve; return the run's folder."""
        done = resolve_operation(self.operation, home=self.home, progress=silent(), full=full)
        return store.run_folder(self.operation, done.run)


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> _World:
    return _World(tmp_path, settings)


def _texts(folder: Path) -> list[str]:
    """What may be typed: values of records, parts of them, and slips in them."""
    rng, found = random.Random(31), []
    records = store.ask("from read_parquet($p)", p=folder / "records.parquet")
    for _ in range(400):
        value = str(rng.choice(records)[rng.choice(_TYPED)] or "")
        at, end = sorted(rng.sample(range(len(value) + 1), 2)) if len(value) > 2 else (0, len(value))
        slip = value[:at] + value[at + 1 : at + 2] + value[at : at + 1] + value[at + 2 :]
        found += [value, value[at:end], slip, value[:at] + value[at + 1 :]]
    readings = [one for record in records for one in record["full_readings"] or ()]
    for one in rng.sample(readings, 60):
        at = rng.randrange(len(one))
        found += [one, one[:at], one[:at] + "x" + one[at + 1 :]]
    return [one for one in found if one.strip()]


def _persons(folder: Path, text: str) -> set[str]:
    """Whom a text finds, all pages together."""
    found: list[str] = []
    while more := [person for person, _how, _shown in _records(folder, probes(text), len(found))]:
        found += more
    assert len(found) == len(set(found)), "nobody is shown twice"
    return set(found)


def _without_index(folder: Path, copy: Path) -> Path:
    shutil.copytree(folder, copy)
    (copy / TERMS).unlink()
    return copy


@machine_sees_all()
def test_the_index_finds_whom_a_look_at_every_record_finds(world: _World, tmp_path: Path) -> None:
    folder = world.resolve()
    every = _without_index(folder, tmp_path / "every")
    somebody = 0
    for text in _texts(folder):
        found = _persons(folder, text)
        assert found == _persons(every, text), text
        somebody += bool(found)
    assert somebody > 400, "the texts are about people of the list"


@machine_sees_all()
def test_a_further_list_is_found_beside_the_first(world: _World, tmp_path: Path) -> None:
    first = world.resolve()
    world.take_in(200, 260)
    went_on = world.resolve(full=False)
    assert (went_on / TERMS).stat().st_size > (first / TERMS).stat().st_size
    whole = world.resolve(full=True)
    for text in _texts(went_on)[::7]:
        assert _persons(went_on, text) == _persons(whole, text), text


@machine_sees_all()
def test_a_run_that_waits_to_be_accepted_has_its_index(world: _World) -> None:
    world.resolve()
    made = propose_run(world.operation, home=world.home, progress=silent())
    assert (store.candidate_folder(world.operation, made.folder) / TERMS).is_file()


@pytest.mark.parametrize("name", ["กิตติศักดิ์", "हिन्दी शर्मा", "カ゚ギクコ", "高橋健一郎"])
def test_a_slip_is_found_in_either_half_whatever_the_letters(name: str, tmp_path: Path) -> None:
    key = fold_word(fold_kanji(name))
    record = {"record": 1, "name": name, "name_key": key}
    pq.write_table(pa.Table.from_pylist([record], RECORD_SCHEMA), tmp_path / "records.parquet")
    write_terms(tmp_path)
    terms, slips = ordered(tmp_path / TERMS, "term"), 0
    for at in range(len(key)):
        for slip in (key[:at] + key[at + 1 :], key[:at] + "々" + key[at + 1 :]):
            for one in (one for one in probes(slip) if one.how == "name-slip"):
                sql = f"select record from read_parquet($p) where {one.condition}"
                said = [found["record"] for found in store.ask(sql, p=tmp_path / "records.parquet", **one.values)]
                assert sorted(set(records_of(terms, one) or ())) == said, slip
                slips += bool(said)
    assert slips >= len(key)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OVERSIGHT])
def test_pages_hold_everybody_who_may_be_seen_once_and_nobody_else(role: Role, world: _World) -> None:
    folder = world.resolve()
    user = User.objects.create_user(username="looks", password=None, role=role)
    Membership.objects.create(operation=world.operation, user=user)
    evidence = world.operation.evidence.get().evidence_id
    with machine_sees_all():
        rows = store.ask("from read_parquet($p) where person is not null", p=folder / "membership.parquet")
        codes = sorted({one["person"] for one in rows})[::3]
        away = Compartment.objects.create(operation=world.operation, kind="protected", shut_at=clock.now())
        for one in rows:
            if one["person"] in codes:
                CompartmentRow.objects.create(
                    compartment=away, operation=world.operation, evidence=evidence, row=one["row"]
                )
        for code in codes:
            CompartmentPerson.objects.create(compartment=away, operation=world.operation, code=code)
        bought = {one["item_code"] for one in rows if one["item_code"]}
    most = max(bought, key=lambda item: len({one["person"] for one in rows if one["item_code"] == item}))
    everybody = {one["person"]: one["person"] in codes for one in rows}
    with viewing(user):
        for text, those in (
            (most, {one["person"] for one in rows if one["item_code"] == most}),
            ("example", None), ("090", None), ("さ", None), ("県", None),
        ):  # fmt: skip
            pages: list[str] = []
            for number in range(1, 20):
                page = search(user, world.operation, text, page=number)
                pages += [one.person.code for one in page.hits]
                if not page.more:
                    break
            assert len(pages) == len(set(pages))
            assert {everybody[code] for code in pages} <= {role is Role.OVERSIGHT}
            if those is not None:
                assert set(pages) == {code for code in those if everybody[code] is (role is Role.OVERSIGHT)}


@machine_sees_all()
def test_where_the_index_cannot_be_made_nothing_of_the_run_is_kept(
    world: _World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.resolve()
    monkeypatch.setattr("soken.normalise.search_index._MEMORY", "no size")
    with pytest.raises(duckdb.Error):
        world.resolve(full=True)
    assert [path.name for path in before.parent.iterdir()] == [before.name]
    assert world.operation.runs.count() == 1


@pytest.mark.django_db(transaction=True)
@machine_sees_all()
def test_ctrl_c_while_it_loads_waits_for_no_index_and_keeps_nothing(
    world: _World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.resolve()
    endless = "select 'n' || range as term, range as record from range(1000000000000000)"
    monkeypatch.setattr("soken.normalise.search_index._OF_RECORDS", endless)
    # A shell starts what runs in the background with SIGINT ignored; the index would fill the disk.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt):
        resolve_operation(world.operation, home=world.home, progress=_CtrlC("load"), full=True)
    # The process would end here. PostgreSQL's connection is in the middle of a statement and answers nothing more.
    connection.close()
    assert [one.name for one in threading.enumerate() if one.name.startswith("index")] == []
    assert list(world.home.staging.iterdir()) == []
    assert [path.name for path in before.parent.iterdir()] == [before.name]
    assert world.operation.runs.count() == 1


class _CtrlC:
    """Somebody presses Ctrl-C a moment after a stage has begun."""

    def __init__(self, stage: str) -> None:
        self._stage = stage

    @contextmanager
    def stage(self, name: str, _total: int | None = None, _unit: str = "rows") -> Iterator[Any]:
        """See `soken.core.progress.Progress`."""
        if name == self._stage:
            threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        yield lambda _count: None


@machine_sees_all()
@pytest.mark.parametrize("encrypted", [False, True])
def test_of_whom_is_erased_no_word_is_left(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, *, encrypted: bool
) -> None:
    if encrypted:
        monkeypatch.setenv(VALUE, Identity.make().text)
    folder = (world := _World(tmp_path, settings)).resolve()
    assert is_encrypted(folder / TERMS) is encrypted
    evidence = world.operation.evidence.get().evidence_id
    gone = store.ask(
        "select r.* from read_parquet($r) r where rows = 1 and name_key is not null and email_key is not null "
        "and name_key in (select name_key from read_parquet($r) group by 1 having count(*) = 1) order by record",
        r=folder / "records.parquet",
    )[0]  # fmt: skip
    words = {gone["name_key"], gone["name_key"][::-1], gone["email_key"]}
    assert words <= _words(folder)
    erase_from_run(folder, [(evidence, gone["first_row"])])
    assert not words & _words(folder)
    others = {path.suffix for path in folder.iterdir()} - {".parquet", ".json"}
    assert others == ({".age"} if encrypted else set()), "nor is anything left of the work"
    assert is_encrypted(folder / TERMS) is encrypted
    assert _words(folder), "the others are still found"


@machine_sees_all()
def test_an_erasure_makes_the_index_anew_where_the_person_is_and_nowhere_else(world: _World) -> None:
    first = world.resolve()
    before = {path.name: path.read_bytes() for path in first.iterdir() if path.is_file()}
    world.take_in(200, 260)
    second = world.resolve()
    one = _of_the_list_after(second, rows_in(first / "records.parquet"))
    for run in (first, second):
        erase_from_run(run, [(one["first_evidence"], one["first_row"])])
    assert one["name_key"] not in _words(second)
    assert {path.name: path.read_bytes() for path in first.iterdir() if path.is_file()} == before


@machine_sees_all()
@pytest.mark.parametrize("encrypted", [False, True])
def test_an_erasure_that_was_cut_off_at_the_index_is_finished_by_doing_it_again(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, *, encrypted: bool
) -> None:
    if encrypted:
        monkeypatch.setenv(VALUE, Identity.make().text)
    folder = _World(tmp_path, settings).resolve()
    key = (folder / "key.age").read_bytes() if encrypted else b""
    one = _of_the_list_after(folder, 0)
    gone = [(one["first_evidence"], one["first_row"])]
    with monkeypatch.context() as patched:
        patched.setattr("soken.normalise.search_index._MEMORY", "no size")
        with pytest.raises(duckdb.Error):
            erase_from_run(folder, gone)
    assert one["name_key"] in _words(folder), "the tables were written, the index not"
    erase_from_run(folder, gone)
    assert one["name_key"] not in _words(folder)
    assert {path.suffix for path in folder.iterdir()} - {".parquet", ".json"} == ({".age"} if encrypted else set())
    assert not encrypted or (folder / "key.age").read_bytes() != key, "a copy made before opens no more"


def _of_the_list_after(folder: Path, records: int) -> dict[str, Any]:
    """A record of one row, of a name that nobody else bears, behind so many others."""
    return store.ask(
        "select r.*, o.evidence as first_evidence from read_parquet($r) r join read_parquet($o) o on o.record = "
        "r.record and o.row = r.first_row where rows = 1 and r.record > $records and name_key is not null and "
        "name_key in (select name_key from read_parquet($r) group by 1 having count(*) = 1) order by r.record desc",
        r=folder / "records.parquet", o=folder / "row_records.parquet", records=records,
    )[0]  # fmt: skip


def _words(folder: Path) -> set[str]:
    return {
        term[1:]
        for lines in ordered(folder / TERMS, "term").between("", "\U0010ffff")
        for term in lines["term"].to_pylist()
    }
