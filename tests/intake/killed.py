"""A process that takes a list in again and again and is killed (SIGKILL) at each moment in turn; for test_interrupted.

It forks once a moment, before any library has started a thread, so that all moments together take seconds. A moment is
whatever the store could notice: a file opened, a folder made, something renamed or removed under the home, and each
piece of the list that was sealed or read. After each kill the parent tells what the store holds, as one line of JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from soken.core.errors import NotFoundError
from soken.core.home import Home, open_home
from soken.intake import Acquisition, take_in
from soken.intake.readings import current_reading
from soken.intake.seal import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.core.progress import Advance

WATCHED = frozenset({"open", "os.mkdir", "os.rename", "os.remove", "os.chmod", "shutil.rmtree"})
SLUG = "op"


class Countdown:
    """Counts moments and ends the process, without any farewell, at one of them."""

    def __init__(self, root: str, moments: int) -> None:
        self._root = root
        self._left = moments

    def pass_moment(self) -> None:
        """Come one moment closer to the end."""
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)

    def listen(self, event: str, words: tuple[object, ...]) -> None:
        """Hear of what Python does (`sys.addaudithook`)."""
        if event in WATCHED and str(words[0]).startswith(self._root):
            self.pass_moment()

    @contextmanager
    def stage(self, _name: str, _total: int | None = None, _unit: str = "rows") -> Iterator[Advance]:
        """Hear of how far the work is (`soken.core.progress.Progress`)."""
        yield lambda _count: self.pass_moment()


def taken(home: Home, path: Path, countdown: Countdown | None = None) -> int:
    """Take the list in; return the rows read."""
    return take_in(
        path, home=home, operation_slug=SLUG, acquisition=Acquisition(), actor="a", progress=countdown
    ).rows_read


def kept(home: Home) -> list[int]:
    """What the store holds: for each item the rows of its reading, -1 if it has none. A damaged item raises."""
    found: list[int] = []
    for item in sorted(home.evidence.iterdir()):
        verify(home, item.name)
        try:
            found.append(current_reading(home, item.name).record["counts"]["rows_read"])
        except NotFoundError:
            found.append(-1)
    return found


def main(root: Path, path: Path) -> None:
    """Kill at moment 1, 2, 3, … until the work is done before its moment comes."""
    moment, killed = 0, True
    while killed:
        moment += 1
        home = open_home(root)
        child = os.fork()
        if not child:
            countdown = Countdown(str(root), moment)
            sys.addaudithook(countdown.listen)
            taken(home, path, countdown)
            os._exit(0)
        killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        told: dict[str, object] = {"moment": moment, "killed": killed, "kept": kept(home)}
        told["left"], told["swept"] = len(list(home.staging.iterdir())), home.clear_stale()
        if told["kept"]:
            told["again"] = taken_again(home, path)
            for folder in home.evidence.iterdir():
                shutil.rmtree(folder)
        tell(told)
    # After every one of these kills the next one that is let finish works as if nothing had been.
    tell({"again": taken_again(home, path), "kept": kept(home)})


def tell(told: dict[str, object]) -> None:
    """Write one line to whoever started this."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def taken_again(home: Home, path: Path) -> int:
    """Take the list in once more, in a process of its own; return its exit code."""
    child = os.fork()
    if not child:
        os._exit(0 if taken(home, path) else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
