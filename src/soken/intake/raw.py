"""A row's own bytes, read back from the sealed original by its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from soken.core.errors import NotFoundError, RefusedError
from soken.core.vault import opened, original_in
from soken.intake.archives import expand
from soken.intake.erased import check_original_kept
from soken.intake.events import SetAside, Source, TableStart
from soken.intake.formats import reader_for
from soken.intake.original import original_of
from soken.intake.readings import current_reading
from soken.intake.seal import verify

if TYPE_CHECKING:
    from soken.core.home import Home

_PLACE = ["row", "member", "source_table", "byte_offset", "byte_length"]


def raw_bytes(home: Home, evidence_id: str, row: int) -> bytes:
    """Return the bytes of a row of an evidence item, exactly as they stand in the sealed original.

    They may hold a title: they are for the eyes of whoever asked and go into no table, log or page of others.
    Rows of workbooks and SQLite files have no bytes of their own; their cells are returned as a JSON list.

    Args:
        home: the installation's folders.
        evidence_id: the evidence item.
        row: number of the row, from 1.

    Raises:
        NotFoundError: there is no such item or row.
        DamagedStoreError: the original is not what was sealed.
        RefusedError: the row is too long to be shown whole, or the original was destroyed.
    """
    manifest = verify(home, evidence_id)
    check_original_kept(home.evidence / evidence_id)
    reading = current_reading(home, evidence_id)
    place = _place(reading.rows, row) or _place(reading.set_aside, row)
    if place is None:
        raise NotFoundError(f"{evidence_id} has no row {row}.")
    offset, length = place["byte_offset"], place["byte_length"]
    if offset is not None and length is not None and not place["member"]:
        with opened(original_in(home.evidence / evidence_id)) as stream:
            stream.seek(offset)
            return stream.read(length)
    with home.stage() as staging, original_of(home, evidence_id, staging) as path:
        original = Source(path, "", manifest.name)
        if offset is None or length is None:
            return _cells(original, staging, row)
        return _slice(original, staging, place["member"], offset, length)


def _place(table: Path, row: int) -> dict[str, Any] | None:
    """Return where a row is, None if the table does not have it."""
    with opened(table) as file:
        found: list[dict[str, Any]] = pq.read_table(file, columns=_PLACE, filters=[("row", "=", row)]).to_pylist()
    return found[0] if found else None


def _slice(original: Source, staging: Path, member: str, offset: int, length: int) -> bytes:
    """Return bytes of the original or of a member of it."""
    for source in expand(original, staging):
        if source.member == member:
            with Path(source.path).open("rb") as stream:
                stream.seek(offset)
                return stream.read(length)
        if source.path != original.path:
            Path(source.path).unlink(missing_ok=True)
    raise NotFoundError(f"{original.name} has no member {member} any more.")


def _cells(original: Source, staging: Path, row: int) -> bytes:
    """Return the cells of a row as JSON, by counting rows again as the reading did."""
    count = 0
    for source in expand(original, staging):
        for event in reader_for(source).read(source):
            if isinstance(event, TableStart):
                continue
            if isinstance(event, SetAside):
                count += 1
                if count == row:
                    if event.length is not None and event.length > len(event.raw):
                        raise RefusedError(f"Row {row} has {event.length} bytes, too many to show; see the original.")
                    return event.raw
            elif count + len(event.cells) >= row:
                return json.dumps(list(event.cells[row - count - 1]), ensure_ascii=False).encode("utf-8", "replace")
            else:
                count += len(event.cells)
    raise NotFoundError(f"{original.name} has no row {row}.")
