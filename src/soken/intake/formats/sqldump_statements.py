"""The statements of a dump: where each begins, what it is, and how to get past one that holds no rows."""

from __future__ import annotations

import re
from typing import Final

from soken.intake.formats.sqldump_scan import STATEMENT_START, TAIL_RE
from soken.intake.formats.sqldump_tables import GAP, IDENTIFIER, QUALIFIED
from soken.intake.formats.sqldump_values import LOOK_AHEAD
from soken.intake.formats.text_window import MAX_ROW_CHARS, TextWindow

INSERT_RE: Final = re.compile(
    rf"(?:INSERT|REPLACE)(?:{GAP}+(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|OR{GAP}+\w+)\b)*(?:{GAP}+INTO)?{GAP}+"
    rf"(?P<table>{QUALIFIED}){GAP}*(?P<columns>\((?:{GAP}*{IDENTIFIER}{GAP}*,?)+\))?{GAP}*"
    rf"(?:OVERRIDING{GAP}+(?:SYSTEM|USER){GAP}+VALUE{GAP}*)?VALUES?{GAP}*(?=\()",
    re.IGNORECASE | re.DOTALL,
)
COPY_RE: Final = re.compile(
    rf"COPY\s+(?P<table>{QUALIFIED})\s*(?P<columns>\([^)]*\))?\s*FROM\s+STDIN(?P<options>[^;\n]*);[ \t\r]*\n",
    re.IGNORECASE,
)
USE_RE: Final = re.compile(rf"USE\s+(?P<name>{IDENTIFIER})\s*;", re.IGNORECASE)
DELIMITER_RE: Final = re.compile(r"DELIMITER[ \t]+(?P<mark>\S+)[^\n]*(?:\n|\Z)", re.IGNORECASE)
NO_BACKSLASH_RE: Final = re.compile(r"standard_conforming_strings\s*(?:=|TO)\s*'?(?P<value>on|off)", re.IGNORECASE)
KNOWN_RE: Final = re.compile(STATEMENT_START, re.IGNORECASE)
#: What MySQL and MariaDB run as if it were no comment, where it may hold rows.
_RUN_COMMENT_RE: Final = re.compile(r"/\*M?!\d*\s*(?=(?:INSERT|REPLACE)\s)", re.IGNORECASE)
_SPACE_RE: Final = re.compile(r"\s++")
_LINE_COMMENT_RE: Final = re.compile(r"(?:--|\#)[^\n]*+\n?")
_SPECIAL: Final = r"'|\"|`|/\*|--[^\n]*+|(?P<dollar>\$(?:[A-Za-z_]\w*)?\$)"
_BODY_RE: Final = re.compile(r"CREATE\b.{0,200}?\b(?:PROCEDURE|FUNCTION|TRIGGER|EVENT)\b", re.IGNORECASE | re.DOTALL)
_BEGIN_RE: Final = re.compile(r"\bBEGIN\b", re.IGNORECASE)
_QUOTED_RE: Final = re.compile(r"\$(\w*)\$.*?\$\1\$|'(?:[^'\\]|\\.|'')*+'", re.DOTALL)
_BODY_END_RE: Final = re.compile(r"\bEND\s*\Z", re.IGNORECASE)
_RESCUE: Final = r"\n(?=(?:INSERT\s|REPLACE\s+INTO\s|CREATE\s+TABLE\s|COPY\s))"
_RESCUE_RE: Final = re.compile(_RESCUE, re.IGNORECASE)
_UNKNOWN_END_RE: Final = re.compile(rf";|\n(?=\s*+{STATEMENT_START})", re.IGNORECASE)
_MARGIN: Final = 100
_CLOSING: Final = {
    "'": re.compile(r"(?:[^'\\]|\\.|'')*+'", re.DOTALL),
    '"': re.compile(r"(?:[^\"\\]|\\.|\"\")*+\"", re.DOTALL),
    "`": re.compile(r"[^`]*+`"),
    "/*": re.compile(r".*?\*/", re.DOTALL),
}


def to_statement(window: TextWindow, end_mark: str) -> bool:
    """Go past white space, comments and empty statements; False at the end of the file."""
    while True:
        if len(window.text) - window.pos < LOOK_AHEAD and window.fill():
            continue
        text, pos = window.text, window.pos
        if pos >= len(text):
            return False
        match = _SPACE_RE.match(text, pos) or _LINE_COMMENT_RE.match(text, pos) or _RUN_COMMENT_RE.match(text, pos)
        if match is not None:
            window.pos = match.end()
        elif text.startswith("/*", pos):
            _skip_comment(window)
        elif text.startswith("*/", pos):
            window.pos += 2
        elif text.startswith(end_mark, pos):
            window.pos += len(end_mark)
        elif text[pos] == ";":
            window.pos += 1
        elif text[pos] == "\\" and "\n" in text[pos:]:
            # A command to psql itself, such as \connect.
            window.pos = text.index("\n", pos) + 1
        else:
            return True


def _skip_comment(window: TextWindow) -> None:
    window.pos += 2
    while (end := window.text.find("*/", window.pos)) < 0:
        window.pos = max(window.pos, len(window.text) - 1)
        if not window.fill():
            window.pos = len(window.text)
            return
    window.pos = end + 2


def skip_statement(window: TextWindow, end_mark: str) -> tuple[int, int, str]:
    """Go past the statement that begins here: (byte offset, line, its first 64 KiB of text).

    Quotation marks, comments and dollar quotes are respected. Where one is never closed, the statement ends before
    the next line that begins with INSERT, REPLACE, CREATE TABLE or COPY, so that no row is swallowed.
    """
    offset, line = window.place(window.pos)
    if KNOWN_RE.match(window.text, window.pos) is None and TAIL_RE.match(window.text, window.pos) is None:
        return offset, line, _skip_unknown(window)
    end = _statement_end(window, end_mark)
    text = window.text[window.pos : end]
    while _has_open_body(text, end_mark):
        further = _statement_end(window, end_mark, end - window.pos)
        if further == end:
            break
        end = further
        text = window.text[window.pos : end]
    window.pos = end
    return offset, line, text[:LOOK_AHEAD]


def _skip_unknown(window: TextWindow) -> str:
    """Go past what is no statement, to a semicolon or a line that begins one; quotation marks mean nothing in it."""
    start = window.pos
    match = _UNKNOWN_END_RE.search(window.text, start)
    while match is None and len(window.text) - start <= MAX_ROW_CHARS and window.fill():
        start = window.pos
        match = _UNKNOWN_END_RE.search(window.text, start)
    window.pos = match.end() if match is not None else len(window.text)
    return window.text[start : window.pos][:LOOK_AHEAD]


def _has_open_body(text: str, end_mark: str) -> bool:
    """Does the statement so far hold the BEGIN of a procedure but not yet its END?"""
    if _BODY_RE.match(text) is None:
        return False
    bare = _QUOTED_RE.sub("", text)
    return _BEGIN_RE.search(bare) is not None and _BODY_END_RE.search(bare.removesuffix(end_mark)) is None


def _statement_end(window: TextWindow, end_mark: str, begin: int = 0) -> int:
    """Index behind the end mark of the statement at the window's place, searched from ``begin`` characters on."""
    # In the body of a procedure a line may begin with INSERT; elsewhere that is the next statement.
    body = end_mark != ";" or _BODY_RE.match(window.text, window.pos) is not None
    special = re.compile(rf"{re.escape(end_mark)}|{_SPECIAL}" + ("" if body else f"|{_RESCUE}"), re.IGNORECASE)
    ahead = begin
    while True:
        match = special.search(window.text, window.pos + ahead)
        # What is found at the very end of the text held may be the beginning of something longer.
        cut = match is None or (match.end() > len(window.text) - _MARGIN and not window.eof)
        closed = None if cut or match is None else _closing(window.text, match, end_mark)
        if closed is not None and match is not None:
            if match[0] in (end_mark, "\n"):
                return closed
            ahead = closed - window.pos
            continue
        held = len(window.text) - window.pos
        if held <= MAX_ROW_CHARS and not window.eof:
            ahead = max(ahead, held - _MARGIN) if match is None else match.start() - window.pos
            window.fill()
            continue
        if match is None or cut:
            return len(window.text)
        rescue = _RESCUE_RE.search(window.text, window.pos + max(begin, 1))
        return rescue.end() if rescue is not None else len(window.text)


def _closing(text: str, match: re.Match[str], end_mark: str) -> int | None:
    """Where what ``match`` opens is closed (its own end if it opens nothing); None if the text ends before."""
    mark = match[0]
    if mark in (end_mark, "\n") or mark.startswith("--"):
        return match.end()
    if match["dollar"]:
        found = text.find(mark, match.end())
        return found + len(mark) if found >= 0 else None
    end = _CLOSING[mark].match(text, match.end())
    return end.end() if end is not None else None
