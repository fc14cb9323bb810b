"""``soken worker``: does what the desk asks for in the background."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess  # nosec B404  # starts this very program
import sys
import threading
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.started import started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.models import Job


def worker(
    once: Annotated[bool, typer.Option("--once", help="End when nothing waits.")] = False,
    lost_after: Annotated[
        int, typer.Option(min=3, help="Seconds without a sign of life after which a worker's job is begun again.")
    ] = 60,
) -> None:
    """Do background work until it is stopped; what was under way then is put back, and begun again by the next."""
    home = started()
    from soken.casework.actions.hand_in import clear_uploads
    from soken.casework.actions.run_job import run_job
    from soken.casework.actions.take_job import put_back_lost, take_job

    clear_uploads(home)
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda _number, _frame: stop.set())
    name = f"{socket.gethostname()[:60]} {os.getpid()} {secrets.token_hex(8)}"
    while not stop.is_set():
        put_back_lost(timedelta(seconds=lost_after))
        job = take_job(name)
        if job is not None:
            _say(job)
            run_job(job, home=home, stop=stop)
            job.refresh_from_db(fields=["state"])
            _say(job)
        elif once:
            return
        else:
            stop.wait(1.0)


def _say(job: Job) -> None:
    """Say where a job stands: as a line of the log where one is asked for, else to read."""
    from soken.desk.logs import told

    if os.environ.get("SOKEN_LOG"):
        told("job", job=job.pk, kind=job.kind, state=job.state, attempt=job.attempt, user=job.asked_by_id)
    else:
        kind, state = in_words(job.kind, job.get_kind_display()), in_words(job.state, job.get_state_display())
        said = {"number": job.pk, "kind": kind, "state": state, "attempt": job.attempt}
        typer.echo(_("job %(number)s: %(kind)s, %(state)s, attempt %(attempt)s") % said, err=True)


@contextmanager
def worker_beside() -> Iterator[None]:
    """Have a worker in a process of its own for the length of a block."""
    process = subprocess.Popen([sys.executable, "-m", "soken", "worker"])  # nosec B603  # no word of it is typed
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
