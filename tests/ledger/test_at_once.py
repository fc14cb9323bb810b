"""Eight who write in the same moment: one chain without a gap or a fork."""

from __future__ import annotations

import threading
from contextvars import copy_context

import pytest
from django.conf import settings
from django.db import connection, transaction

from soken.casework.actions.write_note import write_note
from soken.casework.models import Dossier
from soken.ledger.attribution import attributed
from soken.ledger.entries import Draft, Kind
from soken.ledger.models import Entry
from soken.ledger.record import record
from soken.ledger.verify import verify_ledger
from tests.casework.dossiers import make_dossier, make_room

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, EACH = 8, 6


def test_eight_writers_make_one_chain() -> None:
    """Reads, acts on one's own dossier and on one that all share, and transactions that fail."""
    room = make_room()
    shared = make_dossier(room)
    own = [make_dossier(room).pk for _number in range(WRITERS)]
    before = Entry.objects.count()
    begin = threading.Barrier(WRITERS)
    problems: list[BaseException] = []

    def run(number: int) -> None:
        try:
            begin.wait(timeout=30)
            for time in range(EACH):
                with attributed(by=f"writer{number}", through="a test"):
                    record(Draft(Kind.CONSULTATION, act="see-dossier", secret={"asked": str(time)}))
                write_note(Dossier.objects.get(pk=own[number]), by=room.analyst, text=f"字 {time}")
                write_note(Dossier.objects.get(pk=shared.pk), by=room.analyst, text=f"字 {number} {time}")
                with transaction.atomic():
                    Dossier.objects.filter(pk=own[number]).update(received_on="2026-11-01")
                    transaction.set_rollback(True)
        except BaseException as problem:  # noqa: BLE001 (told by the test's own thread)
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=copy_context().run, args=(run, number)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert problems == []
    verdict = verify_ledger(settings.HOME)
    assert verdict.findings == []
    assert verdict.entries == before + WRITERS * EACH * 3
    told = Entry.objects.filter(kind=Kind.CONSULTATION).values_list("by", flat=True)
    assert sorted(told) == sorted(f"writer{number}" for number in range(WRITERS) for _time in range(EACH))
