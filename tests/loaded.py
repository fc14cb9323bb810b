"""``soken``, loaded once: each command is a fork of a process that is ready to run it, and so takes no second to load.

Run as ``python -m tests.loaded SOCKET [HOME]``, it waits on the socket. A client (`CLIENT`, which stands for ``soken``)
sends its words, folder, environment and three streams; the exit code comes back. Django is set up in a home, which is
made; a command in another one reads the settings anew. With the home named, passwords are typed (a page of the
documentation cannot). With ``FROM_NOTHING`` in the environment a command is a process of its own after all.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

#: The command as a shell finds it. It loads nothing but a socket.
CLIENT: Final = """#!{python} -IS
import json, os, socket, sys
if os.environ.get("FROM_NOTHING"):
    os.execv({python!r}, [{python!r}, "-m", "soken", *sys.argv[1:]])
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    said = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(line, [len(said).to_bytes(8, "big")], [0, 1, 2])
    line.sendall(said)
    sys.exit(int.from_bytes(line.recv(1), "big"))
"""
#: Of everybody whom a page adds or lets act.
PASSWORD: Final = "an invented password for all"
#: Libraries that commands import only when they run; pandas, which the tests bring along, is asked for by pyarrow.
_LATER: Final = (
    "pandas", "splink", "sudachipy", "typst", "pyhanko.sign", "openpyxl", "pydantic", "django.core.management",
)  # fmt: skip
#: Seconds after which something hangs, however busy the machine is.
HANGS: Final = 300


def load(folder: Path, environment: dict[str, str], home: Path | None = None) -> subprocess.Popen[bytes]:
    """Start the process that is ready, and write its client as ``soken`` into a folder.

    Args:
        folder: one that is there, of a short path.
        environment: what the process is started with.
        home: the one home that commands run in; every home without it.
    """
    address = folder / "door"
    words = [sys.executable, "-m", "tests.loaded", str(address), *([str(home)] if home else [])]
    process = subprocess.Popen(words, env=environment)
    ended = time.monotonic() + HANGS
    while not address.exists():
        assert process.poll() is None, "the command could not be loaded"
        assert time.monotonic() < ended, "the command hangs while it is loaded"
        time.sleep(0.05)
    client = folder / "soken"
    client.write_text(CLIENT.format(python=sys.executable, address=str(address)), encoding="utf-8")
    client.chmod(0o755)
    return process


def serve(address: str, home: str = "") -> None:
    """Answer clients until ended: fork for each, and pass its exit code on."""
    _load(home or str(Path(address).parent / "home"))
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        while True:
            line, _peer = door.accept()
            with line:
                _answer(line, home)


def _load(home: str) -> None:
    """Read the code as if a command had begun; leave no connection open that forks would share."""
    importlib.import_module("soken.commands.main")
    for name in _LATER:
        importlib.import_module(name)
    _set_up(home)
    _hash_fast()
    for module in pkgutil.walk_packages(importlib.import_module("soken").__path__, "soken."):
        if not any(word in module.name for word in (".spark", "__main__", "wsgi", "migrations")):
            importlib.import_module(module.name)
    _rehearse()
    # What DuckDB has left in cycles must end where its threads are.
    gc.collect()
    # What is there already is shared with every fork; counting references would copy it.
    gc.freeze()


def _hash_fast() -> None:
    """Let passwords cost next to nothing: they are invented, and a page types one for nearly every command."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost = Argon2PasswordHasher.parallelism = 1
    Argon2PasswordHasher.memory_cost = 8


def _rehearse() -> None:
    """Propose persons of a few rows, so that tables of names and places are read, and queries made, for all forks."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from soken.core.progress import silent
    from soken.intake.tables import ROWS_SCHEMA
    from soken.normalise.records import build_records
    from soken.resolve import resolve

    lists = {
        "ja": [("山田 翔太", "東京都千代田区丸の内1-1"), ("山田 翔大", "東京都千代田区丸の内1-1")],
        "intl": [("Jonas Keller", "12 Hill Road, Bath"), ("Jon Keller", "12 Hill Road, Bath")],
    }
    with tempfile.TemporaryDirectory() as folder:
        readings = []
        for locale, rows in lists.items():
            columns = {
                "row": [1, 2], "owner": [1, 2], "kind": ["identity"] * 2, "source_table": [""] * 2, "member": [""] * 2,
                "full_name": [name for name, _address in rows], "address": [address for _name, address in rows],
                "email": ["one@mail.example"] * 2,
            }  # fmt: skip
            table = pa.table([columns.get(one.name, [None] * 2) for one in ROWS_SCHEMA], schema=ROWS_SCHEMA)
            path = Path(folder) / f"{locale}.parquet"
            pq.write_table(table, path)
            readings.append((f"E-{locale}", path, locale))
        build_records(readings, Path(folder), progress=silent(), workers=0)
        resolve(Path(folder), [], Path(folder) / "run")


def _set_up(home: str) -> None:
    """Make a home and set Django up for it."""
    os.environ["SOKEN_HOME"] = home
    from soken.commands.started import started

    started()
    from django.db import connections

    connections.close_all()


def _set_up_when_asked() -> None:
    """Have Django set up for another home once a command asks for it: some ask for none, and must not find it made."""
    import django

    set_up = django.setup

    def anew() -> None:
        django.setup = set_up
        _set_up_anew()
        set_up()

    django.setup = anew


def _set_up_anew() -> None:
    """Read the settings of another home, as Django does once."""
    from django.conf import settings
    from django.db import connections

    read = importlib.reload(importlib.import_module("soken.desk.settings"))
    for name in filter(str.isupper, dir(read)):
        setattr(settings, name, getattr(read, name))
    # The connections know only the address that they were made with.
    connections.settings = connections.configure_settings(settings.DATABASES)
    for name in connections.settings:
        with suppress(AttributeError):
            del connections[name]


def _answer(line: socket.socket, home: str) -> None:
    """Run one command for a client."""
    size, streams, _flags, _peer = socket.recv_fds(line, 8, 3)
    said = b""
    while len(said) < int.from_bytes(size, "big"):
        said += line.recv(65536)
    words, folder, environment = json.loads(said)
    child = os.fork()
    if child == 0:
        _run(words, folder, environment, streams, home)
    for stream in streams:
        os.close(stream)
    _pid, status = os.waitpid(child, 0)
    # The shell may have ended the client meanwhile.
    with suppress(BrokenPipeError):
        line.sendall(bytes([os.waitstatus_to_exitcode(status) & 255]))


def _run(words: list[str], folder: str, environment: dict[str, str], streams: list[int], home: str) -> None:
    """Become the command; never return."""
    # Without a terminal, passwords are read from standard input.
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for at, stream in enumerate(streams):
        os.dup2(stream, at)
    if home and stat.S_ISCHR(os.fstat(0).st_mode):
        _type()
    os.chdir(folder)
    loaded = os.environ["SOKEN_HOME"]
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["soken", *words]
    code = 1
    try:
        from soken.commands.main import run

        if environment.get("SOKEN_HOME") != loaded:
            _set_up_when_asked()
        run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001 - a defect is shown as Python shows it, and ends the fork with 1
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _type() -> None:
    """Type the password, as often as it is asked for, where nothing else was put into standard input."""
    keyboard = os.memfd_create("keyboard")
    os.write(keyboard, f"{PASSWORD}\n".encode() * 4)
    os.lseek(keyboard, 0, os.SEEK_SET)
    os.dup2(keyboard, 0)


if __name__ == "__main__":
    serve(*sys.argv[1:])
