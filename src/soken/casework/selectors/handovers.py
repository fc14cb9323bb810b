"""Handovers between installations: who is away, what waits and for how long, and what an arrived one would become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from soken.access.eyes import machine_sees_all
from soken.casework.models import IncomingHandover, Operation, OutgoingHandover, Verdict
from soken.casework.selectors.handover_keys import unsealed
from soken.core import clock
from soken.core.errors import NotFoundError
from soken.exchange.handed import read_handed
from soken.exchange.handed_becomes import Becoming, Known, becomes
from soken.prioritise.safety import bodies, methods
from soken.reference.offences import offences
from soken.reference.prefectures import prefectures
from soken.route.competence import grounds
from soken.route.handover import AWAY, IN_FLIGHT, OPEN, WAITING, Incoming, Outgoing, Waited, waited

if TYPE_CHECKING:
    from collections.abc import Collection

    from soken.access.models import User
    from soken.casework.models import Dossier

Handover = TypeVar("Handover", OutgoingHandover, IncomingHandover)

#: Handovers shown on a page at once.
SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class SeenOut:
    """A handover that leaves, with its clock.

    Attributes:
        handover: it.
        waited: how long its answer has been waited for.
    """

    handover: OutgoingHandover
    waited: Waited


@dataclass(frozen=True, slots=True)
class SeenIn:
    """A handover that has come, with its clock."""

    handover: IncomingHandover
    waited: Waited


@dataclass(frozen=True, slots=True)
class Box:
    """What is on its way, for one user.

    Attributes:
        out: prepared or sent and not settled, longest waiting first.
        into: arrived and neither accepted nor returned, longest waiting first.
        left_out: how many more there are than are shown.
    """

    out: tuple[SeenOut, ...]
    into: tuple[SeenIn, ...]
    left_out: int

    @property
    def late(self) -> int:
        """Return how many wait longer than they should."""
        return sum(one.waited.late for one in self.out) + sum(one.waited.late for one in self.into)


def away_of(dossier: Dossier) -> OutgoingHandover | None:
    """Return the handover by which a person is on the way to another installation, or there; None if here."""
    # Nearly nobody is: a short question first, for every act on a person asks.
    if not OutgoingHandover.objects.filter(dossier=dossier.pk, state__in=[*AWAY]).order_by().exists():
        return None
    return away_of_many([dossier]).get(dossier.pk)


def away_of_many(dossiers: Collection[Dossier]) -> dict[int, OutgoingHandover]:
    """Return by key of a dossier the handover by which its person is away, for those who are (one query)."""
    found = OutgoingHandover.objects.filter(dossier__in=[one.pk for one in dossiers], state__in=[*AWAY])
    return {one.dossier_id: one for one in found.order_by("pk")}


def handovers_of(dossier: Dossier) -> list[SeenOut]:
    """Return a person's handovers to other installations, newest first."""
    people = ("offered_by", "approved_by", "sent_by", "withdrawn_by", "heard_by", "peer")
    return [
        seen_out(one) for one in dossier.handovers_out.select_related(*people).defer("sealed").order_by("-pk")[:SHOWN]
    ]


def arrived_in(operation: Operation) -> list[SeenIn]:
    """Return what has come from other installations into an operation, newest first."""
    people = ("peer", "dossier", "taken_in_by", "received_by", "ended_by")
    found = operation.handovers_in.select_related(*people).defer("sealed").order_by("-pk")[:SHOWN]
    return [seen_in(one) for one in found]


def box_of(user: User) -> Box:
    """Return what is on its way in the operations that the user sees, of the user's force; all, for the centre."""
    seen = Operation.objects.visible_to(user)
    out = OutgoingHandover.objects.filter(state__in=[*OPEN], dossier__operation__in=seen)
    into = IncomingHandover.objects.filter(state__in=[*WAITING], operation__in=seen)
    if user.force:
        out, into = out.filter(from_force=user.force), into.filter(to_force=user.force)
    shown_out = out.select_related("dossier__operation", "peer", "offered_by").defer("sealed")
    shown_in = into.select_related("operation", "peer").defer("sealed")
    found_out = [seen_out(one) for one in shown_out.order_by("sent_at", "offered_at", "pk")[:SHOWN]]
    found_in = [seen_in(one) for one in shown_in.order_by("sent_at", "pk")[:SHOWN]]
    left = out.count() + into.count() - len(found_out) - len(found_in)
    return Box(tuple(found_out), tuple(found_in), left)


def late_handovers(user: User) -> list[SeenOut | SeenIn]:
    """Return what nobody has answered in time, longest waiting first (R24)."""
    box = box_of(user)
    every: list[SeenOut | SeenIn] = [*box.out, *box.into]
    late = [one for one in every if one.waited.late]
    return sorted(late, key=lambda one: one.waited.due_at or clock.now())


def outgoing_of(operation: Operation, transfer: str) -> OutgoingHandover:
    """Return a handover that leaves, by its code.

    Raises:
        NotFoundError: the operation has none of this code.
    """
    found = OutgoingHandover.objects.filter(dossier__operation=operation, transfer=_code(transfer))
    return _found(found.select_related("dossier__operation", "peer").first(), transfer)


def incoming_of(operation: Operation, transfer: str) -> IncomingHandover:
    """Return a handover that has come, by its code.

    Raises:
        NotFoundError: the operation has none of this code.
    """
    people = ("operation", "peer", "dossier", "taken_in_by", "received_by", "ended_by")
    found = IncomingHandover.objects.filter(operation=operation, transfer=_code(transfer))
    return _found(found.select_related(*people).first(), transfer)


def is_shown(operation: Operation, transfer: str) -> bool:
    """Tell whether whoever looks is shown a handover that has come."""
    return IncomingHandover.objects.filter(operation=operation, transfer=_code(transfer)).exists()


def answerable_of(operation: Operation, transfer: str, by: User) -> IncomingHandover:
    """Return a handover that has come, for whoever answers it: also where their own acceptance shut the person away.

    Raises:
        NotFoundError: the operation has none of this code that they may see, or have accepted.
    """
    try:
        return incoming_of(operation, transfer)
    except NotFoundError:
        with machine_sees_all():
            found = incoming_of(operation, transfer)
        if found.ended_by_id != by.pk:
            raise
        return found


def becoming_of(handover: IncomingHandover) -> Becoming | None:
    """Return what a handover would become here, or has become; None once it was returned or withdrawn.

    Raises:
        BadInputError: its contents do not hold together.
    """
    if handover.sealed is None:
        return None
    return becomes(read_handed(unsealed(bytes(handover.sealed)).body), known_codes(), timezone.localdate(clock.now()))


def known_codes() -> Known:
    """Return the codes that this installation knows."""
    verdicts = [one.value for one in Verdict if one is not Verdict.WITHDRAWN]
    return Known(offences(), grounds(), prefectures(), bodies(), methods(), verdicts)


def _found(found: Handover | None, transfer: str) -> Handover:
    if found is None:
        raise NotFoundError(_("This operation has no handover %(transfer)s.") % {"transfer": transfer[:40]})
    return found


def _code(transfer: str) -> str:
    return transfer.strip().upper()


def seen_out(one: OutgoingHandover) -> SeenOut:
    """Return a handover that leaves with its clock as of now."""
    state = Outgoing(one.state)
    return SeenOut(one, waited(state, one.sent_at if state in IN_FLIGHT else None, one.withdrawn_at, clock.now()))


def seen_in(one: IncomingHandover) -> SeenIn:
    """Return a handover that has come with its clock as of now."""
    return SeenIn(one, waited(Incoming(one.state), one.sent_at, None, clock.now()))
