"""How long work tells how far it is, without knowing who listens (a Rich bar, log lines, nobody)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Advance = Callable[[int], None]


class Progress(Protocol):
    """A listener to long work."""

    def stage(self, name: str, total: int | None = None, unit: str = "rows") -> AbstractContextManager[Advance]:
        """Enter a named stage; the value given is called with how many more units are done."""
        ...


class Timings:
    """Listens silently and remembers how many seconds each stage took; wraps another listener if given one.

    Attributes:
        seconds: stage name to wall-clock seconds, in the order in which the stages were entered.
    """

    def __init__(self, inner: Progress | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._inner = inner

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "rows") -> Iterator[Advance]:
        """Time a stage; see `Progress.stage`."""
        started = time.perf_counter()
        try:
            if self._inner is None:
                yield lambda _count: None
            else:
                with self._inner.stage(name, total, unit) as advance:
                    yield advance
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


def silent() -> Timings:
    """Return a listener that shows nothing."""
    return Timings()
