"""The numbers by which tables without a profile point at each other: a customer's, an order's, under any heading.

A number is a customer's if the table has one for each of its rows and another table's numbers are found among them.
Which number a column headed only ``ID`` holds is told by its values: where it repeats it is not the row's own.
"""

# ruff: noqa: S608 (the queries are put together from paths and column numbers of our own)
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from soken.core.fields import RowKind
from soken.intake.headings import fold_heading
from soken.intake.proposals import rule_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from soken.intake.events import TableStart
    from soken.intake.proposals import Proposal

#: Headings of a table's own number, by which another table may point at it.
_OWN: Final = frozenset({"id", "no", "number", "番号", "pk", "key", "code", "コード"})
#: Headings of the number of somebody in another table.
_POINTERS: Final = frozenset(
    [
        *["会員", "顧客", "お客様", "購入者", "注文者", "利用者", "ユーザー", "ユーザ"],
        *[
            "customer",
            "client",
            "member",
            "user",
            "buyer",
            "customerkey",
            "memberkey",
            "userkey",
            "purchaser",
            "orderer",
        ],
    ]
)
#: What speaks of a purchase: a table with one of these has orders, whoever else stands in it.
_ORDERS: Final = frozenset({"order_no", "ordered_at", "amount", "quantity", "item_key", "item_title"})
#: Fields whose columns are looked at here.
_LOOKED_AT: Final = frozenset({"account", "order_no", "ordered_at"})
#: From this share on, numbers of one table are those of another; under a heading that does not say so, from the second.
_SHARED: Final = 0.5
_SURELY: Final = 0.9
_CONFIDENCE: Final = 0.7
#: Each table is compared with each; among more, a heading must say what a number is.
_MOST_TABLES: Final = 200
_SCHEMA: Final = pa.schema([("row", pa.int64()), ("number", pa.string())])


@dataclass(frozen=True, slots=True)
class Keyed:
    """A table whose numbers are looked at.

    Attributes:
        table: its name and columns.
        proposals: what these are taken for.
        query: position of a column → the query for its ``row`` and ``number``; '' where it was not kept.
    """

    table: TableStart
    proposals: Sequence[Proposal]
    query: Callable[[int], str]


def is_own_number(heading: str, table: str) -> bool:
    """Tell whether a heading may be a table's own number: ``id``, or ``customer_id`` in ``customers``."""
    folded = fold_heading(heading)
    return folded in _OWN or (folded.endswith("id") and len(folded) > 3 and folded[:-2] in fold_heading(table))


def may_point(heading: str, table: str) -> bool:
    """Tell whether a column may hold numbers by which tables belong together."""
    return is_own_number(heading, table) or fold_heading(heading) in _POINTERS


class Numbers:
    """Keeps the numbers of tables that are read in one pass, a file a column, until all tables are known."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths: dict[tuple[str, str, int], Path] = {}
        self._open: dict[Path, pq.ParquetWriter] = {}

    def columns(self, table: TableStart, proposals: Sequence[Proposal]) -> list[int]:
        """Return the columns of a table to keep."""
        return [
            at
            for at, one in enumerate(proposals)
            if one.field in _LOOKED_AT or (not one.field and may_point(one.column, table.table))
        ]

    def add(self, table: TableStart, kept: Mapping[int, pa.Array], first: int) -> None:
        """Keep numbers of rows; the first row has number ``first``."""
        for at, array in kept.items():
            path = self._paths.setdefault(
                (table.member, table.table, at), self._folder / f"{len(self._paths):05d}.parquet"
            )
            if path not in self._open:
                self._folder.mkdir(exist_ok=True)
                self._open[path] = pq.ParquetWriter(path, _SCHEMA, compression="zstd", compression_level=1)
            rows = pa.array(range(first, first + len(array)), pa.int64())
            self._open[path].write_batch(pa.RecordBatch.from_arrays([rows, array], schema=_SCHEMA))

    def close(self) -> None:
        """Finish the files of the tables read so far."""
        for writer in self._open.values():
            writer.close()
        self._open.clear()

    def query(self, table: TableStart, at: int) -> str:
        """Return the query for a column's numbers, '' if none were kept."""
        path = self._paths.get((table.member, table.table, at))
        return f"select row, number from read_parquet('{_quoted(path)}')" if path else ""


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def with_keys(tables: Sequence[Keyed], connection: duckdb.DuckDBPyConnection) -> list[list[Proposal]]:
    """Propose a customer's or an order's number where tables point at each other by it.

    Args:
        tables: the tables of a file that no profile speaks of.
        connection: where the queries are run.

    Returns:
        What each table's columns are taken for now, in the same order.
    """
    result = [list(one.proposals) for one in tables]
    if len(tables) > _MOST_TABLES:
        return result
    looking = _Looking(tables, result, connection)
    for field in ("account", "order_no"):
        looking.find_owners(field)
    looking.find_pointers()
    return result


class _Looking:
    def __init__(
        self, tables: Sequence[Keyed], result: list[list[Proposal]], connection: duckdb.DuckDBPyConnection
    ) -> None:
        self._tables = tables
        self._result = result
        self._connection = connection

    def find_owners(self, field: str) -> None:
        """Propose a table's own number where other tables' numbers, known by their headings, are found in it."""
        pointing = [at for at in range(len(self._tables)) if field in self._said(at) and self._points(at, field)]
        for at, one in enumerate(self._tables):
            if field in self._said(at) or not pointing or not self._is_pointed_at(at, field):
                continue
            others = [self._query_of(other, field) for other in pointing if other != at]
            for column in self._own_numbers(at):
                own = one.query(column)
                if self._is_own(own) and any(self._share(other, own) >= _SHARED for other in others if other):
                    self._propose(at, column, field)
                    break

    def find_pointers(self) -> None:
        """Propose the customer's number in tables of purchases whose headings do not say that it is one."""
        owners = [
            (at, column, query)
            for at in range(len(self._tables))
            if self._rule(at) is RowKind.IDENTITY and not self._said(at) & _ORDERS
            for column, query in self._numbers_of(at)
        ]
        for at, one in enumerate(self._tables):
            if "account" in self._said(at) or self._rule(at) is RowKind.IDENTITY or not self._said(at) & _ORDERS:
                continue
            for column, heading in enumerate(one.table.columns):
                if self._result[at][column].field or not may_point(heading, one.table.table):
                    continue
                query = one.query(column)
                found = [owner for owner in owners if query and self._share(query, owner[2], _SURELY) >= _SURELY]
                if len(found) == 1 and (fold_heading(heading) in _POINTERS or self._is_anothers(at, query)):
                    owner, number, _query = found[0]
                    self._propose(at, column, "account")
                    self._propose(owner, number, "account")
                    break

    def _said(self, at: int) -> set[str]:
        return {one.field for one in self._result[at]} - {""}

    def _rule(self, at: int) -> RowKind:
        return rule_of("", self._result[at]).kind

    def _points(self, at: int, field: str) -> bool:
        """Tell whether a table with this number is one whose rows belong to another table's."""
        return field == "order_no" or self._rule(at) is not RowKind.IDENTITY

    def _is_pointed_at(self, at: int, field: str) -> bool:
        """Tell whether a table is one of customers, or of orders."""
        said, claims = self._said(at), self._rule(at) is RowKind.IDENTITY
        if field == "account":
            return claims and not said & _ORDERS
        return "account" in said or (bool(said & _ORDERS) and claims)

    def _query_of(self, at: int, field: str) -> str:
        column = next(column for column, one in enumerate(self._result[at]) if one.field == field)
        return self._tables[at].query(column)

    def _own_numbers(self, at: int) -> list[int]:
        """Return the columns that may hold a table's own number."""
        table = self._tables[at].table
        return [
            column
            for column, heading in enumerate(table.columns)
            if not self._result[at][column].field and is_own_number(heading, table.table)
        ]

    def _numbers_of(self, at: int) -> list[tuple[int, str]]:
        """Return the columns by which a table of customers can be pointed at: the number known, else its own."""
        known = [column for column, one in enumerate(self._result[at]) if one.field == "account"]
        queries = [(column, self._tables[at].query(column)) for column in known or self._own_numbers(at)]
        return [(column, query) for column, query in queries if self._is_own(query)]

    def _is_own(self, query: str) -> bool:
        """Tell whether a column has another number in each row."""
        if not query:
            return False
        rows, told, different = self._ask(f"select count(*), count(number), count(distinct number) from ({query})")
        return bool(rows == told == different != 0)

    def _share(self, pointing: str, own: str, least: float = _SHARED) -> float:
        """Return how many of a column's different numbers are found in another; of the fewer of both, if half do."""
        of = "least(count(*), (select count(distinct number) from own))" if least == _SHARED else "count(*)"
        (share,) = self._ask(
            f"with own as ({own}), pointing as (select distinct number from ({pointing}) "
            "where number is not null and number not in ('', '0')) "
            f"select count(*) filter (number in (select number from own)) / nullif({of}, 0) from pointing"
        )
        return float(share or 0)

    def _is_anothers(self, at: int, query: str) -> bool:
        """Tell whether a column headed like a row's own number holds another's.

        It repeats, and either it is no count (``A0012``), or the order's number stands beside it, or the same number
        has several days, which one order has not.
        """
        rows, different, counts = self._ask(
            "select count(number), count(distinct number), count(*) filter (regexp_full_match(number, '\\d{1,4}')) "
            f"from ({query}) where number is not null"
        )
        if rows == different:
            return False
        if "order_no" in self._said(at) or counts < rows / 2:
            return True
        days = self._query_of(at, "ordered_at") if "ordered_at" in self._said(at) else ""
        if not days:
            return False
        several, repeated = self._ask(
            "select count(*) filter (days > 1), count(*) from (select count(distinct d.number) as days "
            f"from ({query}) n join ({days}) d using (row) group by n.number having count(*) > 1)"
        )
        return bool(several * 2 > repeated)

    def _ask(self, sql: str) -> tuple[int, ...]:
        return tuple(self._connection.execute(sql).fetchall()[0])

    def _propose(self, at: int, column: int, field: str) -> None:
        if not self._result[at][column].field:
            self._result[at][column] = replace(
                self._result[at][column], field=field, confidence=_CONFIDENCE, how="key"
            )  # fmt: skip
