"""Tables that no profile joins: whose an order is, told by the customer's number that stands in both tables.

A row that claims nobody belongs to the customer whose number it has, or to the one whom another row of the same order
belongs to. Where a number stands for customers of two tables, nothing is joined.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import duckdb

from soken.core.fields import RowKind
from soken.intake.headings import fold_heading
from soken.intake.proposals import rule_of
from soken.intake.tables import ROWS_SCHEMA, TableFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from soken.intake.events import Cells, TableStart
    from soken.intake.proposals import Proposal

#: Headings of a table's own number, by which another table may point at it.
_OWN: Final = frozenset({"id", "no", "number", "番号", "pk", "key", "code", "コード"})
#: What speaks of a purchase: a table with one of these has orders, whoever else stands in it.
_ORDERS: Final = frozenset({"order_no", "ordered_at", "amount", "quantity", "item_key", "item_title"})
#: From this share on, numbers of one table are those of another.
_SHARED: Final = 0.5
_CONFIDENCE: Final = 0.7
_GROUP_ROWS: Final = 65_536
_MEMORY: Final = "1500MB"
#: Whose a row is, first by the customer's number, then by the order's.
_SQL: Final = """
create temp table told as
    select row, kind, owner, account, order_no, concat_ws(chr(31), coalesce(member, ''), source_table) as place,
           list_contains($loose, concat_ws(chr(31), coalesce(member, ''), source_table)) as loose
    from read_parquet($path);
create temp table customers as
    select account, min(row) as holder from told where kind = 'identity' and account is not null
    group by account having count(distinct place) = 1;
create temp table first as
    select t.row, t.order_no, t.loose and t.kind = 'other' as loose,
           case when t.loose and t.kind = 'other' then c.holder else t.owner end as owner
    from told t left join customers c on c.account = t.account;
create temp table orders as
    select order_no, min(owner) as holder from first where order_no is not null and owner is not null
    group by order_no having count(distinct owner) = 1;
create temp table found as
    select f.row, coalesce(f.owner, o.holder) as owner from first f left join orders o on o.order_no = f.order_no
    where f.loose and coalesce(f.owner, o.holder) is not null;
"""


def is_own_number(heading: str, table: str) -> bool:
    """Tell whether a heading may be a table's own number: ``id``, or ``customer_id`` in ``customers``."""
    folded = fold_heading(heading)
    return folded in _OWN or (folded.endswith("id") and len(folded) > 3 and folded[:-2] in fold_heading(table))


def with_keys(
    tables: Sequence[tuple[TableStart, Sequence[Cells], Sequence[Proposal]]],
) -> list[list[Proposal]]:
    """Propose a customer's or an order's own number where another table of the file points at it.

    Args:
        tables: each with its first rows and what its columns are taken for.

    Returns:
        What each table's columns are taken for now, in the same order.
    """
    result = [list(proposals) for _table, _rows, proposals in tables]
    for field in ("account", "order_no"):
        fields = [{one.field for one in proposals} for proposals in result]
        pointing = [number for number, said in enumerate(fields) if field in said and _points(field, result[number])]
        for number, said in enumerate(fields):
            table, rows, _proposals = tables[number]
            if field in said or not pointing or not _is_pointed_at(field, said, result[number]):
                continue
            others = [(tables[one][1], _place(result[one], field)) for one in pointing if one != number]
            for at, heading in enumerate(table.columns):
                if is_own_number(heading, table.table) and not result[number][at].field and _shares(rows, at, others):
                    result[number][at] = replace(result[number][at], field=field, confidence=_CONFIDENCE, how="key")
                    break
    return result


def _points(field: str, proposals: Sequence[Proposal]) -> bool:
    """Tell whether a table with this number is one whose rows belong to another table's."""
    return field == "order_no" or rule_of("", proposals).kind is not RowKind.IDENTITY


def _is_pointed_at(field: str, said: set[str], proposals: Sequence[Proposal]) -> bool:
    """Tell whether a table is one of customers, or of orders."""
    if field == "account":
        return rule_of("", proposals).kind is RowKind.IDENTITY and not said & _ORDERS
    return "account" in said or (bool(said & _ORDERS) and rule_of("", proposals).kind is RowKind.IDENTITY)


def _place(proposals: Sequence[Proposal], field: str) -> int:
    return next(at for at, one in enumerate(proposals) if one.field == field)


def _shares(rows: Sequence[Cells], at: int, others: Sequence[tuple[Sequence[Cells], int]]) -> bool:
    """Tell whether a column has its own number in each row, and most numbers of another table are among them."""
    own = Counter(row[at] for row in rows)
    if not own or None in own or own.most_common(1)[0][1] > 1:
        return False
    for other, there in others:
        pointed = {row[there] for row in other} - {None, "", "0"}
        if pointed and len(pointed & set(own)) >= _SHARED * min(len(pointed), len(own)):
            return True
    return False


def relate(path: Path, loose: Sequence[tuple[str, str]], place: Path) -> int:
    """Attach rows that claim nobody to the person whose number they have.

    Args:
        path: a finished ``rows.parquet``; replaced where something was found.
        loose: (member, table) of the tables that no profile speaks of and that claim nobody.
        place: folder for what does not fit into memory.

    Returns:
        How many rows belong to somebody now.
    """
    if not loose:
        return 0
    places = ["\x1f".join(one) for one in loose]
    with duckdb.connect(
        config={"threads": 2, "memory_limit": _MEMORY, "temp_directory": str(place / "spill")}
    ) as connection:
        for statement in _SQL.split(";")[:-1]:
            given = {"path": str(path), "loose": places} if "$path" in statement else {}
            connection.execute(statement, given)
        found = int(connection.execute("select count(*) from found").fetchall()[0][0])
        if not found:
            return 0
        joined = connection.sql(
            "select r.* replace (case when f.row is null then r.kind else 'attached' end as kind, "
            "coalesce(f.owner, r.owner) as owner) from read_parquet($path) r left join found f using (row) "
            "order by r.row",
            params={"path": str(path)},
        )
        related = path.with_suffix(".related")
        with TableFile(related, ROWS_SCHEMA) as rows:
            for batch in joined.to_arrow_reader(_GROUP_ROWS):
                rows.write(batch.cast(ROWS_SCHEMA))
    os.replace(related, path)  # noqa: PTH105 (atomic)
    return found
