"""What a dump says about its tables: columns and primary key out of ``CREATE TABLE``, names out of statements."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

#: One identifier: `a`, "a", [a] or a.
IDENTIFIER: Final = r'(?:`(?:[^`]|``)++`|"(?:[^"]|"")++"|\[[^\]]++\]|[\w$]++)'
#: An identifier with its schema or database, if it has one.
QUALIFIED: Final = rf"{IDENTIFIER}(?:\s*\.\s*{IDENTIFIER}){{0,2}}"
#: White space and comments between words.
GAP: Final = r"(?:\s|/\*(?:[^*]|\*(?!/))*+\*/|--[^\n]*+\n)"

_IDENTIFIER_RE: Final = re.compile(IDENTIFIER)
_CREATE_RE: Final = re.compile(
    rf"CREATE{GAP}+(?:(?:GLOBAL|LOCAL|TEMPORARY|TEMP|UNLOGGED){GAP}+)*TABLE{GAP}+(?:IF{GAP}+NOT{GAP}+EXISTS{GAP}+)?"
    rf"(?P<name>{QUALIFIED}){GAP}*\(",
    re.IGNORECASE | re.DOTALL,
)
_PRIMARY_RE: Final = re.compile(
    rf"(?:CONSTRAINT\s+(?:{IDENTIFIER}\s+)?)?PRIMARY\s+KEY\s*(?:USING\s+\w+\s*|CLUSTERED\s*)?\((?P<columns>[^)]*)\)",
    re.IGNORECASE,
)
#: What begins a line of CREATE TABLE that is no column.
_NO_COLUMN_RE: Final = re.compile(
    # "key" and "index" are also column names that PostgreSQL does not quote: then a type follows.
    r"(?:PRIMARY\s+KEY|UNIQUE|FULLTEXT|SPATIAL|CONSTRAINT|FOREIGN\s+KEY|CHECK|EXCLUDE|LIKE|PERIOD\s+FOR)\b"
    r"|(?:KEY|INDEX)\s*(?:\(|[`\"]|(?!(?:varchar|char|text|int|bigint|smallint|tinyint|numeric|decimal|uuid|json|bool)"
    r"|(?:integer|character|timestamp|date|time|double|real|bytea|blob)\b)\w+\s*\()",
    re.IGNORECASE,
)
_STRING_OR_COMMENT_RE: Final = re.compile(
    r"'(?:[^'\\]|\\.|'')*+'|`[^`]*+`|\"[^\"]*+\"|/\*.*?\*/|--[^\n]*|\#[^\n]*|[(),]", re.DOTALL
)
_MAIN_SCHEMAS: Final = frozenset({"public", "dbo", "main"})


@dataclass(slots=True)
class Table:
    """A table of the dump.

    Attributes:
        name: as told to the reader; with its schema or database where the file holds several.
        columns: names in order; empty while neither CREATE TABLE nor a column list has told them.
        key: positions of the primary key's columns.
        declared: CREATE TABLE was seen.
        types: first word of each column's type, lower case, where declared.
    """

    name: str
    columns: tuple[str, ...] = ()
    key: tuple[int, ...] = ()
    declared: bool = False
    types: dict[str, str] = field(default_factory=dict)


def unquote(identifier: str) -> str:
    """An identifier without its quotation marks."""
    first = identifier[:1]
    if first == "[":
        return identifier[1:-1]
    if first and first in '`"':
        return identifier[1:-1].replace(first * 2, first)
    return identifier


def identifiers(text: str) -> list[str]:
    """All identifiers in a list such as a column list, unquoted."""
    return [unquote(match[0]) for match in _IDENTIFIER_RE.finditer(text)]


def table_name(qualified: str) -> str:
    """Name of a table as people know it: without the schema where that is the usual one."""
    parts = identifiers(qualified)
    parts = [part for part in parts[:-1] if part not in _MAIN_SCHEMAS] + parts[-1:]
    return ".".join(parts)


def parse_create(statement: str) -> Table | None:
    """The table that a CREATE TABLE statement defines; None if it names no columns (LIKE, AS SELECT)."""
    head = _CREATE_RE.match(statement)
    if head is None:
        return None
    columns: list[str] = []
    types: dict[str, str] = {}
    key: list[str] = []
    for part in _split(statement, head.end()):
        _read_part(part.strip(), columns, types, key)
    if not columns:
        return None
    positions = tuple(columns.index(name) for name in key if name in columns)
    return Table(table_name(head["name"]), unique_names(tuple(columns)), positions, declared=True, types=types)


def _read_part(part: str, columns: list[str], types: dict[str, str], key: list[str]) -> None:
    """One piece between commas: a column, the primary key, or something that does not matter here."""
    primary = _PRIMARY_RE.match(part)
    if primary is not None:
        # A prefix length, as in KEY (`name`(20)), is cut off by the pattern; only whole names count.
        key.extend(name for name in identifiers(primary["columns"]) if name.upper() not in ("ASC", "DESC"))
        return
    quoted = part[:1] in ("`", '"', "[")
    name = _IDENTIFIER_RE.match(part)
    if name is None or (not quoted and _NO_COLUMN_RE.match(part) is not None):
        return
    columns.append(unquote(name[0]))
    rest = part[name.end() :].split(None, 1)
    types[columns[-1]] = re.split(r"\W", rest[0], maxsplit=1)[0].lower() if rest else ""
    bare = _STRING_OR_COMMENT_RE.sub(" ", part[name.end() :])
    if re.search(r"\bPRIMARY\s+KEY\b", bare, re.IGNORECASE):
        key.append(columns[-1])


def _split(statement: str, start: int) -> list[str]:
    """The pieces between the commas of the outermost parentheses that open just before ``start``."""
    parts: list[str] = []
    depth, begin = 1, start
    for match in _STRING_OR_COMMENT_RE.finditer(statement, start):
        mark = match[0]
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth -= 1
        elif mark.startswith(("--", "#", "/*")) and not statement[begin : match.start()].strip():
            begin = match.end()
        if depth == 0 or (mark == "," and depth == 1):
            parts.append(statement[begin : match.start()])
            begin = match.end()
        if depth == 0:
            break
    return parts


def unique_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Headings made unique: a repeated one gets ``#2``, a blank one ``column<N>``."""
    seen: set[str] = set()
    result: list[str] = []
    for position, name in enumerate(names, 1):
        base = name.strip() or f"column{position}"
        unique, again = base, 1
        while unique in seen:
            again += 1
            unique = f"{base}#{again}"
        seen.add(unique)
        result.append(unique)
    return tuple(result)
