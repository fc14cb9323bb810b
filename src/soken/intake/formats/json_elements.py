"""The objects of a JSON file one after another, in memory that does not grow with the file.

Four layouts: one object a line; a list of objects (or objects one after another, or one alone); lists of objects inside
one outer object, each a table by the name of its member; and objects inside one by their numbers. What cannot be read
is set aside and reading goes on at the next object that looks like a row.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from soken.intake.formats.json_cursor import SPACE_RE, TOO_DEEP, Aside, Cursor, Element
from soken.intake.formats.json_layout import are_numbered, is_one_row
from soken.intake.formats.json_values import DECODER, has_too_many_levels
from soken.intake.formats.text_window import MAX_ROW_CHARS, PROBLEMS, Span

if TYPE_CHECKING:
    from collections.abc import Iterator


_SEPARATOR_RE: Final = re.compile(r"[\s\x1e]*+(?:,[\s\x1e]*+)?")
_NEXT_OBJECT_RE: Final = re.compile(r"[},]\s*+,?\s*+(?=\{)")
#: The beginning of a member whose value is an object, and what stands before it.
_MEMBER_RE: Final = re.compile(r'[{,]\s*+"(?P<key>(?:[^"\\]|\\.){1,200})"\s*+:\s*+(?=\{)')
_LIST_OF_OBJECTS_RE: Final = re.compile(r"\[\s*+\{")
_MARGIN: Final = 4096
#: How far the first object is looked at to tell one row from a wrapping of all rows.
_FIRST_OBJECT: Final = 1024 * 1024


class ElementReader(Cursor):
    """Reads the objects of one file; `read` is the only way in."""

    def read(self) -> Iterator[Element | Aside]:
        """Yield every object in the order of the file."""
        window = self._window
        while not self._skip(SPACE_RE) and window.fill():
            pass
        self._ahead(_MARGIN)
        if is_lines(window.text[window.pos :]):
            yield from self._read_lines()
        elif window.text.startswith("[", window.pos):
            window.pos += 1
            phpmyadmin = re.match(r'\s*\{\s*"type"\s*:\s*"header"', window.text[window.pos :]) is not None
            yield from self._read_tables() if phpmyadmin else self._read_list("", closed=True)
            yield from self._read_rest("")
        elif self._is_numbered():
            yield from self._read_numbered()
        elif self._is_wrapper():
            yield from self._read_members("")
        else:
            yield from self._read_list("", closed=False)

    # -- one object a line --------------------------------------------------------------------------------------------

    def _read_lines(self) -> Iterator[Element | Aside]:
        window = self._window
        while True:
            end = self._line_end()
            start = window.pos
            line = window.text[start:end].strip(" \t\r\x1e")
            if end - start > MAX_ROW_CHARS:
                yield self._too_long_line()
            else:
                window.pos = min(end + 1, len(window.text))
                if line:
                    last = window.eof and end == len(window.text)
                    yield self._line(line.removesuffix(","), start, end, last=last)
            if window.pos >= len(window.text) and not window.fill():
                return

    def _line_end(self) -> int:
        window = self._window
        ahead = 0
        while (end := window.text.find("\n", window.pos + ahead)) < 0:
            ahead = len(window.text) - window.pos
            if ahead > MAX_ROW_CHARS or not window.fill():
                return len(window.text)
        return end

    def _line(self, line: str, start: int, end: int, *, last: bool) -> Element | Aside:
        try:
            value = DECODER.decode(line)
        except (json.JSONDecodeError, RecursionError):
            span = self._window.span(start, end)
            if span.problem is not None:
                return self._aside("", span.problem, PROBLEMS[span.problem], span)
            if last and not line.endswith("}"):
                return self._aside("", "cut-off", "the file ends inside this line", span)
            return self._aside("", "syntax", "the line is not valid JSON", span)
        return self._checked("", value, start, end)

    def _too_long_line(self) -> Aside:
        window = self._window
        offset, line = window.place(window.pos)
        while (end := window.text.find("\n", window.pos)) < 0:
            window.pos = len(window.text)
            if not window.fill():
                end = len(window.text)
                break
        after, _ = window.place(end)
        window.pos = min(end + 1, len(window.text))
        return self._aside("", "too-long", "the line is longer than the limit", Span(offset, after - offset, line))

    # -- a list -------------------------------------------------------------------------------------------------------

    def _read_list(self, table: str, *, closed: bool) -> Iterator[Element | Aside]:
        """Elements up to the closing bracket (``closed``) or to the end of the file."""
        window = self._window
        broken = False
        while (mark := self._peek(_SEPARATOR_RE)) != "":
            if mark == "]" and closed:
                window.pos += 1
                return
            value, length = self._value()
            broken = length < 0
            if not broken:
                start = window.pos
                window.pos += length
                yield self._checked(table, value, start, window.pos)
                follows = self._peek()
                broken = not (follows in ("", ",", "]") or (follows == "{" and not closed))
            if broken:
                yield from self._skip_broken(table)
        if closed and not broken:
            span = window.span(window.pos, window.pos)
            yield self._aside(table, "cut-off", "the file ends before the end of the list", span)

    def _skip_broken(self, table: str) -> Iterator[Aside]:
        """Set aside from here to the next object that looks like a row of this table, or to the end."""
        window = self._window
        offset, line = window.place(window.pos)
        tail = ""
        while True:
            match = _NEXT_OBJECT_RE.search(window.text, window.pos)
            if match is not None:
                window.pos = match.end()
                if self._looks_like_row(table):
                    break
                continue
            tail = window.text[-64:]
            window.pos = max(window.pos, len(window.text) - 64)
            if not window.fill():
                window.pos = len(window.text)
                break
        after, _ = window.place(window.pos)
        cut = window.pos >= len(window.text) and not tail.rstrip().endswith(("]", "}"))
        reason, detail = (
            ("cut-off", "the file ends inside this row") if cut else ("syntax", "the row is not valid JSON")
        )
        yield self._aside(table, reason, detail, Span(offset, after - offset, line))

    def _looks_like_row(self, table: str) -> bool:
        value, length = self._value()
        if length < 0 or not isinstance(value, dict) or not value:
            return False
        known = self._keys.get(table)
        # An object inside the broken row (an order item) has other keys than the rows have.
        return known is None or 2 * len(known & value.keys()) >= len(known | value.keys())

    def _read_rest(self, table: str) -> Iterator[Aside]:
        """What follows the end of the list should be nothing."""
        window = self._window
        if self._peek() == "":
            return
        offset, line = window.place(window.pos)
        while window.pos < len(window.text) or window.fill():
            window.pos = len(window.text)
        after, _ = window.place(window.pos)
        detail = "something follows the end of the list"
        yield self._aside(table, "syntax", detail, Span(offset, after - offset, line))

    # -- objects by their numbers -------------------------------------------------------------------------------------

    def _is_numbered(self) -> bool:
        """Is the file one object whose members are rows, each under its number?"""
        self._ahead(_FIRST_OBJECT)
        text, at = self._window.text, self._window.pos
        found: list[tuple[str, Any]] = []
        while len(found) < 2 and (match := _MEMBER_RE.match(text, at)) is not None:
            try:
                value, at = DECODER.raw_decode(text, match.end())
            except (json.JSONDecodeError, RecursionError):
                return False
            found.append((match["key"], value))
        return len(found) == 2 and are_numbered(found[0], found[1])

    def _read_numbered(self) -> Iterator[Element | Aside]:
        """Each member a row, with its number in the column ``key``."""
        window = self._window
        window.pos += 1
        while self._peek(_SEPARATOR_RE) == '"':
            number, length = self._value()
            if length < 0:
                break
            window.pos += length
            if self._peek() != ":":
                break
            window.pos += 1
            self._peek()
            value, length = self._value()
            if length < 0:
                break
            start = window.pos
            window.pos += length
            row = self._checked("", value, start, window.pos)
            yield row if isinstance(row, Aside) else row._replace(row={"key": number, **row.row})
        if self._peek() == "}":
            window.pos += 1
        yield from self._read_rest("")

    # -- lists inside an object ---------------------------------------------------------------------------------------

    def _is_wrapper(self) -> bool:
        """Is the file one object that holds lists of objects (and not one row that holds some)?"""
        window = self._window
        self._ahead(_FIRST_OBJECT)
        if _LIST_OF_OBJECTS_RE.search(window.text, window.pos) is None:
            return False
        try:
            value, end = DECODER.raw_decode(window.text, window.pos)
        except (json.JSONDecodeError, RecursionError):
            return True
        # Another object after it: then each is a row, whatever lists it holds.
        several = re.match(r"\s*,?\s*\{", window.text[end : end + _MARGIN]) is not None
        return not several and (has_too_many_levels(value) or not is_one_row(value))

    def _read_members(self, named: str) -> Iterator[Element | Aside]:
        """The lists of objects of the object at the window's place, each a table; its other members are one row."""
        window = self._window
        offset, line = window.place(window.pos)
        own: dict[str, Any] = {}
        window.pos += 1
        table = named
        while self._peek(_SEPARATOR_RE) == '"':
            key, length = self._value()
            if length < 0:
                break
            window.pos += length
            if self._peek() != ":":
                break
            window.pos += 1
            self._peek()
            self._ahead(64)
            if _LIST_OF_OBJECTS_RE.match(window.text, window.pos) is not None:
                window.pos += 1
                yield from self._read_list(table or str(key), closed=True)
                continue
            value, length = self._value()
            if length < 0:
                break
            window.pos += length
            own[key] = value
            if named and key == "name":
                table = str(value)
        if self._peek() == "}":
            window.pos += 1
            if own and not named:
                after, _ = window.place(window.pos)
                span = Span(offset, after - offset, line)
                deep = has_too_many_levels(own)
                yield self._aside("", "syntax", TOO_DEEP, span) if deep else Element("", own, span)
        else:
            yield from self._read_rest(table)

    def _read_tables(self) -> Iterator[Element | Aside]:
        """The tables of a phpMyAdmin export: ``{"type":"table","name":…,"data":[…]}``."""
        window = self._window
        while self._peek(_SEPARATOR_RE) == "{":
            yield from self._read_members("?")
        if self._peek() == "]":
            window.pos += 1


def is_lines(text: str) -> bool:
    """Is this the beginning of JSON Lines: a line that is a whole object, or looks like one, and another line?"""
    first, _, rest = text.partition("\n")
    first, rest = first.strip(" \t\r\x1e,"), rest.lstrip()
    if len(first) < 2 or not first.startswith("{") or not rest:
        return False
    if rest.startswith("{"):
        return first.endswith("}") or re.match(r'\{\s*"', rest) is not None
    try:
        return isinstance(DECODER.decode(first), dict)
    except (json.JSONDecodeError, RecursionError):
        return False
