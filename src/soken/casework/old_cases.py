"""A CSV of old cases, read into lines: nothing is decided here, and no line is lost."""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.casework.old_case_words import code_in
from soken.core.code_list import folded_heading, separator_in, text_in
from soken.core.errors import BadInputError, DamagedStoreError
from soken.exchange.cells import csv_text, typed_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Lines that one import takes: what somebody can still read through before it is done.
MOST: Final = 200
#: Bytes that a CSV of so many lines can have.
MOST_BYTES: Final = 2_000_000
#: Headings of the columns that `aside_csv` adds → their codes; a table that comes back with them is read without them.
ASIDE: Final = MappingProxyType({"line": "(line)", "why": "(why)"})
#: Begins the kept line of what was missing at a gate: codes, which are said in words where they are shown.
MISSING: Final = "missing:"
_REQUIRED: Final = ("reference", "person")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A line of the CSV.

    Attributes:
        number: from 1, after the headings.
        cells: code of the column → text, those that say nothing left out.
        wrong: why it cannot be read, '' if it can.
    """

    number: int
    cells: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class CaseTable:
    """A CSV of old cases.

    Attributes:
        sha256: hash of its text, however its lines end and in whatever encoding it came.
        text: that text.
        lines: all of them, in order; blank ones left out.
    """

    sha256: str
    text: str
    lines: tuple[CaseLine, ...]

    @property
    def mark(self) -> str:
        """What a preview gives out and doing it asks for: that this very file was looked at."""
        return self.sha256[:16]


@cache
def columns() -> Mapping[str, str]:
    """Return heading → code of its column.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    table = tomllib.loads(files("soken.casework").joinpath("old_case_columns.toml").read_text("utf-8"))
    headings = {code: {folded_heading(one) for one in (code, *known)} for code, known in table.items()}
    found = {heading: code for code, known in headings.items() for heading in known}
    if not set(_REQUIRED) <= table.keys() or len(found) < sum(map(len, headings.values())):
        raise DamagedStoreError("old_case_columns.toml is not whole; reinstall Soken.")
    return MappingProxyType(found)


def headings(language: str) -> list[str]:
    """Return a heading for each column in the file's order, in Japanese for "ja", else in English."""
    table = tomllib.loads(files("soken.casework").joinpath("old_case_columns.toml").read_text("utf-8"))
    return [
        next((one for one in known if not one.isascii()), code) if language == "ja" else known[0]
        for code, known in table.items()
    ]


def read_cases(content: bytes) -> CaseTable:
    """Read a CSV of old cases.

    Raises:
        BadInputError: it is no text in UTF-8 or cp932, a heading is missing, unknown or twice, or there are too many
            lines or none.
    """
    if len(content) > MOST_BYTES:
        raise BadInputError(
            _("The CSV is larger than %(mb)s MB; part it and import the parts.") % {"mb": MOST_BYTES // 1_000_000}
        )
    text = _text(content)
    try:
        found = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator_in(text))
        rows = [cells for cells in found if any(map(str.strip, cells))]
    except csv.Error as problem:
        raise BadInputError(
            _("The CSV cannot be read (%(why)s); save it anew from the spreadsheet.") % {"why": problem}
        ) from problem
    if len(rows) < 2:
        raise BadInputError(
            _("The CSV holds no old case: a line of headings and at least one line below it are needed.")
        )
    if len(rows) - 1 > MOST:
        raise BadInputError(
            _("%(n)s lines are too many at once; import at most %(most)s.") % {"n": len(rows) - 1, "most": MOST}
        )
    heads = _heads(rows[0])
    lines = [_line(number, heads, cells) for number, cells in enumerate(rows[1:], start=1)]
    return CaseTable(hashlib.sha256(text.encode()).hexdigest(), text, tuple(_marked_twice(lines)))


def aside_csv(lines: Iterable[tuple[CaseLine, str]]) -> str:
    """Return lines that were set aside as a CSV that can be mended and read again.

    Args:
        lines: each with why it was set aside.
    """
    told = list(lines)
    heads = list(dict.fromkeys(code for line, _why in told for code in line.cells))
    cells = ([*(line.cells.get(code, "") for code in heads), line.number, why] for line, why in told)
    return csv_text([[*heads, *ASIDE], *cells])


def _text(content: bytes) -> str:
    """Return the text of a file.

    Raises:
        BadInputError: it is in neither encoding.
    """
    text = text_in(content)
    if text is None or "\0" in text:
        raise BadInputError(_("The CSV is text neither in UTF-8 nor in cp932 (Shift_JIS); save it as CSV in UTF-8."))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"


def _heads(cells: list[str]) -> list[str]:
    """Return the codes of the columns.

    Raises:
        BadInputError: a heading is unknown, stands twice, or a required one is missing.
    """
    codes = []
    for cell in cells:
        code = ASIDE.get(folded_heading(cell)) or columns().get(folded_heading(cell))
        if code is None:
            raise BadInputError(
                _("The heading “%(heading)s” is not known; leave the column out or rename it.")
                % {"heading": cell.strip()[:40]}
            )
        if code in codes:
            raise BadInputError(_("Two headings mean “%(column)s”; leave one of the columns out.") % {"column": code})
        codes.append(code)
    for code in _REQUIRED:
        if code not in codes:
            raise BadInputError(_("The column “%(column)s” is missing; add it to the CSV.") % {"column": code})
    return codes


def _line(number: int, heads: list[str], cells: list[str]) -> CaseLine:
    """Return a line, with what is wrong with it."""
    told = {code: typed_in(text.strip()) for code, text in zip(heads, cells, strict=False) if text.strip()}
    said = {code: code_in(code, text) for code, text in told.items() if code not in ASIDE.values()}
    if len(cells) > len(heads):
        return CaseLine(
            number, said, _("%(n)s cells where the headings are %(heads)s.") % {"n": len(cells), "heads": len(heads)}
        )
    for code in _REQUIRED:
        if code not in said:
            return CaseLine(number, said, _("The column “%(column)s” is empty.") % {"column": code})
    return CaseLine(number, said)


def _marked_twice(lines: list[CaseLine]) -> list[CaseLine]:
    """Mark lines whose old case or person stands in an earlier line."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for one in lines:
        names = [(code, one.cells.get(code, "").upper()) for code in _REQUIRED]
        twice = next((name for name in names if name[1] and name in seen), None)
        if twice and not one.wrong:
            found.append(
                CaseLine(
                    one.number,
                    one.cells,
                    _("Line %(line)s has the same “%(column)s”.") % {"line": seen[twice], "column": twice[0]},
                )
            )
        else:
            found.append(one)
        for name in names:
            seen.setdefault(name, one.number)
    return found
