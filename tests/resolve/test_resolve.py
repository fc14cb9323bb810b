"""A run of the resolver: judgements are kept, no list is too odd, the same input gives the same result."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from soken.core.errors import DamagedStoreError
from soken.resolve import Judgement, RowRef, Verdict, resolve
from tests.resolve.factory import record, write_records
from tests.resolve.pairs import SAME
from tests.resolve.people import HANAKO, HOME, JIRO, MAIL, OTHER_PHONE, PHONE, TARO, bands, filler

if TYPE_CHECKING:
    from pathlib import Path

E1 = "E-000000000001"


def test_a_judgement_different_is_kept_against_all_evidence_and_same_against_all_contradiction(tmp_path: Path) -> None:
    alike = [record(**TARO, **MAIL, **PHONE, **HOME), record(**TARO, **MAIL, **OTHER_PHONE, **HOME)]
    apart = Judgement(RowRef(E1, 1), RowRef(E1, 2), Verdict.DIFFERENT)
    (one, other), review = bands(tmp_path, *alike, judgements=[apart])
    assert one != other
    assert review == [None, None]
    together = Judgement(RowRef(E1, 1), RowRef(E1, 2), Verdict.SAME)
    (one, other), _ = bands(
        tmp_path, record(**TARO, **MAIL), record("吉田 勝", readings="yoshida masaru"), judgements=[together]
    )
    assert one == other


def test_a_judgement_outlives_a_re_run_on_a_list_that_has_grown(tmp_path: Path) -> None:
    apart = Judgement(RowRef(E1, 1), RowRef(E1, 2), Verdict.DIFFERENT)
    pair = [record(**TARO, **MAIL, **PHONE, first_row=1), record(**TARO, **MAIL, first_row=2)]
    grown = [record("新田 恵", readings="nitta megumi", first_row=900), *pair]
    write_records(
        tmp_path / "second",
        [{**one, "first_row": one.get("first_row", 1000 + n)} for n, one in enumerate([*grown, *filler()])],
    )
    resolve(tmp_path / "second", [apart], tmp_path / "run")
    persons = {r["record"]: r["person"] for r in pq.read_table(tmp_path / "run" / "clusters.parquet").to_pylist()}
    assert persons[2] != persons[3]


def test_contradicting_judgements_are_reported_and_nobody_is_joined(tmp_path: Path) -> None:
    write_records(tmp_path, [record(**TARO, **MAIL), record(**JIRO, **MAIL), record(**HANAKO, **MAIL), *filler()])
    rows = [RowRef(E1, n) for n in (1, 2, 3)]
    said = [
        Judgement(rows[0], rows[1], Verdict.SAME),
        Judgement(rows[1], rows[2], Verdict.SAME),
        Judgement(rows[0], rows[2], Verdict.DIFFERENT),
    ]
    result = resolve(tmp_path, said, tmp_path / "run")
    assert [one.kind for one in result.contradictions] == ["chain"]
    clusters = pq.read_table(tmp_path / "run" / "clusters.parquet").to_pylist()
    assert len({row["person"] for row in clusters[:3]}) == 3
    assert json.loads((tmp_path / "run" / "run.json").read_text())["judgements_contradicting"][0]["kind"] == "chain"


DEGENERATE = {
    "no record": [],
    "one record": [record(**TARO)],
    "five rows, nothing but names": [record(f"田中 太{n}") for n in "一二三四五"],
    "all the same person": [record(**TARO, **MAIL, phone=f"+8190000000{n:02}") for n in range(70)],
    "no mail, no phone": [record(**TARO, **HOME), record(**JIRO, **HOME)],
    "no names": [record("", **MAIL, phone=f"+819000000{n}") for n in range(3)],
    "one mail for everybody": [record(f"田{n} 太郎", readings=f"ta{n} taro", **MAIL) for n in range(200)],
    "everything empty": [record() for _ in range(3)],
    "two locales": [record(**TARO, **MAIL), record("taro tanaka", locale="intl", **MAIL)],
}


@pytest.mark.parametrize("case", DEGENERATE)
def test_no_list_is_too_odd(case: str, tmp_path: Path) -> None:
    write_records(tmp_path, DEGENERATE[case])
    result = resolve(tmp_path, [], tmp_path / "run")
    clusters = pq.read_table(tmp_path / "run" / "clusters.parquet")
    assert clusters.num_rows == result.records == len(DEGENERATE[case])
    assert not (tmp_path / "run" / "scratch").exists()


def test_one_huge_customer_stays_one(tmp_path: Path) -> None:
    write_records(tmp_path, [*DEGENERATE["all the same person"], *filler()])
    assert resolve(tmp_path, [], tmp_path / "run").persons == 1 + len(filler())


def test_the_same_input_gives_the_same_files(tmp_path: Path) -> None:
    write_records(tmp_path, [one for pair in SAME.values() for one in pair] + filler())
    digests = []
    for run in ("a", "b"):
        resolve(tmp_path, [], tmp_path / run, threads=2 if run == "a" else 1)
        digests.append(
            [
                hashlib.sha256((tmp_path / run / f).read_bytes()).hexdigest()
                for f in ("links.parquet", "clusters.parquet")
            ]
        )
    assert digests[0] == digests[1]


def test_person_ids_do_not_change_when_other_people_join_the_list(tmp_path: Path) -> None:
    before, _ = bands(tmp_path / "a", record(**TARO, **MAIL), record(**JIRO, **MAIL))
    after, _ = bands(
        tmp_path / "b", record(**TARO, **MAIL), record(**JIRO, **MAIL), record("新田 恵", readings="nitta megumi")
    )
    assert after[:2] == before
    assert all(len(one) == 16 and one.startswith("P-") for one in before)


def test_a_missing_file_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DamagedStoreError, match="records"):
        resolve(tmp_path, [], tmp_path / "run")
