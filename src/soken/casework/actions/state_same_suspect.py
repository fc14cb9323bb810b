"""Say that two confirmed persons, of two operations as a rule, are one suspect: statistics count one person (R38)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting, check_right
from soken.casework.actions.said import in_words
from soken.casework.models import Operation, SameSuspect
from soken.casework.selectors.charges import births_of
from soken.casework.selectors.dossier import dossier_of, facts_of
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.review.guards import identity_confirmed
from soken.review.stages import Stage
from soken.review.transitions import BEFORE_REFERRAL

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def state_same_suspect(
    dossier: Dossier, *, by: User, other_operation: str, other: str, because: str, seen: int | None = None
) -> SameSuspect:
    """Record that a person is the same suspect as another; nothing but the count is joined.

    Two dossiers of one operation are joined instead, as long as that is possible: until the referral.

    Args:
        dossier: of the one.
        by: who says so; a member of both operations.
        other_operation: short name of the other person's operation.
        other: code of the other person there.
        because: what shows it, in words.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: no reason, or only one person is named.
        RefusedError: both are of one operation and can be joined; one is not confirmed by two people, on
            the rows of today and with one birth date; their birth dates differ; or it is said already; and see
            `acting`.
        NotFoundError: there is no such operation or dossier; and see `acting`.
    """
    reason = in_words(because, _("The reason"))
    with acting(dossier, by, Act.RECORD_CLEARANCE, seen=seen, frozen_too=True) as now:
        twin = _other(now, other_operation.strip(), other.strip().upper(), by)
        for one in (now, twin):
            _check_confirmed(one)
        if len(births_of(now) | births_of(twin)) > 1:
            raise RefusedError(
                _("%(person)s and %(other)s were born on different days, as their confirmations say; they are two.")
                % {"person": now.person_code, "other": twin.person_code}
            )
        said = SameSuspect.objects.filter(Q(dossier=now, other=twin) | Q(dossier=twin, other=now))
        if said.filter(withdrawn_at__isnull=True).exists():
            raise RefusedError(
                _("It is said already that %(person)s and %(other)s are one suspect.")
                % {"person": now.person_code, "other": twin.person_code}
            )
        return SameSuspect.objects.create(dossier=now, other=twin, because=reason, by=by, at=clock.now())


def withdraw_same_suspect(
    dossier: Dossier, *, by: User, statement: int, because: str, seen: int | None = None
) -> SameSuspect:
    """Withdraw a statement that two are one suspect; vintages that were taken before keep it.

    Args:
        dossier: of either of the two.
        by: who withdraws it.
        statement: its number.
        because: what was wrong with it.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: no reason.
        NotFoundError: no such statement about the person stands; and see `acting`.
        RefusedError: see `acting`.
    """
    reason = in_words(because, _("The reason"))
    with acting(dossier, by, Act.RECORD_CLEARANCE, seen=seen, frozen_too=True) as now:
        standing = SameSuspect.objects.select_for_update().filter(pk=statement, withdrawn_at__isnull=True)
        found = standing.filter(Q(dossier=now) | Q(other=now)).first()
        if found is None:
            raise NotFoundError(
                _("No statement %(statement)s about %(person)s stands.")
                % {"statement": statement, "person": now.person_code}
            )
        found.withdrawn_by, found.withdrawn_at, found.withdrawn_because = by, clock.now(), reason
        found.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])
        return found


def _other(dossier: Dossier, slug: str, code: str, by: User) -> Dossier:
    """Return the dossier of the other operation.

    Raises:
        NotFoundError: there is none that the actor may act on.
        BadInputError: it is the same dossier.
        RefusedError: it is of the same operation, and the two can be joined.
    """
    operation = Operation.objects.visible_to(by).filter(slug=slug).first()
    if operation is None:
        raise NotFoundError(_("No operation %(slug)s is open to you.") % {"slug": slug})
    check_right(operation, by, Act.RECORD_CLEARANCE)
    other = dossier_of(operation, code)
    if other.pk == dossier.pk:
        raise BadInputError(_("A person is the same as another one; name the other person."))
    joinable = {Stage(dossier.stage), Stage(other.stage)}.intersection(BEFORE_REFERRAL)
    if operation.pk == dossier.operation_id and joinable:
        raise RefusedError(_("Two dossiers of one operation are joined, after judging that they are one person."))
    return other


def _check_confirmed(dossier: Dossier) -> None:
    """Refuse somebody whose identity two people have not confirmed, as the gate asks for it (R3).

    Raises:
        RefusedError: it is so.
    """
    if identity_confirmed(facts_of(dossier)):
        raise RefusedError(
            _(
                "Two people have to confirm who %(person)s is, on the rows of today and with one birth date, before "
                "anybody says that it is the same suspect."
            )
            % {"person": dossier.person_code}
        )
