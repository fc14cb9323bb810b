"""A run that is cut off is taken up where it was; it comes to what a run from nothing comes to, and to nothing else."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as configured

from soken.access.models import Role
from soken.backup.rekey import keyed_folders
from soken.casework.actions import carry_out_erasure as carry_out
from soken.casework.actions.ask_job import ask_resolve
from soken.casework.actions.carry_out_erasure import carry_out_erasure
from soken.casework.actions.judge import judge
from soken.casework.actions.propose_run import propose_run
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.review_retention import propose_retention, settle_retention
from soken.casework.actions.run_job import run_job
from soken.casework.actions.take_job import take_job
from soken.casework.models import Job, JobState, Membership
from soken.core.age_file import Identity
from soken.core.progress import silent
from soken.core.store_key import VALUE, store_key
from soken.core.vault import is_encrypted
from soken.resolve import RowRef
from tests.casework.test_going_on import _MORE, _World
from tests.desk.factory import make_user

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

    from soken.access.models import User
    from soken.core.progress import Advance

pytestmark = pytest.mark.django_db

GOING_ON = "go on where it was cut off"
#: The stage in which a run is cut off, and the first one after what it had finished.
POINTS = {"weigh": "prepare", "load": "load"}


class CutOff:
    """Listens to a run, and ends it (as Ctrl-C does, or a worker that is told to stop) in one of its stages."""

    def __init__(self, stage: str) -> None:
        self.seen: list[str] = []
        self._last = stage

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "rows") -> Iterator[Advance]:
        self.seen.append(name)
        if name == self._last:
            raise KeyboardInterrupt
        with silent().stage(name, total, unit) as advance:
            yield advance


class OnceKept(threading.Event):
    """Tells a worker to stop as soon as something of its run is kept."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def is_set(self) -> bool:
        return self._folder.is_dir()


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> _World:
    return _World(tmp_path, settings)


@pytest.fixture(params=[False, True], ids=["open", "encrypted"])
def either(
    request: pytest.FixtureRequest, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> _World:
    """A home whose store is encrypted, or not."""
    if request.param:
        monkeypatch.setenv(VALUE, Identity.make().text)
    return _World(tmp_path, settings)


def member(world: _World, role: Role, number: int = 1) -> User:
    user = make_user(f"{role}-{number}", role)
    Membership.objects.create(operation=world.operation, user=user)
    return user


def cut_off(world: _World, stage: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        resolve_operation(world.operation, home=world.home, progress=CutOff(stage))


def stages_of(world: _World, *, full: bool | None = None) -> list[str]:
    """Resolve to the end; return its stages."""
    listener = CutOff("")
    resolve_operation(world.operation, home=world.home, progress=listener, full=full)
    return listener.seen


def kept(world: _World) -> list[Path]:
    return [one for one in world.home.begun.rglob("*") if one.is_file()] if world.home.begun.is_dir() else []


@pytest.mark.parametrize(("stage", "first"), POINTS.items())
def test_it_goes_on_there_and_comes_to_the_same(stage: str, first: str, either: _World) -> None:
    cut_off(either, stage)
    assert not either.operation.runs.exists()
    assert stages_of(either)[:2] == [GOING_ON, first]
    went_on = either.shown()
    assert kept(either) == []
    assert GOING_ON not in stages_of(either, full=True)
    assert either.shown() == went_on


@pytest.mark.parametrize(("stage", "first"), POINTS.items())
def test_so_does_a_run_that_goes_on_from_another(stage: str, first: str, world: _World) -> None:
    world.resolve()
    world.take_in(_MORE)
    cut_off(world, stage)
    assert stages_of(world)[:2] == [GOING_ON, first]
    assert world.operation.runs.latest("pk").inputs["went_on_from"] == "R-0001"
    went_on = world.shown()
    world.resolve(full=True)
    assert world.shown() == went_on


def test_cut_off_again_and_again_it_ends(world: _World) -> None:
    for stage in ("prepare", "weigh", "persons", "load", "load"):
        cut_off(world, stage)
    assert stages_of(world) == [GOING_ON, "load"]


def test_what_is_kept_is_encrypted_where_the_store_is(either: _World) -> None:
    for stage in POINTS:
        cut_off(either, stage)
        tables = [one for one in kept(either) if one.suffix == ".parquet"]
        assert tables
        assert {is_encrypted(one) for one in tables} == {store_key() is not None}
        assert either.home.begun / "tanuki" in keyed_folders(either.home)


def _another_list(world: _World) -> None:
    world.take_in(_MORE)


def _another_version(world: _World) -> None:
    account = world.home.begun / "tanuki" / "begun.json"
    account.write_text(account.read_text("utf-8").replace('"made_by": "', '"made_by": "0'), "utf-8")


def _half_written(world: _World) -> None:
    table = world.home.begun / "tanuki" / "records.parquet"
    table.write_bytes(table.read_bytes()[:-1])


def _never_reached_the_disk(world: _World) -> None:
    for file in kept(world):
        if file.suffix == ".parquet":
            file.write_bytes(bytes(file.stat().st_size))


def _one_bit(world: _World) -> None:
    table = world.home.begun / "tanuki" / "row_records.parquet"
    whole = bytearray(table.read_bytes())
    whole[len(whole) // 2] ^= 1
    table.write_bytes(whole)


def _without_an_account(world: _World) -> None:
    (world.home.begun / "tanuki" / "begun.json").write_bytes(b"{}")


def _account_of_zeros(world: _World) -> None:
    (world.home.begun / "tanuki" / "begun.json").write_bytes(bytes(400))


OTHERWISE = {
    "a further list": _another_list, "another version": _another_version, "half a file": _half_written,
    "files of zeros": _never_reached_the_disk, "one bit": _one_bit, "no account": _without_an_account,
    "an account of zeros": _account_of_zeros,
}  # fmt: skip


@pytest.mark.parametrize("stage", POINTS)
@pytest.mark.parametrize("change", OTHERWISE.values(), ids=OTHERWISE)
def test_what_was_made_from_something_else_is_not_taken(change: object, stage: str, world: _World) -> None:
    cut_off(world, stage)
    change(world)  # type: ignore[operator]
    assert GOING_ON not in stages_of(world)
    assert kept(world) == []


def test_who_asks_for_everything_anew_gets_it(world: _World) -> None:
    cut_off(world, "load")
    assert GOING_ON not in stages_of(world, full=True)


def test_a_judgement_since_is_heard(world: _World) -> None:
    analyst = member(world, Role.ANALYST)
    world.resolve()
    cut_off(world, "load")
    item = world.operation.evidence.get().evidence_id
    left, right = RowRef(item, 1), RowRef(item, 2)
    judge(world.operation, by=analyst, left=left, right=right, verdict="same", code="same-contact", note="")
    assert "weigh" in stages_of(world)
    assert world.operation.persons.filter(rows=2).count() == 1


def test_a_candidate_takes_it_too(world: _World) -> None:
    world.resolve()
    world.take_in(_MORE)
    with pytest.raises(KeyboardInterrupt):
        propose_run(world.operation, home=world.home, progress=CutOff("index"))
    listener = CutOff("")
    propose_run(world.operation, home=world.home, progress=listener)
    assert listener.seen[:2] == [GOING_ON, "index"]
    assert kept(world) == []


def test_an_erasure_removes_it_before_anything_else(world: _World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.resolve()
    cut_off(world, "load")
    assert kept(world)
    people = [member(world, Role.REVIEWER, number) for number in (1, 2)]
    code = world.operation.persons.order_by("code").first().code  # type: ignore[union-attr]
    made = propose_retention(world.operation, code, by=people[0], choice="erase", ground="retention-over")
    settle_retention(world.operation, made.pk, by=people[1], agree=True)

    def cut_off_after(*said: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(carry_out, "redact", cut_off_after)
    with pytest.raises(KeyboardInterrupt):
        carry_out_erasure(world.operation, made.pk, by=people[1], home=world.home)
    assert kept(world) == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_up_what_one_that_was_stopped_had_finished(world: _World) -> None:
    analyst = member(world, Role.ANALYST)
    ask_resolve(world.operation, by=analyst)
    job = take_job("one")
    assert job is not None
    run_job(job, home=configured.HOME, stop=OnceKept(world.home.begun / "tanuki"))
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    again = take_job("two")
    assert again is not None
    run_job(again, home=configured.HOME, stop=threading.Event())
    assert Job.objects.get().state == JobState.DONE
    seconds = world.operation.runs.get().seconds
    assert "read rows" not in seconds
    assert "prepare" in seconds
