r"""SQL literals as dumps write them, and the patterns that find them.

Two dialects matter to the lexer: MySQL and MariaDB escape with a backslash inside ``'…'`` and take ``"…"`` for a
string; PostgreSQL (with ``standard_conforming_strings``) and SQLite know only the doubled quote, and ``E'…'``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

# Possessive quantifiers keep every pattern linear, whatever the bytes are.
_BACKSLASHED = r"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"
_DOUBLED = r"'[^']*+(?:''[^']*+)*+'"
_DOUBLE_QUOTED = r'"[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"'
_BARE = r"[A-Za-z0-9_.+\-]++"
_NUMBER = r"-?[0-9][0-9.]*+(?:[eE][-+]?[0-9]++)?+"

_NUMBER_RE: Final = re.compile(_NUMBER)
_HEX_RE: Final = re.compile(r"0[xX]((?:[0-9a-fA-F]{2})++)|[xX]'((?:[0-9a-fA-F]{2})*+)'")
_ESCAPE_RE: Final = re.compile(r"\\(.)", re.DOTALL)
_PG_ESCAPE_RE: Final = re.compile(
    r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL
)
_UNICODE_RE: Final = re.compile(r"\\(?:([0-9a-fA-F]{4})|\+([0-9a-fA-F]{6})|(\\))")
_HALF_RE: Final = re.compile("[\ud800-\udfff]")
_SQLITE_REPLACE_RE: Final = re.compile(rf"replace\((.+),({_DOUBLED}),char\((\d{{1,3}})\)\)", re.DOTALL)
_MYSQL_ESCAPES: Final = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": r"\%", "_": r"\_"}
_PG_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Kind(IntEnum):
    """What the values of a column look like so far, which picks the fastest pattern that fits."""

    TEXT = 0  # '…' or NULL
    NUMBER = 1  # 12.50 or NULL
    RAW = 2  # anything; converted value by value


@dataclass(frozen=True, slots=True)
class Dialect:
    r"""How strings are written: with backslash escapes (MySQL) or without (PostgreSQL, SQLite)."""

    name: str
    backslash: bool

    def string_token(self) -> str:
        """Pattern of one string with whatever prefix, for this dialect."""
        if self.backslash:
            return rf"(?:_[A-Za-z0-9]++\s*+|[NnEeXxBb])?+{_BACKSLASHED}|{_DOUBLE_QUOTED}"
        return rf"[eE]{_BACKSLASHED}|(?:[NnXxBb]|[Uu]&)?+{_DOUBLED}"


MYSQL: Final = Dialect("mysql", backslash=True)
STANDARD: Final = Dialect("standard", backslash=False)


@lru_cache(maxsize=256)
def tuple_pattern(kinds: tuple[Kind, ...], dialect: Dialect) -> re.Pattern[str]:
    """Pattern of one whole tuple ``(…)`` with one group a value, then its comma if there is one."""
    text = r"(?:'([^'\\]*+(?:\\.[^'\\]*+)*+)'|NULL)" if dialect.backslash else r"(?:'([^']*+)'|NULL)"
    per_kind = {
        Kind.TEXT: text,
        Kind.NUMBER: rf"(?:({_NUMBER})|NULL)",
        Kind.RAW: rf"({dialect.string_token()}|{_BARE})",
    }
    values = r"\s*+,\s*+".join(per_kind[kind] for kind in kinds)
    return re.compile(rf"\(\s*+{values}\s*+\)\s*+,?+\s*+", re.DOTALL)


@lru_cache(maxsize=4)
def value_pattern(dialect: Dialect) -> re.Pattern[str]:
    """Pattern of one value without nested parentheses, with a PostgreSQL cast where one follows."""
    cast = r"(?:::[A-Za-z_][\w. ]*+(?:\([0-9, ]*+\))?+(?:\[\])*+)?+"
    return re.compile(rf"(?:{dialect.string_token()}|{_BARE}){cast}", re.DOTALL)


def kind_of(raw: str) -> Kind | None:
    """The kind of column that a value as typed points to; None for NULL, which says nothing."""
    if raw == "NULL":
        return None
    if raw[0] == "'" and raw[-1] == "'" and "''" not in raw[1:-1]:
        return Kind.TEXT
    return Kind.NUMBER if _NUMBER_RE.fullmatch(raw) else Kind.RAW


def unescape_mysql(text: str) -> str:
    """Undo MySQL's backslash escapes (``\\%`` and ``\\_`` stay as they are, as in MySQL)."""
    return _ESCAPE_RE.sub(lambda match: _MYSQL_ESCAPES.get(match[1], match[1]), text) if "\\" in text else text


def _pg_escape(match: re.Match[str]) -> str:
    octal, hexa, short, long, other = match.groups()
    if octal:
        return chr(int(octal, 8) & 0xFF)
    digits = hexa or short or long
    if digits:
        code = int(digits, 16)
        return chr(code) if code <= 0x10FFFF else match[0]
    return _PG_ESCAPES.get(other, other)


def _unicode(match: re.Match[str]) -> str:
    """A character of a ``U&'\\5C71'``; what is none stays as typed."""
    short, long, backslash = match.groups()
    code = int(short or long or "0", 16)
    return backslash or (chr(code) if code <= 0x10FFFF else match[0])


def _whole(text: str) -> str:
    """Put characters together that were written as two halves; a half alone stays as typed, for no text can hold it."""
    if _HALF_RE.search(text) is None:
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return _HALF_RE.sub(lambda half: f"\\u{ord(half[0]):04x}", joined)


def literal(raw: str, dialect: Dialect) -> str | None:
    """The value that a literal as typed stands for; None for NULL and DEFAULT.

    Hexadecimal literals become their text if they are printable UTF-8, else they stay as typed. Expressions that
    only a database could compute stay as typed too: what was written is told, nothing is guessed.
    """
    if raw.upper() in ("NULL", "DEFAULT"):
        return None
    if raw[-1] not in "'\"":
        return _without_quotes(raw, dialect)
    if (found := _HEX_RE.fullmatch(raw)) is not None:
        return _hex_text(found, raw)
    quote = raw[-1]
    start = raw.index(quote)
    prefix, inner = raw[:start].strip().upper(), raw[start + 1 : -1]
    if prefix == "E" and not dialect.backslash:
        return _whole(_PG_ESCAPE_RE.sub(_pg_escape, inner.replace("''", "'")))
    if prefix == "U&":
        return _whole(_UNICODE_RE.sub(_unicode, inner.replace("''", "'")))
    if not dialect.backslash:
        return inner.replace("''", "'")
    if "\\" not in inner:
        return inner.replace(quote * 2, quote)
    return re.sub(
        rf"\\(.)|{quote}{quote}", lambda m: _MYSQL_ESCAPES.get(m[1], m[1]) if m[1] else quote, inner, flags=re.DOTALL
    )


def _without_quotes(raw: str, dialect: Dialect) -> str | None:
    """A literal that does not end with a quotation mark: number, word, hexadecimal, cast or call."""
    if (found := _HEX_RE.fullmatch(raw)) is not None:
        return _hex_text(found, raw)
    if "::" in raw and raw[0] in "'eE":
        return literal(raw[: raw.rindex("'") + 1], dialect)
    # sqlite3's .dump writes a line break as replace('a\nb','\n',char(10)).
    if raw.startswith("replace(") and (call := _SQLITE_REPLACE_RE.fullmatch(raw)) is not None:
        inner, mark = literal(call[1], dialect), literal(call[2], dialect)
        if inner is not None and mark:
            return inner.replace(mark, chr(int(call[3])))
    return raw


def _hex_text(found: re.Match[str], raw: str) -> str:
    try:
        text = bytes.fromhex(found[1] or found[2] or "").decode("utf-8")
    except UnicodeDecodeError:
        return raw
    return text if text.isprintable() else raw
