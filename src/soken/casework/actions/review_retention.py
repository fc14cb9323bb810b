"""Decide on keeping or erasing a person: one proposes, another settles; nothing is erased by itself (R36)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from soken.access.eyes import machine_sees_all
from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.said import one_of
from soken.casework.language import page_language
from soken.casework.models import Dossier, EvidenceItem, Person, RetentionChoice, RetentionReview
from soken.casework.models.retention import to_carry_out
from soken.casework.selectors.court_grounds import not_borne_out
from soken.casework.selectors.dossier import dossier_found, today
from soken.casework.selectors.held import register_entry
from soken.casework.selectors.person_rows import rows_of_person
from soken.casework.selectors.retention import has_begun
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.ledger.attribution import says
from soken.review.retention import rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from django.db.models import QuerySet

    from soken.access.models import User
    from soken.casework.models import Operation


def propose_retention(
    operation: Operation,
    code: str,
    *,
    by: User,
    choice: str,
    ground: str,
    review_on: date | None = None,
    further: Iterable[tuple[str, int]] = (),
) -> RetentionReview:
    """Propose that a person is kept until a new date, or erased; another person settles it.

    Args:
        operation: where.
        code: the person.
        by: who proposes.
        choice: code of `RetentionChoice`.
        ground: coded reason for keeping, or ground of the erasure.
        review_on: day of the next review; needed for, and only for, keeping.
        further: rows that are the person's too though no run says so, as rows that were set aside.

    An erasure that has begun and was cut off can be proposed anew, as where its ground has fallen; its rows go along.

    Raises:
        BadInputError: a code is not known, or the day is missing, past or too much.
        RefusedError: something waits already, the ground contradicts what a court has decided, the review of a wrong
            person is not closed, evidence is shared with another operation, another dossier was joined into the
            person's, who is to be kept is half erased; or the role does not permit it.
        NotFoundError: no such person or row, or the actor is no member of the operation.
    """
    what = RetentionChoice(one_of(choice, RetentionChoice.values, _("The decision")))
    keep = what is RetentionChoice.KEEP
    one_of(ground, rules().keep if keep else rules().erase, _("The ground"))
    if keep is (review_on is None):
        raise BadInputError(_("The day of the next review is needed for keeping, and for nothing else."))
    if review_on is not None and review_on <= today():
        raise BadInputError(_("The next review lies ahead; say a day to come."))
    check_right(operation, by, Act.REVIEW_RETENTION)
    says(person=code)
    check_court(operation, code, ground)
    rows: dict[str, list[int]] = {}
    if not keep:
        rows = _rows(operation, code, further)
    elif dossier_found(operation, code) is None:
        raise NotFoundError(_("%(person)s has no dossier to be kept.") % {"person": code[:40]})
    else:
        _check_whole(operation, code)
    try:
        with transaction.atomic():
            return RetentionReview.objects.create(
                operation=operation, person_code=code, choice=what, ground=ground, review_on=review_on, by=by,
                at=clock.now(), rows=rows,
            )  # fmt: skip
    except IntegrityError as waits:
        raise RefusedError(_("A proposal on %(person)s waits already; settle it first.") % {"person": code}) from waits


def settle_retention(operation: Operation, key: int, *, by: User, agree: bool) -> RetentionReview:
    """Agree to a proposal, or refuse it. An agreed erasure is carried out by an act of its own.

    Agreed to, it takes the place of an earlier erasure of the person that was agreed and not done.

    Raises:
        NotFoundError: there is none of this number, or the actor is no member of the operation.
        RefusedError: it is settled already, the actor proposed it, a court's verdict that it rests on no longer
            stands, who would be kept is half erased, or the role does not permit it.
    """
    check_right(operation, by, Act.REVIEW_RETENTION)
    with transaction.atomic():
        found = _locked(operation, key)
        if found.agreed is not None:
            raise RefusedError(_("Review %(number)s is settled already.") % {"number": key})
        if found.by_id == by.pk:
            raise RefusedError(_("You have proposed this yourself; it takes another person to settle it."))
        if agree:
            check_court(operation, found.person_code, found.ground)
            _take_place(found, by)
        found.second, found.second_at, found.agreed = by, clock.now(), agree
        found.save()
        return found


def _take_place(review: RetentionReview, by: User) -> None:
    """Let a review that is agreed to take the place of earlier erasures of the person that are not done.

    What one of them has begun this one goes on with: their rows are its rows, and it has begun as they have. They are
    locked, so that none of them begins meanwhile.

    Raises:
        RefusedError: the person is to be kept, and is half erased.
    """
    earlier = list(_unfinished(review.operation, review.person_code).select_for_update(of=("self",)))
    if review.choice == RetentionChoice.KEEP:
        for one in earlier:
            _check_not_begun(one)
    else:
        begun = [one for one in earlier if has_begun(one)]
        review.rows = _joined_rows(review.rows, *(one.rows for one in begun))
        review.begun_at = min((one.begun_at or clock.now() for one in begun), default=None)
    RetentionReview.objects.filter(pk__in=[one.pk for one in earlier]).update(given_up_by=by, given_up_at=clock.now())


def _joined_rows(*several: Mapping[str, Iterable[int]]) -> dict[str, list[int]]:
    """Return the rows of several reviews, by evidence item."""
    joined: dict[str, set[int]] = {}
    for rows in several:
        for item, numbers in rows.items():
            joined.setdefault(item, set()).update(numbers)
    return {item: sorted(numbers) for item, numbers in sorted(joined.items())}


def give_up_erasure(operation: Operation, key: int, *, by: User) -> RetentionReview:
    """Give up an erasure that is agreed and has not begun; whether the person is kept is then to be decided anew.

    One person can: nothing is lost by it, and the review is due again by the outcome of the case.

    Raises:
        NotFoundError: there is none of this number, or the actor is no member of the operation.
        RefusedError: it is no erasure that two people have agreed to, it is done or given up already, it has begun, or
            the role does not permit it.
    """
    check_right(operation, by, Act.REVIEW_RETENTION)
    with transaction.atomic():
        found = _locked(operation, key)
        if not found.to_carry_out:
            raise RefusedError(
                _(
                    "Review %(number)s is no erasure that is agreed and still to be carried out; the list of retention "
                    "says how it stands."
                )
                % {"number": key}
            )
        _check_not_begun(found)
        found.given_up_by, found.given_up_at = by, clock.now()
        found.save(update_fields=["given_up_by", "given_up_at"])
        return found


def _locked(operation: Operation, key: int) -> RetentionReview:
    """Return a review, which nobody else settles meanwhile.

    Raises:
        NotFoundError: there is none of this number.
    """
    found = RetentionReview.objects.select_for_update(of=("self",)).filter(operation=operation, pk=key).first()
    if found is None:
        raise NotFoundError(_("There is no review number %(number)s.") % {"number": key})
    says(person=found.person_code)
    return found


def _unfinished(operation: Operation, code: str) -> QuerySet[RetentionReview]:
    """Return the erasures of a person that are agreed, and neither done nor given up."""
    return RetentionReview.objects.filter(to_carry_out(), operation=operation, person_code=code)


def _check_whole(operation: Operation, code: str) -> None:
    """Refuse to keep somebody who is half erased: the files can hold their rows no more.

    Raises:
        RefusedError: an erasure of the person has begun and is not done.
    """
    for one in _unfinished(operation, code):
        _check_not_begun(one)


def _check_not_begun(review: RetentionReview) -> None:
    """Refuse what cannot be while an erasure is half done.

    Raises:
        RefusedError: it has begun.
    """
    if has_begun(review):
        raise RefusedError(
            _(
                "Erasing %(person)s has begun (review %(number)s) and what has gone does not come back: carry it out"
                " again. If its ground has fallen, propose to erase on another."
            )
            % {"person": review.person_code, "number": review.pk}
        )


def _rows(operation: Operation, code: str, further: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """Return the rows that an erasure takes out, by evidence item."""
    dossier = Dossier.objects.filter(operation=operation, person_code=code).first()
    if dossier is None and not Person.objects.filter(operation=operation, code=code).exists():
        raise NotFoundError(
            _("%(operation)s has no person %(person)s.") % {"operation": operation.name, "person": code[:40]}
        )
    entry = register_entry(dossier) if dossier is not None else None
    if entry is not None and entry.closed_at is None:
        raise RefusedError(
            _("The review of the wrong person %(person)s is not closed: recall the copies first.") % {"person": code}
        )
    rows: dict[str, list[int]] = {}
    for evidence, row in sorted({*rows_of_person(operation, code), *further}):
        rows.setdefault(evidence, []).append(row)
    rows = _joined_rows(rows, *(one.rows for one in _unfinished(operation, code) if has_begun(one)))
    own = set(operation.evidence.values_list("evidence_id", flat=True))
    if foreign := set(rows) - own:
        raise NotFoundError(_("The operation holds no evidence item %(item)s.") % {"item": sorted(foreign)[0]})
    check_nobody_elses(operation, rows)
    check_nobody_joined(operation, code)
    return rows


def check_court(operation: Operation, code: str, ground: str) -> None:
    """Refuse a ground that says of a court what is not recorded of it, where the case was sent to the prosecutor.

    Args:
        operation: where.
        code: the person.
        ground: code of the ground.

    Raises:
        RefusedError: acquitted without a final acquittal, or convicted without a final conviction.
    """
    if not_borne_out(operation, [(code, ground)]):
        raise RefusedError(
            _(
                "The case of %(person)s was sent to the prosecutor, and no final verdict that says “%(ground)s” is"
                " recorded; record it first, on the page of the case at the prosecutor's, or propose another ground."
            )
            % {"person": code, "ground": _ground_said(ground)}
        )


def _ground_said(code: str) -> str:
    """Return a ground in the language of the page."""
    return {**rules().keep, **rules().erase}[code].said(page_language())


def check_nobody_joined(operation: Operation, code: str) -> None:
    """Refuse to erase a person while another dossier of theirs is there, which was joined into this one.

    It says who the person is under another code; found by nobody once this one is gone.

    Raises:
        RefusedError: there is one.
    """
    with machine_sees_all():
        joined = Dossier.objects.filter(
            endings__into__operation=operation, endings__into__person_code=code, endings__lifted_at__isnull=True
        )
        other = joined.order_by("person_code").values_list("person_code", flat=True).first()
    if other is not None:
        raise RefusedError(
            _("%(other)s was joined into %(person)s as the same person; erase %(other)s first.")
            % {"other": other, "person": code}
        )


def check_nobody_elses(operation: Operation, evidence: Collection[str]) -> None:
    """Refuse to erase from evidence that another operation has too, whether or not the actor is a member of that one.

    Args:
        operation: where it would be erased.
        evidence: ids of the items.

    Raises:
        RefusedError: another operation has one of them.
    """
    # Whoever erases need not know the other operation, and is not told which one it is.
    with machine_sees_all():
        shared = EvidenceItem.objects.filter(evidence_id__in=evidence).exclude(operation=operation)
        item = shared.order_by("pk").values_list("evidence_id", flat=True).first()
    if item is not None:
        raise RefusedError(
            _("%(item)s is evidence of another operation too; nothing is erased of it here while it is.")
            % {"item": item}
        )
