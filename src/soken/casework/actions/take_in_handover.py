"""Take in a file from another installation, whatever it says; a doubled, late or altered copy is told as such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting, check_right
from soken.casework.actions.handover_act import check_side
from soken.casework.actions.owner_step import give_to, known_force
from soken.casework.actions.tell_of_transfer import tell_of_handover
from soken.casework.models import IncomingHandover, NotificationKind, OutgoingHandover
from soken.casework.models.handover import INCOMING_STATES, OUTGOING_STATES
from soken.casework.selectors.dossier import today
from soken.casework.selectors.handover_keys import own_card, speaker_of, unsealed
from soken.casework.selectors.handovers import known_codes
from soken.core import clock
from soken.core.errors import RefusedError
from soken.exchange.handed import moment, read_handed
from soken.exchange.handed_becomes import becomes
from soken.route.handover import OFFERS, How, Incoming, Outgoing, Word, receiver_hears, sender_hears

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation, Peer
    from soken.exchange.handover import Statement

#: Longest answer that is kept of what the other installation says.
_LONGEST: Final = 4000
_WORDS: Final = {
    Word.OFFER: gettext_lazy("the person"),
    Word.WITHDRAWAL: gettext_lazy("the withdrawal"),
    Word.RECEIPT: gettext_lazy("the receipt"),
    Word.ACCEPTANCE: gettext_lazy("the acceptance"),
    Word.RETURN: gettext_lazy("the return"),
    Word.WITHDRAWN: gettext_lazy("the word that the withdrawal was heard"),
}


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a file came to.

    Attributes:
        how: news, or what else it turned out to be.
        word: what it says.
        transfer: code of the handover.
        operation: short name of the operation where it is.
        person: code of the person here, '' where there is none.
        state: where the handover stands now.
        said: all this in one sentence.
    """

    how: How
    word: Word
    transfer: str
    operation: str
    person: str
    state: str
    said: str


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
    return _answer_heard(peer, statement, by)


# -- at the receiver ---------------------------------------------------------------------------------------------------


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
    if known is not None:
        _check_same(known, peer, statement)
    heard = receiver_hears(Incoming(known.state) if known else None, statement.word)
    if heard.how is How.NEWS:
        known = _arrive(operation, peer, statement, data, by) if known is None else _withdraw(known, statement, by)
    assert known is not None  # noqa: S101 (a word on a transfer that is not known is news)  # nosec B101
    person = known.dossier.person_code if known.dossier else ""
    return TakenIn(
        heard.how, statement.word, known.transfer, known.operation.slug, person,
        known.state, _sentence(heard.how, statement, peer, INCOMING_STATES[Incoming(known.state)]),
    )  # fmt: skip


def _arrive(operation: Operation, peer: Peer, statement: Statement, data: bytes, by: User) -> IncomingHandover:
    """Keep a transfer that nobody here has heard of: an offer, or a withdrawal that has overtaken its offer."""
    said: dict[str, Any] = {
        "operation": operation, "transfer": statement.transfer, "peer": peer, "content_sha256": statement.content,
        "taken_in_by": by, "taken_in_at": clock.now(),
    }  # fmt: skip
    if statement.word is Word.WITHDRAWAL:
        reason = str(statement.body.get("reason", ""))[:_LONGEST]
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
    known.answer = str(statement.body.get("reason", ""))[:_LONGEST]
    known.save(update_fields=["state", "sealed", "ended_by", "ended_at", "answer"])
    return known


# -- at the sender -----------------------------------------------------------------------------------------------------


def _answer_heard(peer: Peer, statement: Statement, by: User) -> TakenIn:
    """Hear an answer to what was sent from here.

    Raises:
        RefusedError: nothing was sent from here under this code, or the answer contradicts what is known.
    """
    found = (
        OutgoingHandover.objects.filter(transfer=statement.transfer)
        .select_related("dossier__operation", "peer")
        .first()
    )
    if found is None:
        raise RefusedError(
            _(
                "%(name)s answers to handover %(transfer)s, which was never sent from here: if this installation was "
                "restored from an older backup, nobody may act on the person before you have called them."
            )
            % {"name": peer.name, "transfer": statement.transfer}
        )
    check_right(found.dossier.operation, by, Act.OWN)
    check_side(by, found.from_force)
    _check_same(found, peer, statement)
    heard = sender_hears(Outgoing(found.state), statement.word)
    if heard.how is How.NEWS:
        with acting(found.dossier, by, Act.OWN, frozen_too=True, others_too=True, away_too=True) as now:
            handover = (
                OutgoingHandover.objects.select_for_update().select_related("dossier__operation").get(pk=found.pk)
            )
            heard = sender_hears(Outgoing(handover.state), statement.word)
            if heard.how is How.NEWS:
                handover.dossier = now
                _settle(handover, Outgoing(heard.state), peer, statement, by)
            found = handover
    if heard.how is How.CONTRADICTION:
        raise RefusedError(
            _(
                "%(name)s says %(word)s of %(transfer)s, which stands here at “%(state)s”: the two contradict each "
                "other. Nothing was changed; call them before anybody acts on the person."
            )
            % {
                "name": peer.name,
                "word": _WORDS[statement.word],
                "transfer": statement.transfer,
                "state": OUTGOING_STATES[Outgoing(found.state)],
            }
        )
    return TakenIn(
        heard.how, statement.word, found.transfer, found.dossier.operation.slug, found.dossier.person_code, found.state,
        _sentence(heard.how, statement, peer, OUTGOING_STATES[Outgoing(found.state)]),
    )  # fmt: skip


def _settle(handover: OutgoingHandover, after: Outgoing, peer: Peer, statement: Statement, by: User) -> None:
    """Take an answer in: after an acceptance the person is the receiver's, after a return the sender's again."""
    handover.state = after
    handover.heard_by, handover.heard_at, handover.said_at = by, clock.now(), moment(statement.at)
    handover.answer = str(statement.body.get("reason", ""))[:_LONGEST]
    handover.save(update_fields=["state", "heard_by", "heard_at", "said_at", "answer"])
    if after is Outgoing.ACCEPTED:
        reason = _("handed over to %(peer)s, %(transfer)s") % {"peer": peer.name, "transfer": handover.transfer}
        if handover.dossier.force != handover.to_force:
            give_to(handover.dossier, handover.to_force, by=by, reason=reason)
        tell_of_handover(handover, NotificationKind.TRANSFER_ACCEPTED, but=by)
    elif after is Outgoing.RETURNED:
        tell_of_handover(handover, NotificationKind.TRANSFER_RETURNED, but=by)


# -- both --------------------------------------------------------------------------------------------------------------


def _check_same(known: IncomingHandover | OutgoingHandover, peer: Peer, statement: Statement) -> None:
    """Refuse a word on a transfer that is another installation's, or of other contents than those that are known.

    Raises:
        RefusedError: it is.
    """
    named = {"name": peer.name, "transfer": statement.transfer}
    if known.peer.name != peer.name:
        raise RefusedError(_("Handover %(transfer)s is not one of %(name)s; nothing was taken in: call them.") % named)
    if known.content_sha256 != statement.content:
        raise RefusedError(
            _(
                "What %(name)s says of %(transfer)s is about other contents than those that are known here: one of the "
                "two was altered. Nothing was taken in; call them."
            )
            % named
        )


def _sentence(how: How, statement: Statement, peer: Peer, state: object) -> str:
    """Return in one sentence what a file came to."""
    named = {
        "name": peer.name, "word": _WORDS[statement.word], "transfer": statement.transfer, "state": state,
        "at": moment(statement.at).strftime("%Y-%m-%d %H:%M %Z"),
    }  # fmt: skip
    if how is How.AGAIN:
        return (
            _("This is a second copy: %(word)s of %(transfer)s was taken in before; nothing changed (%(state)s).")
            % named
        )
    if how is How.LATE:
        return (
            _("This came late: %(word)s of %(transfer)s, written %(at)s, is overtaken; nothing changed (%(state)s).")
            % named
        )
    return _("Taken in: %(word)s of %(transfer)s from %(name)s; it stands at “%(state)s”.") % named
