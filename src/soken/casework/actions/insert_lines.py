"""Putting many lines into a table of the case database, as fast as the database takes them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model


def insert_lines(model: type[Model], columns: Sequence[str], batches: Iterable[Sequence[tuple[Any, ...]]]) -> None:
    """Put lines into a model's table, all or none.

    Args:
        model: whose table.
        columns: those that are filled, by their names in the database; the others are null or made by it.
        batches: the lines, some thousands at a time; values in the order of the columns.
    """
    quoted = connection.ops.quote_name
    table, names = quoted(model._meta.db_table), ", ".join(map(quoted, columns))
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Into a table whose rows are bound to who looks, PostgreSQL copies nothing; from another it inserts.
            cursor.execute(f"create temp table coming on commit drop as select {names} from {table} limit 0")  # noqa: S608
            with cursor.copy("copy coming from stdin") as copy:
                for line in itertools.chain.from_iterable(batches):
                    copy.write_row(line)
            cursor.execute(f"insert into {table} ({names}) select * from coming")  # noqa: S608 (names of models)
            cursor.execute("drop table coming")
            return
        insert = f"insert into {table} ({names}) values ({', '.join(['%s'] * len(columns))})"  # noqa: S608
        for batch in batches:
            cursor.executemany(insert, batch)
