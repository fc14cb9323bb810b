"""What is counted: cases, persons, victims, lawbreaking children, decisions, each with a number, and what is whose.

A vintage holds them as they stood at its cut-off, as Parquet files; every table is counted from these rows (R39).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_WORD = pa.dictionary(pa.int32(), pa.string())

#: Name of a kind of unit → its columns. Codes: `soken.report.codes`; forces: `soken.reference.forces`, '' where nobody
#: said; precision: "day", "half" or "year", of the day of clearing; reached: of `soken.report.funnel`; band: of the
#: priority, '' for not assessed; late: of them past the target; disposition: of `soken.reference.dispositions`.
UNITS: Final[Mapping[str, pa.Schema]] = MappingProxyType(
    {
        "cases": pa.schema(
            {
                "case": pa.int64(),
                "group": _WORD,
                "cleared_on": pa.date32(),
                "precision": _WORD,
                "cleared_at": _WORD,
                "occurred_at": _WORD,
                "network": _WORD,
                "source": _WORD,
            }
        ),
        "case_persons": pa.schema({"case": pa.int64(), "person": pa.int64(), "age": pa.int32(), "occupation": _WORD}),
        "case_victims": pa.schema(
            {"case": pa.int64(), "victim": pa.int64(), "stage": _WORD, "form": _WORD, "relation": _WORD}
        ),
        "lawbreaking": pa.schema(
            {
                "entry": pa.int64(),
                "child": pa.int64(),
                "group": _WORD,
                "guided_on": pa.date32(),
                "guided_at": _WORD,
                "measure": _WORD,
                "source": _WORD,
            }
        ),
        "disposed": pa.schema(
            {
                "entry": pa.int64(),
                "person": pa.int64(),
                "disposition": _WORD,
                "decided_on": pa.date32(),
                "source": _WORD,
            }
        ),
        "listed": pa.schema({"source": _WORD, "reached": _WORD, "units": pa.int64()}),
        "waiting": pa.schema({"source": _WORD, "band": _WORD, "units": pa.int64(), "late": pa.int64()}),
    }
)
#: Kind → the file that older vintages keep beside it, and the column that joins the two.
_APART: Final = MappingProxyType({"case_persons": ("persons", "person"), "case_victims": ("victims", "victim")})
#: Kinds that a vintage need not have: they were counted later than the first vintages were taken.
LATER: Final = frozenset({"lawbreaking", "disposed", "waiting"})


def write_units(folder: Path, units: Mapping[str, Iterable[tuple[object, ...]]], *, chunk: int = 100_000) -> None:
    """Write the units of a vintage, in bounded memory.

    Args:
        folder: an empty folder.
        units: name of `UNITS` → its rows, values in the order of the columns.
        chunk: rows held at once.
    """
    for name, schema in UNITS.items():
        with pq.ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd") as writer:
            for rows in _chunks(units.get(name, ()), chunk):
                columns = zip(*rows, strict=True)
                arrays = [_array(column, one.type) for column, one in zip(columns, schema, strict=True)]
                writer.write_table(pa.table(arrays, schema=schema))


def open_units(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection that has the units of a vintage as views; of what it does not hold (`holds`), empty ones."""
    con = duckdb.connect()
    con.execute("CREATE TABLE held (name VARCHAR)")
    for name in UNITS:
        path = folder / f"{name}.parquet"
        if name in LATER and not path.is_file():
            con.register(name, UNITS[name].empty_table())
            continue
        con.execute("INSERT INTO held VALUES (?)", [name])
        con.execute(f"CREATE VIEW {name} AS {_read(folder, name)}")
    return con


def holds(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Tell whether a vintage holds a kind of unit: one that was taken before these were counted does not.

    Args:
        con: holds the units.
        name: of `UNITS`.
    """
    return con.execute("SELECT 1 FROM held WHERE name = ?", [name]).fetchone() is not None


def _read(folder: Path, name: str) -> str:
    """Return the query that reads a kind of unit.

    Vintages that were taken while age and occupation stood with the person, and the school stage with the child, keep
    a file of those.
    """
    own = f"FROM {_quoted(folder / f'{name}.parquet')}"
    if name not in _APART:
        return own
    beside, key = _APART[name]
    path = folder / f"{beside}.parquet"
    return f"{own} links JOIN {_quoted(path)} told USING ({key})" if path.is_file() else own


def _quoted(path: Path) -> str:
    """Return a file as SQL reads it."""
    return "read_parquet('{}')".format(str(path).replace("'", "''"))


def _array(column: tuple[object, ...], kind: pa.DataType) -> pa.Array:
    """Return a column; words are kept once each."""
    if kind == _WORD:
        return pa.array(column, pa.string()).dictionary_encode()
    return pa.array(column, kind)


def _chunks(rows: Iterable[tuple[object, ...]], size: int) -> Iterable[list[tuple[object, ...]]]:
    """Return rows in lists of at most a size."""
    held: list[tuple[object, ...]] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held
