"""Record a warrant or another authority, and whom it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting, check_right
from soken.casework.actions.said import in_words, one_of
from soken.casework.actions.warrant_act import check_needs, issue_days, open_warrant
from soken.casework.models import Warrant, WarrantDossier
from soken.casework.models.warrant import folded
from soken.casework.selectors.dossier import dossier_of
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.reference.warrants import READY, warrant_kinds

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier, Operation

_LONGEST_NAME: Final = 200
_LONGEST_REFERENCE: Final = 120


def record_warrant(
    operation: Operation,
    *,
    by: User,
    kind: str,
    reference: str,
    issued_by: str,
    issued_on: date,
    scope: str,
    good_until: date | None = None,
    person: str = "",
    seen: int | None = None,
) -> Warrant:
    """Record a warrant by its reference; evidence items whose manifest names the reference rest on it from then on.

    Args:
        operation: whose.
        by: who records it.
        kind: code of `soken.reference.warrants.warrant_kinds`.
        reference: its number.
        issued_by: the court and judge, or the office that asked.
        issued_on: when.
        scope: what it permits: places and kinds of things, items by code alone.
        good_until: the last day on which it can be used; as the kind has it, if not said.
        person: whom it concerns, '' for nobody of the operation (a shop was searched).
        seen: version of the person's dossier that the actor saw.

    Raises:
        BadInputError: a word is missing, the kind is not known, a date cannot be, or a person must be named.
        RefusedError: the reference is recorded already, or the person's dossier is not ready; and see `acting`.
        GateError: no welfare plan stands, or the dossier has lost what made it ready (R31).
        NotFoundError: the person has no dossier; and see `acting`.
    """
    one_of(kind, warrant_kinds(), _("The kind"))
    what = warrant_kinds()[kind]
    number = in_words(reference, _("The reference"), longest=_LONGEST_REFERENCE)
    office = in_words(issued_by, _("Who issued it"), longest=_LONGEST_NAME)
    covers = in_words(scope, _("The scope"))
    issued_on, good_until = issue_days(what, issued_on, good_until)
    check_right(operation, by, Act.RECORD_WARRANT)
    if what.needs == READY and not person.strip():
        raise BadInputError(_("A warrant to hold a person names the person; say whom."))
    if Warrant.objects.filter(operation=operation, folded=folded(number)).exists():
        raise RefusedError(_("Warrant %(reference)s is recorded already.") % {"reference": number})
    made = Warrant(
        operation=operation, kind=kind, reference=number, folded=folded(number), issued_by=office,
        issued_on=issued_on, good_until=good_until, scope=covers, by=by, at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
            if person.strip():
                _link(made, dossier_of(operation, person.strip().upper()), by, seen)
    except IntegrityError as taken:
        raise RefusedError(_("Warrant %(reference)s is recorded already.") % {"reference": number}) from taken
    return made


def link_warrant(operation: Operation, key: int, *, by: User, person: str, seen: int | None = None) -> Warrant:
    """Record that a warrant concerns one person more (a search of a home in which two are suspected).

    Raises:
        RefusedError: it holds another person, has ended, names the person already; and see `acting`.
        GateError: no welfare plan stands for the person (R31).
        NotFoundError: there is no such warrant, or the person has no dossier; and see `acting`.
    """
    check_right(operation, by, Act.RECORD_WARRANT)
    with transaction.atomic():
        found = open_warrant(operation, key)
        if warrant_kinds()[found.kind].needs == READY:
            raise RefusedError(_("A warrant to hold a person concerns that person alone."))
        dossier = dossier_of(operation, person.strip().upper())
        if found.links.filter(dossier=dossier).exists():
            raise RefusedError(
                _("Warrant %(reference)s names %(person)s already.")
                % {"reference": found.reference, "person": dossier.person_code}
            )
        _link(found, dossier, by, seen)
    return found


def _link(warrant: Warrant, dossier: Dossier, by: User, seen: int | None) -> None:
    """Link a warrant to a dossier, if what its kind needs stands there."""
    with acting(dossier, by, Act.RECORD_WARRANT, seen=seen) as now:
        check_needs(warrant_kinds()[warrant.kind], now)
        WarrantDossier.objects.create(warrant=warrant, dossier=now, by=by, at=clock.now())
