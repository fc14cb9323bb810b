"""``soken`` as a person or a script uses it: a process of its own, in a home of its own."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.home_database import told_of
from tests.loaded import HANGS, load


@cache
def _loaded() -> Path:
    """The command that is a fork of one that is loaded already: begun once, ended with the tests."""
    folder = Path(tempfile.mkdtemp(prefix="soken-loaded-"))
    environment = {**os.environ, **told_of(folder / "home"), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = load(folder, environment)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(process.kill)
    return folder / "soken"


class Soken:
    """The command, in one home.

    Attributes:
        home: the folder that it keeps everything in.
        folder: where it is called from.
    """

    def __init__(self, home: Path, *, columns: int = 80) -> None:
        self.home = home
        self.folder = home.parent
        self._environment = {
            **os.environ,
            **told_of(home),
            "SOKEN_HOME": str(home),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "COLUMNS": str(columns),
        }

    def start(self, *words: object, stdin: int | None = None) -> subprocess.Popen[str]:
        """Start the command, from nothing, and do not wait for it."""
        return self._process([sys.executable, "-m", "soken"], *words, stdin=stdin)

    def _process(self, command: list[str], *words: object, stdin: int | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*command, *map(str, words)],
            env=self._environment,
            cwd=self.folder,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell starts what runs in the background with SIGINT ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )

    def end(self, *words: object) -> tuple[int, str, str]:
        """Run the command; return its exit code, its standard output and its standard error."""
        process = self._process([str(_loaded())], *words)
        out, err = process.communicate(timeout=HANGS)
        return process.returncode, out, err

    def typed(self, text: str, *words: object) -> None:
        """Run the command and type a text into it; it must succeed."""
        process = self._process([str(_loaded())], *words, stdin=subprocess.PIPE)
        _out, err = process.communicate(text, timeout=HANGS)
        assert process.returncode == 0, err

    def __call__(self, *words: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run the command, which must end with a code; return what it said."""
        ended, out, err = self.end(*words)
        assert ended == code, err + out
        return subprocess.CompletedProcess(list(words), ended, out, err)
