"""How the cells of a delimited text are written: what parts them, and what encloses them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from soken.intake.formats.delimited_lines import MAX_ROW_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The limit is the process's, not the reader's; a line is cut at MAX_ROW_BYTES before it comes here.
csv.field_size_limit(64 * MAX_ROW_BYTES)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are written.

    Attributes:
        delimiter: what stands between two cells.
        quote: what may enclose a cell; None where quotation marks mean nothing. Doubled inside.
        escape: what takes the meaning from the next character, if anything does.
        skip_space: a space after the delimiter belongs to no cell.
    """

    delimiter: str
    quote: str | None = '"'
    escape: str | None = None
    skip_space: bool = False

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Read lines strictly by this dialect."""
        return csv.reader(lines, **self.options())

    def options(self) -> dict[str, Any]:
        """Return what ``csv.reader`` calls these."""
        quoting = csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE
        return {
            "delimiter": self.delimiter, "quotechar": self.quote, "escapechar": self.escape, "doublequote": True,
            "skipinitialspace": self.skip_space, "strict": True, "quoting": quoting,
        }  # fmt: skip
