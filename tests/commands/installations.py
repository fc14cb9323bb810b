"""Two real installations on one machine: a process and a home each, driven by their command lines.

A command takes two seconds to start Django, and a handover takes thirty commands; so each installation is one process
that runs a command line after the other, each as another user of the operating system.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.home_database import told_of

if TYPE_CHECKING:
    from pathlib import Path

_SERVES = """
import contextlib, io, json, os, pwd, sys
from soken.access.eyes import acting_for_installation
from soken.commands.main import run
real, known = sys.stdout, pwd.getpwuid
for line in sys.stdin:
    order = json.loads(line)
    pwd.getpwuid = lambda number, name=order["by"]: pwd.struct_passwd((name, *known(number)[1:]))
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            if "python" in order:
                with acting_for_installation():
                    exec(order["python"], {})
            else:
                sys.argv = ["soken", *order["words"]]
                run()
        except SystemExit as end:
            code = end.code
    print(json.dumps({"code": code, "out": out.getvalue(), "err": err.getvalue()}), file=real, flush=True)
"""

_PEOPLE = """
from soken.commands.started import started
started()
from soken.access.models import Role, User
from soken.casework.models import Membership, Operation
for name, role in {people!r}.items():
    user = User.objects.create(username=name, role=role, force={force!r}, password="!")
    for one in Operation.objects.all():
        Membership.objects.create(operation=one, user=user)
"""


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> dict[str, Any]:
        """The JSON object that it printed."""
        found: dict[str, Any] = json.loads(self.out[self.out.index("{") :])
        return found


class Installation:
    """One installation.

    Attributes:
        home: its folder.
        force: the force whose people work there.
    """

    def __init__(self, home: Path, force: str, *, language: str = "C.UTF-8", columns: int = 200) -> None:
        self.home, self.force = home, force
        environment = {
            **os.environ, **told_of(home), "SOKEN_HOME": str(home),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "LC_ALL": language, "COLUMNS": str(columns),
        }  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVES], env=environment, cwd=home.parent, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __call__(self, *words: object, by: str, code: int = 0) -> Done:
        """Run a command as a user; it must end with a code."""
        done = self._asked({"by": by, "words": [*map(str, words)]})
        assert done.code == code, done.err + done.out
        return done

    def python(self, text: str) -> str:
        """Run a few lines inside the installation; return what they print."""
        return self._asked({"by": "nobody", "python": text}).out

    def people(self, **roles: str) -> None:
        """Add users of the installation's force, members of every operation there is."""
        self.python(_PEOPLE.format(people=roles, force=self.force))

    def end(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def _asked(self, order: dict[str, Any]) -> Done:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the installation has stopped"
        return Done(**json.loads(answer))
