"""Parquet files made of the row groups of others: what did not change is taken over as it lies, unread.

A Parquet file is row groups, one after the other, each column's bytes by itself, and a footer that says where they lie.
A run that goes on from another changes a few lines of tables with millions: to unpack, sort and pack all of it again
takes a hundred times as long as to copy it.
"""

from __future__ import annotations

import struct
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from soken.core import vault
from soken.core.errors import DamagedStoreError
from soken.core.thrift import I32, I64, LIST, STRUCT, Fields, ThriftError, decode, encode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

_MAGIC: Final = b"PAR1"
_FOOT: Final = struct.Struct("<I4s")
#: Fields by number (``parquet.thrift``): of the footer, of a row group, of a column in it, of that column's account.
_SCHEMA, _ROWS, _GROUPS = 2, 3, 4
_COLUMNS, _GROUP_BYTES, _GROUP_ROWS, _GROUP_AT, _GROUP_PACKED, _ORDINAL = 1, 2, 3, 5, 6, 7
_COLUMN_AT, _ACCOUNT, _INDEXES = 2, 3, (4, 5, 6, 7)
_PATH, _UNPACKED, _PACKED, _DATA_AT, _DICTIONARY_AT, _BLOOM_AT, _BLOOM_BYTES = 3, 6, 7, 9, 11, 14, 15
#: Of a line of the schema that is a column: its type and whether it may be empty.
_TYPE, _REPETITION = 1, 3


def join_tables(
    tables: Sequence[Path], target: Path, *, changed: pa.Table | None = None, gone: Collection[int] = ()
) -> None:
    """Write tables as one, but for some lines; the lines that stay keep their order.

    Args:
        tables: tables with the same columns, encrypted or not, one after the other.
        target: the file to write, which must not be there; its folder holds what is written on the way.
        changed: "place" (number of a line, counted from 0 through all tables), and columns (none of them a list) with
            what the line says there now.
        gone: numbers of lines that are left out.

    Raises:
        DamagedStoreError: a file is no Parquet file, or has other columns.
    """
    parts = [target.with_name(f"{target.name}.{name}") for name in ("whole", "columns")]
    with ExitStack() as files:
        sources = [files.enter_context(closing(GroupFile(path))) for path in tables]
        files.callback(_remove, parts)
        every = [(source, group) for source in sources for group in range(len(source.groups))]
        wholes, columns = _write_changes(every, changed, gone, parts)
        whole, column = (files.enter_context(closing(GroupFile(one))) if one.is_file() else None for one in parts)
        writer = files.enter_context(GroupWriter(target, sources[0]))
        for number, (source, group) in enumerate(every):
            if number not in wholes:
                at = columns.get(number)
                others = {} if column is None or at is None else dict.fromkeys(_names(changed), (column, at))
                writer.take(source, group, others)
            elif whole is not None and (at := wholes[number]) is not None:
                writer.take(whole, at)


def _names(changed: pa.Table | None) -> list[str]:
    """Return the names of the columns that change."""
    return [name for name in changed.column_names if name != "place"] if changed is not None else []


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _write_changes(
    every: Sequence[tuple[GroupFile, int]], changed: pa.Table | None, gone: Collection[int], parts: Sequence[Path]
) -> tuple[dict[int, int | None], dict[int, int]]:
    """Write what changes: row groups that lose lines as a whole, of the others the columns that change.

    Returns:
        for both kinds, number of a row group → its number in the file that was written (None: nothing is left of it).
    """
    rows = [source.rows[group] for source, group in every]
    ends = np.cumsum(np.asarray(rows, np.int64))
    changes = _by_group(changed, ends) if changed is not None else {}
    losses = _by_group(pa.table({"place": pa.array(sorted(gone), pa.int64())}), ends)
    wholes: dict[int, int | None] = {}
    columns: dict[int, int] = {}
    with _Parts(parts) as out:
        for number in sorted({*changes, *losses}):
            source, group = every[number]
            start = int(ends[number]) - rows[number]
            table = source.read(group, None if number in losses else _names(changed))
            if number in changes:
                table = _patched(table, changes[number], start)
            if number in losses:
                kept = np.ones(rows[number], bool)
                kept[losses[number]["place"].to_numpy() - start] = False
                wholes[number] = out.write(0, table.filter(pa.array(kept)))
            else:
                columns[number] = out.write(1, table) or 0
    return wholes, columns


def _by_group(lines: pa.Table, ends: np.ndarray[Any, Any]) -> dict[int, pa.Table]:
    """Divide lines by the row group that their place is in."""
    lines = lines.sort_by("place")
    groups = np.searchsorted(ends, lines["place"].to_numpy(), side="right")
    numbers, starts = np.unique(groups, return_index=True)
    stops = [*starts, len(groups)][1:]
    return {int(n): lines.slice(a, b - a) for n, a, b in zip(numbers, starts, stops, strict=True)}


def _patched(table: pa.Table, changes: pa.Table, start: int) -> pa.Table:
    """Return a row group's table with what some lines say now."""
    chosen = np.arange(table.num_rows)
    chosen[changes["place"].to_numpy() - start] = table.num_rows + np.arange(changes.num_rows)
    for name in _names(changes):
        at = table.schema.get_field_index(name)
        kind = table.schema.field(at).type
        both = pa.chunked_array([*table.column(at).chunks, *changes[name].cast(kind).chunks], kind)
        table = table.set_column(at, table.schema.field(at), both.take(pa.array(chosen)))
    return table


class _Parts:
    """Two files of row groups, each begun when the first one is written to it."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._writers: dict[int, pq.ParquetWriter] = {}
        self._counts = [0, 0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        for writer in self._writers.values():
            writer.close()

    def write(self, which: int, table: pa.Table) -> int | None:
        """Write a table as one row group; return its number, None where there is nothing to write."""
        if not table.num_rows:
            return None
        if which not in self._writers:
            self._writers[which] = pq.ParquetWriter(
                self._paths[which], table.schema, compression="zstd", compression_level=1
            )
        self._writers[which].write_table(table, row_group_size=table.num_rows)
        self._counts[which] += 1
        return self._counts[which] - 1


class GroupFile:
    """A Parquet file of the store, encrypted or not, whose row groups can be taken over.

    Raises:
        DamagedStoreError: it is none.
    """

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = vault.opened(path)
        self._table: pq.ParquetFile | None = None
        try:
            self.footer: Fields = self._read_footer()
        except (struct.error, ThriftError, OSError, ValueError) as problem:
            self._file.close()
            raise DamagedStoreError(f"{path} is no Parquet file; resolve in full: soken resolve --full") from problem
        self.groups: list[Fields] = self.footer[_GROUPS][1][1]

    def _read_footer(self) -> Fields:
        """Return the footer; an error of its own kind where there is none."""
        size = self._file.seek(0, 2)
        self._file.seek(max(0, size - _FOOT.size))
        length, magic = _FOOT.unpack(self._file.read())
        if magic != _MAGIC:
            raise ThriftError(f"ends in {magic!r}")
        self._file.seek(size - _FOOT.size - length)
        return decode(self._file.read(length))

    @property
    def rows(self) -> list[int]:
        """How many lines each row group has."""
        return [group[_GROUP_ROWS][1] for group in self.groups]

    @property
    def leaves(self) -> list[tuple[Any, ...]]:
        """What each column is: type, whether it may be empty."""
        return [
            (one[_TYPE][1], one.get(_REPETITION, (I32, None))[1])
            for one in self.footer[_SCHEMA][1][1]
            if _TYPE in one
        ]  # fmt: skip

    def column(self, group: int, name: str) -> Fields:
        """Return a column of a row group by its name (of a column that is no list)."""
        wanted = [name.encode()]
        return next(one for one in self.groups[group][_COLUMNS][1][1] if one[_ACCOUNT][1][_PATH][1][1] == wanted)

    def read(self, group: int, names: Sequence[str] | None) -> pa.Table:
        """Return what a row group says in some columns, None for all."""
        if self._table is None:
            self._table = pq.ParquetFile(self._file)
        return self._table.read_row_group(group, columns=names)

    def bytes_at(self, start: int, length: int) -> bytes:
        """Return a piece of the file."""
        self._file.seek(start)
        return self._file.read(length)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class GroupWriter:
    """Writes a Parquet file of row groups of others; whole at the end of its block, left by an error without a footer.

    Args:
        path: the file, which must not be there.
        like: a file with the same columns.
    """

    def __init__(self, path: Path, like: GroupFile) -> None:
        self._like = like
        self._groups: list[Fields] = []
        self._file = vault.created_open(path)
        self._at = self._file.write(_MAGIC)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        with self._file:
            if problem[0] is None:
                self._write_footer()

    def take(self, source: GroupFile, group: int, instead: Mapping[str, tuple[GroupFile, int]] | None = None) -> None:
        """Take a row group over.

        Args:
            source: where from.
            group: its number there.
            instead: columns that are taken from a row group of another file, which has as many lines.

        Raises:
            DamagedStoreError: the file has other columns.
        """
        if source.leaves != self._like.leaves:
            raise DamagedStoreError("Tables of two runs have other columns; resolve in full: soken resolve --full")
        taken = dict(source.groups[group])
        began = self._at
        columns = []
        for column in taken[_COLUMNS][1][1]:
            path = column[_ACCOUNT][1][_PATH][1][1]
            other = (instead or {}).get(path[0].decode()) if len(path) == 1 else None
            columns.append(self._column(*(column, source) if other is None else self._other(other, path[0].decode())))
        accounts = [column[_ACCOUNT][1] for column in columns]
        taken[_COLUMNS] = (LIST, (STRUCT, columns))
        taken[_GROUP_BYTES] = (I64, sum(one[_UNPACKED][1] for one in accounts))
        taken[_GROUP_AT] = (I64, began)
        taken[_GROUP_PACKED] = (I64, sum(one[_PACKED][1] for one in accounts))
        taken.pop(_ORDINAL, None)
        self._groups.append(taken)

    @staticmethod
    def _other(other: tuple[GroupFile, int], name: str) -> tuple[Fields, GroupFile]:
        source, group = other
        return source.column(group, name), source

    def _column(self, column: Fields, source: GroupFile) -> Fields:
        """Copy a column's bytes; return its line for the footer."""
        account: Fields = dict(column[_ACCOUNT][1])
        start = min(account[at][1] for at in (_DICTIONARY_AT, _DATA_AT) if account.get(at, (I64, 0))[1])
        moved = self._at - start
        for at in (_DICTIONARY_AT, _DATA_AT):
            if account.get(at, (I64, 0))[1]:
                account[at] = (I64, account[at][1] + moved)
        copied = {one: value for one, value in column.items() if one not in _INDEXES}
        copied[_COLUMN_AT] = (I64, self._at)
        self._write(source.bytes_at(start, account[_PACKED][1]))
        if _BLOOM_AT in account and _BLOOM_BYTES in account:
            bloom = source.bytes_at(account[_BLOOM_AT][1], account[_BLOOM_BYTES][1])
            account[_BLOOM_AT] = (I64, self._at)
            self._write(bloom)
        else:
            account.pop(_BLOOM_AT, None)
        copied[_ACCOUNT] = (STRUCT, account)
        return copied

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._at += len(data)

    def _write_footer(self) -> None:
        """Say where everything lies: without it the file is none."""
        footer = dict(self._like.footer)
        footer[_ROWS] = (I64, sum(group[_GROUP_ROWS][1] for group in self._groups))
        footer[_GROUPS] = (LIST, (STRUCT, self._groups))
        told = encode(footer)
        self._file.write(told + _FOOT.pack(len(told), _MAGIC))
