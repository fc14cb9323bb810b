"""A run that goes on from another comes to what a run from nothing comes to, record by record and link by link."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from soken.core.errors import DamagedStoreError
from soken.core.progress import silent
from soken.demo.entries import Typist
from soken.demo.lists import load_rates
from soken.demo.people import People
from soken.normalise.records import build_records
from soken.resolve import Judgement, RowRef, Verdict, resolve
from soken.resolve.membership import RowsOf, write_membership
from soken.resolve.reuse import can_go_on_from
from tests.normalise.test_records import write_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from soken.resolve import ResolveResult

_FIELDS = (
    "family_name", "given_name", "family_kana", "given_kana", "postal_code", "", "prefecture", "address", "address2",
    "email", "phone",
)  # fmt: skip
Row = dict[str, Any]


class _Lists:
    """Lists of one platform's people, each as its shop would ask for it: with kana or without, names in one field."""

    def __init__(self, seed: int) -> None:
        rates = load_rates()
        self._rng = random.Random(seed)
        self._people, self._typist = People(seed, rates), Typist(rates, self._rng)

    def rows(self, count: int, people: range) -> list[Row]:
        """Return so many rows of these people."""
        kana, divided, birth = (self._rng.random() < 0.6 for _ in range(3))
        return [self._row(self._rng.choice(people), kana=kana, divided=divided, birth=birth) for _ in range(count)]

    def _row(self, number: int, *, kana: bool, divided: bool, birth: bool) -> Row:
        person = self._people.person(number)
        later = self._rng.random() < 0.4
        home = person.homes[later]
        said = (
            *self._typist.name(person, later=later), home.place.postal_code, "", home.place.prefecture,
            *self._typist.address(home), self._typist.mail(person.mails[later]),
            self._typist.phone(person.phones[later]),
        )  # fmt: skip
        row: Row = {name: value for name, value in zip(_FIELDS, said, strict=True) if name and value}
        if not kana:
            row = {name: value for name, value in row.items() if not name.endswith("_kana")}
        if not divided:
            row["full_name"] = row.pop("family_name", "") + row.pop("given_name", "")
        if birth:
            # A form's default date among true ones.
            row["birth_date"] = (
                "1980-01-01" if self._rng.random() < 0.2 else f"19{50 + number % 50}-03-{1 + number % 27:02d}"
            )
        # So many share the junk mail that its block passes from "in full" to "neighbours" with the second list.
        if self._rng.random() < 0.22:
            row["email"] = "none@shop.example"
        dropped = self._rng.choice(("email", "phone", "address", "none", "none"))
        return {name: value for name, value in row.items() if name != dropped}


Reading = tuple[str, "Path", str]


def run(
    folder: Path,
    readings: Sequence[Reading],
    judgements: Sequence[Judgement] = (),
    before: tuple[Path, int] | None = None,
) -> ResolveResult:
    """Build the records and resolve them; ``before``: a run's folder, and how many of the readings it had."""
    folder.mkdir()
    base, known = before or (None, 0)
    build_records(readings[known:], folder, progress=silent(), workers=0, before=base)
    result = resolve(folder, judgements, folder, before=base)
    write_membership([RowsOf(evidence, rows) for evidence, rows, _locale in readings], folder, before=base, known=known)
    return result


def files(folder: Path) -> dict[str, list[Row]]:
    """Return the content of a run's tables, and what its manifest says of the model."""
    tables = {
        name: pq.read_table(folder / f"{name}.parquet").to_pylist()
        for name in ("records", "row_records", "links", "clusters", "persons")
    }
    tables["membership"] = sorted(
        pq.read_table(folder / "membership.parquet").to_pylist(), key=lambda line: (line["evidence"], line["row"])
    )
    for name in ("weighed", "looked", "bears", "compared", "meanings", "learnt"):
        lines = pq.read_table(folder / "reuse" / f"{name}.parquet").to_pylist()
        if name == "learnt":
            continue  # the same counts, in as many lines as there were lists
        tables[name] = sorted(lines, key=lambda line: [str(value) for value in line.values()])
    tables["model"] = [json.loads((folder / "run.json").read_text("utf-8"))["model"]]
    return tables


def in_order(folder: Path) -> bool:
    """Tell whether the rows lie in the order of their persons."""
    persons = [line["person"] or "~" for line in pq.read_table(folder / "membership.parquet").to_pylist()]
    return persons == sorted(persons)


def written(folder: Path, lists: Sequence[list[Row]]) -> list[Reading]:
    """Write lists as readings."""
    return [(f"E-{n:012d}", write_rows(folder / f"list-{n}", rows), "ja") for n, rows in enumerate(lists, start=1)]


@pytest.mark.parametrize(("seed", "second", "third"), [(0, 80, 40), (1, 50, 30)])
def test_a_further_list_gives_what_all_lists_together_give(tmp_path: Path, seed: int, second: int, third: int) -> None:
    made = _Lists(seed)
    readings = written(
        tmp_path, [made.rows(260, range(110)), made.rows(second, range(60, 150)), made.rows(third, range(140, 170))]
    )
    run(tmp_path / "one", readings[:1])
    run(tmp_path / "two", readings[:2], before=(tmp_path / "one", 1))
    went_on = run(tmp_path / "three", readings, before=(tmp_path / "two", 2))
    begun = run(tmp_path / "all", readings)
    assert files(tmp_path / "three") == files(tmp_path / "all")
    # Further rows lie behind the others until they are a quarter of all; then all are put in the order of the persons.
    assert in_order(tmp_path / "three") == (second + third > (260 + second + third) / 4)
    assert not in_order(tmp_path / "two")
    assert in_order(tmp_path / "all")
    assert begun.pairs_weighed == begun.pairs
    assert 0 < went_on.pairs_weighed < went_on.pairs / 2


def test_new_judgements_bind_and_nothing_is_weighed_again(tmp_path: Path) -> None:
    made = _Lists(9)
    readings = written(tmp_path, [made.rows(200, range(60)), made.rows(50, range(60))])
    run(tmp_path / "one", readings)
    links = pq.read_table(tmp_path / "one" / "links.parquet").to_pylist()
    records = pq.read_table(tmp_path / "one" / "records.parquet").to_pylist()
    places = [RowRef(record["first_evidence"], record["first_row"]) for record in records]
    judgements = [
        Judgement(
            places[link["left_record"] - 1], places[link["right_record"] - 1],
            Verdict.DIFFERENT if link["band"] == "same" else Verdict.SAME,
        )
        for link in links[::7]
    ]  # fmt: skip
    again = run(tmp_path / "two", readings, judgements, before=(tmp_path / "one", 2))
    run(tmp_path / "all", readings, judgements)
    assert judgements
    assert again.pairs_weighed == 0
    assert files(tmp_path / "two") == files(tmp_path / "all")


def test_a_name_that_becomes_known_has_its_old_pairs_weighed_again(tmp_path: Path) -> None:
    row = {"family_name": "薄葉", "given_name": "一", "email": "a@shop.example", "phone": "090-1111-2222"}
    first = [
        row,
        {**row, "given_name": "二", "family_kana": "ウスバ"},
        *({**row, "given_name": f"三{n}", "email": f"{n}@x.example", "phone": None} for n in "甲乙丙"),
    ]
    readings = written(
        tmp_path,
        [
            first,
            [
                {**row, "family_name": family, "given_name": "二", "email": f"{n}@y.example", "phone": None}
                for n, family in enumerate(["伊能", "阿武", "和久"])
            ],
        ],
    )
    run(tmp_path / "one", readings[:1])
    went_on = run(tmp_path / "two", readings, before=(tmp_path / "one", 1))
    run(tmp_path / "all", readings)
    assert went_on.pairs_weighed > 0
    assert files(tmp_path / "two") == files(tmp_path / "all")


def test_only_a_run_of_these_very_versions_can_be_gone_on_from(tmp_path: Path) -> None:
    run(tmp_path / "one", written(tmp_path, [_Lists(3).rows(20, range(9))]))
    assert can_go_on_from(tmp_path / "one")
    (tmp_path / "one" / "reuse" / "made_by.json").write_text('{"made_by": "another version"}')
    assert not can_go_on_from(tmp_path / "one")
    assert not can_go_on_from(tmp_path / "nothing")


def test_a_missing_file_of_the_run_before_is_named(tmp_path: Path) -> None:
    readings = written(tmp_path, [_Lists(3).rows(20, range(9)), _Lists(4).rows(5, range(9))])
    run(tmp_path / "one", readings[:1])
    (tmp_path / "one" / "reuse" / "meanings.parquet").unlink()
    with pytest.raises(DamagedStoreError, match=r"meanings\.parquet is missing"):
        run(tmp_path / "two", readings, before=(tmp_path / "one", 1))
