"""Load a run's proposed persons into the case database, quickly: a million rows are usual."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

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
    Person.objects.filter(operation=operation)._raw_delete(connection.alias)
    table = connection.ops.quote_name(Person._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(name) for name in ("operation_id", *_COLUMNS))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"copy {table} ({columns}) from stdin") as copy:
                for row in itertools.chain.from_iterable(_batches(operation.pk, persons)):
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * (len(_COLUMNS) + 1))
            insert = f"insert into {table} ({columns}) values ({places})"  # noqa: S608 (names from this module)
            for batch in _batches(operation.pk, persons):
                cursor.executemany(insert, batch)


def _batches(operation: int, persons: Path) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the persons as rows of the database's table, a batch of the file in memory at a time."""
    with pq.ParquetFile(persons) as file:
        for batch in file.iter_batches(batch_size=20_000):
            columns = batch.to_pydict()
            names = [text[:_LONGEST] for text in columns["name"]]
            readings = [text[:_LONGEST] for text in columns["kana"]]
            others = [columns[name] for name in _COLUMNS[3:]]
            yield list(zip([operation] * len(names), columns["person"], names, readings, *others, strict=True))
