"""The tables of a database: laid down one by one as they are read, then joined to rows that say whose they are.

Only columns that some rule or heading speaks of are laid down, and items only as their codes, so that no title is
written even here.
"""

# ruff: noqa: S608 (names in the queries are numbers and fields of our own; texts are quoted by `_text`)
from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from soken.core.fields import FIELDS, SECRET_FIELDS, RowKind
from soken.intake.direct import item_codes
from soken.intake.profile import profiles
from soken.intake.proposals import propose
from soken.intake.relating import is_own_number
from soken.intake.rules import NOBODY
from soken.intake.tables import ROWS_SCHEMA, Columns, among, blanked, only_where, places, rows_batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from soken.intake.events import Cells, RowBatch, TableStart
    from soken.intake.items import CodeBook
    from soken.intake.profile import Lookup, Profile
    from soken.intake.rules import Columns as Source
    from soken.intake.rules import TableRule
    from soken.intake.tables import TableFile

_SAMPLE_ROWS: Final = 2000
_GROUP_ROWS: Final = 65_536
_MEMORY: Final = "1500MB"
_PLACES: Final = ("row", "source_table", "member", "line", "byte_offset", "byte_length", "row_key")
#: Owners of owners: an order item's meta belongs to the item, that to the order, that to the customer.
_GENERATIONS: Final = 4


class Laid:
    """One table of a database as Parquet in the staging.

    Args:
        table: its name and columns.
        path: the Parquet file.
        book: codes of items.
        profile: the profile asked for; None to look at all.
        corrections: the mapping asked for.
    """

    def __init__(
        self,
        table: TableStart,
        path: Path,
        book: CodeBook,
        profile: Profile | None,
        corrections: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.table = table
        self.path = path
        self.rows = 0
        self.sample: list[Cells] = []
        self.rule: TableRule = NOBODY
        self.prefix = ""
        self._book = book
        self._corrections = {**corrections.get("", {}), **corrections.get(table.table, {})}
        asked = [profile] if profile else list(profiles().values())
        self._candidates = [rule for one in asked if (rule := one.rule_for(table)) is not None]
        self._words = {name for one in asked for name in one.lookup_columns(table)}
        self._names: list[str] = []
        self._items: list[int] = []
        self._blank: frozenset[str] = frozenset()
        self._pivots: dict[int, tuple[int, frozenset[str]]] = {}
        self._item_pivots: list[tuple[int, int, frozenset[str]]] = []
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.RecordBatch] = []

    def add(self, first: int, batch: RowBatch) -> None:
        """Lay down rows; the first has number ``first``."""
        if not self.rows:
            self.sample = list(batch.cells[:_SAMPLE_ROWS])
            self._choose()
        columns = Columns(batch)
        at = {name: number for number, name in enumerate(self.table.columns)}
        made = places(self.table, first, batch)
        for name in self._names:
            number = at[name]
            made[f"c{number}"] = columns[number]
            if number in self._pivots:
                names, known = self._pivots[number]
                made[f"c{number}"] = only_where(among(columns[names], known), columns[number])
        if self._items or self._item_pivots:
            told = [columns[number] for number in self._items]
            for names_at, values_at, items in self._item_pivots:
                told.append(only_where(among(columns[names_at], items), columns[values_at]))
            told = [blanked(column, self._blank) for column in told]
            made["item"] = item_codes(told, self._book)
        self._write(pa.RecordBatch.from_pydict(made))
        self.rows += len(batch)

    def _choose(self) -> None:
        """Choose the columns to lay down, knowing the first rows."""
        at = {name: number for number, name in enumerate(self.table.columns)}
        proposals = {one.column: one.field for one in propose(self.table.columns, self.sample)}
        proposals |= {name: field for name, field in self._corrections.items() if name in at}
        secret = {name for name, field in proposals.items() if field in SECRET_FIELDS}
        wanted = {name for name, field in proposals.items() if field}
        wanted |= self._words
        wanted |= {name for name in at if is_own_number(name, self.table.table)}
        for rule in self._candidates:
            wanted |= rule.columns_used
            self._blank |= rule.blank.get("item_key", frozenset()) | rule.blank.get("item_title", frozenset())
            if rule.pivot and rule.pivot.name in at and rule.pivot.value in at:
                known = frozenset(name for name, field in rule.pivot.fields.items() if field not in SECRET_FIELDS)
                names_at, values_at = at[rule.pivot.name], at[rule.pivot.value]
                _names_at, before = self._pivots.get(values_at, (names_at, frozenset()))
                self._pivots[values_at] = (names_at, known | before)
                one = (names_at, values_at, frozenset(rule.pivot.fields) - known)
                if one[2] and one not in self._item_pivots:
                    self._item_pivots.append(one)
        sources = [rule.fields for rule in self._candidates if SECRET_FIELDS & set(rule.fields)]
        if sources:
            keys = [
                name
                for field in ("item_key", "item_title")
                if field in sources[0]
                for name in sources[0][field].names[:1]
            ]
        elif self._candidates:  # a shop's table without items; its headings would only be misread
            keys = []
        else:
            keys = [name for field in ("item_key", "item_title") for name, one in proposals.items() if one == field]
        if self._corrections:
            keys = [name for name in secret if name in self._corrections] + keys
        open_columns = self._words | {name for rule in self._candidates for name in _open_columns(rule)}
        closed = (secret | set(keys)) - open_columns
        self._items = [at[name] for name in dict.fromkeys(keys) if name in at]
        self._names = [name for name in self.table.columns if name in wanted - closed]

    def _write(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        if sum(one.num_rows for one in self._waiting) >= _GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            gathered = pa.Table.from_batches(self._waiting)
            if self._writer is None:
                self._writer = pq.ParquetWriter(self.path, gathered.schema, compression="zstd", compression_level=1)
            self._writer.write_table(gathered)
        self._waiting = []

    def close(self) -> None:
        """Finish the file."""
        self._flush()
        if self._writer is not None:
            self._writer.close()

    def column(self, name: str) -> str | None:
        """Return the laid-down column of a heading, None if it is not there."""
        return f"c{self.table.columns.index(name)}" if name in self._names else None

    @property
    def has_items(self) -> bool:
        """Whether its rows have item codes, by the rule that was decided on."""
        pivoted = self.rule.pivot.fields.values() if self.rule.pivot else ()
        return bool(self._items or self._item_pivots) and bool(SECRET_FIELDS & {*self.rule.fields, *pivoted})


def _open_columns(rule: TableRule) -> set[str]:
    """Return the headings that a rule reads for something other than an item."""
    names = {name for field, columns in rule.fields.items() if field not in SECRET_FIELDS for name in columns.names}
    names |= {name for columns in rule.fields.values() for name in columns.when}
    names |= {rule.key, rule.continues, rule.default, *rule.only}
    if rule.owner:
        names.add(rule.owner.column)
    if rule.borrows:
        names.add(rule.borrows.column)
    if rule.pivot:
        names |= {rule.pivot.name, rule.pivot.value}
    return names


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
    with duckdb.connect(
        config={"threads": 2, "memory_limit": _MEMORY, "temp_directory": str(place / "spill")}
    ) as connection:
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
            connection.execute(f"create view t{number} as select * from read_parquet({_text(str(one.path))})")
        for name, lookup in lookups.items():
            self._look_up(name, lookup)
        self._lookups = set(lookups)
        self._several = len({one.prefix for one in self._laid if one.rule.kind is RowKind.IDENTITY}) > 1
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
        table = _name(f"lookup_{name}")
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
        passes = self._passes(one)
        selected = []
        for field, columns in one.rule.fields.items():
            if field not in SECRET_FIELDS and (value := self._value(one, columns)):
                spoken = " and ".join([passes, *self._spoken(one, field, columns, value)])
                selected.append(f"case when {spoken} then {self._told(one, field, value)} end as {field}")
        selected += self._pivoted(one)
        if one.has_items:
            spoken = " and ".join([passes, *self._item_conditions(one)])
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

    def _pivoted(self, one: Laid) -> list[str]:
        """Return the fields of a table of names and values."""
        pivot = one.rule.pivot
        name, value = (one.column(pivot.name), one.column(pivot.value)) if pivot else (None, None)
        if pivot is None or name is None or value is None:
            return []
        by_field: dict[str, list[str]] = {}
        for key, field in pivot.fields.items():
            if field not in SECRET_FIELDS:
                by_field.setdefault(field, []).append(key)
        selected = []
        for field, keys in by_field.items():
            said = " and ".join([f"{name} in ({_listed(keys)})", *self._not_blank(one, field, value)])
            selected.append(f"case when {said} then {self._told(one, field, value)} end as {field}")
        return selected

    def _told(self, one: Laid, field: str, value: str) -> str:
        """Return a field's value; customer 7 of one shop is not customer 7 of the next in the same database."""
        return f"{_text(one.prefix)} || {value}" if field == "account" and self._several else value

    def _passes(self, one: Laid) -> str:
        """Return the condition under which a row of a table speaks of somebody."""
        conditions = []
        for name, allowed in one.rule.only.items():
            if column := one.column(name):
                conditions.append(f"coalesce({column} in ({_listed(allowed)}), false)")
        return "(" + (" and ".join(conditions) or "true") + ")"

    def _spoken(self, one: Laid, field: str, columns: Source, value: str) -> list[str]:
        """Return the conditions under which a field's value says something."""
        return self._when(one, columns) + self._not_blank(one, field, value)

    def _when(self, one: Laid, columns: Source) -> list[str]:
        """Return the conditions on a row's other columns."""
        return [
            f"coalesce({column}, '') in ({_listed(allowed)})"
            for name, allowed in columns.when.items()
            if (column := one.column(name))
        ]

    def _not_blank(self, one: Laid, field: str, value: str) -> list[str]:
        """Return the condition that a value is not one with which the shop says nothing."""
        blank = one.rule.blank.get(field)
        return [f"{value} not in ({_listed(blank)})"] if blank else []

    def _item_conditions(self, one: Laid) -> list[str]:
        """Return the conditions under which a row has an item."""
        sources = [one.rule.fields[name] for name in ("item_key", "item_title") if name in one.rule.fields]
        return self._when(one, sources[0]) if sources else []

    def _value(self, one: Laid, columns: Source) -> str:
        """Return the expression of a field's value, '' where the table has none of its columns."""
        parts = [part for name in columns.names if (part := one.column(name))]
        if columns.lookup in self._lookups:
            table = _name(f"lookup_{columns.lookup}")
            parts = [f"coalesce((select words from {table} where code = trim({part})), {part})" for part in parts]
        if len(parts) < 2:
            return parts[0] if parts else ""
        return f"nullif(concat_ws({_text(columns.join)}, {', '.join(parts)}), '')"

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


_CLAIMS: Final = ("full_name", "family_name", "given_name", "email", "phone", "address")


def _text(value: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def _listed(values: Iterable[str]) -> str:
    """Return texts as a list of SQL literals."""
    return ", ".join(_text(value) for value in sorted(values))


def _name(value: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + value.replace('"', '""') + '"'
