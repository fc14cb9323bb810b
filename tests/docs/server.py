"""A PostgreSQL server until it is stopped: prints its address, or nothing where there can be none."""

from __future__ import annotations

import signal
import sys
import threading

from tests.on_postgres import is_there, postgres_server

if __name__ == "__main__" and is_there():
    signal.signal(signal.SIGTERM, lambda *_stopped: sys.exit())
    with postgres_server() as address:
        print(address.rpartition("/")[0], flush=True)  # noqa: T201 - the script that started this reads it
        threading.Event().wait()
