"""Tables that no profile joins: whose an order is, told by the customer's number that stands in both tables.

A row that claims nobody belongs to the customer whose number it has, or to the one whom another row of the same order
belongs to. Where a number stands for customers of two tables, nothing is joined.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from soken.intake.tables import ROWS_SCHEMA, TableFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

_GROUP_ROWS: Final = 65_536
_NOTHING: Final = "select null::bigint as row, null::varchar as number where false"
#: Whose a row is, first by the customer's number, then by the order's.
_SQL: Final = """
create temp table told as
    select r.row, r.kind, r.owner, coalesce(r.account, a.number) as account, coalesce(r.order_no, o.number) as order_no,
           concat_ws(chr(31), coalesce(r.member, ''), r.source_table) as place,
           list_contains($loose, concat_ws(chr(31), coalesce(r.member, ''), r.source_table)) as loose
    from read_parquet($path) r left join filled_account a using (row) left join filled_order_no o using (row);
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


def relate(
    path: Path,
    loose: Sequence[tuple[str, str]],
    filled: Mapping[str, Sequence[str]],
    connection: duckdb.DuckDBPyConnection,
) -> int:
    """Attach rows that claim nobody to the person whose number they have.

    Args:
        path: a finished ``rows.parquet``; replaced where something was found.
        loose: (member, table) of the tables that no profile speaks of and that claim nobody.
        filled: 'account' and 'order_no' → queries for the ``row`` and ``number`` of tables whose numbers were found to
            be that only after their rows were written.
        connection: where it is worked out.

    Returns:
        How many rows belong to somebody now.
    """
    if not loose:
        return 0
    places = ["\x1f".join(one) for one in loose]
    for field in ("account", "order_no"):
        found_later = " union all ".join(filled.get(field, ())) or _NOTHING
        connection.execute(f"create temp table filled_{field} as {found_later}")
    for statement in _SQL.split(";")[:-1]:
        given = {"path": str(path), "loose": places} if "$path" in statement else {}
        connection.execute(statement, given)
    found = int(connection.execute("select count(*) from found").fetchall()[0][0])
    if not found:
        return 0
    joined = connection.sql(
        "select r.* replace (case when f.row is null then r.kind else 'attached' end as kind, "
        "coalesce(f.owner, r.owner) as owner, t.account as account, t.order_no as order_no) "
        "from read_parquet($path) r join told t using (row) left join found f using (row) order by r.row",
        params={"path": str(path)},
    )
    related = path.with_suffix(".related")
    with TableFile(related, ROWS_SCHEMA) as rows:
        for batch in joined.to_arrow_reader(_GROUP_ROWS):
            rows.write(batch.cast(ROWS_SCHEMA))
    os.replace(related, path)  # noqa: PTH105 (atomic)
    return found
