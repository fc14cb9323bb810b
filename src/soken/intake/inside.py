"""Rows that stand inside another row (a customer's orders in JSON) belong to whoever that row speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from soken.core.fields import RowKind

if TYPE_CHECKING:
    from soken.intake.events import RowBatch
    from soken.intake.rules import TableRule

#: With one of these and nothing of a purchase, a row inside another speaks of a person of its own: a group's members.
_OF_THEIR_OWN: Final = frozenset({"email", "login", "account"})
_PURCHASE: Final = frozenset({"order_no", "ordered_at", "amount", "quantity", "item_key", "item_title"})


class Outer:
    """Knows which rows of one source claim somebody, and attaches to them the rows that stand inside.

    Args:
        before: rows that were read before this source's first.
    """

    def __init__(self, before: int) -> None:
        self._before = before
        self._claims = np.zeros(0, bool)

    def attach(self, rows: pa.RecordBatch, batch: RowBatch, rule: TableRule) -> pa.RecordBatch:
        """Return a batch's rows, those inside a row that claims somebody attached to it."""
        if batch.inside is None:
            self._remember(rows)
            return rows
        if set(rule.fields) & _OF_THEIR_OWN and not set(rule.fields) & _PURCHASE:
            return rows
        around = np.array(batch.inside)
        known = around <= len(self._claims)
        claims = np.zeros(len(around), bool)
        claims[known] = self._claims[around[known] - 1]
        kind = np.where(claims, str(RowKind.ATTACHED), rows.column("kind").to_numpy(zero_copy_only=False))
        own = rows.column("owner").to_pylist()
        owner = [int(one) + self._before if said else mine for one, said, mine in zip(around, claims, own, strict=True)]
        changed = {"kind": pa.array(kind, pa.string()), "owner": pa.array(owner, pa.int64())}
        columns = [changed.get(name, rows.column(name)) for name in rows.schema.names]
        return pa.RecordBatch.from_arrays(columns, schema=rows.schema)

    def _remember(self, rows: pa.RecordBatch) -> None:
        """Remember which rows claim somebody; rows set aside between them claim nobody."""
        numbers = rows.column("row").to_numpy() - self._before
        if numbers[-1] > len(self._claims):
            self._claims = np.concatenate([self._claims, np.zeros(max(numbers[-1], len(self._claims)), bool)])
        claims = pc.equal(rows.column("kind"), str(RowKind.IDENTITY))
        self._claims[numbers - 1] = claims.to_numpy(zero_copy_only=False)
