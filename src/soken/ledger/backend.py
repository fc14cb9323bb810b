"""What both database backends of the ledger add to Django's: nothing is committed before it is chained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from soken.ledger import attribution

if TYPE_CHECKING:
    from collections.abc import Callable

_WRITES: Final = frozenset({"INSERT", "UPDATE", "DELETE", "REPLAC"})


class ChainsBeforeCommit:
    """Mixed into a backend's wrapper, before Django's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers: list[Any] = [_in_a_transaction]
        self._ledger_is_there = False

    def ledger_is_there(self) -> bool:
        """Tell whether the ledger's tables exist yet: the first migrations run before they do."""
        if not self._ledger_is_there:
            self._ledger_is_there = _has_tables(self)
        return self._ledger_is_there

    def ledger_may_go(self) -> None:
        """Look anew before the next commit: migrations may take tables away."""
        self._ledger_is_there = False

    def _commit(self) -> None:
        try:
            if self.connection is not None and self.ledger_is_there():  # type: ignore[attr-defined]
                from soken.ledger.chain import chain_pending

                chain_pending(self)  # type: ignore[arg-type]
        except BaseException:
            # Django rolls back for errors of the database only, and would commit after any other.
            self._rollback()
            raise
        super()._commit()  # type: ignore[misc]
        attribution.ended()

    def _rollback(self) -> None:
        attribution.ended()
        super()._rollback()  # type: ignore[misc]


def _has_tables(connection: Any) -> bool:
    """Tell whether the ledger's tables exist."""
    from soken.ledger.dialect import Raw

    raw = Raw(connection)
    if raw.postgresql:
        found = raw.row("select to_regclass('ledger_entry_pending'), to_regclass('ledger_entry_head')")
        return found is not None and None not in found
    found = raw.row("select count(*) from sqlite_master where name in ('ledger_entry_pending', 'ledger_entry_head')")
    return found is not None and found[0] == 2


def _in_a_transaction(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Give a statement that writes and stands alone a transaction of its own, so that it has a commit."""
    connection = context["connection"]
    writes = sql.lstrip()[:6].upper() in _WRITES
    if not writes or connection.in_atomic_block or not connection.get_autocommit():
        return execute(sql, params, many, context)
    with transaction.atomic(using=connection.alias):
        return execute(sql, params, many, context)
