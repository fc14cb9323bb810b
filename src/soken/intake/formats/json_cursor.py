"""A place in JSON text: what stands there, read and checked, with its byte offset and line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from soken.intake.formats.json_inner import inner_places
from soken.intake.formats.json_values import DECODER, MOST_LEVELS, nests_too_deep
from soken.intake.formats.text_window import MAX_ROW_CHARS, PROBLEMS, Span, TextWindow

if TYPE_CHECKING:
    from soken.intake.events import SetAside

SPACE_RE: Final = re.compile(r"[\s\x1e]*+")
_SURROGATE_RE: Final = re.compile(r"\\u[dD][89a-fA-F]")

TOO_DEEP: Final = f"the row is nested deeper than {MOST_LEVELS} levels"


class Element(NamedTuple):
    """One object of a table, where it is, and where the rows inside it are."""

    table: str
    row: dict[str, Any]
    span: Span
    inner: tuple[Span, ...] = ()


class Aside(NamedTuple):
    """What stands where an object of a table should be."""

    table: str
    event: SetAside


class Cursor:
    """Reads values from a window; what is no row is set aside.

    Args:
        window: the file's text.
        inner: find the places of the rows inside each row too.
    """

    def __init__(self, window: TextWindow, *, inner: bool = False) -> None:
        self._window = window
        self._inner = inner
        self._keys: dict[str, frozenset[str]] = {}

    # -- places -------------------------------------------------------------------------------------------------------

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        """Go past what the pattern matches; False if the text held ends there."""
        window = self._window
        match = pattern.match(window.text, window.pos)
        if match is not None:
            window.pos = match.end()
        return window.pos < len(window.text)

    def _peek(self, pattern: re.Pattern[str] = SPACE_RE) -> str:
        """The next character that matters; '' at the end of the file."""
        window = self._window
        while not self._skip(pattern):
            if not window.fill():
                return ""
        return window.text[window.pos]

    def _ahead(self, characters: int) -> None:
        window = self._window
        while len(window.text) - window.pos < characters and window.fill():
            pass

    def _aside(self, table: str, reason: str, detail: str, span: Span) -> Aside:
        return Aside(table, self._window.set_aside(reason, detail, span))

    # -- one value ----------------------------------------------------------------------------------------------------

    def _value(self) -> tuple[Any, int]:
        """The value at the window's place and its length in characters, or (None, -1) if it cannot be read."""
        window = self._window
        while True:
            try:
                value, end = DECODER.raw_decode(window.text, window.pos)
            except json.JSONDecodeError as error:
                at_end = error.pos >= len(window.text) - 16 or error.msg.startswith("Unterminated string")
                held = len(window.text) - window.pos
                if at_end and held <= MAX_ROW_CHARS and window.fill():
                    continue
                return None, -1
            except RecursionError:
                return None, -1
            if end == len(window.text) and not isinstance(value, dict | list) and window.fill():
                continue
            return value, end - window.pos

    def _checked(self, table: str, value: Any, start: int, end: int) -> Element | Aside:
        """A value as a row, or aside if it is none or holds what is no text."""
        span = self._window.span(start, end)
        if span.problem is not None:
            return self._aside(table, span.problem, PROBLEMS[span.problem], span)
        if not isinstance(value, dict):
            return self._aside(table, "syntax", "the element is not an object", span)
        if _SURROGATE_RE.search(self._window.text, start, end) is not None and not _is_text(value):
            return self._aside(table, "undecodable", "the row holds half of a two-part character", span)
        if nests_too_deep(self._window.text[start:end], value):
            return self._aside(table, "syntax", TOO_DEEP, span)
        self._keys.setdefault(table, frozenset(value))
        return Element(table, value, span, self._inner_spans(start, span) if self._inner else ())

    def _inner_spans(self, start: int, span: Span) -> tuple[Span, ...]:
        """Where the rows inside the object at the character ``start`` are."""
        window, text = self._window, self._window.text
        at, offset, line = start, span.offset, span.line
        spans = []
        for begin, end in inner_places(text, start):
            gap = text[at:begin]
            at, offset, line = begin, offset + window.taken(at, begin), line + gap.count("\n")
            spans.append(Span(offset, window.taken(begin, end), line))
        return tuple(spans)


def _is_text(value: Any) -> bool:
    """Can all of it be written as UTF-8 (no lone surrogate)?"""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
