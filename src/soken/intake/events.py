"""What a format reader tells: the one contract between formats (file → rows) and reading (rows → Parquet).

A reader is a generator of events in the order of the file. `TableStart` comes once before the first row of a table
(again when a dump returns to a table, with the same columns); then `RowBatch` and `SetAside` in file order. The
consumer numbers rows by counting, so a batch must be yielded before a row that is set aside after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    import os

    import pyarrow as pa

#: Rows in one batch: large enough to amortise, small enough that memory stays flat.
BATCH_ROWS = 8192

Cells = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class TableStart:
    """A table begins.

    Attributes:
        table: its name (sheet, SQL table); '' for delimited text and JSON, which have one.
        columns: its headings as typed, made unique by the reader (a repeated heading gets ``#2``); never empty.
        member: path inside an archive ('outer.zip/inner.csv'), '' for a file that is no archive.
        notes: what the reader found out (encoding, delimiter, header line), for the reading's record; a reader may
            still add to it while it reads on ('blank lines'), so look at it after the last event.
    """

    table: str
    columns: tuple[str, ...]
    member: str = ""
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def named(self) -> str:
        """How a mapping names it, so that tables of several members are told apart: 'member:table', or one of them."""
        return ":".join(filter(None, (self.member, self.table)))


@dataclass(slots=True)
class RowBatch:
    """Rows of the table that began last, all well-formed, in file order; parallel lists.

    Attributes:
        cells: one sequence of values a row, as many as the table has columns; None where the file says NULL.
        lines: 1-based line (sheet row for spreadsheets) where each row begins, or None where lines mean nothing.
        offsets: 0-based byte offset in the member where each row begins, or None (spreadsheets, SQLite).
        lengths: bytes of each row, or None.
        keys: primary key or rowid of each row as text, None for a row without one; or None.
        inside: for rows that stand inside another row (a customer's orders in JSON), that row, counted from 1 over all
            rows of the source, those set aside too; None where rows stand for themselves.
    """

    cells: list[Cells]
    lines: list[int] | None = None
    offsets: list[int] | None = None
    lengths: list[int] | None = None
    keys: list[str | None] | None = None
    inside: list[int] | None = None

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.cells)


class ColumnBatch(RowBatch):
    """Rows that were read column by column, for speed; asked for `cells` and places it gives lists like any other.

    Attributes:
        columns: one array of texts a column; null where the file says NULL or, in a file that knows no NULL, nothing.
        places: lines, offsets and lengths of the rows, as arrays.
        key_column: primary keys, or None.
        knows_null: an empty text is another thing than null.
    """

    def __init__(
        self,
        columns: Sequence[pa.Array],
        places: tuple[pa.Array, pa.Array, pa.Array],
        key_column: pa.Array | None = None,
        *,
        knows_null: bool = False,
    ) -> None:
        """Take the columns of at least one row, all of one length."""
        self.columns = columns
        self.places = places
        self.key_column = key_column
        self.knows_null = knows_null
        self.inside = None

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.places[0])

    @property
    def cells(self) -> list[Cells]:  # type: ignore[override]
        """One sequence of values a row."""
        told = self.columns if self.knows_null else [column.fill_null("") for column in self.columns]
        return list(zip(*[column.to_pylist() for column in told], strict=True))

    @property
    def keys(self) -> list[str | None] | None:  # type: ignore[override]
        """Primary key of each row."""
        return None if self.key_column is None else list(self.key_column.to_pylist())

    @property
    def lines(self) -> list[int]:  # type: ignore[override]
        """Line at which each row begins."""
        return list(self.places[0].to_pylist())

    @property
    def offsets(self) -> list[int]:  # type: ignore[override]
        """Byte offset at which each row begins."""
        return list(self.places[1].to_pylist())

    @property
    def lengths(self) -> list[int]:  # type: ignore[override]
        """Bytes of each row."""
        return list(self.places[2].to_pylist())


@dataclass(slots=True)
class SetAside:
    """One data row that cannot be read; never guessed at, never dropped.

    Attributes:
        reason: stable code, one of ``soken.intake.reasons.REASONS``.
        detail: one sentence for people; no cell content, for it may hold a title.
        raw: the row's bytes (cut by the consumer to its shape and hash, not stored); only their beginning where the
            row is too long to be held.
        line, offset, length: its place, as in `RowBatch`; None where unknown.
        key: primary key or rowid, if known.
        raw_sha256: SHA-256 of all the row's bytes where ``raw`` holds only the beginning of them.
    """

    reason: str
    detail: str
    raw: bytes
    line: int | None = None
    offset: int | None = None
    length: int | None = None
    key: str | None = None
    raw_sha256: str | None = None


Event = TableStart | RowBatch | SetAside


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes to read: the sealed original or a member unpacked from it.

    Attributes:
        path: a seekable file on disk, opened read-only by readers (members are unpacked into the staging folder).
        member: path inside the archive, '' for the original itself.
        name: the file name people know it by (for its suffix and for messages).
    """

    path: os.PathLike[str]
    member: str
    name: str


class Reader(Protocol):
    """A format: tells whether it recognises the bytes, and reads them."""

    #: Stable name of the container: 'delimited', 'spreadsheet', 'sqlite', 'sqldump', 'json', 'case'.
    name: str

    def recognises(self, head: bytes, source: Source) -> bool:
        """Tell from the first 64 KiB (and, if need be, the file) whether this reader is the one."""
        ...

    def read(self, source: Source) -> Iterator[Event]:
        """Read the source; raise `soken.core.errors.BadInputError` where the whole file is unreadable."""
        ...


def open_source(source: Source) -> BinaryIO:
    """Open a source for reading bytes."""
    return open(source.path, "rb")  # noqa: PTH123 (PathLike; the caller closes it)
