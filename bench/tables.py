"""Tables of ``bench/README.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What stands where there is no figure.
NONE = "-"


def table(headings: list[str], rows: Iterable[list[str]]) -> str:
    """Return a table in Markdown, one line each row."""
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"
