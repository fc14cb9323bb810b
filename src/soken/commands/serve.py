"""``soken serve``: the desk, on a production server."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import socket
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.language import gettext as _
from soken.commands.started import started
from soken.core.errors import EnvironmentProblemError

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 2,
) -> None:
    """Serve the desk until Ctrl-C."""
    check_port(host, port)
    os.environ.pop("SOKEN_DEMO", None)  # only the demo itself does without second factors
    started()
    check_rows_bound()
    typer.echo(_("The desk is at %(address)s (Ctrl-C ends it).") % {"address": f"http://{host}:{port}/"})
    if not _anybody():
        # There is no user, and no password, that an installation begins with.
        typer.echo(_("Nobody can sign in yet; add the first user: soken user new NAME --role ROLE."))
    serve_desk(host, port, workers)


def _anybody() -> bool:
    """Tell whether the installation has a user."""
    from soken.access.models import User

    return User.objects.exists()


def check_port(host: str, port: int) -> None:
    """See that nobody else listens there, before any work is done.

    Raises:
        EnvironmentProblemError: the address is taken or not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise EnvironmentProblemError(
                f"Nothing can be served on {host}:{port}: {problem.strerror}; choose another with --port."
            ) from problem


def check_rows_bound() -> None:
    """See that the server holds this process to who looks, where it is one that can (ADR 13).

    Raises:
        EnvironmentProblemError: it does not.
    """
    from django.db import connection

    from soken.casework.row_policies import is_bound_by_rows

    if connection.vendor == "postgresql" and not is_bound_by_rows():
        raise EnvironmentProblemError(
            _(
                "The desk does not serve as a superuser of the PostgreSQL server, whom row-level security does not "
                "bind; name another role in SOKEN_DATABASE_URL (docs/how-to/postgresql.md)."
            )
        )


def serve_desk(host: str, port: int, workers: int) -> None:
    """Run gunicorn on the desk in this process until it is stopped."""
    from gunicorn.app.base import BaseApplication

    from soken.access.eyes import viewing
    from soken.casework.selectors.search_keys import read_tables

    read_tables()  # once, for all workers, and for nobody who searches first
    leave_nothing_to_fork()

    class Desk(BaseApplication):  # type: ignore[misc]
        """Gunicorn, told by code instead of by a file."""

        def load_config(self) -> None:
            """Set the address and a quiet log.

            A second thread serves small files beside a page. More of them would only share one processor between pages:
            each would take longer, and none be sooner.
            """
            options: dict[str, Any] = {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                "workers": workers,
                "threads": 2,
                "worker_class": "gthread",
                "control_socket_disable": True,
                "loglevel": "warning",
                "logger_class": "soken.desk.server_log.ServerLog",
                "proc_name": "soken",
                "worker_exit": _end_worker,
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """Load the desk."""
            from soken.desk.wsgi import application

            return application

    # Whoever a page is for is said by its door; this account's own eyes are not lent to the desk.
    with viewing(None):
        Desk().run()


def _end_worker(_arbiter: Arbiter, worker: Worker) -> None:
    """End a worker without taking down one by one what it has of its parent (`leave_nothing_to_fork`)."""
    if worker.booted:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def leave_nothing_to_fork() -> None:
    """End what a worker would share with this process, or could not end: called once, before the first fork."""
    from django.db import connections

    from soken.core.duck import end_shared

    connections.close_all()
    end_shared()
    # What DuckDB has left in cycles ends here, where its threads are: in a worker, to collect it is to crash.
    gc.collect()
    gc.freeze()
    # This process itself may collect them: DuckDB's library reports at length what is still there at the end.
    atexit.register(gc.unfreeze)
