"""How a defect is told: what kind of error, and where; never its message, which may hold what stands in a seized list.

A stack trace on standard error ends in the journal of the machine, in backups of it and in mails to those who mend it.
``SOKEN_DEBUG`` shows everything, to whoever looks for a defect on invented data.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


def defect_told(problem: BaseException) -> str:
    """Return an error and what led to it, each as its kind and the places that it came through."""
    told: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = problem
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        head = f"{type(one).__module__}.{type(one).__qualname__} (its message is withheld; SOKEN_DEBUG=1 shows it)"
        told.append("\n".join((head, *_places(one.__traceback__))))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\nbecause of ".join(told)


def withhold_values() -> None:
    """Have whatever escapes in this process told by `defect_told`; not where ``SOKEN_DEBUG`` is set."""
    sys.excepthook = _escaped
    threading.excepthook = lambda said: _escaped(said.exc_type, said.exc_value, said.exc_traceback)
    sys.unraisablehook = lambda said: _escaped(said.exc_type, said.exc_value, said.exc_traceback)


def _escaped(kind: type[BaseException], problem: BaseException | None, trace: TracebackType | None) -> None:
    """Tell of an error that nothing caught."""
    if os.environ.get("SOKEN_DEBUG") or problem is None or issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, problem if problem is not None else kind(), trace)
        return
    sys.stderr.write(f"soken: a defect: {defect_told(problem)}\n")


def _places(trace: TracebackType | None) -> list[str]:
    """Return the places that an error came through, the outermost first; no line of code, no value."""
    return [f"  {_short(one.filename)}:{one.lineno} {one.name}" for one in traceback.extract_tb(trace)]


def _short(path: str) -> str:
    """Return a file by its place in the packages: where they lie on this machine says nothing."""
    for mark in ("/site-packages/", "/src/", "/lib/"):
        before, found, rest = path.rpartition(mark)
        if found and before:
            return rest
    return path
