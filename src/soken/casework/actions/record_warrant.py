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
from soken.reference.warrants import DOOR, READY, warrant_kinds

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier, Operation
    from soken.reference.warrants import WarrantKind

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
    persons: Collection[str] = (),
    nobody: str = "",
    seen: int | None = None,
) -> Warrant:
    """Record a warrant by its reference; evidence items whose manifest names the reference rest on it from then on.

    Each person whom it names is linked, or nothing is recorded: what the kind needs stands for every one of them (R31).

    Args:
        operation: whose.
        by: who records it.
        kind: code of `soken.reference.warrants.warrant_kinds`.
        reference: its number.
        issued_by: the court and judge, or the office that asked.
        issued_on: when.
        scope: what it permits: places and kinds of things, items by code alone.
        good_until: the last day on which it can be used; as the kind has it, if not said.
        persons: codes of all whom it concerns.
        nobody: why it concerns nobody of the operation (the shop was searched); needed for a kind by which somebody
            comes to a door, where no person is named.
        seen: version of the person's dossier that the actor saw, where one is named.

    Raises:
        BadInputError: a word is missing, the kind is not known, a date cannot be, or it is not said whom it concerns.
        RefusedError: the reference is recorded already, or a person's dossier is not ready; and see `acting`.
        GateError: no welfare plan stands, or the dossier has lost what made it ready (R31).
        NotFoundError: a person has no dossier; and see `acting`.
    """
    one_of(kind, warrant_kinds(), _("The kind"))
    what = warrant_kinds()[kind]
    number = in_words(reference, _("The reference"), longest=_LONGEST_REFERENCE)
    office = in_words(issued_by, _("Who issued it"), longest=_LONGEST_NAME)
    covers = in_words(scope, _("The scope"))
    issued_on, good_until = issue_days(what, issued_on, good_until)
    check_right(operation, by, Act.RECORD_WARRANT)
    codes = list(dict.fromkeys(one.strip().upper() for one in persons if one.strip()))
    why = _whom(what, codes, nobody)
    if Warrant.objects.filter(operation=operation, folded=folded(number)).exists():
        raise RefusedError(_("Warrant %(reference)s is recorded already.") % {"reference": number})
    made = Warrant(
        operation=operation, kind=kind, reference=number, folded=folded(number), issued_by=office,
        issued_on=issued_on, good_until=good_until, scope=covers, nobody=why, by=by, at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
            for code in codes:
                _link(made, dossier_of(operation, code), by, seen if len(codes) == 1 else None)
    except IntegrityError as taken:
        raise RefusedError(_("Warrant %(reference)s is recorded already.") % {"reference": number}) from taken
    return made


def _whom(kind: WarrantKind, codes: list[str], nobody: str) -> str:
    """Return why a warrant concerns nobody of the operation; '' where it names persons, or brings nobody to a door.

    Raises:
        BadInputError: a person is held and not named alone; somebody comes to a door, and it is not said whose; or it
            is said both ways.
    """
    if kind.needs == READY and len(codes) != 1:
        raise BadInputError(_("A warrant to hold a person names that person and nobody else; say whom."))
    if codes and nobody.strip():
        raise BadInputError(_("The warrant names persons and says that it concerns nobody; say one of the two."))
    if kind.needs == DOOR and not codes and not nobody.strip():
        raise BadInputError(
            _(
                "By this warrant somebody comes to a door: name each person of the operation whom it concerns, or say "
                "why it concerns none (the shop's office was searched)."
            )
        )
    return in_words(nobody, _("Why it concerns nobody")) if nobody.strip() else ""


def link_warrant(operation: Operation, key: int, *, by: User, person: str, seen: int | None = None) -> Warrant:
    """Record that a warrant concerns one person more (a search of a home in which two are suspected).

    Raises:
        RefusedError: it holds another person, has ended, names the person already; and see `acting`.
        GateError: what must stand before anybody comes to the person's door does not; see `check_needs`.
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
