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
#: The rows of a reading, each with the hold that it is under.
_WITH_HOLD = (
    "(SELECT rows.*, held.hold FROM {rows} rows LEFT JOIN held ON held.evidence = $evidence AND held.row = rows.row)"
)
_ROWS = "read_parquet($path)"
#: What an export writes for an empty cell, or whoever keeps a sheet and knows the customer by heart.
_EMPTY = (
    *("", "NULL", "null", "\\N", "None", "nan", "NaN", "#N/A"),
    *("同じ", "前と同じ", "前に同じ", "前回と同じ", "前回に同じ", "以前と同じ", "いつもと同じ", "いつもの住所"),
)


def load_rows(
    con: duckdb.DuckDBPyConnection, readings: list[tuple[str, Path, str]], ids: str, held: Sequence[Held] = ()
) -> int:
    """Build the tables of what the identity rows say; return how many rows there are.

    A customer who orders a hundred times says the same a hundred times. So ``typed`` has one line for each different
    thing that rows of one reading say: ``n`` of the first of them, ``times`` (how many), ``said`` (which thing),
    evidence, row, locale, the fields that normalise reads, and the ids. ``every`` has all rows: n and said; and
    ``started`` the readings: evidence and the first n before theirs. ``n`` numbers the rows of all readings in their
    order, with gaps; a text of spaces or one of an export's words for nothing is null. A row that is held says another
    thing than any row that is not held with it, whatever it claims (``hold``, null for all others).

    Args:
        con: the connection.
        readings: evidence id, path, locale.
        ids: SQL of further columns, made from the fields.
        held: rows that share a record with none but those held together with them.

    Raises:
        DamagedStoreError: a file is missing or is not a table of rows.
    """
    import duckdb as engine

    parts: list[tuple[str, dict[str, str]]] = []
    start = 0
    con.execute("CREATE TABLE every (n BIGINT, said UHUGEINT)")
    con.execute("CREATE TABLE started (evidence VARCHAR, before BIGINT, up_to BIGINT)")
    con.execute("CREATE TABLE held (evidence VARCHAR, row BIGINT, hold VARCHAR)")
    if held:
        con.executemany("INSERT INTO held VALUES (?, ?, ?)", [(one.evidence, one.row, one.hold) for one in held])
    for evidence, path, locale in readings:
        given = {"evidence": evidence, "path": at(path), "locale": locale}
        try:
            chosen, rows = _chosen(con, path)
            last = con.execute("SELECT coalesce(max(row), 0) FROM read_parquet($path)", {"path": at(path)}).fetchall()
        except (engine.IOException, engine.BinderException, engine.InvalidInputException) as problem:
            raise DamagedStoreError(f"{path} is not a table of rows; take evidence {evidence} in again.") from problem
        fields = ", ".join(f"{expression} AS {name}" for name, expression in chosen.items())
        source = _WITH_HOLD.format(rows=rows)
        parts.append(
            (
                f"SELECT {start} + row AS n, $evidence AS evidence, row, $locale AS locale, hold, {fields} "  # noqa: S608
                f"FROM {source} WHERE kind = 'identity'",
                given,
            )
        )
        # Only the columns that say something are read.
        says = [f"coalesce({expression}, '')" for expression in chosen.values() if expression != _NOTHING]
        con.execute(
            f"INSERT INTO every SELECT {start} + row, "  # noqa: S608 (our own expressions)
            f"md5_number(concat_ws(chr(31), {', '.join(['$evidence', *says, 'hold'])})) "
            f"FROM {source} WHERE kind = 'identity'",
            {"evidence": evidence, "path": at(path)},
        )
        end = start + int(last[0][0])
        con.execute("INSERT INTO started VALUES ($evidence, $start, $end)",
                    {"evidence": evidence, "start": start, "end": end})  # fmt: skip
        start = end
    _first_of_each(con, parts, ids)
    return int(con.execute("SELECT count(*) FROM every").fetchall()[0][0])


def _first_of_each(con: duckdb.DuckDBPyConnection, parts: list[tuple[str, dict[str, str]]], ids: str) -> None:
    """Build ``typed`` from the readings' queries: the first row of each different thing that is said."""
    con.execute("CREATE TABLE firsts AS SELECT said, min(n) AS n, count(*)::INTEGER AS times FROM every GROUP BY said")
    for number, (source, given) in enumerate(parts):
        made = "CREATE TABLE typed AS" if number == 0 else "INSERT INTO typed"
        query = f"SELECT read.*, times, said, {ids} FROM ({source}) read JOIN firsts ON firsts.n = read.n"  # noqa: S608
        con.execute(f"{made} {query}", given)
    con.execute("DROP TABLE firsts")


def _chosen(con: duckdb.DuckDBPyConnection, path: Path) -> tuple[dict[str, str], str]:
    """Return the SQL expressions of the kept fields for one reading, and of its rows, dittos read."""
    described = con.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": at(path)}).fetchall()
    present = {name for name, *_rest in described}
    filled, emptied, repeating = _filled(con, path, sorted(present & set(FIELDS)))
    # A column that says nothing in any row need not be read, and one that always says something not be looked through.
    columns = {name: _said(name) if name in emptied else name for name in filled}
    columns = {name: columns.get(name, _NOTHING) for name in FIELDS}
    expressions = {name: columns[name] for name in _KEPT}
    if not filled & set(_NAMES) and filled & {f"ship_{name}" for name in _NAMES}:
        for name in (*_NAMES, *(field for field in (*_PLACES, "phone") if field not in filled)):
            expressions[name] = columns[f"ship_{name}"]
    elif not filled & {"address", "address2", "city", "postal_code"}:
        same = _same_person(columns)
        for name in _PLACES:
            expressions[name] = f"CASE WHEN {same} THEN {columns[f'ship_{name}']} END"
    if not repeating:
        return expressions, _ROWS
    said = [name for name in _KEPT if name in present]
    return expressions, with_dittos_read(_ROWS, repeating, said, present)


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


def _filled(con: duckdb.DuckDBPyConnection, path: Path, present: list[str]) -> tuple[set[str], set[str], list[str]]:
    """Return the fields that any identity row fills, where any writes a word for nothing, and where any a ditto."""
    if not present:
        return set(), set(), []
    # A case looks at what is short alone; a filter would trim the text of every row, which takes ten times as long.
    asked = ", ".join(
        f"count({name}), count(CASE WHEN {_nothing_said(name)} THEN 1 END), "
        f"count(CASE WHEN {is_ditto(name)} THEN 1 END)"
        for name in present
    )
    found = con.execute(
        f"SELECT {asked} FROM read_parquet($path) WHERE kind = 'identity'",  # noqa: S608 (our own column names)
        {"path": at(path)},
    ).fetchall()[0]
    counted = list(zip(present, found[::3], found[1::3], found[2::3], strict=True))
    return (
        {name for name, texts, empties, _dittos in counted if texts > empties},
        {name for name, _texts, empties, _dittos in counted if empties > 0},
        [name for name, _texts, _empties, dittos in counted if dittos > 0],
    )


def _same_person(columns: dict[str, str]) -> str:
    """Return the SQL condition that a row's parcel goes to its holder, as far as its names say."""

    def spelt(stem: str) -> str:
        parts = f"nullif(concat({columns[f'{stem}family_name']}, {columns[f'{stem}given_name']}), '')"
        return f"replace(replace(coalesce({columns[f'{stem}full_name']}, {parts}), ' ', ''), '　', '')"

    return f"coalesce({spelt('ship_')} = {spelt('')}, true)"
