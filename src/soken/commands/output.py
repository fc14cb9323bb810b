"""How commands show what they did: a table for people, one JSON object for programs."""

from __future__ import annotations

import json
import os
import pwd
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from soken.commands.language import gettext as _
from soken.commands.language import said, why
from soken.core.errors import EnvironmentProblemError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: Stages shorter than this many seconds are summed up, so that the table shows where the time went.
_SHORT: Final = 0.1


def print_json(value: Mapping[str, Any]) -> None:
    """Print exactly one JSON object on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201 (this is the place that prints)


def check_new(path: Path) -> None:
    """See that a file that is to be written is not there yet, before any work is done.

    Raises:
        RefusedError: it is.
    """
    if path.exists():
        raise RefusedError(_("%(path)s exists already; name a new file.") % {"path": path})


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet.

    Raises:
        EnvironmentProblemError: it cannot be written.
    """
    try:
        path.write_bytes(data)
    except OSError as problem:
        raise EnvironmentProblemError(
            _("%(path)s cannot be written (%(why)s); name another file.") % {"path": path, "why": why(problem)}
        ) from problem


def print_counts(title: str, counts: Mapping[str, int | float | str]) -> None:
    """Print a title, and names and numbers as a table of two columns, numbers to the right."""
    # As a line of its own: a table's title is broken to the table's width, which is small.
    Console(soft_wrap=True).print(Text(title, style="bold"))
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in counts.items():
        table.add_row(name, f"{value:,}" if isinstance(value, int) else str(value))
    Console().print(table)


def print_seconds(seconds: Mapping[str, float]) -> None:
    """Print where the time went."""
    table = Table(title=_("Where the time went"), show_header=False, title_justify="left", title_style="bold")
    table.add_column()
    table.add_column(justify="right")
    short = sum(value for value in seconds.values() if value < _SHORT)
    for name, value in seconds.items():
        if value >= _SHORT:
            table.add_row(said(name), f"{value:.1f} s")
    if short:
        table.add_row(_("everything else"), f"{short:.1f} s")
    table.add_section()
    table.add_row(_("in all"), f"{sum(seconds.values()):.1f} s")
    Console().print(table)


def actor() -> str:
    """Return who acts on the command line: the operating system's user, by its own word and no environment's."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run as a number that nobody's name goes with
        return f"user {os.getuid()}"
