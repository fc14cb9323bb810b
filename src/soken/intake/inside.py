"""Rows that stand inside another row (a customer's orders in JSON) belong to whoever that row speaks of.

One that claims something of its own is a claim of its own: a shop that lists its orders with their buyers is no buyer.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from soken.core.fields import RowKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from soken.intake.events import RowBatch
    from soken.intake.rules import TableRule

#: With one of these and nothing of a purchase, a row inside another speaks of a person of its own: a group's members.
_OF_THEIR_OWN: Final = frozenset({"email", "login", "account"})
_PURCHASE: Final = frozenset({"order_no", "ordered_at", "amount", "quantity", "item_key", "item_title"})
#: What a purchase may repeat of its buyer.
_CLAIMS: Final = ("full_name", "family_name", "given_name", "email", "phone", "address")


class Outer:
    """Knows what the rows of one source claim, and attaches to them the rows that stand inside.

    Args:
        before: rows that were read before this source's first.
        kept: rows of the source may have rows inside; of others nothing need be remembered.
    """

    def __init__(self, before: int, *, kept: bool) -> None:
        self._before = before
        self._kept = kept
        self._rows: list[pa.RecordBatch] = []

    def attach(self, rows: pa.RecordBatch, batch: RowBatch, rule: TableRule) -> pa.RecordBatch:
        """Return a batch's rows, those inside a row that claims somebody attached to it."""
        if batch.inside is None:
            if self._kept:
                self._rows.append(rows.select(["row", "kind", *_CLAIMS]))
            return rows
        if not self._rows or (set(rule.fields) & _OF_THEIR_OWN and not set(rule.fields) & _PURCHASE):
            return rows
        numbers, around = self._numbers, np.array(batch.inside) + self._before
        at = np.minimum(np.searchsorted(numbers, around), len(numbers) - 1)
        outer = self._table.take(pa.array(at))
        belongs = (numbers[at] == around) & _true(pc.equal(outer.column("kind"), str(RowKind.IDENTITY)))
        for name in _CLAIMS:
            said = rows.column(name)
            belongs &= ~(_true(said.is_valid()) & ~_true(pc.equal(said, outer.column(name).combine_chunks())))
        belonging = pa.array(belongs)
        changed = {
            "kind": pc.if_else(belonging, str(RowKind.ATTACHED), rows.column("kind")),
            "owner": pc.if_else(belonging, pa.array(around), rows.column("owner")),
        }
        columns = [changed.get(name, rows.column(name)) for name in rows.schema.names]
        return pa.RecordBatch.from_arrays(columns, schema=rows.schema)

    @cached_property
    def _table(self) -> pa.Table:
        """The rows that others may stand inside; these all come first."""
        return pa.Table.from_batches(self._rows)

    @cached_property
    def _numbers(self) -> NDArray[np.int64]:
        numbers: NDArray[np.int64] = self._table.column("row").to_numpy()
        return numbers


def _true(told: pa.Array | pa.ChunkedArray) -> NDArray[np.bool_]:
    """Return where something is so; what is not known is not."""
    whole = told.combine_chunks() if isinstance(told, pa.ChunkedArray) else told
    flags: NDArray[np.bool_] = whole.fill_null(False).to_numpy(zero_copy_only=False)
    return flags
