"""Where the evidence store keeps what a page shows, and one way to ask its Parquet files."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from soken.access.eyes import eyes
from soken.casework.models import Operation
from soken.casework.models.force_sight import force_sight
from soken.casework.selectors.row_sight import DAMAGED, NEEDED, row_sight
from soken.casework.selectors.whose import refuse_anothers
from soken.core.duck import at, readable, shared
from soken.core.ordered import ordered
from soken.core.replaced import reread, states_of, unreplaced

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import duckdb
    import pyarrow as pa

    from soken.casework.models import EvidenceItem, ResolveRun
    from soken.core.home import Home


#: In a query, what is compared with the code of a person: the value's name.
_OF_PERSON: Final = re.compile(r"\bperson\s*(?:=|in)\s*\(?\s*\$(\w+)|\$(\w+)\s*=\s*(?:\w+\.)?person\b", re.I)


class OnePerson(str):
    """The code of the one person whom a question is about: it is refused where another force keeps the dossier.

    A query that compares a person with a value takes no other: what a question calls its value cannot hide it.
    """

    __slots__ = ()


def home() -> Home:
    """Return the home that this server works on."""
    found: Home = settings.HOME
    return found


def evidence_folder(evidence_id: str) -> Path:
    """Return the folder of an evidence item."""
    return home().evidence / evidence_id


def reading_folder(item: EvidenceItem, run: ResolveRun | None = None) -> Path:
    """Return the folder of an item's reading: the current one, or the one that a run was made from."""
    number = item.reading if run is None else readings_of(run).get(item.evidence_id, item.reading)
    return reading_numbered(item.evidence_id, number)


def reading_numbered(evidence_id: str, number: int) -> Path:
    """Return the folder of a certain reading of an item; an old one stays as it was beside a new one."""
    return evidence_folder(evidence_id) / "readings" / f"{number:04d}"


def readings_of(run: ResolveRun) -> dict[str, int]:
    """Return which reading of each evidence item a run was made from: evidence id → number."""
    return {one["id"]: one["reading"] for one in run.inputs["evidence"]}


def run_folder(operation: Operation, run: ResolveRun) -> Path:
    """Return the folder of a run of resolve."""
    return home().operations / operation.slug / "runs" / run.run_id


def candidate_folder(operation: Operation, folder: str) -> Path:
    """Return the folder of a run that waits to be accepted, by its name."""
    return home().operations / operation.slug / "candidates" / folder


def named(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values for a query, paths (and lists of them) as DuckDB names them."""
    return {name: _named(value) for name, value in values.items()}


def _named(value: Any) -> Any:
    """Return a value for a query."""
    if isinstance(value, Path):
        return at(value)
    if isinstance(value, OnePerson):
        return str(value)
    return [_named(one) for one in value] if isinstance(value, list) else value


def numbers(values: Iterable[int]) -> str:
    """Return whole numbers as the inside of an SQL list (never empty); constants let DuckDB skip row groups."""
    return ", ".join(str(int(value)) for value in values) or "-1"


def ask(sql: str, tables: Mapping[str, pa.Table] | None = None, /, **values: Any) -> list[dict[str, Any]]:
    """Return the rows that a query over Parquet files gives, as dictionaries, of what whoever looks may see.

    Args:
        sql: the query; every value stands in it as ``$name``.
        tables: tables in memory that it reads beside the files, by name.
        values: the values; files of the store as paths, which are opened whether they are encrypted or not.

    Raises:
        DamagedStoreError: a file is missing or cannot be read.
    """

    def rows() -> list[dict[str, Any]]:
        with asked(sql, values, tables) as cursor:
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return reread(rows)


def lines(path: Path, key: str, values: Collection[str] | Collection[int], columns: Sequence[str]) -> pa.Table:
    """Return single lines of a table by a column in whose order they lie, of what whoever looks may see.

    Args:
        path: the table.
        key: the column.
        values: what it says in the lines wanted; of persons as `OnePerson`.
        columns: what is read of them.

    Raises:
        DamagedStoreError: the table is missing or cannot be read.
        TypeError: it is asked for persons by a value that is no `OnePerson`.
        AnothersCaseError: it is asked for one person, whose dossier another force keeps to itself.
    """
    for value in values if key == "person" else ():
        _refuse_anothers("person = $key", {"key": value, "table": path})
    sight = row_sight()
    needed = NEEDED.get(path.name, ()) if sight is not None else ()
    found = reread(lambda: ordered(path, key).holding(values, (*columns, *needed)))
    return (found if sight is None else sight.kept(path, found)).select(list(dict.fromkeys(columns)))


def _refuse_anothers(sql: str, values: Mapping[str, Any]) -> None:
    """Refuse a question for what the tables of a run hold of one person, where another force keeps the dossier.

    Proposals are everybody's who works on the lists: whole tables, pairs, and values that somebody else holds.

    Raises:
        TypeError: it asks for a person, by a value that does not say so.
        AnothersCaseError: the dossier is another force's.
    """
    asked_by = {name for names in _OF_PERSON.findall(sql) for name in names if name}
    if unsaid := [name for name in sorted(asked_by) if not isinstance(values[name], OnePerson)]:
        raise TypeError(f"A question asks for one person by {unsaid}: give it as OnePerson.")
    if not (codes := {str(value) for value in values.values() if isinstance(value, OnePerson) and value}):
        return
    if (sight := force_sight(eyes())) is None:
        return
    root = home().operations
    slugs = {one.relative_to(root).parts[0] for one in values.values() if isinstance(one, Path) and root in one.parents}
    for operation in Operation.objects.filter(slug__in=slugs):
        if sight.binds(operation):
            for code in codes:
                refuse_anothers(operation, code)


@contextmanager
def asked(
    sql: str, values: Mapping[str, Any], tables: Mapping[str, pa.Table] | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Put a query, narrowed to what whoever looks may see; its rows are fetched inside the block.

    Args:
        sql, values, tables: see `ask`.

    Raises:
        DamagedStoreError: a file is missing or cannot be read.
        ReplacedError: a file was written anew inside the block.
        TypeError: it asks for one person by a value that is no `OnePerson`.
        AnothersCaseError: it asks for one person, whose dossier another force keeps to itself.
    """
    _refuse_anothers(sql, values)
    sight, beside = row_sight(), dict(tables or {})
    with unreplaced(states_of(_files(values))):
        given = named(values)
        if sight is not None:
            sql, compartments = sight.narrowed(sql, values)
            beside |= compartments
        with shared() as cursor:
            for name, table in beside.items():
                if name in sql:
                    cursor.register(name, table)
            with readable(DAMAGED):
                cursor.execute(sql, given)
                yield cursor


def _files(values: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the files that a query reads."""
    for value in values.values():
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Path))
