"""``soken`` as a person or a script uses it: a process of its own, in a home of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: Seconds after which a command hangs, however busy the machine is.
_HANGS = 300


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
            "SOKEN_HOME": str(home),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "COLUMNS": str(columns),
        }

    def start(self, *words: object) -> subprocess.Popen[str]:
        """Start the command and do not wait for it."""
        return subprocess.Popen(
            [sys.executable, "-m", "soken", *map(str, words)],
            env=self._environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell starts what runs in the background with SIGINT ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )

    def end(self, *words: object) -> tuple[int, str, str]:
        """Run the command; return its exit code, its standard output and its standard error."""
        process = self.start(*words)
        out, err = process.communicate(timeout=_HANGS)
        return process.returncode, out, err

    def __call__(self, *words: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run the command, which must end with a code; return what it said."""
        ended, out, err = self.end(*words)
        assert ended == code, err + out
        return subprocess.CompletedProcess(list(words), ended, out, err)
