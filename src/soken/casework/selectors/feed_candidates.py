"""Which hosts a column of the evidence names, for a person to pick those that are the shop's.

The sealed original is read again: a column of web addresses is none of the fields that readings keep. Only hosts leave
this module: a cell that is none may be anything, a title too, and is only counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.casework.selectors import store
from soken.casework.selectors.evidence import reading_report
from soken.core.errors import NotFoundError
from soken.core.fields import SECRET_FIELDS
from soken.core.hosts import HostError
from soken.intake.archives import expand
from soken.intake.events import SetAside, Source, TableStart
from soken.intake.formats import reader_for
from soken.intake.original import original_of
from soken.intake.seal import verify
from soken.reference.listable import listable_host, shared_platform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.models import EvidenceItem

#: Most hosts of a column that are shown; a list of customers' mail servers is no list of shops.
MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A host that a column names.

    Attributes:
        host: in its one form.
        rows: how many rows name it.
        first_row: the first of them.
        platform: the shared platform that it is, '' for none.
    """

    host: str
    rows: int
    first_row: int
    platform: str


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a column names.

    Attributes:
        hosts: those that a feed may name, the most frequent first, at most `MOST`.
        more: how many further hosts there are.
        rows: rows of the table.
        blank: rows that say nothing there.
        other: rows that name no host that a feed may name.
    """

    hosts: tuple[Candidate, ...]
    more: int
    rows: int
    blank: int
    other: int


def address_columns(item: EvidenceItem) -> list[tuple[str, str]]:
    """Return the columns that may be looked through: table and column as typed; never one that holds titles."""
    return [(one.table, one.column) for one in reading_report(item).columns if one.field not in SECRET_FIELDS]


def candidates(item: EvidenceItem, table: str, column: str) -> Candidates:
    """Return the hosts that a column names.

    Args:
        item: the evidence item.
        table: as `address_columns` gives it; '' where the file has one table.
        column: as typed.

    Raises:
        NotFoundError: there is no such column, or it holds titles.
        DamagedStoreError: the original is not what was sealed.
    """
    if (table, column) not in address_columns(item):
        raise NotFoundError(
            _("%(item)s has no column “%(column)s” that may be looked through.")
            % {"item": item.evidence_id, "column": column[:80]}
        )
    found: dict[str, list[int]] = {}
    rows = blank = other = 0
    for number, cell in _cells(item, table, column):
        rows += 1
        text = (cell or "").strip()
        if not text:
            blank += 1
            continue
        host = _host(text)
        if not host:
            other += 1
            continue
        found.setdefault(host, [0, number])[0] += 1
    ordered = sorted(found.items(), key=lambda pair: (-pair[1][0], pair[0]))
    shown = tuple(Candidate(host, many, first, shared_platform(host)) for host, (many, first) in ordered[:MOST])
    return Candidates(shown, len(ordered) - len(shown), rows, blank, other)


@lru_cache(maxsize=65_536)
def _host(text: str) -> str:
    """Return the host that a cell names, '' if it names none that a feed may name."""
    try:
        return listable_host(text)
    except HostError:
        return ""


def _cells(item: EvidenceItem, table: str, column: str) -> Iterator[tuple[int, str | None]]:
    """Yield the number of each row of a table, as its reading numbered it, and the cell of a column."""
    home = store.home()
    manifest = verify(home, item.evidence_id)
    number, at = 0, -1
    with home.stage() as staging, original_of(home, item.evidence_id, staging) as path:
        original = Source(path, "", manifest.name)
        for source in expand(original, staging):
            for event in reader_for(source).read(source):
                if isinstance(event, TableStart):
                    named = TableStart(event.table, event.columns, event.member or source.member).named
                    at = _place(event, named, table, column)
                elif isinstance(event, SetAside):
                    number += 1
                else:
                    for cells in event.cells if at >= 0 else ():
                        number += 1
                        yield number, cells[at]
                    number += len(event) if at < 0 else 0
            if source.path != original.path:
                Path(source.path).unlink(missing_ok=True)


def _place(event: TableStart, named: str, table: str, column: str) -> int:
    """Return where a column stands in a table, -1 where it is another table."""
    if named != table or column not in event.columns:
        return -1
    return event.columns.index(column)
