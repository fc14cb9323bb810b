"""Django's SQLite backend with the ledger."""

from __future__ import annotations

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.features import DatabaseFeatures as SQLiteFeatures

from soken.ledger.backend import ChainsBeforeCommit
from soken.ledger.dialect import Raw


class DatabaseFeatures(SQLiteFeatures):
    """What this backend can do."""

    @property
    def can_return_columns_from_insert(self) -> bool:  # type: ignore[override]
        """Inside a transaction only: SQLite cannot commit one statement's own before its rows were fetched."""
        return bool(self.connection.in_atomic_block)

    @property
    def can_return_rows_from_bulk_insert(self) -> bool:  # type: ignore[override]
        """The same for many rows (Django inserts those in a transaction)."""
        return self.can_return_columns_from_insert


class DatabaseWrapper(ChainsBeforeCommit, base.DatabaseWrapper):
    """Chains before each commit, and what other programs left behind before each transaction."""

    features_class = DatabaseFeatures

    def _start_transaction_under_autocommit(self) -> None:
        super()._start_transaction_under_autocommit()  # type: ignore[misc]
        try:
            self._chain_what_others_left()
        except BaseException:
            # Django does not know yet that a transaction has begun.
            self._rollback()
            raise

    def _chain_what_others_left(self) -> None:
        """Chain what is there already: no other program can write now, so one wrote it that does not chain."""
        if self.ledger_is_there() and Raw(self).row("select 1 from ledger_entry_pending limit 1"):
            from soken.ledger.chain import chain_pending

            chain_pending(self, outside=True)
