"""Is the ledger whole? Every entry is hashed anew; what was changed, taken out, put in, moved or cut off is named."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Q

from soken.core.errors import SokenError
from soken.intake import custody, event_hash
from soken.ledger.checkpoint import Checkpoint, is_signed, kept_checkpoints, public_key
from soken.ledger.entries import ORIGIN, TEXTS, Kind, entry_hash
from soken.ledger.models import Entry, EntryHead, EntryKey, PendingEntry
from soken.ledger.resume import RESUME
from soken.ledger.stamped import Stamped, count_stamps, stamps_looked_at
from soken.ledger.triggers import GUARD, wrong_triggers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from asn1crypto import x509

    from soken.core.home import Home

_BATCH: Final = 2000
#: Tables of whose rows each began with an entry: they outlive whoever cuts the ledger short. By model.
_LASTING: Final = {
    "access.User": "access_user",
    "casework.EvidenceItem": "casework_evidenceitem",
    "casework.ResolveRun": "casework_resolverun",
    "casework.Dossier": "casework_dossier",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        code: changed, missing, moved, put-in, cut-off, head, key, checkpoint, stamp, custody, trigger,
            resumed, pending.
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
        signed: number of the newest entry that a checkpoint holds for.
        findings: what is wrong, in the order of the chain.
    """

    entries: int = 0
    last: str = ORIGIN
    checkpoints: int = 0
    stamps: list[Stamped] = field(default_factory=list)
    unchecked: int = 0
    signed: int = 0
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
    told, rows = _Told(), {label: _rows_of(table) for label, table in _LASTING.items()}
    for entry, findings in _chain(verdict):
        verdict.findings += findings
        verdict.findings += _custody(entry, home, custodies)
        told.hear(entry)
    verdict.findings += _end(verdict)
    verdict.findings += _untold(told, rows)
    verdict.findings += _keys(told)
    carried = list(checkpoints)
    verdict.findings += _compared(verdict, home, carried, key)
    verdict.findings += _stamped(verdict, home, carried, stamps, roots)
    verdict.findings += _unguarded(told, verdict.signed)
    verdict.findings += _resumed(told, verdict.signed)
    return verdict


@dataclass(slots=True)
class _Told:
    """What entries tell of that is compared with the database.

    Attributes:
        closed: whose key something is closed with → the first entry that holds it.
        destroyed: whose keys were destroyed by an erasure.
        came: rows of `_LASTING` tables by their model and key, whose beginning an entry tells of.
        guarded: entries that tell of triggers which were set up again.
        resumed: entries that tell of a head which was altered.
    """

    closed: dict[str, int] = field(default_factory=dict)
    destroyed: set[str] = field(default_factory=set)
    came: set[tuple[str, str]] = field(default_factory=set)
    guarded: list[Entry] = field(default_factory=list)
    resumed: list[Entry] = field(default_factory=list)

    def hear(self, entry: Entry) -> None:
        """Note what an entry tells."""
        if entry.sealed:
            self.closed.setdefault(entry.subject, entry.seq)
        if any(label in entry.changes for label in _LASTING):
            self.came |= _begun(entry)
        if entry.kind == Kind.ERASURE and entry.act == "destroy-key":
            self.destroyed.add(f"{entry.operation}/{entry.person or entry.about}")
        elif entry.kind == Kind.SYSTEM and entry.act == GUARD:
            self.guarded.append(entry)
        elif entry.kind == Kind.SYSTEM and entry.act == RESUME:
            self.resumed.append(entry)


def _begun(entry: Entry) -> set[tuple[str, str]]:
    """Return the rows whose beginning an entry tells of; nothing where it was changed, which is told of as such."""
    try:
        changes = json.loads(entry.changes)
        return {(one["table"], str(one["key"])) for one in changes if one["what"] == "insert"}
    except (ValueError, TypeError, KeyError):
        return set()


def _untold(told: _Told, rows: dict[str, set[int]]) -> Iterator[Finding]:
    """Tell of rows that are there though no entry tells how they came: it was cut off, with all that followed."""
    for label, keys in rows.items():
        untold = sorted(key for key in keys if (label, str(key)) not in told.came)
        if untold:
            said = (
                f"The ledger does not tell how {len(untold)} rows of {label} came, the first of them number "
                f"{untold[0]}: entries are missing."
            )
            yield Finding("missing", 0, said)


def _rows_of(table: str) -> set[int]:
    """Return the keys of a table's rows that are there now, but for those that wait to be chained."""
    with connection.cursor() as cursor:
        waiting = "select key from ledger_entry_pending where place = %s"
        cursor.execute(f"select id from {table} where cast(id as varchar(80)) not in ({waiting})", [table])
        return {key for (key,) in cursor.fetchall()}


def _keys(told: _Told) -> Iterator[Finding]:
    """Tell of keys that are gone though nobody was erased: what they closed can be read no longer."""
    there = set(EntryKey.objects.values_list("subject", flat=True))
    for subject, seq in told.closed.items():
        if subject in there or subject in told.destroyed or _destroyed_meanwhile(subject):
            continue
        said = f"The key of what entry {seq} holds closed is gone, and no entry tells of an erasure."
        yield Finding("key", seq, said)


def _destroyed_meanwhile(subject: str) -> bool:
    """Tell whether an erasure destroyed a key while the ledger was looked through."""
    operation, _slash, about = subject.partition("/")
    said = Entry.objects.filter(kind=Kind.ERASURE, act="destroy-key", operation=operation)
    return said.filter(Q(person=about) | Q(about=about)).exists()


def _unguarded(told: _Told, signed: int) -> Iterator[Finding]:
    """Tell of triggers that are gone or altered, and that were: until somebody signs a later checkpoint."""
    for name in wrong_triggers():
        said = f"The trigger {name} is missing or altered: what happened since may not be recorded."
        yield Finding("trigger", 0, said)
    for entry in told.guarded:
        if entry.seq > signed:
            yield Finding(
                "trigger",
                entry.seq,
                f"Before entry {entry.seq} triggers were missing or altered, which were set up again: what was changed "
                "meanwhile may not be recorded; look into it, then make a checkpoint.",
            )


def _resumed(told: _Told, signed: int) -> Iterator[Finding]:
    """Tell of a head that was altered, and put back: until somebody signs a later checkpoint."""
    for entry in told.resumed:
        if entry.seq > signed:
            said = (
                f"Before entry {entry.seq} the head of the ledger had been altered, and {entry.by} put it back: "
                "entries may be missing or may have been put in; look into it, then make a checkpoint."
            )
            yield Finding("resumed", entry.seq, said)


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
    expected, places = 1, _Places()
    for entry in _entries():
        found = []
        follows = entry.previous == verdict.last
        if entry.seq != expected:
            found.append(_gap(expected, entry.seq))
        elif not follows:
            said = f"Entry {entry.seq} does not follow entry {entry.seq - 1}: one of the two was replaced or moved."
            found.append(Finding("moved", entry.seq, said))
        if entry.hash == hash_of(entry):
            places.moved_by = 0
        else:
            found += places.explained(entry, follows=follows)
        verdict.entries += 1
        verdict.last, expected = entry.hash, entry.seq + 1
        yield entry, found


@dataclass(slots=True)
class _Places:
    """What entries whose hash does not fit were, as far as they say it: numbers are under the hash.

    Attributes:
        moved_by: by how much the number of the entry before was raised since it was written.
        looks: how often the whole ledger may still be looked through for the entry that one follows.
    """

    moved_by: int = 0
    looks: int = 50

    def explained(self, entry: Entry, *, follows: bool) -> list[Finding]:
        """Return what is wrong with an entry whose hash does not fit; of many that were moved together it is said once.

        Args:
            entry: the entry.
            follows: whether it follows the one that stands before it.
        """
        before, number = self.moved_by, self._written_as(entry)
        if number is None:
            self.moved_by = 0
            said = f"Entry {entry.seq} was changed: its content does not have the hash that stands in it."
            return [Finding("changed", entry.seq, said)]
        self.moved_by = entry.seq - number
        if follows and self.moved_by == before:
            return []
        found = [Finding("changed", entry.seq, f"Entry {entry.seq} was written as entry {number}: it was moved.")]
        first, last = entry.seq - self.moved_by + before, entry.seq - 1
        alone = Entry.objects.filter(pk=number + 1, previous=entry.hash).exists()  # what followed it stands there still
        if self.moved_by > before and not alone and self._follows(entry, first - 1):
            which = f"Entry {first} was" if first == last else f"Entries {first} to {last} were"
            found.append(Finding("put-in", first, f"{which} put in."))
        return found

    def _written_as(self, entry: Entry) -> int | None:
        """Return the number under which an entry's content has the hash that stands in it, None for none."""
        likely = [entry.seq - self.moved_by, entry.seq - self.moved_by - 1, entry.seq - self.moved_by + 1]
        found = next((one for one in likely if _fits(entry, one)), None)
        if found is None and self.looks:
            self.looks -= 1
            after = Entry.objects.filter(hash=entry.previous).values_list("seq", flat=True).first() or 0
            around = range(after - 1, after + 4)
            found = next((one for one in around if _fits(entry, one)), None)
        return found

    @staticmethod
    def _follows(entry: Entry, seq: int) -> bool:
        """Tell whether an entry follows the one of a number, 0 for none."""
        if seq == 0:
            return entry.previous == ORIGIN
        return Entry.objects.filter(pk=seq, hash=entry.previous).exists()


def _fits(entry: Entry, seq: int) -> bool:
    """Tell whether an entry's content has the hash that stands in it, under a number."""
    return seq > 0 and _hash_under(entry, seq) == entry.hash


def _gap(expected: int, came: int) -> Finding:
    """Return what a jump in the numbers means."""
    if came < expected:
        return Finding("moved", came, f"Entry {came} was put in before the first.")
    which = f"Entry {expected} is" if came == expected + 1 else f"Entries {expected} to {came - 1} are"
    return Finding("missing", expected, f"{which} missing.")


def hash_of(entry: Entry) -> str:
    """Return the hash that an entry must have by what it says."""
    return _hash_under(entry, entry.seq)


def _hash_under(entry: Entry, seq: int) -> str:
    """Return the hash that an entry would have under a number."""
    return entry_hash(seq, entry.at, {name: getattr(entry, name) for name in TEXTS}, entry.previous)


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
        else:
            verdict.signed = max(verdict.signed, one.seq)


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
