"""Open a compartment: let people in, or lift it. One of the oversight group proposes, another decides (R32)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.compartment_act import in_compartment
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import (
    CompartmentAccess,
    CompartmentBar,
    CompartmentKind,
    CompartmentMatch,
    CompartmentOpening,
    OpeningKind,
)
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Collection

    from soken.access.models import User
    from soken.casework.models import Compartment


def propose_opening(key: int, *, by: User, kind: str, reason: str, users: Collection[User] = ()) -> CompartmentOpening:
    """Propose to let people into a compartment, or to lift it; it stays shut until another decides.

    Args:
        key: number of the compartment.
        by: who proposes: of the oversight group, neither the subject nor a colleague.
        kind: code of `OpeningKind`.
        reason: why.
        users: who is let in; nobody for lifting.

    Raises:
        BadInputError: nobody is named to be let in, or somebody for lifting; no reason; a code that is not known.
        RefusedError: a proposal of this kind waits, somebody named is the subject or a colleague, the compartment is a
            case kept to named people; and see `in_compartment`.
        NotFoundError: see `in_compartment`.
    """
    what = OpeningKind(one_of(kind, OpeningKind.values, _("What is proposed")))
    said = in_words(reason, _("The reason"))
    if (what is OpeningKind.LET_IN) is not bool(users):
        raise BadInputError(_("Name whom to let in; for lifting, nobody."))
    with in_compartment(key, by, Act.OPEN_COMPARTMENT) as found:
        _check_kind(found)
        _check_not_barred(found, users)
        try:
            with transaction.atomic():
                made = CompartmentOpening.objects.create(
                    compartment=found, kind=what, reason=said, by=by, at=clock.now()
                )
        except IntegrityError as waits:
            raise RefusedError(_("A proposal of this kind waits already; settle it first.")) from waits
        made.users.set(users)
    return made


def settle_opening(key: int, opening: int, *, by: User, agree: bool, reason: str) -> CompartmentOpening:
    """Agree to a proposal to open a compartment, or refuse it; who agrees opens it.

    Args:
        key: number of the compartment.
        opening: number of the proposal.
        by: another of the oversight group, neither the subject nor a colleague.
        agree: whether it is opened.
        reason: why.

    Raises:
        BadInputError: no reason is given.
        RefusedError: it is settled, the actor proposed it, somebody named has become a colleague; and see
            `in_compartment`.
        NotFoundError: there is no such proposal; and see `in_compartment`.
    """
    said = in_words(reason, _("The reason"))
    with in_compartment(key, by, Act.OPEN_COMPARTMENT) as found:
        asked = found.openings.filter(pk=opening).first()
        if asked is None:
            raise NotFoundError(_("There is no proposal %(number)s.") % {"number": opening})
        if asked.agreed is not None:
            raise RefusedError(_("The proposal is settled already."))
        if asked.by_id == by.pk:
            raise RefusedError(_("You have proposed this yourself; it takes another person to settle it."))
        users = list(asked.users.all())
        if agree:
            _check_not_barred(found, users)
        asked.second, asked.second_reason, asked.second_at, asked.agreed = by, said, clock.now(), agree
        asked.save()
        if agree and asked.kind == OpeningKind.LIFT:
            lift(found)
        elif agree:
            let_in(found, users, by=by)
    return asked


def let_in(compartment: Compartment, users: Collection[User], *, by: User) -> None:
    """Enter that people may look into a compartment."""
    there = set(compartment.access.filter(ended_at__isnull=True).values_list("user", flat=True))
    CompartmentAccess.objects.bulk_create(
        CompartmentAccess(compartment=compartment, user=one, by=by, at=clock.now())
        for one in users
        if one.pk not in there
    )


def lift(compartment: Compartment) -> None:
    """Enter that a compartment is lifted: everybody sees the person from now on."""
    compartment.lifted_at = clock.now()
    compartment.save(update_fields=["lifted_at"])
    compartment.access.filter(ended_at__isnull=True).update(ended_at=compartment.lifted_at)


def _check_kind(compartment: Compartment) -> None:
    """Refuse what is a supervisor's to decide."""
    if compartment.kind != CompartmentKind.PROTECTED:
        raise RefusedError(_("This is a case kept to named people: its supervisor decides who sees it."))


def _check_not_barred(compartment: Compartment, users: Collection[User]) -> None:
    """Refuse to let in the subject, or a colleague who is named.

    Raises:
        RefusedError: one of them is.
    """
    keys = [one.pk for one in users]
    matches = CompartmentMatch.objects.filter(compartment=compartment)
    barred = {
        *CompartmentBar.objects.filter(compartment=compartment, user__in=keys).values_list("user", flat=True),
        *matches.filter(user__in=keys).values_list("user", flat=True),
        *matches.filter(protected__colleagues__in=keys).values_list("protected__colleagues", flat=True),
    }
    for one in users:
        if one.pk in barred:
            raise RefusedError(
                _("%(user)s is the person concerned or a colleague, and is never let in.") % {"user": one.username}
            )
