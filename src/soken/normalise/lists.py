"""What one list leaves for the next: the records that are there, what rows mean, what was learnt about names.

An operation's lists are read in the order of their receipt. A later list finds the records of the earlier ones by what
their rows mean, adds rows to them or records behind them, and reads its names with what the earlier lists showed. It
changes nothing that an earlier list's rows became, so that a run may go on from another one's folder
(``reuse/meanings.parquet``, ``reuse/learnt.parquet``) and comes to the same records as if it had read every list again.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from soken.core.duck import at, connect
from soken.core.errors import DamagedStoreError
from soken.core.row_groups import join_tables
from soken.core.vault import copy_open

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

#: Rows in one group of the files: a page about a person reads the groups of its records, not the whole.
_ROW_GROUP: Final = 20_000
#: The same of tables of which a page reads single lines here and there: with every line it reads a whole group. The
#: account of more groups costs a further list a second or two (`soken.core.row_groups`).
_SMALL_ROW_GROUP: Final = 6_144
_HERE_AND_THERE: Final = ("records", "clusters", "links", "membership", "terms")
#: Folder of a run that holds what only the next run needs.
REUSE: Final = "reuse"
_RECORDS: Final = ("records.parquet", "row_records.parquet")
_STATE: Final = (f"{REUSE}/meanings.parquet", f"{REUSE}/learnt.parquet")
_LEARNT: Final = "CREATE TABLE {name} (kind VARCHAR, role VARCHAR, word VARCHAR, reading VARCHAR, times BIGINT)"


@dataclass(frozen=True, slots=True)
class Part:
    """The files of one list's records.

    Attributes:
        folder: where they are.
        records_before: how many records the earlier lists have.
    """

    folder: Path
    records_before: int

    def write(self, con: duckdb.DuckDBPyConnection) -> None:
        """Write what the later lists need, from ``numbered``, ``more`` and ``learnt_here``."""
        write_parquet(con, "SELECT record, rows FROM more", self.folder / "more.parquet")
        # Parquet knows no whole numbers of 128 bits.
        halves = "(means >> 64)::UBIGINT AS high, (means & 18446744073709551615::UHUGEINT)::UBIGINT AS low"
        new = f"SELECT {halves}, record FROM numbered WHERE means IS NOT NULL ORDER BY record"  # noqa: S608 (our own)
        write_parquet(con, new, self.folder / "meanings.parquet")
        write_parquet(con, "SELECT * FROM learnt_here ORDER BY ALL", self.folder / "learnt.parquet")


class Lists:
    """The lists of an operation, one part after the other.

    Args:
        folder: where parts are kept until they are joined; the caller removes it.
        before: folder of the run to go on from, None to begin.

    Raises:
        DamagedStoreError: ``before`` lacks a file.
    """

    def __init__(self, folder: Path, before: Path | None) -> None:
        self._folder = folder
        self._before = before
        self._parts: list[Part] = []
        self._rows = self._identities = self._records = 0
        if before is not None:
            for path in (before / name for name in (*_RECORDS, *_STATE)):
                if not path.is_file():
                    raise DamagedStoreError(f"{path} is missing; resolve in full: soken resolve --full")
            self._records = _count(before / "records.parquet")

    def teach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Build ``learnt``: the earlier lists' lines, and those of ``learnt_here``, which is for this list's own."""
        con.execute(_LEARNT.format(name="learnt_before"))
        con.execute(_LEARNT.format(name="learnt_here"))
        if files := self._state("learnt.parquet"):
            con.execute(f"INSERT INTO learnt_before FROM read_parquet({_listed(files)})")
        con.execute("CREATE VIEW learnt AS FROM learnt_before UNION ALL FROM learnt_here")

    def next_part(self, con: duckdb.DuckDBPyConnection) -> Part:
        """Return the place for the next list's files; build ``earlier`` (means, record) of the lists before it."""
        con.execute("CREATE TABLE earlier (means UHUGEINT, record BIGINT)")
        if files := self._state("meanings.parquet"):
            means = "(high::UHUGEINT << 64) | low::UHUGEINT"
            con.execute(f"INSERT INTO earlier SELECT {means}, record FROM read_parquet({_listed(files)})")  # noqa: S608
        part = Part(self._folder / f"list-{len(self._parts)}", self._records)
        part.folder.mkdir()
        self._parts.append(part)
        return part

    def add(self, rows: int, identities: int) -> None:
        """Count the list whose part was written last.

        Args:
            rows: its rows.
            identities: those of them that claim an identity.
        """
        self._records += _count(self._parts[-1].folder / "records.parquet")
        self._rows += rows
        self._identities += identities

    def join(self, out: Path, memory: str) -> tuple[int, int, int]:
        """Write all parts' records as one to ``out``; return records, and identity rows and rows of the lists read."""
        (out / REUSE).mkdir(exist_ok=True)
        if self._before is None and len(self._parts) == 1:
            for name in (*_RECORDS, *_STATE):
                shutil.move(self._parts[0].folder / name.rpartition("/")[2], out / name)
        elif not self._parts and self._before is not None:
            for name in (*_RECORDS, *_STATE):
                copy_open(self._before / name, out / name)
        else:
            self._merge(out, memory)
        return self._records, self._identities, self._rows

    def _merge(self, out: Path, memory: str) -> None:
        """Write the earlier run's and the parts' files as one; of what is there only the numbers of rows change."""
        folders = [*([self._before] if self._before else []), *(part.folder for part in self._parts)]
        records, row_records = ([folder / name for folder in folders] for name in _RECORDS)
        more = _listed([part.folder / "more.parquet" for part in self._parts])
        with connect({"temp_directory": str(self._folder), "memory_limit": memory}) as con:
            # Records are numbered in the order of their lines.
            changed = con.sql(
                f"""SELECT record - 1 AS place, (rows + added)::INTEGER AS rows FROM read_parquet({_listed(records)})
                JOIN (SELECT record, sum(rows) AS added FROM read_parquet({more}) GROUP BY record) USING (record)"""  # noqa: S608 (quoted)
            ).to_arrow_table()
        join_tables(records, out / "records.parquet", changed=changed)
        join_tables(row_records, out / "row_records.parquet")
        for name in _STATE:
            join_tables(self._state(name.rpartition("/")[2]), out / name)

    def _state(self, name: str) -> list[Path]:
        """Return the files of this name that the earlier run and the parts left."""
        earlier = [self._before / REUSE / name] if self._before else []
        here = (part.folder / name for part in self._parts)
        return earlier + [path for path in here if path.is_file()]


def _count(path: Path) -> int:
    """Return how many lines a Parquet file has."""
    with connect() as con:
        return int(con.execute("SELECT count(*) FROM read_parquet($p)", {"p": at(path)}).fetchall()[0][0])


def _listed(paths: Sequence[Path]) -> str:
    """Return paths as an SQL list."""
    return "[" + ", ".join("'" + at(path).replace("'", "''") + "'" for path in paths) + "]"


def write_parquet(
    con: duckdb.DuckDBPyConnection, sql: str, path: Path, values: Mapping[str, Any] | None = None
) -> None:
    """Write a query's rows to a Parquet file, in groups small enough for pages that read a few of them.

    Every column may be empty, whether or not it is here: a later list's groups can follow (`soken.core.row_groups`).
    """
    quoted = str(path).replace("'", "''")
    # DuckDB writes a column that happens to be filled as one that must be; of what TRY gives it cannot know.
    con.execute(
        f"COPY (SELECT try(COLUMNS(*)) FROM ({sql})) TO '{quoted}' "  # noqa: S608 (our own queries)
        f"(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {row_group(path)})",
        dict(values or {}),
    )


def row_group(path: Path) -> int:
    """Return how many rows a group of a file holds, by its name, whatever its ending."""
    return _SMALL_ROW_GROUP if path.stem in _HERE_AND_THERE else _ROW_GROUP
