"""The register of wrong persons: who holds copies, what was asked back, what is still open (R35)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from soken.casework.models import DecisionKind, Misidentification, MisidentificationDecision, Recall
from soken.core import clock
from soken.core.errors import NotFoundError
from soken.ledger.entries import Kind
from soken.ledger.models import Entry
from soken.review.misidentified import OTHER, register

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from soken.casework.models import MisidentificationAnswer, Operation


@dataclass(frozen=True, slots=True)
class Copy:
    """A kind of copy that one recipient was given, by the ledger.

    Attributes:
        source: code of `soken.review.misidentified.Register.copies`.
        recipient: to whom it went; where nobody was named, who took it.
        sent_at: when first.
        entries: numbers of the ledger's entries.
    """

    source: str
    recipient: str
    sent_at: datetime
    entries: tuple[int, ...]


def copies_in_ledger(operation: Operation, code: str) -> list[Copy]:
    """Return every copy of a person that the ledger knows to have gone out, the oldest first.

    What was taken of a whole operation holds the person too.
    """
    found: dict[tuple[str, str], Copy] = {}
    sent = Entry.objects.filter(kind=Kind.DISCLOSURE, operation=operation.slug, person__in=(code, ""))
    for entry in sent.order_by("seq"):
        if _names(entry) & register().no_person:
            continue
        key = _source(entry), entry.recipient or entry.by
        before = found.get(key)
        entries = (*(before.entries if before else ()), entry.seq)
        found[key] = Copy(*key, before.sent_at if before else entry.at, entries)
    return list(found.values())


def _names(entry: Entry) -> set[str]:
    """Return the tables and the door that an entry tells of."""
    return {entry.through, *(one["table"] for one in json.loads(entry.changes))}


def _source(entry: Entry) -> str:
    """Return the kind of copy that an entry tells of: by its table, else by the door that it went through."""
    known = register().of_ledger
    tables = [known[one["table"]] for one in json.loads(entry.changes) if one["table"] in known]
    return tables[0] if tables else known.get(entry.through, OTHER)


@dataclass(frozen=True, slots=True)
class SeenRecall:
    """A copy and how its recall stands.

    Attributes:
        recall: the entry.
        state: "unasked", "asked", "overdue", "gone" or "refused".
    """

    recall: Recall
    state: str

    @property
    def open(self) -> bool:
        """Tell whether something has still to be done about it."""
        return self.state != "gone"


@dataclass(frozen=True, slots=True)
class WrongPerson:
    """An entry of the register as the page shows it.

    Attributes:
        entry: the entry.
        rows: how many rows are frozen.
        recalls: every copy.
        answers: question → its newest answer.
        unanswered: codes of questions without an answer.
        notice, release: what was proposed last and is not refused, None for nothing.
        refused: proposals that a second person refused.
    """

    entry: Misidentification
    rows: int
    recalls: tuple[SeenRecall, ...]
    answers: dict[str, MisidentificationAnswer]
    unanswered: tuple[str, ...]
    notice: MisidentificationDecision | None
    release: MisidentificationDecision | None
    refused: tuple[MisidentificationDecision, ...]

    @property
    def open_recalls(self) -> int:
        """Copies of which nobody has said that they are gone."""
        return sum(one.open for one in self.recalls)

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes of what is missing until the entry can be closed."""
        found = []
        if any(one.state in {"unasked", "asked", "overdue"} for one in self.recalls):
            found.append("recalls-open")
        if self.unanswered:
            found.append("questions-open")
        if self.notice is None or not self.notice.agreed:
            found.append("notice-undecided")
        elif self.notice.done_at is None:
            found.append("notice-not-given")
        return tuple(found)


def wrong_person(operation: Operation, code: str) -> WrongPerson:
    """Return a person's entry: the one in force, else the newest.

    Raises:
        NotFoundError: the person never stood in the register.
    """
    found = entries_of(operation).filter(dossier__person_code=code).order_by("-pk").first()
    if found is None:
        raise NotFoundError(f"{code[:40]} does not stand in the register of wrong persons of {operation.name}.")
    return seen(found)


def entries_of(operation: Operation) -> QuerySet[Misidentification]:
    """Return the register of an operation."""
    return Misidentification.objects.filter(dossier__operation=operation).select_related(
        "dossier__operation", "by", "closed_by"
    )


def seen(entry: Misidentification) -> WrongPerson:
    """Return an entry with all that belongs to it."""
    answers = {one.question: one for one in entry.answers.select_related("by")}
    decisions = list(entry.decisions.select_related("by", "second"))
    standing = {one.kind: one for one in decisions if one.agreed is not False}
    return WrongPerson(
        entry=entry,
        rows=entry.rows.count(),
        recalls=tuple(seen_recalls(entry.recalls.select_related("asked_by", "answer_entered_by"))),
        answers=answers,
        unanswered=tuple(code for code in register().questions if code not in answers),
        notice=standing.get(DecisionKind.NOTICE),
        release=standing.get(DecisionKind.RELEASE),
        refused=tuple(one for one in decisions if one.agreed is False),
    )


def seen_recalls(recalls: Iterable[Recall]) -> list[SeenRecall]:
    """Return recalls with how they stand now."""
    now = clock.now()
    return [SeenRecall(one, _state(one, now)) for one in recalls]


def _state(recall: Recall, now: datetime) -> str:
    """Return how a recall stands."""
    if recall.answered_at is not None:
        word = register().answers.get(recall.answer)
        return "gone" if word is not None and word.flag else "refused"
    if recall.asked_at is None:
        return "unasked"
    return "overdue" if recall.due_at is not None and recall.due_at <= now else "asked"


def open_recalls(operations: Iterable[int]) -> QuerySet[Recall]:
    """Return the recalls of these operations that nobody has answered, the longest waiting first; unasked ones too.

    An entry whose links two people have released asks nothing back: it was the right person.
    """
    return (
        Recall.objects.filter(
            misidentification__dossier__operation__in=operations,
            misidentification__released_at__isnull=True,
            answered_at__isnull=True,
        )
        .select_related("misidentification__dossier__operation")
        .order_by("due_at", "pk")
    )
