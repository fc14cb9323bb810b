"""The tables of a database, laid down one by one as they are read.

Only columns that some rule or heading speaks of are laid down, and items only as their codes, so that no title is
written even here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from soken.core.fields import SECRET_FIELDS
from soken.intake.direct import item_codes
from soken.intake.keys import may_point
from soken.intake.mapping import of_table
from soken.intake.profile import profiles
from soken.intake.proposals import propose
from soken.intake.rules import NOBODY
from soken.intake.sql_words import sql_text
from soken.intake.tables import Behind, Columns, among, blanked, only_where, places

if TYPE_CHECKING:
    from pathlib import Path

    from soken.intake.events import Cells, RowBatch, TableStart
    from soken.intake.items import CodeBook
    from soken.intake.mapping import Mapping
    from soken.intake.profile import Profile
    from soken.intake.rules import TableRule

_SAMPLE_ROWS: Final = 2000
_GROUP_ROWS: Final = 65_536


class Laid:
    """One table of a database as Parquet in the staging.

    Args:
        table: its name and columns.
        path: the Parquet file.
        book: codes of items.
        profile: the profile asked for; None to look at all.
        corrections: the mapping asked for.
        behind: what writes, for all tables of the database.
    """

    def __init__(
        self,
        table: TableStart,
        path: Path,
        book: CodeBook,
        profile: Profile | None,
        corrections: Mapping,
        behind: Behind,
    ) -> None:
        self.table = table
        self.path = path
        self.rows = 0
        self.sample: list[Cells] = []
        self.rule: TableRule = NOBODY
        self.prefix = ""
        self._book = book
        self._corrections = of_table(corrections, table)
        asked = [profile] if profile else list(profiles().values())
        self._candidates = [rule for one in asked if (rule := one.rule_for(table)) is not None]
        self._words = {name for one in asked for name in one.lookup_columns(table)}
        self._names: list[str] = []
        self._items: list[int] = []
        self._blank: frozenset[str] = frozenset()
        self._pivots: dict[int, tuple[int, frozenset[str]]] = {}
        self._item_pivots: list[tuple[int, int, frozenset[str]]] = []
        self._writer: pq.ParquetWriter | None = None
        self._behind = behind
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
        wanted |= {name for name in at if may_point(name, self.table.table)}
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
            self._behind.write(self._writer, gathered)
        self._waiting = []

    def close(self) -> None:
        """Finish the file."""
        self._flush()
        self._behind.wait()
        if self._writer is not None:
            self._writer.close()

    def keep_apart(self, shop: str) -> None:
        """Let its rule speak of tables, customers and lookups of this shop system only, where there are several."""
        self.prefix = f"{shop}:{self.prefix}"
        fields = {
            name: replace(columns, lookup=f"{shop}:{columns.lookup}") if columns.lookup else columns
            for name, columns in self.rule.fields.items()
        }
        self.rule = replace(self.rule, fields=fields)

    def numbers(self, at: int) -> str:
        """Return the query for the ``row`` and ``number`` of a column, '' if it was not laid down."""
        column = self.column(self.table.columns[at])
        return f"select row, {column} as number from read_parquet({sql_text(str(self.path))})" if column else ""  # noqa: S608

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
