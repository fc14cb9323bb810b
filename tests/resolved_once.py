"""The same lists under the same judgements are resolved once in a run of the tests, and copied afterwards.

A run depends on nothing else: that the same lists and judgements give the same files, from nothing and going on from
another run, is held by tests/normalise and tests/resolve, which call the steps themselves and are left alone. What
tests of casework, pages and commands show is what is done with a run. The first to ask has it made; where a file of the
store is encrypted everybody has. The copies are shared by all processes of a run of the tests.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import pickle
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from soken.core.vault import is_encrypted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from soken.core.progress import Advance, Progress

#: In the environment: where the copies are.
COPIES: Final = "SOKEN_TESTS_RUNS"
#: Says when a run was made and how long it took: no step reads it.
_ACCOUNT: Final = "run.json"


def once(step: Callable[..., Any], folders: Callable[..., tuple[Path, list[Path]]]) -> Callable[..., Any]:
    """Return a step of resolve that is taken once for the same files and words.

    Args:
        step: writes files into a folder, from files and words; is told a ``progress``.
        folders: gives, for what the step is called with, the folder that it writes to, and the files that it reads.
    """

    def taken(*args: Any, progress: Progress, **said: Any) -> Any:
        out, read = folders(*args, **said)
        if any(is_encrypted(path) for path in read):
            return step(*args, progress=progress, **said)
        words = _plain((args, said))
        copy = Path(os.environ[COPIES]) / _digest(step.__qualname__, words, read)
        if not copy.is_dir():
            _make(copy, out, lambda noted: step(*args, progress=noted, **said), progress)
            return pickle.loads((copy / "told").read_bytes())[1]  # noqa: S301 (our own)
        stages, result = pickle.loads((copy / "told").read_bytes())  # noqa: S301 (our own)
        for stage in stages:
            with progress.stage(*stage):
                pass
        shutil.copytree(copy / "files", out, dirs_exist_ok=True)
        return result

    return taken


class _Noting:
    """A progress that is told on, of which the stages are kept."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.stages: list[tuple[Any, ...]] = []

    @contextmanager
    def stage(self, *said: Any, **named: Any) -> Iterator[Advance]:
        self.stages.append((*said, *named.values()))
        with self._progress.stage(*said, **named) as advance:
            yield advance


def _make(copy: Path, out: Path, step: Callable[[_Noting], Any], progress: Progress) -> None:
    """Take the step, and keep what it wrote and told; whoever comes second of two at once keeps the first one's."""
    before, noted = _state(out), _Noting(progress)
    result = step(noted)
    kept = Path(tempfile.mkdtemp(dir=copy.parent))
    for name, state in _state(out).items():
        if before.get(name) != state:
            (kept / "files" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(out / name, kept / "files" / name)
    (kept / "told").write_bytes(pickle.dumps((noted.stages, result)))
    with suppress(OSError):
        kept.rename(copy)


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the files of a folder, and what changes when they do."""
    found = ((one, one.stat()) for one in folder.rglob("*") if one.is_file()) if folder.is_dir() else ()
    return {str(one.relative_to(folder)): (what.st_ino, what.st_mtime_ns) for one, what in found}


def _plain(said: Any) -> Any:
    """Return what a step was called with but for the folders, which are another test's own."""
    if isinstance(said, Path):
        return "folder"
    if isinstance(said, dict):
        return {name: _plain(one) for name, one in said.items()}
    if isinstance(said, list | tuple) and not hasattr(said, "_fields"):
        return [_plain(one) for one in said]
    return said


def _digest(name: str, words: Any, read: list[Path]) -> str:
    digest = hashlib.sha256(repr((name, words)).encode())
    for path in read:
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _kept_files(folder: Path | None) -> list[Path]:
    """Return what the next run can read of a run's folder."""
    found = sorted(folder.rglob("*")) if folder else []
    return [one for one in found if one.is_file() and one.name != _ACCOUNT]


def _removed_by(maker: int, folder: str) -> None:
    """Remove the copies as their maker ends; a fork that ends otherwise than by `os._exit` leaves them alone."""
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)


def resolve_once() -> None:
    """Have `resolve_operation` and `propose_run` take each step once; called before any test."""
    from soken.casework.actions import resolve_operation as act

    if COPIES not in os.environ:
        os.environ[COPIES] = tempfile.mkdtemp(prefix="soken-runs-")
        atexit.register(_removed_by, os.getpid(), os.environ[COPIES])

    def of_records(readings: Any, out: Path, *, before: Path | None = None, **_said: Any) -> tuple[Path, list[Path]]:
        return out, [*(path for _id, path, _locale in readings), *_kept_files(before)]

    def of_run(
        records: Path, _judgements: Any, out: Path, *, before: Path | None = None, **_said: Any
    ) -> tuple[Path, list[Path]]:
        return out, [*_kept_files(records), *_kept_files(before)]

    act.build_records = once(act.build_records, of_records)
    act.resolve = once(act.resolve, of_run)
