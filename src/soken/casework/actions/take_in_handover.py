"""Take in a file from another installation, whatever it says; a doubled, late or altered copy is told as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from soken.access.eyes import machine_sees_all
from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.handover_heard import LONGEST, TakenIn, check_same, sentence, told_to_few
from soken.casework.actions.hear_answer import hear_answer
from soken.casework.actions.owner_step import known_force
from soken.casework.models import IncomingHandover
from soken.casework.models.handover import INCOMING_STATES
from soken.casework.selectors.dossier import today
from soken.casework.selectors.handover_keys import own_card, speaker_of, unsealed
from soken.casework.selectors.handovers import known_codes
from soken.core import clock
from soken.core.errors import RefusedError
from soken.exchange.handed import moment, read_handed
from soken.exchange.handed_becomes import becomes
from soken.route.handover import OFFERS, How, Incoming, Word, receiver_hears

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation, Peer
    from soken.exchange.handover import Statement


def take_in_handover(operation: Operation, data: bytes, *, by: User) -> TakenIn:
    """Take in what another installation sent: an offer or its withdrawal, or an answer to what was sent from here.

    Args:
        operation: into which an offer goes; an answer finds the person whom it is about.
        data: the file.
        by: who takes it in.

    Raises:
        BadInputError: it is no handover, is for another installation, or was altered or damaged; nothing was taken in.
        RefusedError: the signing key is not trusted, the file is meant for another installation, it contradicts what
            is known of the transfer, or the role does not permit it; nothing was changed.
        NotFoundError: the actor is no member of the operation.
    """
    check_right(operation, by, Act.OWN)
    own = own_card().signing

    def trusts(speaker: str) -> None:
        if speaker == own:
            raise RefusedError(_("This file was written by this installation itself; it is for the other one."))
        speaker_of(speaker)

    statement = unsealed(data, trusts=trusts)
    peer = speaker_of(statement.speaker)
    if statement.hearer != own:
        raise RefusedError(
            _("%(name)s signed this file for another installation; it counts for nothing here.") % {"name": peer.name}
        )
    if statement.word in OFFERS:
        return _heard_here(operation, peer, statement, data, by)
    return hear_answer(peer, statement, by)


def _heard_here(operation: Operation, peer: Peer, statement: Statement, data: bytes, by: User) -> TakenIn:
    """Hear an offer or a withdrawal, in one transaction; whoever hears the same at the same moment is second."""
    try:
        with transaction.atomic():
            return _hear(operation, peer, statement, data, by)
    except IntegrityError:
        with transaction.atomic():
            return _hear(operation, peer, statement, data, by)


def _hear(operation: Operation, peer: Peer, statement: Statement, data: bytes, by: User) -> TakenIn:
    known = IncomingHandover.objects.select_for_update().filter(transfer=statement.transfer).first()
    if known is None and _is_unseen(statement):
        # An acceptance, of a person who was shut away with it: whatever else is said of it comes too late.
        said = _("What %(name)s says changes nothing here any more; whoever answered them can write the answer again.")
        return told_to_few(How.LATE, statement, said % {"name": peer.name})
    if known is not None:
        check_same(known, peer, statement)
    heard = receiver_hears(Incoming(known.state) if known else None, statement.word)
    if heard.how is How.NEWS:
        known = _arrive(operation, peer, statement, data, by) if known is None else _withdraw(known, statement, by)
    assert known is not None  # noqa: S101 (a word on a transfer that is not known is news)  # nosec B101
    person = known.dossier.person_code if known.dossier else ""
    return TakenIn(
        heard.how, statement.word, known.transfer, known.operation.slug, person,
        known.state, sentence(heard.how, statement, peer, INCOMING_STATES[Incoming(known.state)]),
    )  # fmt: skip


def _arrive(operation: Operation, peer: Peer, statement: Statement, data: bytes, by: User) -> IncomingHandover:
    """Keep a transfer that nobody here has heard of: an offer, or a withdrawal that has overtaken its offer."""
    said: dict[str, Any] = {
        "operation": operation, "transfer": statement.transfer, "peer": peer, "content_sha256": statement.content,
        "taken_in_by": by, "taken_in_at": clock.now(),
    }  # fmt: skip
    if statement.word is Word.WITHDRAWAL:
        reason = str(statement.body.get("reason", ""))[:LONGEST]
        return IncomingHandover.objects.create(
            **said, state=Incoming.WITHDRAWN, ended_by=by, ended_at=clock.now(), answer=reason
        )
    handed = read_handed(statement.body)
    becomes(handed, known_codes(), today())
    known_force(handed.to_force)
    return IncomingHandover.objects.create(
        **said, state=Incoming.ARRIVED, sealed=data, sent_at=moment(statement.at), rows=len(handed.rows),
        from_force=handed.from_force, to_force=handed.to_force,
    )  # fmt: skip


def _withdraw(known: IncomingHandover, statement: Statement, by: User) -> IncomingHandover:
    """Give a transfer up that the sender wants back; what it held of the person is kept no longer."""
    known.state, known.sealed = Incoming.WITHDRAWN, None
    known.ended_by, known.ended_at = by, clock.now()
    known.answer = str(statement.body.get("reason", ""))[:LONGEST]
    known.save(update_fields=["state", "sealed", "ended_by", "ended_at", "answer"])
    return known


@machine_sees_all()
def _is_unseen(statement: Statement) -> bool:
    """Tell whether a transfer is known here of which whoever takes it in is shown nothing."""
    return IncomingHandover.objects.filter(transfer=statement.transfer).exists()
