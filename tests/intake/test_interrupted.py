"""Whatever interrupts intake (SIGKILL, a full disk): the store is as it was or holds all, and the next run works."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import resource
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from soken.core.errors import EnvironmentProblemError
from soken.core.home import Home, open_home
from soken.intake import Acquisition, take_in
from soken.intake.tables import ROWS_SCHEMA, TableFile, rows_batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.core.progress import Advance

ROOT = Path(__file__).parents[2]
ROWS = 9000


def customers() -> bytes:
    """A list in which hardly a cell comes twice, so that its rows take room on the disk."""
    lines = [
        f"{i},山田 {i:x},{hashlib.sha256(str(i).encode()).hexdigest()}@mail.example,T-{i % 7}" for i in range(ROWS)
    ]
    return "\n".join(["会員番号,氏名,メールアドレス,商品名", *lines, ""]).encode()


def dump() -> bytes:
    """The same as a database dump, which is laid down before it is joined."""
    rows = [line.split(",")[:3] for line in customers().decode().splitlines()[1:]]
    tuples = ",".join(f"({number},'{name}','{mail}')" for number, name, mail in rows)
    create = "CREATE TABLE `customer` (`id` int, `name` varchar(99), `email` varchar(99), PRIMARY KEY (`id`));"
    return f"-- MySQL dump 10.13\n{create}\nINSERT INTO `customer` VALUES {tuples};\n".encode()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


def test_killed_at_any_moment_the_store_is_as_it_was_or_complete(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(customers())
    done = subprocess.run(
        [sys.executable, "-m", "tests.intake.killed", tmp_path / "home", path],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *moments, end = [json.loads(line) for line in done.stdout.splitlines()]

    assert len(moments) > 30
    assert [one["killed"] for one in moments] == [True] * (len(moments) - 1) + [False]
    # Nothing by halves, and once it is there it stays.
    states = [one["kept"] for one in moments]
    assert states == [[]] * states.index([ROWS]) + [[ROWS]] * states.count([ROWS])
    assert states.count([ROWS]) > 1, "some moment must come after the item is in its place"
    # Whatever was in the staging is told from live work and swept.
    assert all(one["swept"] == one["left"] for one in moments)
    assert max(one["left"] for one in moments[:-1]) == 1
    assert all(one["again"] == 0 for one in moments if "again" in one)
    assert end == {"again": 0, "kept": [ROWS]}


@contextmanager
def full_for(size: int) -> Iterator[None]:
    """Let the disk be full for files of more than ``size`` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class FullFrom:
    """Listens to the work and lets the disk be full in one stage of it."""

    def __init__(self, stage: str, size: int) -> None:
        self._stage = stage
        self._size = size

    @contextmanager
    def stage(self, name: str, _total: int | None = None, _unit: str = "rows") -> Iterator[Advance]:
        with full_for(self._size) if name == self._stage else nullcontext():
            yield lambda _count: None


def everything(home: Home) -> set[str]:
    """All files of the store but the installation's own key, which intake makes where there is none."""
    files = {str(path.relative_to(home.root)) for path in home.root.rglob("*") if path.is_file()}
    return files - {"keys/items.key"}


@pytest.mark.parametrize("content", [customers(), dump()], ids=["csv", "sql"])
@pytest.mark.parametrize(
    ("stage", "size"),
    [
        pytest.param("seal", 1000, id="while it is sealed"),
        pytest.param("read", 0, id="when the first byte of a row is written"),
        pytest.param("read", 100_000, id="in the middle of the rows"),
    ],
)
def test_a_full_disk_is_said_in_a_sentence_and_leaves_the_store_as_it_was(
    home: Home, tmp_path: Path, content: bytes, stage: str, size: int
) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)

    def take(progress: FullFrom | None) -> int:
        return take_in(
            path, home=home, operation_slug="op", acquisition=Acquisition(), actor="a", progress=progress
        ).rows_read

    with pytest.raises(EnvironmentProblemError, match=r"is full: make room") as caught:
        take(FullFrom(stage, size))
    assert "\n" not in caught.value.message
    assert everything(home) == set()
    assert list(home.staging.iterdir()) == []
    assert take(None) == ROWS


def test_a_join_for_which_memory_does_not_suffice_is_said_in_a_sentence(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("soken.intake.tables._MEMORY", "1MB")
    path = tmp_path / "list"
    path.write_bytes(dump())
    with pytest.raises(EnvironmentProblemError, match="memory does not suffice") as caught:
        take_in(path, home=home, operation_slug="op", acquisition=Acquisition(), actor="a")
    assert "\n" not in caught.value.message
    assert everything(home) == set()


def test_a_disk_that_is_full_at_the_last_rows_is_not_overlooked(tmp_path: Path) -> None:
    """Rows are written by a thread of its own; what goes wrong there must come back."""

    def write() -> None:
        with full_for(100), TableFile(tmp_path / "rows.parquet", ROWS_SCHEMA) as rows:
            rows.write(rows_batch({}, 1))

    with pytest.raises(OSError, match="File too large") as caught:
        write()
    assert caught.value.errno == errno.EFBIG
