"""A person's way from one installation to another: what each side may do and hear, and who owns the person meanwhile.

Two installations share no clock and no database, and a file between them can be lost, doubled, late or out of order. So
one event at one place moves the ownership: the receiver's acceptance. From the moment a transfer leaves, the sender may
act on the person no more; it can again once the receiver has said, signed, that it will never accept (returned, or
withdrawal acknowledged). `docs/adr/0008-handover-between-installations.md` says why; a test walks every state that the
two sides can reach together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from soken.route.transfers import rules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Word(StrEnum):
    """What a file between two installations says."""

    OFFER = "offer"
    WITHDRAWAL = "withdrawal"
    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"
    RETURN = "return"
    WITHDRAWN = "withdrawn"


class Outgoing(StrEnum):
    """How far the sender's side has come."""

    OFFERED = "offered"
    APPROVED = "approved"
    SENT = "sent"
    RECEIVED = "received"
    WITHDRAWING = "withdrawing"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Incoming(StrEnum):
    """How far the receiver's side has come."""

    ARRIVED = "arrived"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class How(StrEnum):
    """What a file turned out to be."""

    NEWS = "news"
    AGAIN = "again"
    LATE = "late"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class Heard:
    """What hearing a word comes to.

    Attributes:
        state: where the side stands afterwards; where it stood, if the word is no news.
        how: what the word turned out to be.
    """

    state: Outgoing | Incoming
    how: How


#: Words that the receiver says, and those that the sender says.
ANSWERS: Final = frozenset({Word.RECEIPT, Word.ACCEPTANCE, Word.RETURN, Word.WITHDRAWN})
OFFERS: Final = frozenset({Word.OFFER, Word.WITHDRAWAL})

#: Sender's states that wait for something; one transfer of a person at a time.
OPEN: Final = (Outgoing.OFFERED, Outgoing.APPROVED, Outgoing.SENT, Outgoing.RECEIVED, Outgoing.WITHDRAWING)
#: Sender's states in which the person may be another's already, or is: nobody acts on them here.
AWAY: Final = (Outgoing.SENT, Outgoing.RECEIVED, Outgoing.WITHDRAWING, Outgoing.ACCEPTED)
#: Sender's states in which an answer is awaited.
IN_FLIGHT: Final = (Outgoing.SENT, Outgoing.RECEIVED, Outgoing.WITHDRAWING)
#: Receiver's states in which somebody has to do something.
WAITING: Final = (Incoming.ARRIVED, Incoming.RECEIVED)

#: What a person of the sender may do: state before → states after.
SENDER_STEPS: Final[Mapping[Outgoing, frozenset[Outgoing]]] = MappingProxyType(
    {
        Outgoing.OFFERED: frozenset({Outgoing.APPROVED, Outgoing.WITHDRAWN}),
        Outgoing.APPROVED: frozenset({Outgoing.SENT, Outgoing.WITHDRAWN}),
        Outgoing.SENT: frozenset({Outgoing.WITHDRAWING}),
        Outgoing.RECEIVED: frozenset({Outgoing.WITHDRAWING}),
    }
)
#: What a person of the receiver may do.
RECEIVER_STEPS: Final[Mapping[Incoming, frozenset[Incoming]]] = MappingProxyType(
    {
        Incoming.ARRIVED: frozenset({Incoming.RECEIVED}),
        Incoming.RECEIVED: frozenset({Incoming.ACCEPTED, Incoming.RETURNED}),
    }
)

_SENDER_HEARS: Final[Mapping[tuple[Outgoing, Word], Outgoing]] = MappingProxyType(
    {
        (Outgoing.SENT, Word.RECEIPT): Outgoing.RECEIVED,
        **{(state, Word.ACCEPTANCE): Outgoing.ACCEPTED for state in IN_FLIGHT},
        **{(state, Word.RETURN): Outgoing.RETURNED for state in IN_FLIGHT},
        (Outgoing.WITHDRAWING, Word.WITHDRAWN): Outgoing.WITHDRAWN,
    }
)
_RECEIVER_HEARS: Final[Mapping[tuple[Incoming | None, Word], Incoming]] = MappingProxyType(
    {
        (None, Word.OFFER): Incoming.ARRIVED,
        # A withdrawal that overtakes its offer: the offer, when it comes, can no longer be accepted.
        (None, Word.WITHDRAWAL): Incoming.WITHDRAWN,
        **{(state, Word.WITHDRAWAL): Incoming.WITHDRAWN for state in WAITING},
    }
)
#: The state that each answer tells of, at the sender.
_TOLD_BY: Final = MappingProxyType(
    {
        Word.RECEIPT: Outgoing.RECEIVED,
        Word.ACCEPTANCE: Outgoing.ACCEPTED,
        Word.RETURN: Outgoing.RETURNED,
        Word.WITHDRAWN: Outgoing.WITHDRAWN,
    }
)
_ANSWERED_BY: Final = MappingProxyType(
    {
        Incoming.RECEIVED: Word.RECEIPT,
        Incoming.ACCEPTED: Word.ACCEPTANCE,
        Incoming.RETURNED: Word.RETURN,
        Incoming.WITHDRAWN: Word.WITHDRAWN,
    }
)


def sender_hears(state: Outgoing, word: Word) -> Heard:
    """Return what an answer of the receiver comes to at the sender."""
    after = _SENDER_HEARS.get((state, word))
    if after is not None:
        return Heard(after, How.NEWS)
    if _TOLD_BY.get(word) is state:
        return Heard(state, How.AGAIN)
    if word is Word.RECEIPT and state not in {Outgoing.OFFERED, Outgoing.APPROVED}:
        return Heard(state, How.LATE)
    return Heard(state, How.CONTRADICTION)


def receiver_hears(state: Incoming | None, word: Word) -> Heard:
    """Return what an offer or a withdrawal comes to at the receiver; None for a transfer it has not heard of.

    Raises:
        ValueError: the word is an answer, which a receiver never hears.
    """
    after = _RECEIVER_HEARS.get((state, word))
    if after is not None:
        return Heard(after, How.NEWS)
    if state is None or word not in OFFERS:
        raise ValueError(word)
    late = word is Word.WITHDRAWAL and state in {Incoming.ACCEPTED, Incoming.RETURNED}
    overtaken = word is Word.OFFER and state is Incoming.WITHDRAWN
    return Heard(state, How.LATE if late or overtaken else How.AGAIN)


def answer_of(state: Incoming) -> Word | None:
    """Return the word that the receiver sends in a state, however often; None while nobody has looked."""
    return _ANSWERED_BY.get(state)


def sender_may_act(state: Outgoing | None) -> bool:
    """Tell whether the sender's people may act on the person; None where no transfer was ever made."""
    return state not in AWAY


def receiver_may_act(state: Incoming | None) -> bool:
    """Tell whether the receiver's people may act on the person."""
    return state is Incoming.ACCEPTED


def owners(sender: Outgoing | None, receiver: Incoming | None) -> frozenset[str]:
    """Return who owns the person, looking at both sides at once: exactly one of "sender" and "receiver", always.

    The sender owns where it may act, and answers for the person in flight until the receiver has accepted; the receiver
    owns once it has accepted. Two would be a sender that may act beside a receiver that has accepted; none, a sender
    that has let go of a person whom nobody has accepted. No order of delivery leads to either.
    """
    accepted = receiver_may_act(receiver)
    found = {"receiver"} if accepted else set()
    if sender_may_act(sender) or (sender in IN_FLIGHT and not accepted):
        found.add("sender")
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Waited:
    """How long an answer has been waited for.

    Attributes:
        due_at: when the next word is due; None where none is.
        late: that moment has passed.
        escalated: nobody has answered for so long that supervisors have to call each other.
    """

    due_at: datetime | None
    late: bool = False
    escalated: bool = False


def waited(state: Outgoing | Incoming, sent_at: datetime | None, asked_at: datetime | None, now: datetime) -> Waited:
    """Return how long a side has waited.

    Args:
        state: where it stands.
        sent_at: when the transfer left the sender.
        asked_at: when a withdrawal left it, if one did.
        now: the moment.
    """
    if sent_at is None:
        return Waited(None)
    terms = rules()
    due = {
        Outgoing.SENT: sent_at + terms.receive,
        Outgoing.RECEIVED: sent_at + terms.answer,
        Outgoing.WITHDRAWING: (asked_at or sent_at) + terms.receive,
        Incoming.ARRIVED: sent_at + terms.receive,
        Incoming.RECEIVED: sent_at + terms.answer,
    }.get(state)
    if due is None:
        return Waited(None)
    return Waited(due, now >= due, now >= sent_at + terms.escalate)
