"""Load a run's proposed persons into the case database, quickly: a million rows are usual."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from soken.casework.actions.insert_lines import insert_lines
from soken.casework.models import Person
from soken.core.duck import at, connect
from soken.core.parquet import rows_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from soken.casework.models import Operation

#: Columns of ``persons.parquet`` in the order of the database's.
_COLUMNS: Final = (
    "code",
    "name",
    "kana",
    "prefecture",
    "band",
    "review_with",
    "rows",
    "records",
    "items",
    "first_order",
    "last_order",
)
_FILLED: Final = ("operation_id", *_COLUMNS)
#: Texts of any length, and how much of them the list shows.
_CUT: Final = ("name", "kana")
_LONGEST: Final = 200
#: Codes in one DELETE: within what either database takes as parameters.
_CODES: Final = 500


#: A code is a person's own; what else is said of one person may change from run to run (told by a digest).
_CHANGED: Final = """
CREATE TABLE differing AS
    SELECT coalesce(now.person, was.person) AS person, now.said IS NOT NULL AS comes, was.said IS NOT NULL AS goes
    FROM (SELECT person, hash({columns}) AS said FROM read_parquet($new)) now
    FULL JOIN (SELECT person, hash({columns}) AS said FROM read_parquet($old)) was ON was.person = now.person
    WHERE now.said IS DISTINCT FROM was.said
"""
_COMING: Final = """
SELECT {lines} FROM read_parquet($new) SEMI JOIN (FROM differing WHERE comes) USING (person) ORDER BY person
"""
#: More changes than this share of the persons are faster made by replacing all.
_FEW: Final = 0.25


def load_persons(operation: Operation, persons: Path, *, shown: Path | None = None) -> None:
    """Make a run's proposed persons the operation's; call it inside a transaction.

    Args:
        operation: whose persons.
        persons: the run's ``persons.parquet``.
        shown: that of the run whose persons the table holds now; only what differs from it is changed, where that is
            little. None to replace all.
    """
    with connect() as con:
        if shown is None or not _differences(con, operation, persons, shown):
            source = f"SELECT {_lines(operation)} FROM read_parquet($path) ORDER BY person"  # noqa: S608 (our own)
            _replace(operation, _batches(con, source, {"path": at(persons)}), persons)
            return
        for (codes,) in con.execute(
            "SELECT list(person) FROM (SELECT person, row_number() OVER () // $codes AS n FROM differing WHERE goes) "
            "GROUP BY n",
            {"codes": _CODES},
        ).fetchall():
            Person.objects.filter(operation=operation, code__in=codes)._raw_delete(connection.alias)
        insert_lines(Person, _FILLED, _batches(con, _COMING.format(lines=_lines(operation)), {"new": at(persons)}))


def _differences(con: duckdb.DuckDBPyConnection, operation: Operation, persons: Path, shown: Path) -> bool:
    """Build ``differing`` (person, comes, goes); tell whether to make these changes, and not replace all.

    The table must hold as many persons as the file says that it does; else the file is not what was loaded.
    """
    if not shown.is_file() or Person.objects.filter(operation=operation).count() != rows_in(shown):
        return False
    con.execute(_CHANGED.format(columns=_told()), {"new": at(persons), "old": at(shown)})
    changes = con.execute("SELECT coalesce(sum(comes::INT + goes::INT), 0) FROM differing").fetchall()[0][0]
    return bool(changes <= _FEW * rows_in(persons))


def _replace(operation: Operation, batches: Iterator[list[tuple[Any, ...]]], persons: Path) -> None:
    """Replace all the operation's persons."""
    if connection.vendor == "postgresql":
        _clear(operation)
        insert_lines(Person, _FILLED, batches)
        return
    with _without_indexes(operation, rows_in(persons)):
        _clear(operation)
        insert_lines(Person, _FILLED, batches)


def _clear(operation: Operation) -> None:
    """Take the operation's persons out of the table."""
    Person.objects.filter(operation=operation)._raw_delete(connection.alias)


@contextmanager
def _without_indexes(operation: Operation, coming: int) -> Iterator[None]:
    """Take SQLite's indexes off the table while most of it is replaced, and build them again, all in the transaction.

    Putting 700,000 persons into six indexes one by one takes 11 s, building the indexes afterwards 3 s. Where other
    operations' persons are the more, the indexes stay. (PostgreSQL would lock readers out; its COPY keeps them.)
    """
    others = Person.objects.exclude(operation=operation).count()
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, sql from sqlite_master where type = 'index' and tbl_name = %s and sql is not null",
            [Person._meta.db_table],
        )
        indexes = cursor.fetchall() if others <= coming else []
        for name, _sql in indexes:
            cursor.execute(f"drop index {connection.ops.quote_name(name)}")
        yield
        for _name, sql in indexes:
            cursor.execute(sql)


def _told() -> str:
    """Return the columns of ``persons.parquet`` that the database keeps."""
    return ", ".join(f'"{name}"' for name in ("person", *_COLUMNS[1:]))


def _lines(operation: Operation) -> str:
    """Return the columns of a line of the database's table, from ``persons.parquet``."""
    cut = [f'left("{name}", {_LONGEST})' if name in _CUT else f'"{name}"' for name in _COLUMNS[1:]]
    return ", ".join((f"{operation.pk:d}", "person", *cut))


def _batches(con: duckdb.DuckDBPyConnection, source: str, values: dict[str, str]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the lines that a query gives, in the order of the persons' codes.

    In that order the index of codes only grows at its end.
    """
    con.execute(source, values)
    while lines := con.fetchmany(20_000):
        yield lines
