"""A file of the store that is written anew while somebody reads it is read again, and never called damaged."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from soken.access.eyes import machine_sees_all
from soken.casework.selectors import store
from soken.core.errors import DamagedStoreError
from soken.core.ordered import OrderedFile
from soken.core.replaced import ReplacedError, reread, states_of, unreplaced

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Two states of one table, whose lines lie at other places.
STATES = {"long": 40, "short": 3}


def _write(path: Path, word: str) -> None:
    """Put a state of the table in its place by one rename, as the store does."""
    records = range(4000)
    table = pa.table({"record": records, "word": [f"{word}-{one}" * STATES[word] for one in records]})
    part = path.with_suffix(".part")
    pq.write_table(table, path.with_suffix(".part"), row_group_size=200, compression="zstd")
    part.replace(path)


@contextmanager
def _written_anew_all_the_while(path: Path) -> Iterator[None]:
    """Somebody erases, again and again."""
    ended = threading.Event()

    def write() -> None:
        while not ended.wait(0.01):
            for word in STATES:
                _write(path, word)
                ended.wait(0.03)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_who_has_looked_at_the_account_reads_no_lines_of_another_file(tmp_path: Path) -> None:
    path = tmp_path / "records.parquet"
    _write(path, "long")
    file = OrderedFile(path, "record")
    _write(path, "short")
    for read in (lambda: file.holding([3], ["word"]), lambda: file.having(["record"], [3], ["word"])):
        with pytest.raises(ReplacedError, match=r"records\.parquet .* read it again"):
            read()


def test_a_question_in_whose_middle_a_file_is_replaced_says_so(tmp_path: Path) -> None:
    path = tmp_path / "records.parquet"
    _write(path, "long")
    asked = "select word from read_parquet($path)"

    def read() -> None:
        with store.asked(asked, {"path": path}) as cursor:
            cursor.fetchmany(10)
            _write(path, "short")

    with machine_sees_all(), pytest.raises(ReplacedError):
        read()
    with machine_sees_all(), store.asked(asked, {"path": path}) as cursor:
        assert len(cursor.fetchall()) == 4000


def test_what_pages_ask_is_of_one_state_while_the_file_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "records.parquet"
    _write(path, "long")
    whole, seen = "select record, word from read_parquet($path)", set()
    with machine_sees_all(), _written_anew_all_the_while(path):
        for number in range(120):
            [line] = store.lines(path, "record", [number], ("word",)).to_pylist()
            words = {one["word"].split("-")[0] for one in store.ask(whole, path=path)}
            assert len(words) == 1
            assert line["word"].split("-")[0] in STATES
            seen |= words
    assert seen == set(STATES), "it was replaced meanwhile"


def test_what_is_damaged_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "records.parquet"
    _write(path, "long")
    path.write_bytes(path.read_bytes()[:-3])
    with machine_sees_all():
        with pytest.raises(DamagedStoreError):
            store.ask("from read_parquet($path)", path=path)
        with pytest.raises(DamagedStoreError):
            store.lines(path, "record", [1], ("word",))


def test_nothing_is_read_for_ever(tmp_path: Path) -> None:
    path, times = tmp_path / "a", 0

    def read() -> None:
        nonlocal times
        with unreplaced(states_of([path])):
            times += 1
            path.write_text(str(times))
            os.utime(path, ns=(times, times))

    with pytest.raises(ReplacedError):
        reread(read)
    assert 1 < times < 10
