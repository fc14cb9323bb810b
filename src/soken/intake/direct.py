"""Rows of a table that stands for itself (a delimited file, a sheet): mapped batch by batch, in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from soken.core.fields import FIELDS, SECRET_FIELDS, Group, RowKind
from soken.intake.tables import Columns, among, blanked, joined, only_where, places, replaced, rows_batch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from soken.intake.events import RowBatch, TableStart
    from soken.intake.items import CodeBook
    from soken.intake.rules import Columns as Source
    from soken.intake.rules import TableRule

_ALWAYS = frozenset({Group.HOLDER})
_CLAIMS = ("full_name", "family_name", "given_name", "email", "phone", "address")
#: What people write in front of a sum, and among how many columns; a row that says how to reach somebody is none.
_TOTALS = frozenset(
    [
        "合計",
        "総合計",
        "総計",
        "小計",
        "計",
        "累計",
        "total",
        "Total",
        "TOTAL",
        "Subtotal",
        "Grand total",
        "Grand Total",
    ]
)
_TOTAL_WITHIN = 3
_CONTACTS = ("email", "phone", "address", "postal_code")


class TableMapper:
    """Turns batches of one table into rows of ``rows.parquet``.

    Args:
        table: the table.
        rule: what its columns are.
        lookups: name of a lookup → code → words.
        book: codes of items.
        keep: columns whose values of the last batch shall be found in ``kept``.
    """

    def __init__(
        self,
        table: TableStart,
        rule: TableRule,
        lookups: Mapping[str, Mapping[str, str]],
        book: CodeBook,
        keep: Sequence[int] = (),
    ) -> None:
        self.kept: dict[int, pa.Array] = {}
        self._keep = keep
        self.rule = rule
        self._table = table
        self._rule = rule
        self._lookups = lookups
        self._book = book
        self._at = {name: number for number, name in enumerate(table.columns)}
        self._owners: dict[str, tuple[int, tuple[str | None, ...]]] = {}

    def rows(self, first: int, batch: RowBatch) -> pa.RecordBatch:
        """Return a batch's rows; the first has number ``first``."""
        columns = Columns(batch)
        self.kept = {at: columns[at] for at in self._keep}
        count = len(batch)
        made = places(self._table, first, batch)
        for field, source in self._rule.fields.items():
            if field not in SECRET_FIELDS and (array := self._column(columns, source)) is not None:
                made[field] = self._spoken(field, source, array, columns)
        item = self._items(columns)
        if item is not None:
            made["item_code"] = item
        made |= self._kinds(columns, made, count)
        return rows_batch(made, count)

    def _column(self, columns: Columns, source: Source) -> pa.Array | None:
        """Return a field's values, None where the table has none of its columns."""
        cells = [columns[self._at[name]] for name in source.names if name in self._at]
        if not cells:
            return None
        if source.lookup:
            words = self._lookups.get(source.lookup, {})
            cells = [replaced(column, lambda cell: words.get(cell.strip(), cell)) for column in cells]
        return joined(cells, source.join)

    def _spoken(self, field: str, source: Source, array: pa.Array, columns: Columns) -> pa.Array:
        """Return a field's values without those with which the shop says nothing."""
        if blank := self._rule.blank.get(field):
            array = blanked(array, blank)
        for name, allowed in source.when.items():
            if name in self._at:
                array = only_where(among(columns[self._at[name]], allowed), array)
        return array

    def _items(self, columns: Columns) -> pa.Array | None:
        """Return the codes of the rows' items, by product id, else by title."""
        sources = [self._rule.fields[name] for name in ("item_key", "item_title") if name in self._rule.fields]
        blank = self._rule.blank.get("item_key", frozenset()) | self._rule.blank.get("item_title", frozenset())
        used = [columns[self._at[name]] for source in sources for name in source.names[:1] if name in self._at]
        if blank:
            used = [blanked(column, blank) for column in used]
        return item_codes(used, self._book) if used else None

    def _kinds(self, columns: Columns, made: dict[str, pa.Array], count: int) -> dict[str, pa.Array]:
        """Return the columns ``kind`` and ``owner``."""
        if self._rule.continues in self._at and self._rule.kind is RowKind.IDENTITY:
            return self._continued(columns[self._at[self._rule.continues]].to_pylist(), made, count)
        speaks = pa.repeat(pa.scalar(self._rule.kind is RowKind.IDENTITY), count)
        for name, allowed in self._rule.only.items():
            if name in self._at:
                speaks = pc.and_(speaks, among(columns[self._at[name]], allowed))
        speaks = pc.and_(speaks, pc.invert(self._is_total(columns, made, count)))
        kind = pc.if_else(speaks, str(RowKind.IDENTITY), str(RowKind.OTHER))
        return {"kind": kind, "owner": pc.if_else(speaks, made["row"], pa.scalar(None, pa.int64()))}

    def _is_total(self, columns: Columns, made: dict[str, pa.Array], count: int) -> pa.Array:
        """Tell the rows that sum a list up: one is no customer by the name of "40 rows"."""
        total = pa.repeat(pa.scalar(value=False), count)
        for at in range(min(_TOTAL_WITHIN, len(self._table.columns))):
            total = pc.or_(total, among(columns[at], _TOTALS))
        for name in _CONTACTS:
            if name in made:
                total = pc.and_(total, made[name].is_null())
        return total

    def _continued(self, keys: list[str | None], made: dict[str, pa.Array], count: int) -> dict[str, pa.Array]:
        """Attach rows that claim nobody, or nothing new, to the row of the same order that claims somebody."""
        told = [made[name].to_pylist() for name in _CLAIMS if name in made and FIELDS[name] in _ALWAYS]
        claimed: list[tuple[str | None, ...]] = list(zip(*told, strict=True)) if told else [()] * count
        kinds, owners = [], []
        for row, key, claims in zip(made["row"].to_pylist(), keys, claimed, strict=True):
            owner, known = self._owners.get(key or "", (row, claims))
            if any(claim is not None and claim != other for claim, other in zip(claims, known, strict=True)):
                owner = row
            if owner == row:
                self._owners[key or ""] = (row, claims)
            kinds.append("identity" if owner == row else "attached")
            owners.append(owner)
        return {"kind": pa.array(kinds, pa.string()), "owner": pa.array(owners, pa.int64())}


def item_codes(columns: list[pa.Array], book: CodeBook) -> pa.Array:
    """Return the items' codes: by the first column (of at least one) that says something in a row."""
    codes = replaced(columns[0], book.code)
    for column in columns[1:]:
        codes = pc.coalesce(codes, replaced(only_where(codes.is_null(), column), book.code))
    return codes
