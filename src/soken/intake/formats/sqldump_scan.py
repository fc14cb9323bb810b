"""One tuple of an INSERT, read value by value: what an odd one needs, and what tells a row from wreckage."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from soken.intake.formats.sqldump_literals import value_pattern

if TYPE_CHECKING:
    from soken.intake.formats.sqldump_literals import Dialect

#: What a statement of a dump begins with.
STATEMENT_START: Final = (
    r"(?:(?:INSERT|REPLACE|CREATE|DROP|ALTER|LOCK|UNLOCK|SET|COMMIT|COPY|USE|DELIMITER|SELECT|BEGIN|START|UPDATE"
    r"|DELETE|TRUNCATE|GRANT|REVOKE|COMMENT|ANALYZE|PRAGMA|REFRESH|CALL|GO|DO|FLUSH|ROLLBACK|SHOW|VACUUM)\b"
    r"|--|\#|/\*|\\[a-z])"
)
#: What may stand between the last tuple and the end of the statement.
TAIL_RE: Final = re.compile(r"ON\s+(?:DUPLICATE|CONFLICT)\b|RETURNING\b|AS\s+\w", re.IGNORECASE)
#: Where reading may go on behind what is broken, and what may follow a tuple.
NEXT_STATEMENT_RE: Final = re.compile(STATEMENT_START, re.IGNORECASE)
RESUME_RE: Final = re.compile(
    rf"(?P<open>[,)]\s*+\()|;[ \t\r]*+(?:\n\s*+(?={STATEMENT_START})|\s*+\Z)"
    r"|\n(?=(?:INSERT\s+(?:IGNORE\s+)?INTO|REPLACE\s+INTO|CREATE\s+TABLE)\s)",
    re.IGNORECASE,
)
AFTER_TUPLE_RE: Final = re.compile(r"\s*+(?:[,;]|\Z|ON\s|RETURNING\s)", re.IGNORECASE)
#: A comment's end alone closes one that was opened before a statement (`/*!40000 INSERT … */`).
_GAP_RE: Final = re.compile(r"(?:\s++|/\*.*?\*/|\*/|--[^\n]*+(?:\n|\Z)|\#[^\n]*+(?:\n|\Z))++", re.DOTALL)
_OPENING_QUOTE_RE: Final = re.compile(r"(?:_[A-Za-z0-9]+\s*|[NnEeXxBbUu]&?)?['\"]")
_NESTED_RE: Final = re.compile(r"[()\[\]]|'(?:[^'\\]|\\.|'')*+'|\"[^\"]*+\"", re.DOTALL)

_MAX_NESTING: Final = 8
#: Ends of a tuple that has none: the text ends inside it, or it is none.
SHORT: Final = -2
BROKEN: Final = -1


class Scanned(NamedTuple):
    """A tuple as found: its values as typed and where it ends, or `BROKEN`, or `SHORT`."""

    raws: list[str]
    end: int


def scan_tuple(text: str, start: int, dialect: Dialect) -> Scanned:
    """Read the tuple whose parenthesis opens at ``start``, value by value."""
    value = value_pattern(dialect)
    raws: list[str] = []
    at = start + 1
    while True:
        at = past_gap(text, at)
        match = value.match(text, at)
        if match is None:
            unclosed = at >= len(text) or _OPENING_QUOTE_RE.match(text, at) is not None
            return Scanned(raws, SHORT if unclosed else BROKEN)
        end = match.end()
        if end < len(text) and text[end] in "([" and text[end - 1] not in "'\"":
            end = _nested_end(text, end)
            if end < 0:
                return Scanned(raws, end)
        raws.append(text[at:end])
        at = past_gap(text, end)
        if at >= len(text):
            return Scanned(raws, SHORT)
        if text[at] == ")":
            return Scanned(raws, at + 1)
        if text[at] != ",":
            return Scanned(raws, BROKEN)
        at += 1


def past_gap(text: str, at: int) -> int:
    """Return the place behind white space and comments."""
    match = _GAP_RE.match(text, at)
    return match.end() if match is not None else at


def _nested_end(text: str, start: int) -> int:
    """Where the bracket that opens at ``start`` closes; nothing real nests deeper than `_MAX_NESTING`."""
    depth = 0
    for match in _NESTED_RE.finditer(text, start):
        if match[0] in "([":
            depth += 1
            if depth > _MAX_NESTING:
                return BROKEN
        elif match[0] in ")]":
            depth -= 1
            if depth == 0:
                return match.end()
    return SHORT
