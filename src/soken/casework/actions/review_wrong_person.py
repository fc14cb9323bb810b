"""The review of a wrong person: its questions, what two people decide, and the end of it (R35)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.advance import pass_gate
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.recall_copy import locked_entry, recalling
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import (
    DecisionKind,
    Dossier,
    Misidentification,
    MisidentificationAnswer,
    MisidentificationDecision,
)
from soken.casework.selectors.wrong_persons import seen
from soken.core import clock
from soken.core.errors import RefusedError
from soken.review.misidentified import register
from soken.review.stages import Stage
from soken.review.transitions import way

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation

#: What a release is proposed as: there is no other.
RELEASE: Final = "right-person-after-all"


def answer_question(
    operation: Operation, code: str, *, by: User, question: str, answer: str
) -> MisidentificationAnswer:
    """Answer a question of the review; the newest answer counts, earlier ones stay to be read.

    Raises:
        BadInputError: the question is not known, or the answer is missing.
        NotFoundError, RefusedError: see `soken.casework.actions.recall_copy.recalling`.
    """
    one_of(question, register().questions, _("The question"))
    said = in_words(answer, _("The answer"))
    with recalling(operation, code, by) as entry:
        _check_open(entry)
        return MisidentificationAnswer.objects.create(
            misidentification=entry, question=question, answer=said, by=by, at=clock.now()
        )


def propose(
    operation: Operation, code: str, *, by: User, kind: str, reason: str, choice: str = RELEASE
) -> MisidentificationDecision:
    """Propose what the person is told, or that the links are released because it was the right person after all.

    Args:
        operation: where.
        code: the person.
        by: who proposes it.
        kind: code of `DecisionKind`.
        reason: why.
        choice: for a notice: code of what the person is told.

    Raises:
        BadInputError: a code is not known, or the reason is missing.
        RefusedError: something is proposed or decided already, the role does not permit it, or the entry is closed.
        NotFoundError: the person does not stand in the register, or the actor is no member of the operation.
    """
    about = DecisionKind(one_of(kind, DecisionKind.values, _("What is decided")))
    choices = register().notices if about is DecisionKind.NOTICE else (RELEASE,)
    one_of(choice, choices, _("The decision"))
    said = in_words(reason, _("The reason"))
    check_right(operation, by, Act.DECIDE_WRONG_PERSON)
    with transaction.atomic():
        entry = locked_entry(operation, code)
        if about is DecisionKind.NOTICE:
            _check_open(entry)
        if entry.decisions.filter(kind=about).exclude(agreed=False).exists():
            raise RefusedError(_("That is proposed or decided already; a second person settles it."))
        return MisidentificationDecision.objects.create(
            misidentification=entry, kind=about, choice=choice, reason=said, by=by, at=clock.now()
        )


def settle(operation: Operation, code: str, *, by: User, kind: str, agree: bool) -> MisidentificationDecision:
    """Agree to what another has proposed, or refuse it; agreeing to a release takes the person back to *proposed*.

    Raises:
        BadInputError: the kind is not known.
        RefusedError: nothing is proposed, the actor proposed it, or the role does not permit it.
        NotFoundError: the person does not stand in the register, or the actor is no member of the operation.
    """
    about = DecisionKind(one_of(kind, DecisionKind.values, _("What is decided")))
    check_right(operation, by, Act.DECIDE_WRONG_PERSON)
    with transaction.atomic():
        entry = locked_entry(operation, code)
        found = entry.decisions.filter(kind=about, agreed__isnull=True).first()
        if found is None:
            raise RefusedError(_("Nothing is proposed that waits for a second person."))
        if found.by_id == by.pk:
            raise RefusedError(_("You have proposed this yourself; it takes another person to settle it."))
        found.second, found.second_at, found.agreed = by, clock.now(), agree
        found.save()
        if agree and about is DecisionKind.RELEASE:
            _release(entry, found, by)
        return found


def notice_given(operation: Operation, code: str, *, by: User, how: str) -> MisidentificationDecision:
    """Enter that what two people decided on apology and notice was carried out.

    Raises:
        BadInputError: it is not said how.
        RefusedError: nothing is decided yet, or it is entered already; or the role does not permit it.
        NotFoundError: the person does not stand in the register, or the actor is no member of the operation.
    """
    said = in_words(how, _("How"))
    check_right(operation, by, Act.DECIDE_WRONG_PERSON)
    with transaction.atomic():
        entry = locked_entry(operation, code)
        found = entry.decisions.filter(kind=DecisionKind.NOTICE, agreed=True, done_at__isnull=True).first()
        if found is None:
            raise RefusedError(_("No decision on apology and notice waits to be carried out."))
        found.done_at, found.done_note = clock.now(), said
        found.save()
        return found


def close_entry(operation: Operation, code: str, *, by: User) -> Misidentification:
    """Close the review: every copy answered for, every question answered, the person told. The links stay frozen.

    Raises:
        RefusedError: something is missing, or it is closed already; or the role does not permit it.
        NotFoundError: the person does not stand in the register, or the actor is no member of the operation.
    """
    check_right(operation, by, Act.DECIDE_WRONG_PERSON)
    with transaction.atomic():
        entry = locked_entry(operation, code)
        _check_open(entry)
        lacks = seen(entry).missing
        if lacks:
            raise RefusedError(
                _("The review of %(person)s cannot be closed yet; still missing: %(missing)s.")
                % {"person": code, "missing": ", ".join(lacks)}
            )
        entry.closed_at, entry.closed_by = clock.now(), by
        entry.save(update_fields=["closed_at", "closed_by"])
        return entry


def _release(entry: Misidentification, decision: MisidentificationDecision, by: User) -> None:
    """Release the links and take the person up again, through the gate that asks for the two people."""
    now = Dossier.objects.select_for_update().get(pk=entry.dossier_id)
    found = way(Stage(now.stage), Stage.PROPOSED)
    if found is None:
        raise RefusedError(_("%(person)s is not at the stage of wrong persons.") % {"person": now.person_code})
    pass_gate(now, found, by=by, reason=decision.reason)
    now.endings.filter(lifted_at__isnull=True).update(lifted_at=clock.now(), lifted_by=by)
    entry.released_at = clock.now()
    entry.save(update_fields=["released_at"])


def _check_open(entry: Misidentification) -> None:
    """Refuse an act on a review that is closed.

    Raises:
        RefusedError: it is.
    """
    if entry.closed_at is not None:
        raise RefusedError(_("The review of %(person)s is closed.") % {"person": entry.dossier.person_code})
