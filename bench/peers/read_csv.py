"""Other readers of CSV, every column as text: ``read_csv.py READER FILE`` prints how many rows were found."""

from __future__ import annotations

import csv
import sys


def duckdb_count(path: str) -> int:
    """Count with DuckDB, which keeps what it rejects in a table of its own."""
    import duckdb

    source = f"read_csv('{path}', all_varchar=true, header=true, store_rejects=true)"
    return int(duckdb.sql(f"SELECT count(columns(*)) FROM {source}").fetchall()[0][0])


def duckdb_parquet(path: str) -> int:
    """Convert to Parquet with DuckDB, then count what arrived."""
    import duckdb

    connection = duckdb.connect()
    source = f"read_csv('{path}', all_varchar=true, header=true, store_rejects=true)"
    connection.execute(f"COPY (FROM {source}) TO '{path}.parquet'").fetchall()
    return int(connection.execute(f"SELECT count(*) FROM '{path}.parquet'").fetchall()[0][0])


def polars(path: str) -> int:
    """Read with polars, which is told to put a sign for bytes it cannot read, to cut rows that are too long, and that
    quotes are letters: an unbalanced one ends its reading with an error, whatever else it is told. A row is then a
    line, and a value with a comma or a line break in it would be torn apart; the lists that it is given here hold none.
    """
    import polars

    return len(
        polars.read_csv(path, infer_schema=False, truncate_ragged_lines=True, encoding="utf8-lossy", quote_char=None)
    )


def python_csv(path: str) -> int:
    """Read with Python's own module."""
    with open(path, encoding="utf-8", errors="replace", newline="") as stream:  # noqa: PTH123 - one plain script
        return sum(1 for _row in csv.reader(stream)) - 1


if __name__ == "__main__":
    print({f.__name__: f for f in (duckdb_count, duckdb_parquet, polars, python_csv)}[sys.argv[1]](sys.argv[2]))
