"""Which fields of a reading speak of the person: the holder's, or the addressee's where the list has no holder.

A parcel may be sent to somebody else, so an addressee's fields stand in only where a list holds no other: for the name
if no row of the reading names a holder, for the address if no row gives the holder's and the parcel goes to the holder.

A row of a sheet kept by hand that only says "the same as above" (〃, 同上) is read as the row above it
(`soken.normalise.ditto`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from soken.core.duck import at
from soken.core.errors import DamagedStoreError
from soken.core.fields import FIELDS
from soken.normalise.ditto import is_ditto, with_dittos_read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    import duckdb


@dataclass(frozen=True, slots=True)
class Held:
    """A row whose links are frozen: no run joins it with rows outside its hold, or takes it from those inside.

    Attributes:
        evidence: evidence id.
        row: its number there.
        hold: which rows are held together; any name.
    """

    evidence: str
    row: int
    hold: str


_NAMES = ("full_name", "family_name", "given_name", "full_kana", "family_kana", "given_kana")
_PLACES = ("postal_code", "prefecture", "city", "address", "address2", "country")
_KEPT = (
    *_NAMES,
    "email",
    "email2",
    "phone",
    "phone2",
    *_PLACES,
    "birth_date",
    "sex",
    "company",
    "id_number",
    "account",
    "login",
    "card",
    "device",
)
_LONGEST_EMPTY = 18
_NOTHING = "NULL::VARCHAR"
_BLANK = " \t\r\n　"
#: Of these one must be filled for a list to say where a holder lives.
_WHERE = ("address", "address2", "city", "postal_code")
#: The rows of a reading, each with the hold that it is under.
_WITH_HOLD = "(SELECT rows.*, held.hold FROM {rows} rows LEFT JOIN held ON held.row = rows.row)"
_ROWS = "read_parquet($path)"
#: What an export writes for an empty cell, or whoever keeps a sheet and knows the customer by heart.
_EMPTY = (
    *("", "NULL", "null", "\\N", "None", "nan", "NaN", "#N/A"),
    *("同じ", "前と同じ", "前に同じ", "前回と同じ", "前回に同じ", "以前と同じ", "いつもと同じ", "いつもの住所"),
)


def load_rows(
    con: duckdb.DuckDBPyConnection, reading: tuple[str, Path, str], ids: str, held: Sequence[Held] = ()
) -> int:
    """Build the tables of what a list's identity rows say; return how many rows there are.

    A customer who orders a hundred times says the same a hundred times. So ``typed`` has one line for each different
    thing that rows say: ``n``, the number of the first of them, ``times`` (how many), ``said`` (which thing), evidence,
    locale, the fields that normalise reads, and the ids. ``every`` has all rows: n and said. A text of spaces or one of
    an export's words for nothing is null. A row that is held says another thing than any row that is not held with it,
    whatever it claims (``hold``, null for all others).

    Args:
        con: the connection.
        reading: evidence id, path, locale.
        ids: SQL of further columns, made from the fields.
        held: rows that share a record with none but those held together with them.

    Raises:
        DamagedStoreError: the file is missing or is not a table of rows.
    """
    import duckdb as engine

    evidence, path, locale = reading
    con.execute("CREATE TABLE held (row BIGINT, hold VARCHAR)")
    if here := [(one.row, one.hold) for one in held if one.evidence == evidence]:
        con.executemany("INSERT INTO held VALUES (?, ?)", here)
    try:
        present = _columns(con, path)
    except engine.Error as problem:
        raise _damaged(reading) from problem
    try:
        chosen = _gather(con, path, present)
    except (engine.IOException, engine.OutOfMemoryException):
        raise  # it is the disk or the memory that fails
    except engine.Error as problem:
        raise _damaged(reading) from problem
    fields = ", ".join(f"{expression} AS {name}" for name, expression in chosen.items())
    con.execute(
        f"CREATE TABLE typed AS SELECT *, {ids} FROM "  # noqa: S608 (our own expressions)
        f"(SELECT n, times, said, hold, $evidence AS evidence, $locale AS locale, {fields} FROM things)",
        {"evidence": evidence, "locale": locale},
    )
    con.execute("DROP TABLE things")
    return int(con.execute("SELECT count(*) FROM every").fetchall()[0][0])


def _damaged(reading: tuple[str, Path, str]) -> DamagedStoreError:
    """Return what is said of a reading that cannot be read."""
    evidence, path, _locale = reading
    return DamagedStoreError(f"{path} is not a table of rows; take evidence {evidence} in again.")


def _columns(con: duckdb.DuckDBPyConnection, path: Path) -> set[str]:
    """Return the columns of a reading's rows."""
    described = con.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": at(path)}).fetchall()
    return {name for name, *_rest in described}


def _gather(con: duckdb.DuckDBPyConnection, path: Path, present: AbstractSet[str]) -> dict[str, str]:
    """Build ``every``, and ``things``: each different thing that rows say; return the SQL of the kept fields there.

    What is looked for in the columns (words for nothing, dittos) is looked for among the things, several times fewer
    than the rows.
    """
    columns = [name for name in _KEPT if name in present]
    _find_things(con, path, _ROWS, columns)
    said = _filled(con, columns)
    addressees = [name for name in _addressees(said.filled) if name in present]
    if _is_any_filled(con, path, addressees):
        columns += addressees
        _find_things(con, path, _ROWS, columns)
        said = _filled(con, columns)
    if said.repeating:
        # Whoever sends it to somebody else says something of his own.
        own = [name for name in (*_KEPT, *(f"ship_{name}" for name in _NAMES)) if name in present]
        _find_things(con, path, with_dittos_read(_ROWS, said.repeating, own, present), columns)
    return _chosen(said)


def _find_things(con: duckdb.DuckDBPyConnection, path: Path, rows: str, columns: Sequence[str]) -> None:
    """Build ``every`` and ``things`` from some columns of a reading's rows."""
    source = _WITH_HOLD.format(rows=rows)
    texts = ", ".join([*(f"coalesce({name}, '')" for name in columns), "hold"])
    con.execute(
        f"CREATE OR REPLACE TABLE every AS SELECT row AS n, md5_number(concat_ws(chr(31), {texts})) AS said "  # noqa: S608
        f"FROM {source} WHERE kind = 'identity'",
        {"path": at(path)},
    )
    con.execute(
        f"CREATE OR REPLACE TABLE things AS SELECT n, times, said, {', '.join(['hold', *columns])} FROM {source} read "  # noqa: S608
        "JOIN (SELECT said, min(n) AS n, count(*)::INTEGER AS times FROM every GROUP BY said) firsts "
        "ON firsts.n = read.row",
        {"path": at(path)},
    )


def _addressees(filled: AbstractSet[str]) -> list[str]:
    """Return the addressee's fields that are to be read, where these are all of the holder's that are filled."""
    if filled & set(_NAMES) and filled & set(_WHERE):
        return []
    return [f"ship_{name}" for name in (*_NAMES, *_PLACES, "phone")]


def _is_any_filled(con: duckdb.DuckDBPyConnection, path: Path, columns: Sequence[str]) -> bool:
    """Tell whether any identity row of a reading has a text in one of some columns."""
    if not columns:
        return False
    some = f"SELECT 1 FROM {_ROWS} WHERE kind = 'identity' AND coalesce({', '.join(columns)}) IS NOT NULL LIMIT 1"  # noqa: S608
    return bool(con.execute(some, {"path": at(path)}).fetchall())


def _chosen(said: _Said) -> dict[str, str]:
    """Return the SQL expressions of the kept fields."""
    # A column that says nothing in any row is none, and one that always says something need not be looked through.
    columns = dict.fromkeys(FIELDS, _NOTHING)
    columns |= {name: _said(name) if name in said.emptied else name for name in said.filled}
    expressions = {name: columns[name] for name in _KEPT}
    if not said.filled & set(_NAMES) and said.filled & {f"ship_{name}" for name in _NAMES}:
        for name in (*_NAMES, *(field for field in (*_PLACES, "phone") if field not in said.filled)):
            expressions[name] = columns[f"ship_{name}"]
    elif not said.filled & set(_WHERE):
        same = _same_person(columns)
        for name in _PLACES:
            expressions[name] = f"CASE WHEN {same} THEN {columns[f'ship_{name}']} END"
    return expressions


def _said(name: str) -> str:
    """Return the SQL of a field that is null where it says nothing."""
    return f"CASE WHEN {_nothing_said(name)} THEN NULL ELSE {name} END"


def _nothing_said(name: str) -> str:
    """Return the SQL condition that a field says nothing, though there is a text; null where there is none."""
    empty = ", ".join(f"'{word}'" for word in _EMPTY)
    # Long texts are not looked at: they say something, or normalising shows that they do not. Of the short ones, most
    # begin with a letter that no word for nothing begins with.
    begun = ", ".join(f"'{sign}'" for sign in sorted({word[:1] for word in _EMPTY} | set(_BLANK)))
    bare = f"trim({name}, '{_BLANK}')"
    return f"strlen({name}) <= {_LONGEST_EMPTY} AND left({name}, 1) IN ({begun}) AND {bare} IN ({empty})"


@dataclass(frozen=True, slots=True)
class _Said:
    """What columns say.

    Attributes:
        filled: those in which any row says something.
        emptied: those in which any writes a word for nothing.
        repeating: those in which any writes a ditto.
    """

    filled: set[str]
    emptied: set[str]
    repeating: list[str]


def _filled(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> _Said:
    """Return what the columns of ``things`` say."""
    if not columns:
        return _Said(set(), set(), [])
    # A case looks at what is short alone; a filter would trim the text of every line, which takes ten times as long.
    asked = ", ".join(
        f"count({name}), count(CASE WHEN {_nothing_said(name)} THEN 1 END), "
        f"count(CASE WHEN {is_ditto(name)} THEN 1 END)"
        for name in columns
    )
    found = con.execute(f"SELECT {asked} FROM things").fetchall()[0]  # noqa: S608 (our own column names)
    counted = list(zip(columns, found[::3], found[1::3], found[2::3], strict=True))
    return _Said(
        filled={name for name, texts, empties, _dittos in counted if texts > empties},
        emptied={name for name, _texts, empties, _dittos in counted if empties > 0},
        repeating=[name for name, _texts, _empties, dittos in counted if dittos > 0],
    )


def _same_person(columns: dict[str, str]) -> str:
    """Return the SQL condition that a row's parcel goes to its holder, as far as its names say."""

    def spelt(stem: str) -> str:
        parts = f"nullif(concat({columns[f'{stem}family_name']}, {columns[f'{stem}given_name']}), '')"
        return f"replace(replace(coalesce({columns[f'{stem}full_name']}, {parts}), ' ', ''), '　', '')"

    return f"coalesce({spelt('ship_')} = {spelt('')}, true)"
