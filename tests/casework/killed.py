"""Acts are killed (SIGKILL) at random moments, one after the other in one home; for ``test_killed.py``, as a program.

After each kill a process of its own starts as any command does and looks: whatever was acknowledged is there, the
ledger is whole, and what the database names is in the store. The next act goes on in the same home. The store is
encrypted, and so is every other backup. With a database on PostgreSQL the server stays, and goes on for a while with
what the killed had told it.

Usage: ``python -m tests.casework.killed FOLDER TIMES SEED [ADDRESS]``; the last line printed says what was killed and
found. The address is that of an empty database on PostgreSQL, whose role may make others; SQLite without it.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyrage

FOLDER, TIMES, SEED = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
SERVER = sys.argv[4] if len(sys.argv) > 4 else ""
STORE, RESTORER = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
os.environ["SOKEN_HOME"] = str(FOLDER / "home")
os.environ["DJANGO_SETTINGS_MODULE"] = "soken.desk.settings"
os.environ["SOKEN_STORE_KEY"] = str(STORE)
os.environ.pop("SOKEN_DATABASE_URL", None)
if SERVER:
    os.environ["SOKEN_DATABASE_URL"] = SERVER

import django  # noqa: E402

django.setup()

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from psycopg.conninfo import make_conninfo  # noqa: E402

from soken.access.eyes import acting_for_installation  # noqa: E402
from soken.access.models import User  # noqa: E402
from soken.backup.archive import write_backup  # noqa: E402
from soken.backup.unpack import read_backup  # noqa: E402
from soken.casework.actions.answer_transfer import accept_transfer, receive_transfer  # noqa: E402
from soken.casework.actions.judge import judge  # noqa: E402
from soken.casework.actions.offer_transfer import offer_transfer  # noqa: E402
from soken.casework.actions.resolve_operation import resolve_operation  # noqa: E402
from soken.casework.actions.take_in_evidence import take_in_evidence  # noqa: E402
from soken.casework.models import Dossier, Judgement, Operation, Person, Transfer  # noqa: E402
from soken.commands.started import started  # noqa: E402
from soken.core.errors import RefusedError  # noqa: E402
from soken.core.progress import silent  # noqa: E402
from soken.core.vault import files_in, is_encrypted  # noqa: E402
from soken.intake import Acquisition, check_readings, verify  # noqa: E402
from soken.ledger.models import Entry  # noqa: E402
from soken.ledger.verify import verify_ledger  # noqa: E402
from soken.resolve import RowRef  # noqa: E402
from soken.route.transfers import TransferState, rules  # noqa: E402
from tests.casework.dossiers import make_dossier, make_room  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: How often each is taken: resolve and intake take longest.
WEIGHTS: Final = {"intake": 3, "resolve": 2, "judgement": 3, "transfer": 3, "backup": 2}
ROWS: Final = 40
WAYS: Final = [TransferState.OFFERED, TransferState.RECEIVED, TransferState.ACCEPTED]
#: An act that takes longer than this is stuck.
LONGEST: Final = 300
#: How long an act takes is found out anew each time, since lists grow and the machine has other work too: longer where
#: it was killed, shorter where it was not. So about one in ten ends first, and the last steps are killed as the first.
LONGER: Final = 1.04
SHORTER: Final = 0.7


def intake(number: int) -> Any:
    """Take a list in that nobody has taken in."""
    path = FOLDER / f"list-{number}.csv"
    lines = [f"{at},山田 {number:x}{at:x},u{number}-{at}@mail.example" for at in range(ROWS)]
    path.write_text("\n".join(["会員番号,氏名,メールアドレス", *lines, ""]), "utf-8")
    taken = take_in_evidence(
        operation(), path, home=settings.HOME, acquisition=Acquisition(), actor="tester", progress=silent()
    )
    return taken.result.evidence_id


def resolve(_number: int) -> Any:
    """Resolve."""
    return resolve_operation(operation(), home=settings.HOME, progress=silent()).run.run_id


def judgement(number: int) -> Any:
    """Judge two rows of the first list, another pair each time."""
    first = operation().evidence.earliest("pk").evidence_id
    left, right = number % (ROWS - 1) + 1, ROWS - number // ROWS % 3
    made = judge(
        operation(), by=user("analyst"), left=RowRef(first, left), right=RowRef(first, right), verdict="different",
        code="different-namesake", note="",
    )  # fmt: skip
    return made.pk


def transfer(_number: int) -> Any:
    """Offer the dossier to another force, or receive or accept what was offered."""
    dossier = Dossier.objects.get()
    open_now = dossier.transfers.filter(state__in=WAYS[:2]).first()
    if open_now is None:
        to = "osaka" if dossier.force == "tokyo" else "tokyo"
        form = dict.fromkeys(rules().form, "別添のとおり")
        made = offer_transfer(dossier, by=user("analyst"), to=to, kind="transfer", reason="転居", form=form)
    elif open_now.state == TransferState.OFFERED:
        made = receive_transfer(operation(), open_now.pk, by=user("analyst2"), answer="相手方に担当者なし")
    else:
        made = accept_transfer(operation(), open_now.pk, by=user("reviewer"), answer="相手方に担当者なし")
    return [made.pk, made.state]


def backup(number: int) -> Any:
    """Back the home up, every other time for one reader alone."""
    out = FOLDER / f"backup-{number}"
    recipient = str(RESTORER.to_public()) if number % 2 else ""
    write_backup(
        settings.HOME, out, recipient=recipient, keys=False, made_at="2026-11-28", tool="test",
        advance=lambda _n: None, server=SERVER,
    )  # fmt: skip
    return out.name


ACTS: Final[dict[str, Callable[[int], Any]]] = {
    "intake": intake, "resolve": resolve, "judgement": judgement, "transfer": transfer, "backup": backup,
}  # fmt: skip


def operation() -> Operation:
    """The one that there is."""
    return Operation.objects.get()


def user(name: str) -> User:
    """Who works on it."""
    return User.objects.get(username=f"heron-{name}")


def begin(_nothing: Any) -> Any:
    """A home with an operation, a list and its persons, and a dossier."""
    started()
    make_dossier(make_room())
    intake(10_000)
    resolve(0)
    return True


def looked(acknowledged: list[tuple[str, Any]]) -> Any:
    """Start as a command does, and name everything that is not as it should be."""
    home, wrong = started(), []
    wait_for_the_server()
    if SERVER:
        # PostgreSQL's program outlives whom we killed and may write while it is swept up; the next start sweeps again.
        home.clear_stale()
    if list(home.staging.iterdir()):
        wrong.append("work that was cut off is left behind")
    if not SERVER:
        with connection.cursor() as cursor:
            cursor.execute("pragma integrity_check")
            wrong += [f"database: {said}" for (said,) in cursor.fetchall() if said != "ok"]
    wrong += [f"ledger: {one}" for one in verify_ledger(home).findings]
    named = {one.evidence_id for one in operation().evidence.all()}
    for evidence in named:
        verify(home, evidence)
        check_readings(home, evidence)
        wrong += [f"open: {one}" for one in files_in(home.evidence / evidence) if not is_encrypted(one)]
    runs = [one.run_id for one in operation().runs.all()]
    folder = home.operations / "heron" / "runs"
    wrong += [f"run {one} has no persons" for one in runs if not (folder / one / "persons.parquet").is_file()]
    newest = operation().runs.first()
    # The dossier's own person is none of the run's.
    if newest is None or Person.objects.exclude(code__startswith="P-0000").count() != newest.persons:
        wrong.append("the persons are not those of the newest run")
    for act, what in acknowledged:
        there = {
            "intake": lambda what: what in named,
            "resolve": lambda what: what in runs,
            # Its number is the act's: a server gives numbers out that are undone, so the judgement may have another.
            "judgement": lambda what: Judgement.objects.filter(act=what).exists(),
            "transfer": lambda what: WAYS.index(Transfer.objects.get(pk=what[0]).state) >= WAYS.index(what[1]),
            "backup": lambda what: (FOLDER / what).is_file(),
        }[act](what)
        if not there:
            wrong.append(f"acknowledged and lost: {act} {what}")
    read_backups()
    return {"wrong": wrong, "entries": Entry.objects.count()}


def wait_for_the_server() -> None:
    """Wait until the server has noticed that whom we killed is gone, and has ended or undone what it was told.

    Nobody else has to: `started` above did not wait. But what is compared below must stand still.
    """
    asked = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    until = time.monotonic() + LONGEST
    while SERVER and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(asked)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.02)
    assert not SERVER, "somebody whom we killed is still at the server"


def read_backups() -> None:
    """Put back every backup that has its name, which compares everything, and take it away."""
    for path in FOLDER.glob("backup-*"):
        if path.suffix != ".partial":
            with empty_database() as database:
                read_backup(path, FOLDER / "restored", identity=str(RESTORER), advance=lambda _n: None, server=database)
            shutil.rmtree(FOLDER / "restored")
        path.unlink()


@contextmanager
def empty_database() -> Iterator[str]:
    """Give the address of another database on the server, gone afterwards; '' where there is no server."""
    if not SERVER:
        yield ""
        return
    with psycopg.connect(SERVER, autocommit=True) as con:
        con.execute("create database soken_restored")
        yield make_conninfo(SERVER, dbname="soken_restored")
        con.execute("drop database soken_restored with (force)")


def forked(work: Callable[[Any], Any], given: Any, *, after: float = LONGEST) -> tuple[Any, bool]:
    """Do something in a process of its own, killed when its time is up; return what it said, and whether it was killed.

    Nothing that was not said through the pipe counts as acknowledged.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            with acting_for_installation():
                told = work(given)
        except RefusedError as refusal:
            told = {"refused": refusal.message}
        except BaseException as problem:  # noqa: BLE001 (told to whoever waits)
            told = {"failed": repr(problem)}
        os.write(writing, json.dumps(told).encode())
        os._exit(0)
    os.close(writing)
    ready, _none, _nothing = select.select([reading], [], [], after)
    killed = not ready
    if killed:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    return (json.loads(said) if said else None), killed and not said


def main() -> None:
    """Kill so many acts, and look after each."""
    draw, counts = random.Random(SEED), Counter[str]()
    made, _killed = forked(begin, None)
    assert made is True, made
    takes: dict[str, float] = {}
    acknowledged: list[tuple[str, Any]] = []
    entries = 0
    for number in range(1, TIMES + len(ACTS) + 1):
        whole = number <= len(ACTS)  # each act once to its end: how long it takes here
        act = list(ACTS)[number - 1] if whole else draw.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        began = time.perf_counter()
        told, killed = forked(ACTS[act], number, after=LONGEST if whole else draw.uniform(0, 1.1) * takes[act])
        if whole:
            takes[act] = time.perf_counter() - began
        if isinstance(told, dict) and "failed" in told:
            raise AssertionError((number, act, told))
        refused = isinstance(told, dict)
        if told is not None and not refused:
            acknowledged.append((act, told))
        if not whole:
            takes[act] *= LONGER if killed else SHORTER
        counts[f"{act} {'killed' if killed else 'refused' if refused else 'acknowledged'}"] += 1
        found, stuck = forked(looked, acknowledged)
        assert not stuck, (number, act, "the look did not end")
        assert "wrong" in found, (number, act, found)
        assert found["wrong"] == [], (number, act, found["wrong"])
        assert found["entries"] >= entries, "the ledger is shorter than it was"
        entries = found["entries"]
        acknowledged = [one for one in acknowledged if one[0] != "backup"]  # put back and compared
    sys.stdout.write(json.dumps({"kills": TIMES, "entries": entries, **dict(sorted(counts.items()))}) + "\n")


if __name__ == "__main__":
    main()
