"""Showing progress: a Rich bar on a terminal, log lines elsewhere; always on standard error."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from soken.commands.language import said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.core.progress import Advance, Progress

#: Seconds between two log lines of one stage.
_EVERY: Final = 5.0


class BarProgress:
    """A bar a stage, for people at a terminal."""

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "rows") -> Iterator[Advance]:
        """Show a stage; see `soken.core.progress.Progress`."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(said(unit)),
            TimeElapsedColumn(),
        )
        with RichProgress(*columns, console=Console(stderr=True), transient=True) as bars:
            task = bars.add_task(said(name), total=total)
            yield lambda count: bars.advance(task, count)


class LogProgress:
    """A line at a stage's end, and every few seconds while it lasts, for logs."""

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "rows") -> Iterator[Advance]:
        """Log a stage; see `soken.core.progress.Progress`."""
        started = logged = time.monotonic()
        done = 0

        def advance(count: int) -> None:
            nonlocal done, logged
            done += count
            if time.monotonic() - logged >= _EVERY:
                logged = time.monotonic()
                of = f" / {total:,}" if total else ""
                _log(f"{said(name)}: {done:,}{of} {said(unit)}")

        yield advance
        _log(said(f"{name}: done in {time.monotonic() - started:.1f} s"))


def _log(line: str) -> None:
    """Write one line with the time to standard error."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)  # noqa: T201 (the log itself)


def shown_progress() -> Progress:
    """Return the listener that fits where standard error goes."""
    return BarProgress() if sys.stderr.isatty() else LogProgress()
