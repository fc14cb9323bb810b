"""The readings of an evidence item: folders beside each other, numbered from 1, the newest the one that counts."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from soken.core.errors import DamagedStoreError, NotFoundError
from soken.core.parquet import rows_in
from soken.core.vault import encrypt_in_place, files_in, opened, sync_folder

if TYPE_CHECKING:
    from pathlib import Path

    from soken.core.home import Home


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of an evidence item.

    Attributes:
        evidence_id: the evidence item.
        number: of the reading, from 1.
        folder: where it is.
        locale: 'ja' or 'intl'.
        record: ``reading.json``.
    """

    evidence_id: str
    number: int
    folder: Path
    locale: str
    record: dict[str, Any]

    @property
    def rows(self) -> Path:
        """``rows.parquet``: every accepted row."""
        return self.folder / "rows.parquet"

    @property
    def set_aside(self) -> Path:
        """``set_aside.parquet``: every row that could not be read."""
        return self.folder / "set_aside.parquet"


def current_reading(home: Home, evidence_id: str, operation_slug: str | None = None) -> Reading:
    """Return the newest complete reading of an evidence item.

    Args:
        home: the installation's folders.
        evidence_id: the evidence item.
        operation_slug: look only at readings with this operation's item codes.

    Raises:
        NotFoundError: there is no such item, or it has no reading.
        DamagedStoreError: the reading's record cannot be read.
    """
    for reading in readings_of(home, evidence_id):
        if operation_slug in (None, reading.record.get("operation")):
            return reading
    raise NotFoundError(f"Evidence item {evidence_id} has no reading in {home.root}; take its file in again.")


def reading_numbered(home: Home, evidence_id: str, number: int) -> Reading:
    """Return one reading; see `current_reading`."""
    for reading in readings_of(home, evidence_id):
        if reading.number == number:
            return reading
    raise NotFoundError(f"Evidence item {evidence_id} has no reading {number} in {home.root}.")


def check_readings(home: Home, evidence_id: str) -> int:
    """Count the rows of all readings of an item again, and return how many readings there are.

    Raises:
        DamagedStoreError: a reading's record or tables cannot be read, or they do not hold the rows that it records.
    """
    found = readings_of(home, evidence_id)
    for reading in found:
        counts = reading.record["counts"]
        wanted = (counts["rows_accepted"], counts["rows_set_aside"])
        try:
            there = (rows_in(reading.rows), rows_in(reading.set_aside))
        except (OSError, pa.ArrowInvalid) as problem:
            raise DamagedStoreError(
                f"The rows of reading {reading.number} of {evidence_id} cannot be read: restore the item from a copy "
                "of the store."
            ) from problem
        if there != wanted or sum(wanted) + counts.get("rows_erased", 0) != counts["rows_read"]:
            raise DamagedStoreError(
                f"Reading {reading.number} of {evidence_id} holds {there[0]} rows and {there[1]} set aside instead of "
                f"{wanted[0]} and {wanted[1]}: restore the item from a copy of the store."
            )
    return len(found)


def readings_of(home: Home, evidence_id: str) -> list[Reading]:
    """Return all readings of an item, newest first."""
    folder = home.evidence / evidence_id / "readings"
    there = [one.name for one in folder.iterdir()] if folder.is_dir() else []
    numbers = sorted((int(name) for name in there if name.isdigit()), reverse=True)
    return [_load(evidence_id, folder / f"{number:04d}", number) for number in numbers]


def _load(evidence_id: str, folder: Path, number: int) -> Reading:
    try:
        with opened(folder / "reading.json") as file:
            record = json.load(file)
        return Reading(evidence_id, number, folder, record["locale"], record)
    except (OSError, ValueError, KeyError) as problem:
        raise DamagedStoreError(
            f"Reading {number} of {evidence_id} cannot be read: restore the item from a copy of the store."
        ) from problem


def encrypt_reading(item: Path, reading: Path) -> None:
    """Encrypt a finished reading, still in the staging, as its item is; nothing where that is not encrypted."""
    for path in files_in(reading):
        encrypt_in_place(path, like=item)


def place_reading(item: Path, reading: Path) -> int:
    """Move a finished reading beside the others, encrypted as its item is; return its number."""
    encrypt_reading(item, reading)
    readings = item / "readings"
    readings.mkdir(exist_ok=True)
    number = 1 + max((int(one.name) for one in readings.iterdir() if one.name.isdigit()), default=0)
    while True:
        try:
            os.rename(reading, readings / f"{number:04d}")  # noqa: PTH104 (refuses a folder that is there)
        except OSError as problem:
            if problem.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            number += 1
        else:
            sync_folder(readings)
            return number


def sync_reading(folder: Path) -> None:
    """Make a finished reading survive a power cut before it is moved into place."""
    for path in folder.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    sync_folder(folder)
