"""Hear the answer of another installation to what was sent from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.eyes import machine_sees_all
from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting, check_right
from soken.casework.actions.handover_act import check_side
from soken.casework.actions.handover_heard import LONGEST, WORDS, TakenIn, check_same, sentence, told_to_few
from soken.casework.actions.owner_step import give_to
from soken.casework.actions.tell_of_transfer import tell_few_of_handover, tell_of_handover
from soken.casework.models import NotificationKind, OutgoingHandover
from soken.casework.models.handover import OUTGOING_STATES
from soken.core import clock
from soken.core.errors import RefusedError
from soken.exchange.handed import moment
from soken.route.handover import How, Outgoing, sender_hears

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Peer
    from soken.exchange.handover import Statement


def hear_answer(peer: Peer, statement: Statement, by: User) -> TakenIn:
    """Hear an answer to what was sent from here.

    Whoever brings the file need not see the person: one who was shut away since is left to those few who may see them.
    They are told what became of it, and whoever brings it that they are.

    Args:
        peer: who answers.
        statement: what they say.
        by: who takes it in.

    Raises:
        NotFoundError: the actor is no member of the operation from which it was sent.
        RefusedError: nothing was sent from here under this code, the answer contradicts what is known, it is for people
            of another force to take in, or the role does not permit it.
    """
    found = _sent(statement)
    if found is not None:
        return _heard(found, peer, statement, by, few=False)
    with machine_sees_all():
        unseen = _sent(statement)
        if unseen is None:
            raise RefusedError(
                _(
                    "%(name)s answers to handover %(transfer)s, which was never sent from here: if this installation "
                    "was restored from an older backup, nobody may act on the person before you have called them."
                )
                % {"name": peer.name, "transfer": statement.transfer}
            )
        return _heard(unseen, peer, statement, by, few=True)


def _sent(statement: Statement) -> OutgoingHandover | None:
    """Return the handover that an answer is to, as far as whoever looks may see it."""
    found = OutgoingHandover.objects.filter(transfer=statement.transfer)
    return found.select_related("dossier__operation", "peer").first()


def _heard(found: OutgoingHandover, peer: Peer, statement: Statement, by: User, *, few: bool) -> TakenIn:
    """Hear an answer to a handover that is known here.

    Args:
        found: it.
        peer, statement, by: see `hear_answer`.
        few: whether whoever takes the answer in may not see the person.
    """
    check_right(found.dossier.operation, by, Act.OWN)
    check_side(by, found.from_force)
    check_same(found, peer, statement)
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
                _tell(handover, by, few=few)
            found = handover
    if heard.how is How.CONTRADICTION:
        raise _contradicted(peer, statement, "" if few else OUTGOING_STATES[Outgoing(found.state)])
    if few:
        said = _(
            "What %(name)s says was taken in; it is shown to those few who may see the person, and to nobody else."
        )
        return told_to_few(heard.how, statement, said % {"name": peer.name})
    return TakenIn(
        heard.how, statement.word, found.transfer, found.dossier.operation.slug, found.dossier.person_code, found.state,
        sentence(heard.how, statement, peer, OUTGOING_STATES[Outgoing(found.state)]),
    )  # fmt: skip


def _contradicted(peer: Peer, statement: Statement, state: object) -> RefusedError:
    """Return the refusal of an answer that contradicts what is known; without the state to who may not see it."""
    named = {"name": peer.name, "word": WORDS[statement.word], "transfer": statement.transfer, "state": state}
    if not state:
        return RefusedError(
            _(
                "%(name)s says %(word)s of %(transfer)s, which contradicts what is known here. Nothing was changed; "
                "call them."
            )
            % named
        )
    return RefusedError(
        _(
            "%(name)s says %(word)s of %(transfer)s, which stands here at “%(state)s”: the two contradict each "
            "other. Nothing was changed; call them before anybody acts on the person."
        )
        % named
    )


def _settle(handover: OutgoingHandover, after: Outgoing, peer: Peer, statement: Statement, by: User) -> None:
    """Take an answer in: after an acceptance the person is the receiver's, after a return the sender's again."""
    handover.state = after
    handover.heard_by, handover.heard_at, handover.said_at = by, clock.now(), moment(statement.at)
    handover.answer = str(statement.body.get("reason", ""))[:LONGEST]
    handover.save(update_fields=["state", "heard_by", "heard_at", "said_at", "answer"])
    if after is Outgoing.ACCEPTED and handover.dossier.force != handover.to_force:
        reason = _("handed over to %(peer)s, %(transfer)s") % {"peer": peer.name, "transfer": handover.transfer}
        give_to(handover.dossier, handover.to_force, by=by, reason=reason)


#: State → what people are told of: whoever prepared the handover, or those few who may see the person.
_NEWS = {
    Outgoing.ACCEPTED: NotificationKind.TRANSFER_ACCEPTED,
    Outgoing.RETURNED: NotificationKind.TRANSFER_RETURNED,
}
#: Those few did not take in themselves that the file arrived, or that the person is theirs again after a withdrawal.
_NEWS_TO_FEW = {
    **_NEWS,
    Outgoing.RECEIVED: NotificationKind.HANDOVER_RECEIVED,
    Outgoing.WITHDRAWN: NotificationKind.HANDOVER_WITHDRAWN,
}


def _tell(handover: OutgoingHandover, by: User, *, few: bool) -> None:
    """Tell people what became of a handover."""
    kind = (_NEWS_TO_FEW if few else _NEWS).get(Outgoing(handover.state))
    if kind is not None and few:
        tell_few_of_handover(handover, kind)
    elif kind is not None:
        tell_of_handover(handover, kind, but=by)
