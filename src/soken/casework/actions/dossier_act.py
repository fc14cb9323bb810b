"""What every act on a dossier has in common: the right to it, one transaction, and nobody's work overwritten."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from soken.access.eyes import machine_sees_all
from soken.access.policy import allows
from soken.casework.actions.reassess_due import reassess_due
from soken.casework.actions.shut_matches import shut_dossier
from soken.casework.actions.stage_step import take_step
from soken.casework.models import Dossier, Operation
from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.models.handover import OUTGOING_STATES
from soken.casework.protected_lock import bringing_rows
from soken.casework.selectors.dossier import facts_of
from soken.casework.selectors.handovers import away_of
from soken.core.errors import NotFoundError, RefusedError
from soken.ledger.attribution import says
from soken.review.stages import Stage
from soken.review.transitions import FROZEN, lost
from soken.route.handover import Outgoing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.access.models import User
    from soken.access.policy import Act
    from soken.casework.models import OutgoingHandover
    from soken.review.guards import Missing

#: Beginning of the reason of a step that an act caused by taking away what made a dossier ready for action.
LOST: Final = "lost:"


@contextmanager
def acting(
    dossier: Dossier,
    by: User,
    act: Act,
    *,
    seen: int | None = None,
    frozen_too: bool = False,
    others_too: bool = False,
    away_too: bool = False,
    fact: bool = True,
    names: bool = False,
) -> Iterator[Dossier]:
    """Open an act on a dossier: the dossier as it stands now, locked until the act is done.

    Whatever happens inside happens whole or not at all. A dossier that is ready for action and by the act loses
    what made it so goes back under investigation in the same transaction: no act leaves it ready on less. What it has
    then is looked at whole, whatever the actor may see of it.

    Args:
        dossier: the dossier that the actor looked at.
        by: who acts.
        act: what is done.
        seen: the version that the actor saw; None for whoever acts on what stands now.
        frozen_too: whether the act is possible on a dossier on which work has ended.
        others_too: whether people of a force that does not own the dossier may do it (they answer an offer).
        away_too: whether it is possible on a person who is on the way to another installation, or there.
        fact: whether it can bring a new fact; False for notes, tasks and attachments, which say nothing of the person.
        names: whether it can name a protected person, because rows or parties change; such a person is shut away as the
            last step, since on PostgreSQL nobody to whom a dossier is shut writes anything of it.

    Raises:
        NotFoundError: the actor is no member of the operation.
        RefusedError: the role does not permit the act, another force owns the dossier, the person was handed over to
            another installation, somebody has acted on it since the actor looked, or work on it has ended.
    """
    check_right(dossier.operation, by, act)
    with bringing_rows() if names else transaction.atomic():
        now = Dossier.objects.select_for_update().filter(pk=dossier.pk).first()
        if now is None:
            raise NotFoundError(_("%(person)s has no dossier.") % {"person": dossier.person_code})
        now.operation = dossier.operation
        if not away_too:
            check_here(now, away_of(now))
        if not others_too:
            check_owner(now, by)
        if seen is not None and seen != now.version:
            raise RefusedError(
                _("Somebody else has changed %(person)s since you opened it; look at it anew, then decide.")
                % {"person": now.person_code}
            )
        if not frozen_too:
            check_going_on(now)
        yield now
        with machine_sees_all():
            if away_of(now) is None:
                if fact:
                    reassess_due(now, act)
                fall_back(now, by)
            Dossier.objects.filter(pk=now.pk).update(version=F("version") + 1)
            if names:
                shut_dossier(now)
    # To whom the act itself has shut the dossier, nothing new of it is told.
    with suppress(Dossier.DoesNotExist):
        dossier.refresh_from_db(from_queryset=Dossier.objects.all())


def check_right(operation: Operation, by: User, act: Act) -> None:
    """Refuse an act to whoever is no member of the operation, or whose role does not permit it.

    Raises:
        NotFoundError: no member; not told apart from an operation that does not exist.
        RefusedError: the role does not permit it.
    """
    says(by=by.get_username(), act=act.value, operation=operation.slug)
    if not Operation.objects.visible_to(by).filter(pk=operation.pk).exists():
        raise NotFoundError(f"No operation {operation.slug} is open to you.")
    if not allows(by, act):
        raise RefusedError(
            _("Your role (%(role)s) may not do this (%(act)s); ask somebody whose role may.")
            % {"role": by.get_role_display(), "act": act.value}
        )


def lost_reason(found: list[Missing]) -> str:
    """Return the reason of a step back, as codes that the desk has words for."""
    return LOST + ",".join(f"{one.code}={one.about}" if one.about else one.code for one in found)


def fall_back(dossier: Dossier, by: User) -> bool:
    """Take a dossier that has lost what made it ready back under investigation; tell whether it had.

    Called inside the transaction of the act that took it away.
    """
    if dossier.stage != Stage.READY:
        return False
    gone = lost(facts_of(dossier))
    if gone:
        take_step(dossier, Stage.UNDER_INVESTIGATION, by=by, reason=lost_reason(gone))
    return bool(gone)


def check_going_on(dossier: Dossier) -> None:
    """Refuse an act that adds something to a dossier on which work has ended.

    Raises:
        RefusedError: it has.
    """
    if Stage(dossier.stage) in FROZEN:
        raise RefusedError(
            _("%(person)s is at “%(stage)s”: nothing is added until a supervisor takes it up again.")
            % {"person": dossier.person_code, "stage": STAGE_NAMES[Stage(dossier.stage)]}
        )


def check_here(dossier: Dossier, away: OutgoingHandover | None) -> None:
    """Refuse an act on a person who may be another installation's already, or is.

    Args:
        dossier: on whom.
        away: the handover by which the person went, None for none.

    Raises:
        RefusedError: the person was handed over.
    """
    if away is not None:
        raise RefusedError(
            _("%(person)s was handed over to %(peer)s (%(transfer)s: %(state)s); nobody acts on the person here.")
            % {
                "person": dossier.person_code,
                "peer": away.recipient,
                "transfer": away.transfer,
                "state": OUTGOING_STATES[Outgoing(away.state)],
            }
        )


def check_owner(dossier: Dossier, by: User) -> None:
    """Refuse an act to another force's people; whoever belongs to no force works for the centre.

    Raises:
        RefusedError: another force owns the dossier.
    """
    if by.force and dossier.force and by.force != dossier.force:
        raise RefusedError(
            _("%(person)s belongs to another force; ask for its transfer first.") % {"person": dossier.person_code}
        )
