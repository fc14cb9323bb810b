"""The receiver's answers to a handover that has arrived, but for the acceptance; and each answer as a file."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.handover_act import check_receiver_step, check_side, written
from soken.casework.actions.said import in_words
from soken.casework.models import IncomingHandover
from soken.casework.selectors.handovers import answerable_of, incoming_of
from soken.core import clock
from soken.core.errors import RefusedError
from soken.ledger.attribution import says
from soken.ledger.entries import Draft, Kind
from soken.ledger.record import record
from soken.route.handover import Incoming, answer_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.access.models import User
    from soken.casework.models import Operation


def receive_handover(operation: Operation, transfer: str, *, by: User) -> IncomingHandover:
    """Say that a handover has arrived and been looked at; the answer's clock goes on.

    Raises:
        NotFoundError, RefusedError: see `answering`.
    """
    with answering(operation, transfer, by, Incoming.RECEIVED) as handover:
        handover.received_by, handover.received_at = by, clock.now()
        return handover


def return_handover(operation: Operation, transfer: str, *, by: User, reason: str) -> IncomingHandover:
    """Give a person back, with the reason: the sender owns them all the while, and this side keeps nothing of them.

    Raises:
        BadInputError: the reason is missing.
        NotFoundError, RefusedError: see `answering`.
    """
    said = in_words(reason, _("The reason"))
    with answering(operation, transfer, by, Incoming.RETURNED) as handover:
        handover.ended_by, handover.ended_at, handover.answer, handover.sealed = by, clock.now(), said, None
        return handover


def answer_file(operation: Operation, transfer: str, *, by: User) -> bytes:
    """Return the answer that stands, as the file for the sender: as often as it is asked for, the same words.

    Whoever has accepted a person whom the acceptance itself has shut away can still answer the sender, who waits; the
    file tells them nothing, for it is closed to them.

    Raises:
        NotFoundError: the operation has no such handover, or the sender is no longer registered.
        RefusedError: nobody has answered yet, the sender is no longer trusted, the actor belongs to another force, or
            the role does not permit it.
    """
    check_right(operation, by, Act.OWN)
    handover = answerable_of(operation, transfer, by)
    check_side(by, handover.to_force)
    state = Incoming(handover.state)
    word = answer_of(state)
    if word is None:
        raise RefusedError(
            _("Nobody has said yet that %(transfer)s was received; say so first.") % {"transfer": handover.transfer}
        )
    at = handover.received_at if state is Incoming.RECEIVED else handover.ended_at
    body: dict[str, Any] = {"reason": "" if state is Incoming.WITHDRAWN else handover.answer}
    file = written(handover, word, at or handover.taken_in_at, body)
    person = handover.dossier.person_code if handover.dossier else ""
    says(person=person)
    record(
        Draft(
            Kind.DISCLOSURE, act=f"handover-{word.value}", operation=operation.slug, person=person,
            about=handover.transfer, recipient=handover.peer.name,
        )
    )  # fmt: skip
    return file


@contextmanager
def answering(operation: Operation, transfer: str, by: User, after: Incoming) -> Iterator[IncomingHandover]:
    """Open an answer: the handover as it stands now, locked; saved in its new state when the answer is given.

    Raises:
        NotFoundError: the operation has no such handover, or the actor is no member.
        RefusedError: it has been answered or withdrawn, was not received yet, or is for people of another force.
    """
    check_right(operation, by, Act.OWN)
    found = incoming_of(operation, transfer)
    check_side(by, found.to_force)
    with transaction.atomic():
        handover = IncomingHandover.objects.select_for_update().select_related("peer").get(pk=found.pk)
        check_receiver_step(handover, after)
        yield handover
        handover.state = after
        handover.save()
