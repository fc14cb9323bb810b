"""What every held-out list is: a file, the truth beside it, and how both are written."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A list that was written.

    Attributes:
        kind: which generator.
        path: the list.
        truth_path: who is behind each row.
        rows: data rows, all tables together.
        persons: different people behind them.
    """

    kind: str
    path: Path
    truth_path: Path
    rows: int
    persons: int


@dataclass(frozen=True, slots=True)
class TrueRow:
    """The truth of one row.

    Attributes:
        person: who is behind it.
        marks: what is unusual in it, e.g. ``romaji``, ``moved``.
        near: groups that the person belongs to, e.g. ``household-12``.
    """

    person: int
    marks: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def words(name: str) -> Any:
    """Return one table of ``words.toml``."""
    return _words()[name]


def write_truth(path: Path, truth: Sequence[TrueRow | None]) -> None:
    """Write the truth of all rows in file order; ``None`` is a row about nobody and is left out."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("row", "person", "marks", "near"))
        for number, row in enumerate(truth, start=1):
            if row is not None:
                writer.writerow((number, row.person, ";".join(row.marks), ";".join(row.near)))


def write_table(
    folder: Path,
    kind: str,
    seed: int,
    headings: Sequence[str],
    rows: Iterable[tuple[Sequence[str], TrueRow | None]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> HeldOut:
    """Write a delimited list and its truth (``None``: about nobody) into ``folder``, named after kind and seed."""
    path = folder / f"{kind}-{seed}.{'tsv' if delimiter == chr(9) else 'csv'}"
    truth: list[TrueRow | None] = []
    with path.open("w", encoding=encoding, newline="", errors="strict") as stream:
        writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(headings)
        for cells, true in rows:
            writer.writerow(cells)
            truth.append(true)
    return finish(kind, path, truth)


def finish(kind: str, path: Path, truth: Sequence[TrueRow | None]) -> HeldOut:
    """Write the truth beside a list that is already written."""
    truth_path = path.with_suffix(".truth.csv")
    write_truth(truth_path, truth)
    return HeldOut(kind, path, truth_path, len(truth), len({row.person for row in truth if row is not None}))
