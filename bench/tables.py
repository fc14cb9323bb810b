"""Tables of ``bench/README.md``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: What no figure may fall below, or rise above.
FLOORS: dict[str, float] = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))

#: What stands where there is no figure.
NONE = "-"


def table(headings: list[str], rows: Iterable[list[str]]) -> str:
    """Return a table in Markdown, one line each row."""
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def cell(
    value: float | None, floor: str = "", *, most: bool = False, form: Callable[[float], str] = "{:.4f}".format
) -> str:
    """Return one figure, bold where it is below its floor (above, for a figure that may be at most so much)."""
    if value is None:
        return NONE
    limit = FLOORS.get(floor)
    missed = limit is not None and (value > limit if most else value < limit)
    return f"**{form(value)}**" if missed else form(value)
