"""SQLite files: every row of every ordinary table, read-only, with the primary key or rowid as its place."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from soken.core.errors import BadInputError
from soken.intake.events import BATCH_ROWS, Event, RowBatch, SetAside, Source, TableStart

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MAGIC: Final = b"SQLite format 3\0"
_HEADER_BYTES: Final = 100
#: Text encodings by the number at byte 56 of the header.
_ENCODINGS: Final = {0: "utf-8", 1: "utf-8", 2: "utf-16-le", 3: "utf-16-be"}
#: A database is damaged if its own check says so; more findings than this need not be counted.
_CHECKED_FINDINGS: Final = 10
_CONTENT_FINDINGS: Final = (
    "NULL value in",
    "CHECK constraint",
    "non-unique entry",
    "TEXT value in",
    "NUMERIC value in",
)


class _Undecodable(bytes):
    """A TEXT value whose bytes are no text."""

    __slots__ = ()


Value = str | bytes | int | float | None


def _as_text(raw: bytes) -> str | _Undecodable:
    """What SQLite calls for each TEXT value, given as UTF-8 whatever the database's encoding is."""
    try:
        return str(raw, "utf-8")
    except UnicodeDecodeError:
        return _Undecodable(raw)


def _cell(value: Value) -> str | None:
    """A value as text: a number as SQLite holds it, a BLOB as its text if it is printable UTF-8, else hexadecimal."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            text = str(value, "utf-8")
        except UnicodeDecodeError:
            return value.hex()
        return text if text.isprintable() else value.hex()
    return repr(value)


def _raw_row(values: Sequence[Value]) -> bytes:
    """The bytes of a row that is set aside, its values separated by tabs."""
    return b"\t".join(value if isinstance(value, bytes) else (_cell(value) or "").encode() for value in values)


def _is_damage(finding: str | _Undecodable) -> bool:
    """Is a finding of SQLite's check about structure? Broken constraints are content, and content is taken as it is."""
    text = finding if isinstance(finding, str) else finding.decode("utf-8", "replace")
    return text != "ok" and not any(mark in text for mark in _CONTENT_FINDINGS)


class SqliteReader:
    """Reads SQLite database files (`Reader` protocol)."""

    name = "sqlite"

    def recognises(self, head: bytes, source: Source) -> bool:
        """Tell by the sixteen bytes that every SQLite file begins with."""
        return head.startswith(_MAGIC)

    def read(self, source: Source) -> Iterator[Event]:
        """Read all tables in the order in which they were made, each in the order of its key.

        Raises:
            BadInputError: the file is cut off, encrypted or damaged, or it holds no table.
        """
        notes = _header_notes(source)
        try:
            with closing(_open(source)) as connection:
                _check(connection, source)
                tables, passed_over = _tables(connection)
                if passed_over:
                    notes["passed over"] = ", ".join(passed_over)
                if not tables:
                    raise BadInputError(f"{source.name} is an SQLite database without a table: nothing to take in.")
                for table in tables:
                    yield from _read_table(connection, table, notes)
        # Bytes that are no text where SQLite names something are damage too; Python says so in its own way.
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise BadInputError(
                f"{source.name} is damaged or no plain SQLite database ({error}): recover it first (sqlite3 .recover), "
                "and take in the recovered file with the original."
            ) from error


def _header_notes(source: Source) -> dict[str, str]:
    """What the header says about the whole file."""
    with Path(source.path).open("rb") as stream:
        header = stream.read(_HEADER_BYTES)
        size = stream.seek(0, 2)
    if len(header) < _HEADER_BYTES:
        raise BadInputError(f"{source.name} is an SQLite file cut off inside its header: ask for the whole file.")
    page = struct.unpack(">H", header[16:18])[0]
    pages = struct.unpack(">I", header[28:32])[0]
    page = 65536 if page == 1 else page
    if pages and size < pages * page and header[24:28] == header[92:96]:
        raise BadInputError(
            f"{source.name} is an SQLite file cut off ({size} of {pages * page} bytes): ask for the whole file."
        )
    notes = {"encoding": _ENCODINGS.get(struct.unpack(">I", header[56:60])[0], "utf-8")}
    if header[18] == 2 or header[19] == 2:
        notes["wal"] = "the database used a write-ahead log; rows only in a -wal file beside it are not in this file"
    return notes


def _open(source: Source) -> sqlite3.Connection:
    """A connection that can change nothing: read-only, and told that nobody else changes the file either."""
    uri = Path(source.path).resolve().as_uri() + "?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    connection.text_factory = _as_text
    # A schema is input too: it must not be able to run functions or extensions.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA query_only = ON")
    return connection


def _check(connection: sqlite3.Connection, source: Source) -> None:
    """Let SQLite check its own structure; a damaged file is refused whole, for its row count cannot be trusted."""
    findings = connection.execute(f"PRAGMA quick_check({_CHECKED_FINDINGS})").fetchall()
    damage = [text for (text,) in findings if _is_damage(text)]
    if damage:
        damaged = [table.name for table in _tables(connection)[0] if not _is_sound(connection, table)]
        where = f"table {', '.join(damaged)}" if damaged else "its pages"
        raise BadInputError(
            f"{source.name} is a damaged SQLite database ({where}): recover it first (sqlite3 .recover), and take in "
            "the recovered file with the original."
        )


def _is_sound(connection: sqlite3.Connection, table: _Table) -> bool:
    try:
        for _ in connection.execute(f"SELECT * FROM {_quoted(table.name)} NOT INDEXED"):  # noqa: S608 (quoted name)
            pass
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return False
    return True


class _Table:
    """An ordinary table: its name, columns, and the expressions that give a row's key and order."""

    def __init__(self, name: str, columns: Sequence[str], primary: Sequence[str], *, has_rowid: bool) -> None:
        self.name = name
        self.columns = tuple(columns)
        folded = {column.lower() for column in columns}
        rowid = next((word for word in ("rowid", "_rowid_", "oid") if word not in folded), None)
        if has_rowid and rowid is not None:
            self.keys: tuple[str, ...] = (rowid,)
        else:
            self.keys = tuple(_quoted(column) for column in primary)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _tables(connection: sqlite3.Connection) -> tuple[list[_Table], list[str]]:
    """The tables that people filled, and what is passed over (views, virtual tables and what belongs to them)."""
    tables: list[_Table] = []
    passed_over: list[str] = []
    order = {name: at for at, (name,) in enumerate(connection.execute("SELECT name FROM sqlite_master ORDER BY rowid"))}
    listed = connection.execute("PRAGMA table_list").fetchall()
    for schema, name, kind, _count, without_rowid, _strict in sorted(listed, key=lambda row: order.get(row[1], -1)):
        if schema != "main" or name.startswith("sqlite_"):
            continue
        if kind != "table":
            passed_over.append(f"{kind} {name}")
            continue
        # Hidden columns (1) belong to virtual tables; generated ones (2, 3) are shown like any other.
        info = [row for row in connection.execute(f"PRAGMA table_xinfo({_quoted(name)})") if row[6] != 1]
        primary = [row[1] for row in sorted(info, key=lambda row: row[5]) if row[5]]
        tables.append(_Table(name, [row[1] for row in info], primary, has_rowid=not without_rowid))
    return tables, passed_over


def _read_table(connection: sqlite3.Connection, table: _Table, notes: dict[str, str]) -> Iterator[Event]:
    """All rows of one table, in the order of the key."""
    yield TableStart(table.name, table.columns, notes=dict(notes))
    keys = ", ".join(table.keys)
    columns = ", ".join(_quoted(column) for column in table.columns)
    # Names come from the file's own schema and are quoted; there is no other way to name a table.
    query = f"SELECT {keys + ', ' if keys else ''}{columns} FROM {_quoted(table.name)} NOT INDEXED"  # noqa: S608
    if keys:
        query += f" ORDER BY {keys}"
    skip = len(table.keys)
    batch = RowBatch([], keys=[] if skip else None)
    for row in connection.execute(query):
        key = ",".join([_cell(value) or "" for value in row[:skip]]) if skip else None
        undecodable = any(type(value) is _Undecodable for value in row)
        if batch.cells and (undecodable or len(batch.cells) >= BATCH_ROWS):
            yield batch
            batch = RowBatch([], keys=[] if skip else None)
        if undecodable:
            detail = "a text in the row is not in the database's encoding"
            yield SetAside("undecodable", detail, _raw_row(row[skip:]), key=key)
            continue
        batch.cells.append([value if type(value) is str else _cell(value) for value in row[skip:]])
        if batch.keys is not None and key is not None:
            batch.keys.append(key)
    if batch.cells:
        yield batch
