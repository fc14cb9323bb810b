"""Ditto signs: a cell that says "the same as above" (〃, 同上) means what the cell above it says.

Only in a row whose name is such a sign: nobody gives it for a name, so a keeper of a sheet wrote it. In the form of a
shop 同上 beside one's own name is the address or the name further up in the form, no other customer's. A sign that is
not read says nothing.

The rows that intake wrote stay as they are; only what normalise reads of them has the value from above. A row that was
set aside or erased in between cuts the chain: nobody knows what stood there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

#: 〃 and what is typed in its stead, between dashes or not; the words for it. Not the sign that CSV quotes with: it
#: may be what is left of a damaged line.
_SIGNS: Final = ("〃", "〃〃", "″", "”", "“", "゛", "同上", "同 上", "上に同じ", "上と同じ", "ditto", "Ditto", "DITTO")
#: Of these one must be a ditto sign for the others to be read.
_NAMES: Final = ("full_name", "family_name")
_ASIDE: Final = " \t　-－―ー–—"
_LONGEST: Final = 18
#: What a table within a file is told by; rows of one never speak of the cells of another.
_TABLE: Final = ("member", "source_table")


def is_ditto(name: str) -> str:
    """Return the SQL condition that a column's cell says the same as the cell above; null where there is no text."""
    signs = ", ".join(_quoted(sign) for sign in _SIGNS)
    begun = ", ".join(_quoted(sign) for sign in sorted({sign[0] for sign in _SIGNS} | set(_ASIDE)))
    # Texts are many and dittos few: length and first sign are looked at before anything is cut off.
    return f"strlen({name}) <= {_LONGEST} AND left({name}, 1) IN ({begun}) AND trim({name}, '{_ASIDE}') IN ({signs})"


def with_dittos_read(rows: str, names: Sequence[str], present: AbstractSet[str]) -> str:
    """Return the SQL of the same rows with the values that ditto signs stand for.

    Args:
        rows: SQL of all rows of a reading.
        names: the columns in which there are ditto signs.
        present: all columns of the rows.
    """
    named = " OR ".join(f"coalesce({is_ditto(name)}, false)" for name in _NAMES if name in names) or "false"
    table = "".join(f"{name}, " for name in _TABLE if name in present)
    # Rows whose numbers follow each other have one difference to their place.
    run = f"SELECT *, row - row_number() OVER (PARTITION BY {table}true ORDER BY row) AS run FROM {rows}"  # noqa: S608
    # A cell that says something of its own begins a stretch; the dittos below it are in the same.
    counted = ", ".join(
        f"count(CASE WHEN coalesce({is_ditto(name)}, false) THEN NULL ELSE 1 END) "
        f"OVER (PARTITION BY {table}run ORDER BY row) AS stretch_{number}"
        for number, name in enumerate(names)
    )
    read = ", ".join(
        f"CASE WHEN {is_ditto(name)} THEN CASE WHEN ({named}) AND stretch_{number} > 0 THEN first_value({name}) "
        f"OVER (PARTITION BY {table}run, stretch_{number} ORDER BY row) END ELSE {name} END AS {name}"
        for number, name in enumerate(names)
    )
    ours = ", ".join(f"stretch_{number}" for number in range(len(names)))
    return (
        f"(SELECT * EXCLUDE (run, {ours}) REPLACE ({read}) "  # noqa: S608 (our own names)
        f"FROM (SELECT *, {counted} FROM ({run})))"
    )


def _quoted(text: str) -> str:
    """Return a text as SQL."""
    return "'" + text.replace("'", "''") + "'"
