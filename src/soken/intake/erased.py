"""Rows that two people have erased: the numbers are kept with the evidence item, so that nothing brings them back.

``erased.json`` lies beside the original, which is then a copy with the erased rows' bytes overwritten; the manifest
keeps the hash of the true original. A later reading of the same bytes, also of a file handed in anew, leaves the rows
out by their numbers, which never shift: rows in the file = accepted + set aside + erased.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from soken.core.duck import at, connect
from soken.core.errors import DamagedStoreError, RefusedError
from soken.core.parquet import without_rows
from soken.core.vault import created, opened, sync_file

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

FILE: Final = "erased.json"


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased of an evidence item.

    Attributes:
        rows: numbers of the rows.
        sha256: of the redacted copy that takes the original's place.
        done: whether that has happened; False while it is under way.
        whole: whether the original is gone as a whole, and what lies there says so (`soken.intake.destroy`).
    """

    rows: tuple[int, ...]
    sha256: str
    done: bool
    whole: bool = False


def erased_of(folder: Path) -> Erased | None:
    """Return what was erased of an evidence item, None for nothing.

    Args:
        folder: the item's.

    Raises:
        DamagedStoreError: the file cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        said: dict[str, Any] = json.loads(path.read_bytes())
        return Erased(tuple(said["rows"]), said["sha256"], said["done"], said.get("whole", False))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise DamagedStoreError(
            f"What was erased of {folder.name} cannot be read: restore {FILE} from a copy of the store made since."
        ) from problem


def check_original_kept(folder: Path) -> None:
    """See that an evidence item's original is still there to be read.

    Args:
        folder: the item's.

    Raises:
        RefusedError: it was destroyed as a whole.
    """
    found = erased_of(folder)
    if found is not None and found.whole:
        raise RefusedError(
            f"The original of {folder.name} was destroyed when rows of it were erased; what everybody else's rows say "
            "stands in its reading, and cannot be read anew."
        )


def keep_erased(folder: Path, found: Erased) -> None:
    """Write what was erased, in place of what was written before, in one step."""
    part = folder / f"{FILE}.part"
    part.write_text(json.dumps(asdict(found)), "utf-8")
    sync_file(part)
    part.replace(folder / FILE)


def leave_out(reading: Path, rows: Collection[int]) -> int:
    """Take rows out of a reading: its two tables, its counts and its samples; return how many are left out in all.

    Doing it again changes nothing.

    Args:
        reading: the reading's folder.
        rows: numbers of rows; those that the reading does not hold are passed over.
    """
    path = reading / "reading.json"
    with opened(path) as file:
        told: dict[str, Any] = json.load(file)
    values, reasons = _values(reading, rows), _reasons(reading, rows)
    accepted = without_rows(reading / "rows.parquet", rows)
    aside = without_rows(reading / "set_aside.parquet", rows)
    counts = told["counts"]
    counts["rows_accepted"] -= accepted
    counts["rows_set_aside"] -= aside
    counts["rows_erased"] = counts["rows_read"] - counts["rows_accepted"] - counts["rows_set_aside"]
    for reason, number in reasons.items():
        counts["per_reason"][reason] = counts["per_reason"].get(reason, 0) - number
    for columns in told["samples"].values():
        for name, samples in columns.items():
            columns[name] = [one for one in samples if one not in values]
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with created(part) as out:
        out.write(json.dumps(told, ensure_ascii=False, indent=1).encode())
    sync_file(part)
    part.replace(path)
    return int(counts["rows_erased"])


def only_said_by(reading: Path, rows: Collection[int], columns: Collection[str]) -> set[str]:
    """Return what some rows of a reading say in some columns and no other row says there.

    Args:
        reading: the reading's folder.
        rows: numbers of the rows.
        columns: names; those that the reading has not are passed over.
    """
    found: set[str] = set()
    with connect() as con:
        given = {"p": at(reading / "rows.parquet"), "r": sorted(rows)}
        there = {name for name, *_rest in con.execute("describe from read_parquet($p)", {"p": given["p"]}).fetchall()}
        for name in there & set(columns):
            said = con.execute(
                f"""select "{name}" from read_parquet($p) where coalesce("{name}", '') <> '' group by 1
                having bool_and(row in (select unnest($r::bigint[])))""",  # noqa: S608 (our own columns)
                given,
            ).fetchall()
            found |= {str(value) for (value,) in said}
    return found


def _values(reading: Path, rows: Collection[int]) -> set[str]:
    """Return every text that the rows hold."""
    with connect() as con:
        found = con.execute(
            "select * from read_parquet($p) where row in (select unnest($r::bigint[]))",
            {"p": at(reading / "rows.parquet"), "r": sorted(rows)},
        ).fetchall()
    return {cell for row in found for cell in row if isinstance(cell, str) and cell}


def _reasons(reading: Path, rows: Collection[int]) -> dict[str, int]:
    """Return for which reasons rows that go were set aside."""
    with connect() as con:
        return dict(
            con.execute(
                "select reason, count(*) from read_parquet($p) where row in (select unnest($r::bigint[])) group by 1",
                {"p": at(reading / "set_aside.parquet"), "r": sorted(rows)},
            ).fetchall()
        )
