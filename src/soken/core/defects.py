"""How a defect is told: what kind of error, and where; never its message, which may hold what stands in a seized list.

A stack trace on standard error ends in the journal of the machine, in backups of it and in mails to those who mend it.
There a defect is one line; the log of the desk has the whole way that it came. ``SOKEN_DEBUG`` shows everything, to
whoever looks for a defect on invented data.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

#: How the places of Soken's own code begin, as `_short` has them.
_OURS: Final = "soken/"


def defect_told(problem: BaseException) -> str:
    """Return an error and what led to it, each as its kind and all the places that it came through; many lines."""
    return "\nbecause of ".join(
        "\n".join((f"{_kind(one)} (its message is withheld; SOKEN_DEBUG=1 shows it)", *_places(one.__traceback__)))
        for one in _led_to(problem)
    )


def defect_in_short(problem: BaseException) -> str:
    """Return an error and what led to it in one line, each as its kind and its last place in Soken's own code."""
    return ", because of ".join(
        f"{_kind(one)} at {place}" if (place := _last_place(one.__traceback__)) else _kind(one)
        for one in _led_to(problem)
    )


def withhold_values(in_words: Callable[[str], str] = "a defect: {}".format) -> None:
    """Have whatever escapes in this process told in one line; not where ``SOKEN_DEBUG`` is set.

    Args:
        in_words: makes a sentence of what `defect_in_short` returns.
    """

    def escaped(kind: type[BaseException], problem: BaseException | None, trace: TracebackType | None) -> None:
        if os.environ.get("SOKEN_DEBUG") or problem is None or issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, problem if problem is not None else kind(), trace)
            return
        sys.stderr.write(f"soken: {in_words(defect_in_short(problem))}\n")

    sys.excepthook = escaped
    threading.excepthook = lambda said: escaped(said.exc_type, said.exc_value, said.exc_traceback)
    sys.unraisablehook = lambda said: escaped(said.exc_type, said.exc_value, said.exc_traceback)


def _led_to(problem: BaseException) -> Iterator[BaseException]:
    """Yield an error, what it came of, what that came of, and so on."""
    seen: set[int] = set()
    one: BaseException | None = problem
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _kind(problem: BaseException) -> str:
    """Return the kind of an error with the module that it is from."""
    return f"{type(problem).__module__}.{type(problem).__qualname__}"


def _last_place(trace: TracebackType | None) -> str:
    """Return the innermost place of Soken's own code, else the innermost of all; '' where there is none."""
    places = [one.strip() for one in _places(trace)]
    return next((one for one in reversed(places) if one.startswith(_OURS)), places[-1] if places else "")


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
