"""What the acts on handovers between installations have in common."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.models.handover import INCOMING_STATES, OUTGOING_STATES
from soken.casework.selectors.clocks import held_of
from soken.casework.selectors.handover_keys import own_card, peer_named, sealed
from soken.core import clock
from soken.core.errors import RefusedError
from soken.exchange.handover import Statement
from soken.reference.forces import forces
from soken.review.stages import Stage
from soken.route.handover import RECEIVER_STEPS, SENDER_STEPS, Incoming, Outgoing, Word
from soken.route.transfers import OPEN as OPEN_TRANSFERS

if TYPE_CHECKING:
    from datetime import datetime

    from soken.access.models import User
    from soken.casework.models import Dossier, IncomingHandover, OutgoingHandover

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Stages from which a person can be handed over: later ones are the prosecutor's, ended ones are nobody's work.
_STAGES: Final = frozenset({Stage.PROPOSED, Stage.SCREENED, Stage.ASSIGNED, Stage.UNDER_INVESTIGATION, Stage.READY})


def new_code() -> str:
    """Return a code for a transfer that nobody can guess."""
    return "H-" + "".join(secrets.choice(_LETTERS) for _place in range(12))


def check_can_leave(dossier: Dossier, *, force: str = "") -> None:
    """Refuse to hand over a person whom another matter binds here: each would go on running in two places.

    Args:
        dossier: whose.
        force: code of the force that hands over, where a handover says it already.

    Raises:
        RefusedError: no force owns the person, or another one does by now; an offer or a joint squad is open; the
            person is held; or the case is at the prosecutor's or ended.
    """
    named = {"person": dossier.person_code}
    if not dossier.force:
        raise RefusedError(_("No force owns %(person)s yet; one has to accept first.") % named)
    if force and force != dossier.force:
        raise RefusedError(
            _("%(person)s belongs to another force since this was prepared; withdraw it and prepare it anew.") % named
        )
    if Stage(dossier.stage) not in _STAGES:
        raise RefusedError(
            _("%(person)s is at “%(stage)s”: a person is handed over before the case is referred.")
            % {**named, "stage": STAGE_NAMES[Stage(dossier.stage)]}
        )
    if dossier.transfers.filter(state__in=[*OPEN_TRANSFERS]).exists():
        raise RefusedError(_("%(person)s has been offered already; withdraw that offer first.") % named)
    if dossier.squads.filter(squad__ended_on__isnull=True).exists():
        raise RefusedError(_("A joint squad works on %(person)s; end it before the person is handed over.") % named)
    for one in dossier.restraints.filter(withdrawn_at__isnull=True).prefetch_related("steps"):
        if not held_of(one, one.steps.all()).over:
            raise RefusedError(
                _(
                    "%(person)s is held: a clock of hours waits for no file. Refer the case or record the release "
                    "first; a held person is handed over in person."
                )
                % named
            )


def check_sender_step(handover: OutgoingHandover, after: Outgoing) -> None:
    """Refuse a step that the sender's side does not have.

    Raises:
        RefusedError: it stands elsewhere.
    """
    before = Outgoing(handover.state)
    if after not in SENDER_STEPS.get(before, ()):
        raise _elsewhere(handover.transfer, OUTGOING_STATES[before], OUTGOING_STATES[after])


def check_receiver_step(handover: IncomingHandover, after: Incoming) -> None:
    """Refuse a step that the receiver's side does not have.

    Raises:
        RefusedError: it stands elsewhere.
    """
    before = Incoming(handover.state)
    if after not in RECEIVER_STEPS.get(before, ()):
        raise _elsewhere(handover.transfer, INCOMING_STATES[before], INCOMING_STATES[after])


def check_side(by: User, force: str) -> None:
    """Refuse whoever belongs to another force than the one whose act it is; the centre may act for any.

    A withdrawal that has overtaken its offer names no force: anybody may answer it.

    Raises:
        RefusedError: the actor belongs to another force.
    """
    if by.force and force and by.force != force:
        known = forces(clock.now().date()).get(force)
        raise RefusedError(_("This is for people of %(force)s to do.") % {"force": known.ja if known else force})


def written(handover: OutgoingHandover | IncomingHandover, word: Word, at: datetime, body: dict[str, Any]) -> bytes:
    """Return a word about a transfer as the file that goes to the other installation, with the keys trusted now.

    Raises:
        RefusedError, NotFoundError: the other installation is not trusted (any longer).
    """
    peer = peer_named(handover.peer.name)
    statement = Statement(
        word=word, transfer=handover.transfer, speaker=own_card().signing, hearer=peer.signing, at=at.isoformat(),
        content=handover.content_sha256, body=body,
    )  # fmt: skip
    return sealed(statement, peer)


def _elsewhere(transfer: str, before: object, after: object) -> RefusedError:
    return RefusedError(
        _("Handover %(transfer)s stands at “%(before)s”: it cannot become “%(after)s”. Look at it anew.")
        % {"transfer": transfer, "before": before, "after": after}
    )
