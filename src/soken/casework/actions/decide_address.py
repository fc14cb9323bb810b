"""Two people release, keep or delist an address of the filter feed; one may withdraw what waits for a second."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import FeedDecision, FeedEntry, FeedState, FeedStep
from soken.casework.selectors.dossier import today
from soken.casework.selectors.feed import entry_named
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Operation

#: Farthest day of a review: an address that was the shop's may be anybody's a year later.
FARTHEST: Final = timedelta(days=366)
#: Decision → how an address must stand before it, and how it stands after.
_STEPS: Final = {
    FeedDecision.RELEASE: ({FeedState.ENTERED, FeedState.DELISTED}, FeedState.LISTED),
    FeedDecision.KEEP: ({FeedState.LISTED}, FeedState.LISTED),
    FeedDecision.DELIST: ({FeedState.LISTED}, FeedState.DELISTED),
}


def propose_decision(
    operation: Operation, address: str, decision: str, *, by: User, reason: str, review_on: date | None = None
) -> FeedStep:
    """Decide of an address as the first of two people; nothing changes until a second one agrees.

    Args:
        operation: whose address.
        address: in any spelling.
        decision: one of `FeedDecision`.
        by: the first person.
        reason: why.
        review_on: when it is to be looked at again; must be said where the address stays listed.

    Raises:
        BadInputError: the decision is not known, the reason or the review date is missing, or that day cannot be.
        RefusedError: the address does not stand so, another decision waits; and see `check_right`.
        NotFoundError: the operation has no such address; and see `check_right`.
    """
    check_right(operation, by, Act.RELEASE_ADDRESS)
    wanted = FeedDecision(one_of(decision, FeedDecision.values, _("The decision")))
    said = in_words(reason, _("The reason"))
    _check_day(wanted, review_on)
    with transaction.atomic():
        entry = _locked(operation, address)
        before, _after = _STEPS[wanted]
        if FeedState(entry.state) not in before:
            raise RefusedError(
                _("“%(host)s” stands as “%(state)s”; it cannot be decided to “%(decision)s” it.")
                % {"host": entry.host, "state": entry.get_state_display(), "decision": wanted.label}
            )
        waiting = _waiting(entry)
        if waiting is not None:
            raise RefusedError(
                _("“%(decision)s” waits for a second person already; agree to it or withdraw it first.")
                % {"decision": waiting.get_decision_display()}
            )
        return FeedStep.objects.create(
            entry=entry, decision=wanted, reason=said, review_on=review_on, by=by, at=clock.now()
        )


def agree_to_decision(
    operation: Operation, address: str, decision: str, *, by: User, seen: int | None = None
) -> FeedEntry:
    """Agree to a decision as the second of two people: from now on the address stands so.

    Args:
        operation: whose address.
        address: in any spelling.
        decision: which one the second person agrees to.
        by: the second person; never the first.
        seen: key of the step that they looked at; None for whoever agrees to what waits now.

    Raises:
        BadInputError: the decision is not known.
        RefusedError: no such decision waits, the actor is the first person; and see `check_right`.
        NotFoundError: the operation has no such address; and see `check_right`.
    """
    check_right(operation, by, Act.RELEASE_ADDRESS)
    wanted = FeedDecision(one_of(decision, FeedDecision.values, _("The decision")))
    with transaction.atomic():
        entry = _locked(operation, address)
        step = _waiting(entry)
        if step is None or step.decision != wanted or seen not in {None, step.pk}:
            raise RefusedError(
                _("No decision to “%(decision)s” “%(host)s” waits as you saw it; look at it anew.")
                % {"decision": wanted.label, "host": entry.host}
            )
        if step.by_id == by.pk:
            raise RefusedError(_("You have decided this yourself; the second person is another one."))
        step.second, step.second_at = by, clock.now()
        step.save(update_fields=["second", "second_at"])
        entry.state, entry.review_on = _STEPS[wanted][1], step.review_on
        entry.save(update_fields=["state", "review_on"])
    return entry


def withdraw_decision(operation: Operation, address: str, *, by: User, reason: str) -> FeedStep:
    """Withdraw the decision that waits for a second person: one's own, or as the second who does not agree.

    Raises:
        BadInputError: the reason is missing.
        RefusedError: none waits; and see `check_right`.
        NotFoundError: the operation has no such address; and see `check_right`.
    """
    check_right(operation, by, Act.RELEASE_ADDRESS)
    said = in_words(reason, _("The reason"))
    with transaction.atomic():
        entry = _locked(operation, address)
        step = _waiting(entry)
        if step is None:
            raise RefusedError(
                _("No decision on “%(host)s” waits; what is in force is changed by a new one.") % {"host": entry.host}
            )
        step.withdrawn_by, step.withdrawn_at, step.withdrawn_reason = by, clock.now(), said
        step.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    return step


def _check_day(decision: FeedDecision, day: date | None) -> None:
    """Refuse a review date that is missing, past, or more than a year away.

    Raises:
        BadInputError: it is.
    """
    if day is None:
        if decision is not FeedDecision.DELIST:
            raise BadInputError(_("The review date is missing: say when the address is to be looked at again."))
    elif not today() < day <= today() + FARTHEST:
        raise BadInputError(
            _("The review date (%(day)s) is not within the coming year; check it.") % {"day": day.isoformat()}
        )


def _locked(operation: Operation, address: str) -> FeedEntry:
    """Return an address, locked until the act is done."""
    return FeedEntry.objects.select_for_update().get(pk=entry_named(operation, address).pk)


def _waiting(entry: FeedEntry) -> FeedStep | None:
    """Return the decision that waits for a second person."""
    return entry.steps.filter(second_at__isnull=True, withdrawn_at__isnull=True).first()
