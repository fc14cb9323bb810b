"""The bench's own tools: held-out lists can be made, and the scores are what a slow count says they are."""

from __future__ import annotations

import csv
import itertools
import sys
from typing import TYPE_CHECKING

import pytest
from bench.lists import KINDS
from bench.lists.fourth import FOURTH_KINDS
from bench.lists.romaji import spell
from bench.measure import run
from bench.scores import bcubed, pairwise, settled
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

_MADE = {**KINDS, **FOURTH_KINDS}

labels = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=14)


@given(labels)
def test_pairwise_agrees_with_counting_every_pair(rows: list[tuple[int, int]]) -> None:
    pairs = list(itertools.combinations(rows, 2))
    proposed = [a[0] == b[0] for a, b in pairs if a[1] == b[1]]
    true = [a[1] == b[1] for a, b in pairs if a[0] == b[0]]

    score = pairwise([t for t, _ in rows], [f for _, f in rows])

    assert score.precision == (sum(proposed) / len(proposed) if proposed else 1)
    assert score.recall == (sum(true) / len(true) if true else 1)


@given(labels.filter(bool))
def test_bcubed_agrees_with_counting_row_by_row(rows: list[tuple[int, int]]) -> None:
    precision = recall = 0.0
    for person, group in rows:
        shared = sum(other == (person, group) for other in rows)
        precision += shared / sum(g == group for _, g in rows)
        recall += shared / sum(t == person for t, _ in rows)

    score = bcubed([t for t, _ in rows], [f for _, f in rows])

    assert score.precision == pytest.approx(precision / len(rows))
    assert score.recall == pytest.approx(recall / len(rows))


def test_a_right_decision_joins_what_is_one_person_and_nothing_else() -> None:
    truth = [1, 1, 1, 2, 2]
    found = ["a", "a", "b", "c", "d"]

    after = settled(truth, found, {"b": ["a", "c"], "d": ["a"]})

    assert after[0] == after[1] == after[2]
    assert len({after[0], after[3], after[4]}) == 3


@given(labels, st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=6))
def test_deciding_rightly_never_lowers_recall(rows: list[tuple[int, int]], links: list[tuple[int, int]]) -> None:
    truth, found = [t for t, _ in rows], [f for _, f in rows]
    review = {left: [right] for left, right in links}

    assert pairwise(truth, settled(truth, found, review)).recall >= pairwise(truth, found).recall


@pytest.mark.parametrize("kind", _MADE)
def test_every_kind_is_written_with_its_truth_and_the_same_twice(kind: str, tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    for folder in (first, second):
        folder.mkdir()
        made = _MADE[kind](folder, 300, 5)

    assert [path.read_bytes() for path in sorted(first.iterdir())] == [
        path.read_bytes() for path in sorted(second.iterdir())
    ]
    with made.truth_path.open(encoding="utf-8") as stream:
        truth = list(csv.DictReader(stream))
    rows = [int(row["row"]) for row in truth]
    assert rows == sorted(set(rows))
    assert rows[-1] <= made.rows
    assert made.persons == len({row["person"] for row in truth})
    assert made.persons < len(rows)


@pytest.mark.parametrize("kind", [kind for kind in _MADE if kind != "eccube-dump"])
def test_rows_in_the_file_are_rows_in_the_truth(kind: str, tmp_path: Path) -> None:
    made = _MADE[kind](tmp_path, 300, 5)
    encoding = "cp932" if kind in {"orders-wareki", "heavy", "hand-kept"} else "utf-8-sig"

    with made.path.open(encoding=encoding, newline="") as stream:
        rows = list(csv.reader(stream, delimiter="\t" if made.path.suffix == ".tsv" else ","))

    assert len(rows) == made.rows + 1
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize(
    ("kana", "spelling", "expected"),
    [
        ("サトウ", "plain", "satou"),
        ("サトウ", "passport", "sato"),
        ("サトウ", "oh", "satoh"),
        ("フジモト", "kunrei", "huzimoto"),
        ("ショウタ", "kunrei", "syouta"),
        ("ホンマ", "m", "homma"),
        ("イッチ", "plain", "itchi"),
        ("キョウコ", "passport", "kyoko"),
        ("ジュン", "kunrei", "zyun"),
        ("イノウエ", "passport", "inoue"),
        ("イノウエ", "oh", "inoue"),
        ("マツウラ", "passport", "matsuura"),
        ("ユウスケ", "passport", "yusuke"),
    ],
)
def test_names_are_spelled_as_people_spell_them(kana: str, spelling: str, expected: str) -> None:
    assert spell(kana, spelling) == expected


def test_a_command_is_measured_with_its_children() -> None:
    held = "import time; b = bytearray(150 * 2**20); b[::4096] = b'1' * len(b[::4096]); time.sleep(0.6); print('done')"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {held!r}], check=True)"

    measured = run([sys.executable, "-c", child], timeout=30)

    assert (measured.code, measured.output.strip(), measured.problem) == (0, "done", "")
    assert measured.peak_mib > 150
    assert 0.6 < measured.seconds < 30


def test_a_command_that_takes_too_long_is_stopped_and_says_so() -> None:
    measured = run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=1)

    assert measured.code is None
    assert measured.problem == "did not finish in 1 s"


def test_a_command_that_fails_tells_its_last_line() -> None:
    measured = run([sys.executable, "-c", "raise SystemExit('no such file')"], timeout=30)

    assert measured.code == 1
    assert measured.problem == "no such file"
