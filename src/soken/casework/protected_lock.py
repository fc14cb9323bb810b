"""New lists and new entries of protected people, one after the other: neither is overlooked by the other (R32).

Whoever enters a protected person looks through the lists that are there; whoever brings new rows or persons looks for
everybody who is entered. On PostgreSQL two such transactions at once would each see the database without the other's
work. So both begin with a lock of the whole database, those who bring rows sharing it; taken before any row's lock,
for else two could wait for one another. SQLite has one transaction at a time that writes (``BEGIN IMMEDIATE``).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Number of the lock among PostgreSQL's advisory ones; it means nothing.
_NUMBER: Final = 5_322_032


@contextmanager
def bringing_rows() -> Iterator[None]:
    """Open a transaction that brings rows or persons which may be protected people's."""
    with transaction.atomic():
        _lock("pg_advisory_xact_lock_shared")
        yield


@contextmanager
def entering_wanted() -> Iterator[None]:
    """Open a transaction that enters whom the lists are looked through for."""
    with transaction.atomic():
        _lock("pg_advisory_xact_lock")
        yield


def _lock(function: str) -> None:
    """Wait for the lock, and hold it until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"select {function}(%s)", [_NUMBER])
