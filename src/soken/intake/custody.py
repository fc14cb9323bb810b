"""The chain of custody of an evidence item: what was done with it, when and by whom, in order, only ever added to.

One JSON object a line. Each holds the SHA-256 of the line before it (the first: of the original's bytes), so that a
changed, removed or inserted line shows. What the chain cannot show by itself is that
whole lines are missing at the end.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from soken.core.clock import stamp
from soken.core.errors import DamagedStoreError, EnvironmentProblemError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from soken.core.home import Home

_FILE: Final = "custody.jsonl"


class Act(StrEnum):
    """What can be done with an evidence item."""

    SEIZED = "seized"
    RECEIVED = "received"
    SEALED = "sealed"
    RECEIVED_AGAIN = "received-again"
    READ = "read"
    VERIFIED = "verified"
    HANDED_OVER = "handed-over"
    REDACTED = "redacted"  # rows that two people decided to erase were overwritten
    DESTROYED = "destroyed"  # the original went as a whole: rows cannot be taken out of its kind of file one by one
    MENDED = "mended"  # an entry that was cut off while it was written (power, kill) was removed


@dataclass(frozen=True, slots=True)
class CustodyEvent:
    """One entry.

    Attributes:
        number: 1, 2, 3 and so on without a gap.
        at: when, ISO 8601 with zone; for `Act.SEIZED` as stated by whoever handed it in.
        actor: who did it.
        act: what was done.
        note: anything further.
        previous: SHA-256 of the line before (of the original's bytes for number 1).
    """

    number: int
    at: str
    actor: str
    act: Act
    note: str
    previous: str

    def line(self) -> bytes:
        """Return the entry as it stands in the file."""
        fields = {name: str(getattr(self, name)) for name in ("at", "actor", "act", "note", "previous")}
        return json.dumps({"number": self.number, **fields}, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def custody(home: Home, evidence_id: str) -> list[CustodyEvent]:
    """Return all events of an evidence item in order.

    Raises:
        NotFoundError: there is no such item.
        DamagedStoreError: the chain is broken: a line was changed, removed or inserted.
    """
    folder = home.evidence / evidence_id
    if not (folder / _FILE).is_file():
        raise NotFoundError(f"There is no evidence item {evidence_id} in {home.root}.")
    return _parse((folder / _FILE).read_bytes(), _origin(folder), evidence_id)[0]


def event_hash(event: CustodyEvent) -> str:
    """Return the SHA-256 of an event's line: what the next line holds as ``previous``."""
    return hashlib.sha256(event.line().removesuffix(b"\n")).hexdigest()


def add_custody_event(
    home: Home, evidence_id: str, act: Act, *, actor: str, note: str = "", at: str | None = None
) -> CustodyEvent:
    """Add an event and return it; it is on the disk when this returns.

    Args:
        home: the store.
        evidence_id: the item.
        act: what was done.
        actor: who did it.
        note: anything further, for people.
        at: when, if not now.

    Raises:
        NotFoundError: there is no such item.
        DamagedStoreError: the chain is broken already; nothing is added.
        EnvironmentProblemError: the disk is full or not writable; nothing is added.
    """
    folder = home.evidence / evidence_id
    if not (folder / _FILE).is_file():
        raise NotFoundError(f"There is no evidence item {evidence_id} in {home.root}.")
    return add_to_folder(folder, evidence_id, act, actor=actor, note=note, at=at)


def add_custody_event_once(home: Home, evidence_id: str, act: Act, *, actor: str, note: str) -> None:
    """Add an event unless one of the same act and note is there: a step that was cut off after it may be repeated.

    Raises:
        NotFoundError, DamagedStoreError, EnvironmentProblemError: see `add_custody_event`.
    """
    if not any((one.act, one.note) == (act, note) for one in custody(home, evidence_id)):
        add_custody_event(home, evidence_id, act, actor=actor, note=note)


def add_to_folder(
    folder: Path, evidence_id: str, act: Act, *, actor: str, note: str = "", at: str | None = None
) -> CustodyEvent:
    """`add_custody_event` for a folder that may still be in the staging; its manifest must be there."""
    try:
        with _locked(folder / _FILE) as handle:
            held = _read_all(handle)
            events, whole = _parse(held, _origin(folder), evidence_id)
            if whole < len(held):
                os.ftruncate(handle, whole)
                removed = f"an entry cut off after {len(held) - whole} bytes was removed"
                events.append(_write(handle, events, held[:whole], Act.MENDED, "soken", removed, stamp(), folder))
                held = _read_all(handle)
            return _write(handle, events, held, act, actor, note, at or stamp(), folder)
    except OSError as problem:
        raise EnvironmentProblemError(
            f"The custody record of {evidence_id} cannot be written ({problem.strerror}): make room or give access, "
            "then do it again."
        ) from problem


def _write(
    handle: int, events: list[CustodyEvent], held: bytes, act: Act, actor: str, note: str, at: str, folder: Path
) -> CustodyEvent:
    """Write one line in one go; on failure the file is as it was."""
    previous = hashlib.sha256(held.splitlines()[-1]).hexdigest() if events else _origin(folder)
    event = CustodyEvent(len(events) + 1, at, actor, act, note, previous)
    size = os.fstat(handle).st_size
    line = event.line()
    try:
        written = os.write(handle, line)
        while written < len(line):
            written += os.write(handle, line[written:])
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise
    return event


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file's handle, for appending, with no other process writing to it."""
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _read_all(handle: int) -> bytes:
    return os.pread(handle, os.fstat(handle).st_size, 0)


def _origin(folder: Path) -> str:
    """What the chain begins with: the original's SHA-256 by the manifest."""
    try:
        return str(json.loads((folder / "manifest.json").read_bytes())["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise DamagedStoreError(
            f"The manifest of {folder.name} cannot be read: restore the item from a copy of the store."
        ) from problem


def _parse(held: bytes, origin: str, evidence_id: str) -> tuple[list[CustodyEvent], int]:
    """Whole events and the number of bytes that they take up; a last line without its end was never finished."""
    whole = held.rfind(b"\n") + 1
    events: list[CustodyEvent] = []
    previous = origin
    for number, line in enumerate(held[:whole].splitlines(), 1):
        try:
            found = json.loads(line)
            event = CustodyEvent(
                found["number"], found["at"], found["actor"], Act(found["act"]), found["note"], found["previous"]
            )
        except (ValueError, KeyError, TypeError) as problem:
            raise _broken(evidence_id, number) from problem
        if event.number != number or event.previous != previous:
            raise _broken(evidence_id, number)
        previous = hashlib.sha256(line).hexdigest()
        events.append(event)
    return events, whole


def _broken(evidence_id: str, number: int) -> DamagedStoreError:
    return DamagedStoreError(
        f"The custody record of {evidence_id} does not hold together at entry {number}: it was altered from outside "
        "Soken; compare it with a copy of the store."
    )
