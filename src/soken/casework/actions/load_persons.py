"""Load a run's proposed persons into the case database, quickly: a million rows are usual."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow.parquet as pq
from django.db import connection

from soken.casework.models import Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
_LONGEST: Final = 200


def load_persons(operation: Operation, persons: Path) -> None:
    """Replace the operation's proposed persons by those of a run; call it inside a transaction.

    Args:
        operation: whose persons.
        persons: the run's ``persons.parquet``.
    """
    if connection.vendor == "postgresql":
        _clear(operation)
        with connection.cursor() as cursor, cursor.copy(f"copy {_table()} ({_names()}) from stdin") as copy:
            for row in itertools.chain.from_iterable(_batches(operation.pk, persons)):
                copy.write_row(row)
        return
    places = ", ".join(["%s"] * (len(_COLUMNS) + 1))
    insert = f"insert into {_table()} ({_names()}) values ({places})"  # noqa: S608 (names from this module)
    with _without_indexes(operation, pq.read_metadata(persons).num_rows), connection.cursor() as cursor:
        _clear(operation)
        for batch in _batches(operation.pk, persons):
            cursor.executemany(insert, batch)


def _clear(operation: Operation) -> None:
    """Take the operation's persons out of the table."""
    Person.objects.filter(operation=operation)._raw_delete(connection.alias)


def _table() -> str:
    """Return the table's quoted name."""
    return connection.ops.quote_name(Person._meta.db_table)


def _names() -> str:
    """Return the quoted names of the columns that are filled."""
    return ", ".join(connection.ops.quote_name(name) for name in ("operation_id", *_COLUMNS))


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


def _batches(operation: int, persons: Path) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the persons as rows of the database's table, in the order of their codes.

    In that order the index of codes only grows at its end.
    """
    with duckdb.connect() as con:
        columns = ", ".join(f'"{name}"' for name in ("person", *_COLUMNS[1:]))
        con.execute(f"select {columns} from read_parquet($path) order by person", {"path": str(persons)})  # noqa: S608
        while rows := con.fetchmany(20_000):
            yield [(operation, code, name[:_LONGEST], kana[:_LONGEST], *others) for code, name, kana, *others in rows]
