"""Where Soken keeps things: one folder, ``SOKEN_HOME``; nothing is written anywhere else."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs

from soken.core.errors import EnvironmentProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator


#: Seconds after which another machine's work counts as left behind.
_WEEK: Final = 7 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one installation.

    Attributes:
        root: the folder itself, absolute.
    """

    root: Path

    @property
    def evidence(self) -> Path:
        """One folder an evidence item: sealed original, manifest, custody, readings."""
        return self.root / "evidence"

    @property
    def operations(self) -> Path:
        """One folder an operation: the code book of its items and the runs of resolve."""
        return self.root / "operations"

    @property
    def statistics(self) -> Path:
        """One folder a vintage: the units of the statistics as they stood at its cut-off."""
        return self.root / "statistics"

    @property
    def feed(self) -> Path:
        """One folder a version of the filter feed: its files, as they went out."""
        return self.root / "feed"

    @property
    def attachments(self) -> Path:
        """One folder a document that is attached to dossiers, named by its SHA-256."""
        return self.root / "attachments"

    @property
    def keys(self) -> Path:
        """Secrets of this installation, readable by its user only."""
        return self.root / "keys"

    @property
    def checkpoints(self) -> Path:
        """Where the ledger stood, one signed line a checkpoint."""
        return self.root / "ledger-checkpoints.jsonl"

    @property
    def stamps(self) -> Path:
        """Time stamps of these checkpoints by a third party, and the numbers of the requests for them."""
        return self.root / "ledger-stamps"

    @property
    def staging(self) -> Path:
        """Work in progress; what is found here at the next start was interrupted and counts for nothing."""
        return self.root / "staging"

    @property
    def begun(self) -> Path:
        """What a run that was cut off had finished, one folder an operation; gone once a run counts."""
        return self.root / "begun"

    @property
    def uploads(self) -> Path:
        """Seized files that were handed in on the desk and wait to be taken in; gone once they are."""
        return self.root / "uploads"

    @property
    def database(self) -> Path:
        """The SQLite case database (unused where PostgreSQL is configured)."""
        return self.root / "soken.sqlite3"

    @contextmanager
    def stage(self) -> Iterator[Path]:
        """Give a fresh folder on the store's own disk to build something in.

        What is to be kept is moved out by one rename when it is complete; the rest is removed on leaving, so that an
        error or Ctrl-C leaves nothing half-done. The name holds the process id and its machine, so that what
        ``kill -9`` leaves behind can be told from live work, also by other machines (see `clear_stale`).
        """
        folder = self.staging / f"{os.getpid()}-{_machine()}-{uuid.uuid4().hex[:12]}"
        folder.mkdir(parents=True, mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def clear_stale(self) -> int:
        """Remove staging folders whose process is gone; return how many there were.

        Only the machine that a process runs on can tell; what another left counts as gone after a week untouched.
        """
        if not self.staging.is_dir():
            return 0
        stale = [folder for folder in self.staging.iterdir() if _is_stale(folder)]
        for folder in stale:
            shutil.rmtree(folder, ignore_errors=True)
        return len(stale)


def _machine() -> str:
    """Return a short mark of this machine (of this container, where it has a host name of its own)."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def _is_stale(folder: Path) -> bool:
    """Tell whether nobody works in a staging folder any more."""
    pid, _, rest = folder.name.partition("-")
    if "-" in rest and not rest.startswith(_machine()):
        return _untouched(folder)
    return not _is_alive(pid)


def _untouched(folder: Path) -> bool:
    """Tell whether nothing was added to a folder for a week; one that is gone meanwhile needs nobody's care."""
    try:
        return folder.stat().st_mtime < time.time() - _WEEK
    except FileNotFoundError:
        return False


def _is_alive(pid: str) -> bool:
    """Tell whether a process of this number exists on this machine."""
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def open_home(root: Path | None = None) -> Home:
    """Return the home at ``root``, else at ``$SOKEN_HOME``, else in the platform's folder for user data; made if new.

    A new one is entered by its user alone, whatever the shell lets others do with new files; whoever has several
    accounts work on one home opens it to their group.

    Raises:
        EnvironmentProblemError: the folder cannot be made or written to.
    """
    chosen = root or Path(os.environ.get("SOKEN_HOME") or platformdirs.user_data_path("soken", appauthor=False))
    home = Home(chosen.expanduser().absolute())
    try:
        home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (home.evidence, home.operations, home.keys, home.staging):
            folder.mkdir(parents=True, exist_ok=True)
        home.keys.chmod(0o700)
    except OSError as problem:
        raise EnvironmentProblemError(
            f"SOKEN_HOME {home.root} cannot be used: {problem.strerror}; set SOKEN_HOME to a folder you may write to."
        ) from problem
    return home


def entered_by_others(folder: Path) -> bool:
    """Tell whether every account of the machine can enter a folder: it, and each one above it, lets them in."""
    return all(one.stat().st_mode & 0o001 for one in (folder, *folder.resolve().parents))
