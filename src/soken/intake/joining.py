"""The tables of a database joined to rows that say whose they are."""

# ruff: noqa: S608 (names in the queries are numbers and fields of our own; texts are quoted by `sql_text`)
from __future__ import annotations

from typing import TYPE_CHECKING, Final

from soken.core.fields import FIELDS, SECRET_FIELDS, RowKind
from soken.intake.field_sql import FieldSql
from soken.intake.sql_words import sql_name, sql_text
from soken.intake.tables import ROWS_SCHEMA, duck, rows_batch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

    from soken.intake.laid import Laid
    from soken.intake.profile import Lookup
    from soken.intake.tables import TableFile

_GROUP_ROWS: Final = 65_536
_PLACES: Final = ("row", "source_table", "member", "line", "byte_offset", "byte_length", "row_key")
#: Owners of owners: an order item's meta belongs to the item, that to the order, that to the customer.
_GENERATIONS: Final = 4
_CLAIMS: Final = ("full_name", "family_name", "given_name", "email", "phone", "address")


def join_tables(laid: Sequence[Laid], lookups: Mapping[str, Lookup], rows: TableFile, place: Path) -> None:
    """Join tables whose rules are decided, and write their rows in the order of the file.

    Args:
        laid: tables with at least one row.
        lookups: words for codes, by name.
        rows: the table to write to.
        place: folder for what does not fit into memory.
    """
    if not laid:
        return
    with duck(place) as connection:
        joining = _Joining(connection, laid, lookups)
        reader = connection.sql(joining.sql()).to_arrow_reader(_GROUP_ROWS)
        for batch in reader:
            told = {name: batch.column(name).cast(ROWS_SCHEMA.field(name).type) for name in batch.schema.names}
            rows.write(rows_batch(told, batch.num_rows))


class _Joining:
    """Builds the tables of owners and the one query that gives all rows."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, laid: Sequence[Laid], lookups: Mapping[str, Lookup]
    ) -> None:
        self._connection = connection
        self._laid = list(laid)
        self._of: dict[tuple[str, str], int] = {}
        for number, one in enumerate(self._laid):
            if one.rule.name:
                self._of.setdefault((one.prefix, one.rule.name), number)
            connection.execute(f"create view t{number} as select * from read_parquet({sql_text(str(one.path))})")
        for name, lookup in lookups.items():
            self._look_up(name, lookup)
        several = len({one.prefix for one in self._laid if one.rule.kind is RowKind.IDENTITY}) > 1
        self._sql = FieldSql(lookups, several=several)
        for number in range(len(self._laid)):
            self._fields(number)
        for number in self._by_generation():
            self._owners(number)
        self._lend()

    def sql(self) -> str:
        """Return the query over all rows, in the order of the file."""
        # By name: what no table fills is left out, for sorting it would cost as much as what is filled.
        return " union all by name ".join(self._select(number) for number in range(len(self._laid))) + " order by row"

    def _look_up(self, name: str, lookup: Lookup) -> None:
        """Make the table of a lookup: from the file's own table if it has one, else from the profile."""
        own = next(
            (
                one
                for one in self._laid
                if lookup.table
                and lookup.table.fullmatch(one.table.table)
                and one.column(lookup.key)
                and one.column(lookup.value)
            ),
            None,
        )
        table = sql_name(f"lookup_{name}")
        self._connection.execute(f"create table {table} (code varchar, words varchar)")
        if own is not None:
            number = self._laid.index(own)
            self._connection.execute(
                f"insert into {table} select {own.column(lookup.key)}, arg_min({own.column(lookup.value)}, row) "
                f"from t{number} group by 1"
            )
        elif lookup.values:
            self._connection.executemany(f"insert into {table} values (?, ?)", list(lookup.values.items()))

    def _fields(self, number: int) -> None:
        """Make the view of a table's rows with their fields."""
        one = self._laid[number]
        passes = self._sql.passes(one)
        selected = []
        for field, columns in one.rule.fields.items():
            if field not in SECRET_FIELDS and (value := self._sql.value(one, columns)):
                spoken = " and ".join([passes, *self._sql.spoken(one, field, columns, value)])
                selected.append(f"case when {spoken} then {self._sql.told(one, field, value)} end as {field}")
        selected += self._sql.pivoted(one)
        if one.has_items:
            spoken = " and ".join([passes, *self._sql.item_conditions(one)])
            selected.append(f"case when {spoken} then item end as item_code")
        rule = one.rule
        links = {
            "own_key": rule.key,
            "owner_key": rule.owner.column if rule.owner else "",
            "default_key": rule.default,
            "borrow_key": rule.borrows.column if rule.borrows else "",
        }
        selected = [f"{one.column(name) or 'null::varchar'} as {link}" for link, name in links.items()] + selected
        self._connection.execute(
            f"create view f{number} as select {', '.join(_PLACES)}, {passes} as speaks, {', '.join(selected)} "
            f"from t{number}"
        )

    def _by_generation(self) -> list[int]:
        """Return the tables so that owners come before what they own."""
        order: list[int] = []
        for _generation in range(_GENERATIONS + 1):
            for number, one in enumerate(self._laid):
                owner = self._of.get((one.prefix, one.rule.owner.table)) if one.rule.owner else None
                if number not in order and (owner is None or owner in order):
                    order.append(number)
        return order + [number for number in range(len(self._laid)) if number not in order]

    def _owners(self, number: int) -> None:
        """Make the table of a table's rows and the identity rows that they belong to."""
        one = self._laid[number]
        table = f"o{number}"
        owner = self._of.get((one.prefix, one.rule.owner.table)) if one.rule.owner else None
        if one.rule.kind is RowKind.IDENTITY:
            sql = f"select row, own_key, case when speaks then row end as owner from f{number}"
        elif owner is None or owner == number:
            sql = f"select row, own_key, null::bigint as owner from f{number}"
        else:
            sql = (
                f"select f.row, f.own_key, case when f.speaks then o.owner end as owner from f{number} f left join "
                f"(select own_key, min(owner) as owner from o{owner} where own_key is not null group by 1) o "
                f"on f.owner_key = o.own_key"
            )
        self._connection.execute(f"create table {table} as {sql}")

    def _lend(self) -> None:
        """Make, for each table that is lent to, one row of lent values a row: pivots, then address books."""
        self._lent: dict[int, list[tuple[str, list[str]]]] = {}
        for number, one in enumerate(self._laid):
            if not (one.rule.lends or one.rule.pivot) or not one.rule.owner:
                continue
            owner = self._of.get((one.prefix, one.rule.owner.table))
            if owner is None:
                continue
            fields = self._filled(number)
            if not fields:
                continue
            for part, together in enumerate(self._together(number, fields)):
                table = f"lent{number}_{part}"
                sql = self._lent_once(number, together) if one.rule.pivot else self._lent_whole(number, owner, together)
                self._connection.execute(f"create table {table} as {sql}")
                self._lent.setdefault(owner, []).append((table, together))

    def _together(self, number: int, fields: list[str]) -> list[list[str]]:
        """Return the fields that are lent together: those that speak on the same rows of the table."""
        groups: dict[object, list[str]] = {}
        for field in fields:
            columns = self._laid[number].rule.fields.get(field)
            when = frozenset(columns.when.items()) if columns else frozenset()
            groups.setdefault(when, []).append(field)
        return list(groups.values())

    def _lent_once(self, number: int, fields: list[str]) -> str:
        """Return the query for values of names and values: of each field the first that says something."""
        picked = ", ".join(f"arg_min({name}, row) as {name}" for name in fields)
        return f"select owner_key as lent_to, {picked} from f{number} where owner_key is not null group by 1"

    def _lent_whole(self, number: int, owner: int, fields: list[str]) -> str:
        """Return the query for whole rows: one an owner, its default or its first; two are never mixed."""
        picked = ", ".join(f"l.{name}" for name in fields)
        says = " or ".join(f"l.{name} is not null" for name in fields)
        return (
            f"select l.owner_key as lent_to, {picked} from f{number} l left join "
            f"(select own_key, min(default_key) as default_key from f{owner} group by 1) o "
            f"on l.owner_key = o.own_key where l.speaks and l.owner_key is not null and ({says}) "
            "qualify row_number() over (partition by l.owner_key "
            "order by coalesce(l.own_key = o.default_key, false) desc, l.row) = 1"
        )

    def _borrow(self, number: int) -> tuple[str, dict[str, str]]:
        """Return the join to the address that a row is sent to, and the addressee's fields in it."""
        one = self._laid[number]
        source = self._of.get((one.prefix, one.rule.borrows.table)) if one.rule.borrows else None
        if source is None:
            return "", {}
        fields = {f"ship_{name}": f"borrowed.{name}" for name in self._filled(source) if f"ship_{name}" in FIELDS}
        book = (
            f"select * from f{source} where own_key is not null "
            "qualify row_number() over (partition by own_key order by row) = 1"
        )
        return f"left join ({book}) borrowed on borrowed.own_key = f.borrow_key", fields

    def _filled(self, number: int) -> list[str]:
        """Return the fields that a table's rows fill."""
        described = self._connection.execute(f"describe f{number}").fetchall()
        return [name for name, *_more in described if name in FIELDS]

    def _select(self, number: int) -> str:
        """Return the query over one table's rows."""
        own = set(self._filled(number))
        lent = self._lent.get(number, [])
        borrowing, borrowed = self._borrow(number)
        values = []
        for field in FIELDS:
            sources = [f"f.{field}"] if field in own else []
            sources += [f"{table}.{field}" for table, fields in lent if field in fields]
            sources += [borrowed[field]] if field in borrowed else []
            if sources:
                values.append(f"coalesce({', '.join(sources)}) as {field}")
        rule = self._laid[number].rule
        orphan = " or ".join(f"f.{name} is not null" for name in _CLAIMS if name in own) or "false"
        if rule.kind is RowKind.IDENTITY:
            kind, owner = "case when o.owner is null then 'other' else 'identity' end", "o.owner"
        elif rule.kind is RowKind.ATTACHED:
            kind = f"case when o.owner is not null then 'attached' when {orphan} then 'identity' else 'other' end"
            owner = f"case when o.owner is null and ({orphan}) then f.row else o.owner end"
        else:
            kind, owner = "'other'", "null::bigint"
        tied = " ".join(
            f"left join {table} on {table}.lent_to = f.own_key and o.owner is not null" for table, _fields in lent
        )
        places_sql = "f.source_table, f.member, f.line, f.byte_offset, f.byte_length, f.row_key"
        return (
            f"select f.row, {kind} as kind, {owner} as owner, {', '.join([places_sql, *values])} "
            f"from f{number} f join o{number} o on o.row = f.row {tied} {borrowing}"
        )
