"""Ask back the copies that others hold of a wrong person, and enter what they answer (R35)."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.register_wrong_person import add_copies
from soken.casework.actions.safety_act import moment_of
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import Misidentification, Recall
from soken.casework.selectors.wrong_persons import entries_of
from soken.core.errors import NotFoundError, RefusedError
from soken.review.misidentified import register

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from soken.access.models import User
    from soken.casework.models import Operation

_LONGEST_NAME = 200


def look_again(operation: Operation, code: str, *, by: User) -> int:
    """List the copies that went out, by the ledger, since the register was looked at last; return how many.

    Raises:
        NotFoundError, RefusedError: see `recalling`.
    """
    with recalling(operation, code, by) as entry:
        return add_copies(entry)


def add_copy(operation: Operation, code: str, *, by: User, source: str, recipient: str, note: str = "") -> Recall:
    """List a copy that the ledger cannot know of: a print, something told by telephone.

    Args:
        operation: where.
        code: the person.
        by: who knows of it.
        source: code of a kind of copy.
        recipient: who holds it.
        note: anything further.

    Raises:
        BadInputError: the kind is not known, or the recipient is missing.
        RefusedError: it is listed already; and see `recalling`.
        NotFoundError: see `recalling`.
    """
    words = register()
    one_of(source, words.copies, _("The kind of copy"))
    named = in_words(recipient, _("Who holds it"), longest=_LONGEST_NAME)
    said = in_words(note, _("The note")) if note.strip() else ""
    with recalling(operation, code, by) as entry:
        if entry.recalls.filter(source=source, recipient=named).exists():
            raise RefusedError(_("That copy is listed already."))
        return Recall.objects.create(misidentification=entry, source=source, recipient=named, note=said)


def ask_back(operation: Operation, code: str, *, by: User, key: int, method: str, at: datetime | None = None) -> Recall:
    """Enter that a recipient was asked to give a copy back or destroy it; asking again sets the days anew.

    Args:
        operation: where.
        code: the person.
        by: who asked.
        key: number of the recall.
        method: code of how.
        at: when; now, if not said.

    Raises:
        BadInputError: the way is not known, or the moment cannot be.
        RefusedError: it is answered already; and see `recalling`.
        NotFoundError: there is no such recall; and see `recalling`.
    """
    words = register()
    one_of(method, words.methods, _("The way"))
    with recalling(operation, code, by) as entry:
        found = _recall(entry, key)
        word = words.answers.get(found.answer)
        if found.answered_at is not None and word is not None and word.flag:
            raise RefusedError(_("That copy is gone already."))
        found.asked_at = moment_of(at, found.sent_at or entry.at, _("The request"))
        found.asked_by, found.method = by, method
        found.due_at = found.asked_at + timedelta(days=words.answer_days)
        found.answer, found.answered_at, found.answered_by, found.answer_entered_by = "", None, "", None
        found.save()
        return found


def answer_recall(
    operation: Operation, code: str, *, by: User, key: int, answer: str, who: str, note: str = "",
    at: datetime | None = None,
) -> Recall:  # fmt: skip
    """Enter what a recipient answered.

    Args:
        operation: where.
        code: the person.
        by: who enters it.
        key: number of the recall.
        answer: code of the answer.
        who: who answered there.
        note: how it was destroyed, why it is refused.
        at: when; now, if not said.

    Raises:
        BadInputError: the answer is not known, a name is missing, a refusal has no words, or the moment cannot be.
        RefusedError: nobody has asked yet; and see `recalling`.
        NotFoundError: there is no such recall; and see `recalling`.
    """
    words = register()
    word = words.answers[one_of(answer, words.answers, _("The answer"))]
    named = in_words(who, _("Who answered"), longest=_LONGEST_NAME)
    said = in_words(note, _("The note")) if note.strip() or not word.flag else ""
    with recalling(operation, code, by) as entry:
        found = _recall(entry, key)
        if found.asked_at is None:
            raise RefusedError(_("Nobody has asked for that copy yet; enter the request first."))
        found.answered_at = moment_of(at, found.asked_at, _("The answer"))
        found.answer, found.answered_by, found.answer_entered_by = answer, named, by
        found.note = said or found.note
        found.save()
        return found


@contextmanager
def recalling(operation: Operation, code: str, by: User) -> Iterator[Misidentification]:
    """Open an act on the copies of a wrong person: the entry, locked until the act is done.

    Raises:
        NotFoundError: the person does not stand in the register, or the actor is no member of the operation.
        RefusedError: the role does not permit it, or the links were released.
    """
    check_right(operation, by, Act.RECALL_COPIES)
    with transaction.atomic():
        yield locked_entry(operation, code)


def locked_entry(operation: Operation, code: str) -> Misidentification:
    """Return a person's entry in force, locked.

    Raises:
        NotFoundError: the person does not stand in the register.
    """
    found = entries_of(operation).filter(dossier__person_code=code, released_at__isnull=True).first()
    if found is None:
        raise NotFoundError(_("%(person)s does not stand in the register of wrong persons.") % {"person": code[:40]})
    Misidentification.objects.select_for_update().get(pk=found.pk)
    return found


def _recall(entry: Misidentification, key: int) -> Recall:
    """Return a recall of an entry.

    Raises:
        NotFoundError: there is none of this number.
    """
    found = entry.recalls.filter(pk=key).first()
    if found is None:
        raise NotFoundError(_("There is no copy number %(number)s in the register.") % {"number": key})
    return found
