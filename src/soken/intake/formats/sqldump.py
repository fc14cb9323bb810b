"""Text dumps of MySQL, MariaDB, PostgreSQL and SQLite: rows of ``INSERT`` and ``COPY``, names of ``CREATE TABLE``.

The file is never executed: it is read as text, statement by statement, in memory that does not grow with it. What
holds no rows (procedures, triggers, views, settings) is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from soken.core.errors import BadInputError
from soken.intake.events import Event, RowBatch, SetAside, Source, TableStart, open_source
from soken.intake.formats.sqldump_copy import read_copy
from soken.intake.formats.sqldump_encoding import DumpEncoding, find_encoding
from soken.intake.formats.sqldump_literals import MYSQL, STANDARD, Dialect, Kind
from soken.intake.formats.sqldump_scan import TAIL_RE, scan_tuple
from soken.intake.formats.sqldump_statements import (
    COPY_RE,
    DELIMITER_RE,
    INSERT_RE,
    KNOWN_RE,
    NO_BACKSLASH_RE,
    USE_RE,
    skip_statement,
    to_statement,
)
from soken.intake.formats.sqldump_tables import Table, identifiers, parse_create, table_name, unique_names, unquote
from soken.intake.formats.sqldump_values import TupleReader
from soken.intake.formats.text_window import Span, TextWindow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HEAD_BYTES: Final = 64 * 1024
_ROWS_RE: Final = re.compile(
    r"(?:^|;|\*/)\s*(?:CREATE\s+(?:TEMPORARY\s+|UNLOGGED\s+)?TABLE\s|(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s"
    r"|COPY\s.{1,4000}?\sFROM\s+STDIN\b)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_BANNER_RE: Final = re.compile(
    r"^(?:-- (?:MySQL|MariaDB) dump |-- PostgreSQL database dump|-- phpMyAdmin SQL Dump|-- Adminer |-- HeidiSQL )",
    re.MULTILINE,
)
_LEAD_RE: Final = re.compile(r"(?:\s++|/\*.*?\*/\s*;?|(?:--|\#)[^\n]*+(?:\n|\Z)|\\[a-z]\w*[^\n]*+\n|;)*+", re.DOTALL)
_STANDARD_RE: Final = re.compile(
    r"PostgreSQL database dump|pg_catalog|standard_conforming_strings|^PRAGMA |^BEGIN TRANSACTION;"
    r"|^COPY\s.{1,4000}?\sFROM\s+STDIN\b|NO_BACKSLASH_ESCAPES|SET client_encoding",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)


@dataclass(slots=True)
class _State:
    """What has been learned of the dump so far."""

    dialect: Dialect
    encoding: DumpEncoding
    end_mark: str = ";"
    database: str = ""
    first_database: str = ""
    tables: dict[str, Table] = field(default_factory=dict)
    kinds: dict[tuple[str, int], list[Kind | None]] = field(default_factory=dict)
    current: str | None = None
    rows_seen: bool = False


class SqlDumpReader:
    """Reads text dumps (`Reader` protocol)."""

    name = "sqldump"

    def recognises(self, head: bytes, source: Source) -> bool:
        """Tell from the head: a dump's banner, or a statement first and one that makes or fills a table."""
        with open_source(source) as stream:
            encoding = find_encoding(stream, head[:_HEAD_BYTES], source.name, whole=False)
        text = head[encoding.skip : _HEAD_BYTES].decode(encoding.codec, "replace")
        if _BANNER_RE.search(text):
            return True
        lead = _LEAD_RE.match(text)
        begins = KNOWN_RE.match(text, lead.end() if lead is not None else 0)
        return begins is not None and _ROWS_RE.search(text) is not None

    def read(self, source: Source) -> Iterator[Event]:
        """Read every row of every table, in the order of the file.

        Raises:
            BadInputError: the file holds no statement that a dump is made of.
        """
        with open_source(source) as stream:
            head = stream.read(_HEAD_BYTES)
            encoding = find_encoding(stream, head, source.name, whole=True)
            sample = head[encoding.skip :].decode(encoding.codec, "replace")
            window = TextWindow(stream, encoding.codec, encoding.skip)
            state = _State(STANDARD if _STANDARD_RE.search(sample) else MYSQL, encoding)
            while to_statement(window, state.end_mark):
                yield from _statement(window, state)
            if not state.rows_seen:
                yield from _empty_tables(state, source)


def _statement(window: TextWindow, state: _State) -> Iterator[Event]:
    """Read one statement, whatever it is; the window is left behind it."""
    text, pos = window.text, window.pos
    if (insert := INSERT_RE.match(text, pos)) is not None:
        yield from _insert(window, state, insert)
    elif (copy := COPY_RE.match(text, pos)) is not None:
        yield from _copy(window, state, copy)
    elif (mark := DELIMITER_RE.match(text, pos)) is not None:
        state.end_mark = mark["mark"]
        window.pos = mark.end()
    else:
        yield from _other(window, state)


def _other(window: TextWindow, state: _State) -> Iterator[Event]:
    """A statement without rows, or one that cannot be understood and might have held some."""
    known = KNOWN_RE.match(window.text, window.pos)
    start = window.pos
    use = USE_RE.match(window.text, start)
    if use is not None:
        state.database = unquote(use["name"])
        state.first_database = state.first_database or state.database
    offset, line, statement = skip_statement(window, state.end_mark)
    if known is None or re.match(r"(?:INSERT|REPLACE)\b", statement, re.IGNORECASE):
        if state.rows_seen or "(" in statement:
            yield from _lost(window, state, statement, offset, line)
    elif (table := parse_create(statement)) is not None:
        table.name = _in_database(state, table.name)
        if not state.rows_seen or table.name not in state.tables:
            state.tables[table.name] = table
    elif (strings := NO_BACKSLASH_RE.search(statement)) is not None:
        state.dialect = STANDARD if strings["value"].lower() == "on" else MYSQL


def _lost(window: TextWindow, state: _State, statement: str, offset: int, line: int) -> Iterator[Event]:
    """Set aside a statement that might hold rows but is of no form that can be read."""
    if state.current is None:
        state.current = ""
        yield TableStart("", ("statement",), notes=_notes(state))
    state.rows_seen = True
    end, _ = window.place(window.pos)
    cut = (
        window.eof
        and window.pos >= len(window.text)
        and not window.text[: window.pos].rstrip().endswith(state.end_mark)
    )
    detail = "the file ends inside this statement" if cut else "the statement is of no form that can be read as rows"
    yield window.set_aside("cut-off" if cut else "syntax", detail, Span(offset, end - offset, line))


def _in_database(state: _State, name: str) -> str:
    """The table's name, with its database where the dump has gone on to a second one."""
    return name if state.database == state.first_database or "." in name else f"{state.database}.{name}"


def _notes(state: _State, **more: str) -> dict[str, str]:
    return {"encoding": state.encoding.codec, **state.encoding.notes, "strings": state.dialect.name, **more}


def _enter(state: _State, table: Table, **more: str) -> Iterator[Event]:
    """Tell that rows of ``table`` follow, unless the last ones were of it too."""
    state.rows_seen = True
    if state.current != table.name:
        state.current = table.name
        yield TableStart(table.name, table.columns, notes=_notes(state, **more))


def _table_of(state: _State, name: str, listed: tuple[str, ...], width: int) -> tuple[Table, Sequence[int] | None]:
    """The table that rows go to and, for each of its columns, the position of its value (None if simply in order)."""
    name = _in_database(state, name)
    table = state.tables.get(name)
    if table is None:
        columns = listed or tuple(f"column{number}" for number in range(1, width + 1))
        table = state.tables[name] = Table(name, unique_names(columns))
        return table, None
    if not listed or listed == table.columns:
        return table, None
    positions = {column.casefold(): position for position, column in reversed(list(enumerate(listed)))}
    order = [positions.pop(column.casefold(), -1) for column in table.columns]
    if not positions:
        return table, order
    # The statement names columns that the table was not known to have: kept as a table of its own, so none is lost.
    variant = next(f"{name}#{n}" for n in range(2, 10_000) if _fits(state, f"{name}#{n}", listed))
    return state.tables.setdefault(variant, Table(variant, unique_names(listed))), None


def _fits(state: _State, name: str, listed: tuple[str, ...]) -> bool:
    known = state.tables.get(name)
    return known is None or known.columns == unique_names(listed)


def _insert(window: TextWindow, state: _State, head: re.Match[str]) -> Iterator[RowBatch | SetAside | TableStart]:
    """Read the rows of an INSERT."""
    listed = tuple(identifiers(head["columns"] or ""))
    name = table_name(head["table"])
    window.pos = head.end()
    known = state.tables.get(_in_database(state, name))
    width = len(listed) or len(known.columns if known is not None else ())
    if not width:
        width = max(1, len(scan_tuple(window.text, window.pos, state.dialect).raws))
    table, order = _table_of(state, name, listed, width)
    yield from _enter(state, table)
    kinds = state.kinds.setdefault((table.name, width), [None] * width)
    yield from TupleReader(window, state.dialect, width, kinds, order, table.key, state.end_mark).read()
    if TAIL_RE.match(window.text, window.pos):
        skip_statement(window, state.end_mark)


def _copy(window: TextWindow, state: _State, head: re.Match[str]) -> Iterator[Event]:
    """Read the lines of a COPY."""
    listed = tuple(identifiers(head["columns"] or ""))
    name = table_name(head["table"])
    window.pos = head.end()
    known = state.tables.get(_in_database(state, name))
    first = window.text[window.pos : window.text.find("\n", window.pos)]
    width = len(listed) or len(known.columns if known is not None else ()) or first.count("\t") + 1
    table, order = _table_of(state, name, listed, width)
    yield from _enter(state, table)
    yield from read_copy(window, width, order, table.key)


def _empty_tables(state: _State, source: Source) -> Iterator[Event]:
    """A dump without rows: its tables all the same, or an error if there are none."""
    if not state.tables:
        raise BadInputError(f"{source.name} holds no table that Soken can read: give the dump that holds the data.")
    for table in state.tables.values():
        yield from _enter(state, table)
