"""Ditto signs: a row of a sheet kept by hand that says "the same as above" (〃, 同上) is the person of the row above.

Only a row whose name is such a sign and that says nothing of its own about a person: then it says what the row above
says, whole, and so becomes its record. Beside a telephone or a given name of one's own the sign could mean anything (in
the form of a shop 同上 is the address further up in the form), and says nothing.

The rows that intake wrote stay as they are; only what normalise reads of them comes from above. A blank line, and a row
that was set aside or erased in between, cut the chain: nobody knows what stood there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

#: 〃 and what is typed in its stead, between dashes or not; the words for it. Not the sign that CSV quotes with: it
#: may be what is left of a damaged line. Not "ditto": some are called so.
_SIGNS: Final = ("〃", "〃〃", "″", "”", "“", "゛", "同上", "同 上", "上に同じ", "上と同じ")
#: Of these one must be a ditto sign for a row to be read.
_NAMES: Final = ("full_name", "family_name")
_ASIDE: Final = " \t\r\n　-－―ー–—"
_LONGEST: Final = 18
#: What a table within a file is told by; rows of one never speak of the cells of another.
_TABLE: Final = ("member", "source_table")


def is_ditto(name: str) -> str:
    """Return the SQL condition that a column's cell says the same as the cell above; null where there is no text."""
    signs = ", ".join(_quoted(sign) for sign in _SIGNS)
    begun = ", ".join(_quoted(sign) for sign in sorted({sign[0] for sign in _SIGNS} | set(_ASIDE)))
    # Texts are many and dittos few: length and first sign are looked at before anything is cut off.
    return f"strlen({name}) <= {_LONGEST} AND left({name}, 1) IN ({begun}) AND trim({name}, '{_ASIDE}') IN ({signs})"


def with_dittos_read(rows: str, signs: Sequence[str], said: Sequence[str], present: AbstractSet[str]) -> str:
    """Return the SQL of the same rows with what ditto signs stand for, null where they stand for nothing.

    Args:
        rows: SQL of all rows of a reading.
        signs: the columns in which there are ditto signs.
        said: the columns of the rows that say who somebody is.
        present: all columns of the rows.
    """
    names = [name for name in _NAMES if name in signs]
    unread = {name: _unless_ditto(f"here.{name}") for name in signs}
    if not names:
        return f"(SELECT * REPLACE ({_listed(unread)}) FROM {rows} here)"  # noqa: S608 (our own names)
    read = {
        name: f"CASE WHEN above.of IS NULL THEN {unread.get(name, f'here.{name}')} "
        f"ELSE {_unless_ditto(f'above.{name}') if name in signs else f'above.{name}'} END"
        for name in dict.fromkeys((*said, *signs))
    }
    above = _rows_above(rows, names, list(read), present)
    return (
        f"(SELECT here.* REPLACE ({_listed(read)}) FROM {rows} here LEFT JOIN ({above}) above ON above.of = here.row)"  # noqa: S608
    )


def _rows_above(rows: str, names: Sequence[str], said: Sequence[str], present: AbstractSet[str]) -> str:
    """Return the SQL of what stands above the rows that are dittos: ``of``, the row's number, and what is said."""
    signs = " OR ".join(f"coalesce({is_ditto(name)}, false)" for name in names)
    nothing = " AND ".join(f"coalesce({is_ditto(name)} OR trim({name}, '{_ASIDE}') = '', true)" for name in said)
    # Rows that follow each other line by line, in one table, are as far from their line as from their place.
    where = [f"coalesce({name}, '')" for name in _TABLE if name in present]
    where.append("coalesce(line, row) - row" if "line" in present else "0")
    table = ", ".join(f"{sql} AS t{number}" for number, sql in enumerate(where))
    one = ", ".join(f"t{number}" for number in range(len(where)))
    same = " AND ".join(f"begun.t{number} = source.t{number}" for number in range(len(where)))
    return f"""
        WITH dittos AS (SELECT row, {table} FROM {rows} WHERE kind = 'identity' AND ({signs}) AND {nothing}),
        runs AS (SELECT *, row - row_number() OVER (PARTITION BY {one} ORDER BY row) AS run FROM dittos),
        begun AS (SELECT *, min(row) OVER (PARTITION BY {one}, run) - 1 AS source FROM runs),
        source AS (SELECT row, {table}, {", ".join(said)} FROM {rows} WHERE kind = 'identity')
        SELECT begun.row AS of, {", ".join(f"source.{name}" for name in said)}
        FROM begun JOIN source ON source.row = begun.source AND {same}"""  # noqa: S608


def _unless_ditto(cell: str) -> str:
    """Return the SQL of a cell that is null where it is a sign."""
    return f"CASE WHEN {is_ditto(cell)} THEN NULL ELSE {cell} END"


def _listed(read: dict[str, str]) -> str:
    return ", ".join(f"{sql} AS {name}" for name, sql in read.items())


def _quoted(text: str) -> str:
    """Return a text as SQL."""
    return "'" + text.replace("'", "''") + "'"
