"""Is the ledger whole? Every entry is hashed anew; what was changed, taken out, put in, moved or cut off is named."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.db import connection

from soken.core.errors import SokenError
from soken.intake import custody, event_hash
from soken.ledger.checkpoint import Checkpoint, is_signed, kept_checkpoints, public_key
from soken.ledger.entries import ORIGIN, TEXTS, entry_hash
from soken.ledger.models import Entry, EntryHead, PendingEntry
from soken.ledger.stamped import Stamped, count_stamps, stamps_looked_at
from soken.ledger.triggers import missing_triggers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from asn1crypto import x509

    from soken.core.home import Home

_BATCH: Final = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        code: changed, missing, moved, cut-off, head, checkpoint, stamp, custody, trigger, pending.
        seq: number of the entry concerned, 0 where none is.
        said: one sentence.
    """

    code: str
    seq: int
    said: str


@dataclass(slots=True)
class Verdict:
    """What came of looking through the whole ledger.

    Attributes:
        entries: how many were read.
        last: hash of the newest.
        checkpoints: how many checkpoints were compared.
        stamps: the time stamps of checkpoints that hold.
        unchecked: how many time stamps the home keeps that were not looked at, since nobody said whom to trust.
        findings: what is wrong, in the order of the chain.
    """

    entries: int = 0
    last: str = ORIGIN
    checkpoints: int = 0
    stamps: list[Stamped] = field(default_factory=list)
    unchecked: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify_ledger(
    home: Home, checkpoints: Iterable[Checkpoint] = (), *, key: str = "", stamps: Iterable[Path] = (),
    roots: Sequence[x509.Certificate] = (),
) -> Verdict:  # fmt: skip
    """Look through the whole ledger.

    Args:
        home: the installation's folders.
        checkpoints: checkpoints that were carried off, beside those that the home keeps.
        key: the public key that those were signed with, as it was written down; the installation's own if none is said.
        stamps: time stamps that were carried off, beside those that the home keeps.
        roots: certificates that are trusted to vouch for who stamped; without any, no time stamp is looked at.
    """
    verdict = Verdict()
    custodies: dict[str, set[str]] = {}
    for entry, findings in _chain(verdict):
        verdict.findings += findings
        verdict.findings += _custody(entry, home, custodies)
    verdict.findings += _end(verdict)
    carried = list(checkpoints)
    verdict.findings += _compared(verdict, home, carried, key)
    verdict.findings += _stamped(verdict, home, carried, stamps, roots)
    verdict.findings += [
        Finding("trigger", 0, f"The trigger {name} is missing: what happened since it went may not be recorded.")
        for name in missing_triggers()
    ]
    return verdict


def _entries() -> Iterator[Entry]:
    """Yield all entries in order, some at a time."""
    last = None
    while True:
        found = Entry.objects.order_by("seq")
        batch = list((found if last is None else found.filter(seq__gt=last))[:_BATCH])
        if not batch:
            return
        yield from batch
        last = batch[-1].seq


def _chain(verdict: Verdict) -> Iterator[tuple[Entry, list[Finding]]]:
    """Yield each entry with what is wrong with it and with its place."""
    expected = 1
    for entry in _entries():
        found = []
        if entry.seq != expected:
            found.append(_gap(expected, entry.seq))
        elif entry.previous != verdict.last:
            said = f"Entry {entry.seq} does not follow entry {entry.seq - 1}: one of the two was replaced or moved."
            found.append(Finding("moved", entry.seq, said))
        if entry.hash != hash_of(entry):
            said = f"Entry {entry.seq} was changed: its content does not have the hash that stands in it."
            found.append(Finding("changed", entry.seq, said))
        verdict.entries += 1
        verdict.last, expected = entry.hash, entry.seq + 1
        yield entry, found


def _gap(expected: int, came: int) -> Finding:
    """Return what a jump in the numbers means."""
    if came < expected:
        return Finding("moved", came, f"Entry {came} was put in before the first.")
    which = f"Entry {expected} is" if came == expected + 1 else f"Entries {expected} to {came - 1} are"
    return Finding("missing", expected, f"{which} missing.")


def hash_of(entry: Entry) -> str:
    """Return the hash that an entry must have by what it says."""
    return entry_hash(entry.seq, entry.at, {name: getattr(entry, name) for name in TEXTS}, entry.previous)


def _end(verdict: Verdict) -> Iterator[Finding]:
    """Compare the end of the chain with its head; look for changes that nobody has chained."""
    head = EntryHead.objects.first()
    if head is None:
        if verdict.entries:
            yield Finding("head", 0, "The head of the ledger is missing.")
        return
    # Newest entry and head in one statement: somebody may be adding entries all the while.
    newest, end = _newest_and_head()
    if end > newest:
        which = f"Entry {end} was" if end == newest + 1 else f"Entries {newest + 1} to {end} were"
        yield Finding("cut-off", newest + 1, f"{which} cut off the end.")
    elif end < newest:
        yield Finding("head", end + 1, f"Entries from {end + 1} on were put in behind the end.")
    elif not Entry.objects.filter(pk=head.seq, hash=head.hash).exists() and head.seq:
        yield Finding("head", head.seq, f"The newest entry, {head.seq}, is not the one that the head names.")
    left = PendingEntry.objects.count()
    if left:
        yield Finding("pending", 0, f"{left} changes were made by another program; the next act will chain them.")


def _newest_and_head() -> tuple[int, int]:
    """Return the number of the newest entry, and the number that the head names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select coalesce(max(seq), 0) from ledger_entry), (select max(seq) from ledger_entry_head)"
        )
        newest, end = cursor.fetchone()
    return int(newest), int(end)


def _compared(verdict: Verdict, home: Home, carried: Iterable[Checkpoint], key: str) -> Iterator[Finding]:
    """Compare the chain with the checkpoints."""
    own = public_key(home)
    try:
        kept = kept_checkpoints(home)
    except SokenError as problem:
        kept = []
        yield Finding("checkpoint", 0, problem.message)
    for one, trusted in [*((one, own) for one in kept), *((one, key or own) for one in carried)]:
        verdict.checkpoints += 1
        if not is_signed(one, trusted):
            said = f"The checkpoint at entry {one.seq} of {one.at} was altered, or signed with another key."
            yield Finding("checkpoint", one.seq, said)
            continue
        there = Entry.objects.filter(pk=one.seq).values_list("hash", flat=True).first()
        if there is None:
            said = f"Entry {one.seq} was there on {one.at}, as a signed checkpoint says, and is not now."
            yield Finding("cut-off", one.seq, said)
        elif there != one.hash:
            said = f"Entry {one.seq} or one before it was replaced since {one.at}, as a signed checkpoint says."
            yield Finding("checkpoint", one.seq, said)


def _stamped(
    verdict: Verdict, home: Home, carried: Sequence[Checkpoint], stamps: Iterable[Path],
    roots: Sequence[x509.Certificate],
) -> Iterator[Finding]:  # fmt: skip
    """Look at the time stamps of the checkpoints."""
    try:
        known = [*kept_checkpoints(home), *carried]
    except SokenError:  # was told of when they were compared
        known = list(carried)
    if not roots:
        verdict.unchecked = count_stamps(home, known)
        return
    for one in stamps_looked_at(home, known, stamps, roots):
        if one.wrong:
            yield Finding("stamp", one.seq, one.wrong)
        else:
            verdict.stamps.append(one)


def _custody(entry: Entry, home: Home, known: dict[str, set[str]]) -> Iterator[Finding]:
    """Compare an evidence item's custody record with what the ledger says of it."""
    if '"custody":' not in entry.facts:
        return
    try:
        said = json.loads(entry.facts).get("custody")
    except ValueError:
        return  # the entry was changed, and is told of as such
    if entry.about not in known:
        try:
            known[entry.about] = custody_hashes(home, entry.about)
        except SokenError as problem:
            known[entry.about] = set()
            yield Finding("custody", entry.seq, problem.message)
            return
    if known[entry.about] and said not in known[entry.about]:
        told = f"The custody record of {entry.about} no longer holds what entry {entry.seq} saw in it."
        yield Finding("custody", entry.seq, told)


def custody_hashes(home: Home, evidence_id: str) -> set[str]:
    """Return the hash of each line of an item's custody record.

    Raises:
        NotFoundError: there is no such item.
        DamagedStoreError: the record does not hold together.
    """
    return {event_hash(event) for event in custody(home, evidence_id)}
