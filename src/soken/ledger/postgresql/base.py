"""Django's PostgreSQL backend with the ledger."""

from __future__ import annotations

from django.db.backends.postgresql import base

from soken.ledger.backend import ChainsBeforeCommit


class DatabaseWrapper(ChainsBeforeCommit, base.DatabaseWrapper):
    """Chains before each commit."""
