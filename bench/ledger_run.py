"""One database's part of `bench.ledger`, in a process of its own: Django reads its settings once at start."""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

WRITERS = 8
SECONDS = 5.0
PAGES = 60
PERSON = "P-0000-0000-0001"


def main() -> None:
    """Measure, and print the figures as one line of JSON."""
    _begin()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    _people()
    found: dict[str, Any] = {"writers": WRITERS}
    found["entries_per_second"] = _together(_reads)
    found["acts_per_second"] = _together(_notes)
    found["acts_per_second_without"] = _without(lambda: _together(_notes))
    found |= _page()
    found |= _verify()
    sys.stdout.write(json.dumps(found) + "\n")


def _begin() -> None:
    """Start Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soken.desk.settings")
    import django

    django.setup()


def _people() -> None:
    """Make an operation with one dossier a writer."""
    from soken.access.models import Role, User
    from soken.casework.models import Dossier, Membership, Operation
    from soken.core.clock import now

    user = User.objects.create_user("writer", role=Role.ANALYST)
    operation = Operation.objects.create(name="Bench", slug="bench", created_at=now())
    Membership.objects.create(operation=operation, user=user)
    for number in range(1, WRITERS + 1):
        Dossier.objects.create(
            operation=operation, person_code=f"{PERSON[:-4]}{number:04d}", received_on=now().date(), opened_at=now(),
            opened_by=user,
        )  # fmt: skip


def _together(work: Callable[[int, float], int]) -> float:
    """Have all writers work at once; return how much was done a second."""
    with multiprocessing.get_context("spawn").Pool(WRITERS, initializer=_begin) as pool:
        pool.map(_warm, range(WRITERS), chunksize=1)
        started = time.perf_counter()
        done = sum(pool.starmap(work, [(number, SECONDS) for number in range(WRITERS)], chunksize=1))
        return done / (time.perf_counter() - started)


def _warm(number: int) -> None:
    """Have a process import everything and connect."""
    _notes(number, 0.0)
    time.sleep(0.2)


def _reads(number: int, seconds: float) -> int:
    """Record that somebody looked, again and again, each in a transaction of its own."""
    from soken.ledger.entries import Draft, Kind
    from soken.ledger.record import record

    draft = Draft(Kind.CONSULTATION, by="writer", act="see-dossier", through="bench", operation="bench", person=PERSON)
    end, done = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        record(draft)
        done += 1
    return done


def _notes(number: int, seconds: float) -> int:
    """Write notes on one's own dossier: an act, with what is caught and chained of it."""
    from soken.access.models import User
    from soken.casework.actions.write_note import write_note
    from soken.casework.models import Dossier

    by = User.objects.get(username="writer")
    dossier = Dossier.objects.get(person_code=f"{PERSON[:-4]}{number + 1:04d}")
    end, done = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        write_note(dossier, by=by, text="字")
        done += 1
    return done


def _without(measure: Callable[[], float]) -> float:
    """Measure with nothing caught, so that nothing is chained."""
    from soken.ledger.triggers import guard_ledger, unguard_ledger

    unguard_ledger()
    try:
        return measure()
    finally:
        guard_ledger()


def _page() -> dict[str, float]:
    """Measure a person's page, and the part of it that records that it was looked at."""
    from django.test import Client

    from bench.users_prepare import signed_in
    from soken.access.models import User
    from soken.casework.models import Operation
    from soken.ledger import doors

    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies["sessionid"] = signed_in(User.objects.get(username="writer"), Operation.objects.get(slug="bench"))
    page = f"/operations/bench/persons/{PERSON}/dossier"
    took: list[float] = []
    record = doors.record

    def timed(*args: Any, **kwargs: Any) -> None:
        started = time.perf_counter()
        record(*args, **kwargs)
        took.append(time.perf_counter() - started)

    doors.record = timed
    whole = []
    for _time in range(PAGES):
        started = time.perf_counter()
        answer = client.get(page)
        whole.append(time.perf_counter() - started)
        if answer.status_code != 200:
            raise RuntimeError(answer.status_code)
    doors.record = record
    page, ledger = statistics.median(whole), statistics.median(took)
    return {"page_ms": page * 1000, "ledger_ms": ledger * 1000, "share": ledger / page}


def _verify() -> dict[str, float]:
    """Measure the verification of what was written by then."""
    from django.conf import settings

    from soken.ledger.verify import verify_ledger

    started = time.perf_counter()
    verdict = verify_ledger(settings.HOME)
    if not verdict.whole:
        raise RuntimeError(verdict.findings[0].said)
    return {"entries": verdict.entries, "verified_per_second": verdict.entries / (time.perf_counter() - started)}


if __name__ == "__main__":
    main()
