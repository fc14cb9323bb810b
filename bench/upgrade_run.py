"""Makes a case database as an early release left it, full, in a process whose environment says which database."""

from __future__ import annotations

import os
import sys
from typing import Any

#: The case database as the first release with a review queue had it: everything after it is an upgrade.
EARLIER = ("casework", "0008_review_queue")
_BATCH = 10_000


def main(persons: int) -> None:
    """Migrate so far, and fill the list of persons."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soken.desk.settings")
    import django

    django.setup()
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from soken.access.eyes import machine_sees_all

    with machine_sees_all():
        state = MigrationExecutor(connection).migrate([EARLIER])
        with transaction.atomic():
            _fill(state.apps, persons)


def _fill(apps: Any, persons: int) -> None:
    """Write an operation and its persons."""
    made = apps.get_model("casework", "Operation").objects.create(
        name="Bench", slug="bench", created_at="2026-01-01T00:00:00+09:00"
    )
    person = apps.get_model("casework", "Person")
    for begin in range(0, persons, _BATCH):
        person.objects.bulk_create(
            person(
                operation=made, code=f"P-{number // 10_000:04d}-{number % 10_000:04d}-0000", name=f"佐藤 {number:07d}",
                kana="サトウ", prefecture="東京都", band="same", review_with="", rows=number % 7 + 1,
                records=1, items=1, first_order="2016-01-01", last_order="2016-02-01",
            )
            for number in range(begin, min(begin + _BATCH, persons))
        )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
