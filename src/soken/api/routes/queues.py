"""What waits for somebody, read as its page shows it; reading takes nothing from anybody."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from ninja import Query, Router

from soken.access.policy import Act, allows
from soken.api.gate import Asked, reading
from soken.api.routes.persons import link_said
from soken.api.shapes.persons import PlaceSaid
from soken.api.shapes.questions import Placed, QueuePlace, Slug
from soken.api.shapes.queues import (
    BandCount,
    ClockSaid,
    ClocksAsked,
    ClocksSaid,
    ComparedSaid,
    HandoverSaid,
    HandoversSaid,
    NotificationSaid,
    PairCompared,
    PairSaid,
    PrioritiesAsked,
    PriorityListSaid,
    RankedSaid,
    ReviewQueueSaid,
    SafetyQueueSaid,
    TransferSaid,
    TransfersAsked,
    TransfersSaid,
    UntoldSaid,
)
from soken.casework.language import page_language
from soken.casework.models import ReviewPair
from soken.casework.selectors.clocks import RunningClock, limitations_near, running_clocks
from soken.casework.selectors.handovers import SeenIn, SeenOut, box_of
from soken.casework.selectors.priority import is_place, priority_page
from soken.casework.selectors.review_queue import is_answered, open_pairs, pair_file, queue_count
from soken.casework.selectors.safety import safety_queue
from soken.casework.selectors.transfers import SeenTransfer, inbox
from soken.core import clock
from soken.core.errors import NotFoundError
from soken.resolve.phrases import words
from soken.review.differences import Part

router = Router(tags=["queues"])

#: Pairs on a page, and the longest place in the queue.
PAGE: Final = 100
_DIGITS: Final = 9


@reading(router, "/operations/{slug}/queues/review", Act.JUDGE, ReviewQueueSaid, summary="The review queue")
def review_queue(request: Asked, slug: Slug, asked: Query[Placed]) -> ReviewQueueSaid:
    """List the pairs that nobody has answered, most valuable first."""
    if asked.at and not (asked.at.isascii() and asked.at.isdecimal() and len(asked.at) <= _DIGITS):
        raise NotFoundError("There is no such place in this queue; begin at the top.")
    count = queue_count(request.operation, request.operation.runs.first(), request.auth.user)
    pairs: QuerySet[ReviewPair] = open_pairs(request.operation, after=int(asked.at or 0))
    found = list(pairs[: PAGE + 1])
    return ReviewQueueSaid(
        open=count.open,
        before_somebody=count.elsewhere,
        settled=count.settled,
        further=count.further,
        pairs=[_pair(one) for one in found[:PAGE]],
        later=str(found[PAGE - 1].place) if len(found) > PAGE else "",
    )


@reading(
    router, "/operations/{slug}/queues/review/{place}", Act.JUDGE, PairCompared, summary="One pair, compared",
    also=Act.SEE_PERSON,
)  # fmt: skip
def review_pair(request: Asked, slug: Slug, place: QueuePlace) -> PairCompared:
    """Give both sides of a question, the levels that were found and what each weighs; it is taken from nobody."""
    run = request.operation.runs.first()
    pair = ReviewPair.objects.filter(operation=request.operation, asked=True, place=place).first()
    if run is None or pair is None:
        raise NotFoundError("There is no such place in this queue; begin at the top.")
    found = pair_file(request.operation, run, pair)
    return PairCompared(
        **_pair(pair).model_dump(),
        left_rows=found.rows[0],
        right_rows=found.rows[1],
        compared=[
            ComparedSaid(field=one.field, left=_whole(one.left), right=_whole(one.right), outcome=one.outcome)
            for one in found.compared
        ],
        reasons=link_said(found.linked).reasons,
        answered=found.last.verdict if found.last is not None and is_answered(found.last) else "",
        at_work=list(found.at_work),
    )


def _whole(parts: tuple[Part, ...]) -> str:
    """Return a text that was cut into what differs and what does not."""
    return "".join(one.text for one in parts)


@reading(router, "/operations/{slug}/queues/safety", Act.SEE_SAFETY, SafetyQueueSaid, summary="The child safety queue")
def child_safety_queue(request: Asked, slug: Slug) -> SafetyQueueSaid:
    """List notifications without an answer, and persons of the highest band of whom nobody was told."""
    found = safety_queue(request.operation)
    return SafetyQueueSaid(
        untold=[UntoldSaid(person=one.dossier.person_code, due_on=one.due_on) for one in found.untold],
        untold_total=found.untold_total,
        waiting=[
            NotificationSaid(
                person=one.notification.person_code, body=one.notification.body, office=one.notification.office,
                method=one.notification.method, notified_at=one.notification.notified_at,
                chase_at=one.notification.chase_at, by=one.notification.by.username, hours=one.hours, late=one.late,
            )
            for one in found.waiting
        ],
        waiting_total=found.total,
        late=found.late,
    )  # fmt: skip


@reading(router, "/operations/{slug}/queues/priority", Act.SEE_DOSSIER, PriorityListSaid, summary="Whose turn is first")
def priority_queue(request: Asked, slug: Slug, asked: Query[PrioritiesAsked]) -> PriorityListSaid:
    """List persons in work by band and due date, fifty at a time."""
    if not is_place(asked.at):
        raise NotFoundError("There is no such place in this list; begin at the top.")
    found = priority_page(request.operation, band=asked.band, show=asked.show, at=asked.at)
    may_see_safety = allows(request.auth.user, Act.SEE_SAFETY)
    return PriorityListSaid(
        persons=[
            RankedSaid(
                person=one.priority.dossier.person_code, stage=one.priority.dossier.stage,
                force=one.priority.dossier.force, band=one.priority.band, due_on=one.priority.due_on,
                lateness=one.lateness.value, days_late=one.days, assess_again=one.again, lowering_waits=one.waits,
                safety_notified=one.notified if may_see_safety else None,
            )
            for one in found.persons
        ],
        bands=[
            BandCount(band=band, persons=persons, overdue=overdue)
            for band, (persons, overdue) in sorted(found.counts.items())
        ],
        later=found.later,
    )  # fmt: skip


@reading(router, "/transfers", Act.SEE_DOSSIER, TransfersSaid, summary="Transfers that wait between forces")
def transfers(request: Asked, asked: Query[TransfersAsked]) -> TransfersSaid:
    """List the open transfers that the user's force is a side of, or those of them that nobody has answered in time."""
    found = inbox(request.auth.user)
    wanted = [[one for one in side if one.late or asked.late == "no"] for side in (found.to_us, found.from_us)]
    to_us, from_us = ([_transfer(one) for one in side] for side in wanted)
    return TransfersSaid(to_us=to_us, from_us=from_us, left_out=found.left_out)


@reading(router, "/handovers", Act.SEE_DOSSIER, HandoversSaid, summary="Handovers between installations")
def handovers(request: Asked, asked: Query[TransfersAsked]) -> HandoversSaid:
    """List what is on its way to and from other installations, or what of it nobody has answered in time."""
    box = box_of(request.auth.user)
    return HandoversSaid(
        out=[_leaving(one) for one in box.out if one.waited.late or asked.late == "no"],
        into=[_arriving(one) for one in box.into if one.waited.late or asked.late == "no"],
        left_out=box.left_out,
    )


@reading(router, "/clocks", Act.SEE_DOSSIER, ClocksSaid, summary="Clocks that run out")
def clocks(request: Asked, asked: Query[ClocksAsked]) -> ClocksSaid:
    """List the clocks of custody and limitation that end soon, in all operations of the token; they warn, never act."""
    user = request.auth.user
    return ClocksSaid(
        custody=[_clock(one) for one in running_clocks(user, asked.hours)],
        limitation=[_clock(one) for one in limitations_near(user, asked.days)],
    )


def _pair(pair: ReviewPair) -> PairSaid:
    """Say a question of the queue."""
    return PairSaid(
        place=pair.place,
        left=PlaceSaid(evidence=pair.left_evidence, row=pair.left_row),
        right=PlaceSaid(evidence=pair.right_evidence, row=pair.right_row),
        left_person=pair.left_person,
        right_person=pair.right_person,
        weight=pair.weight,
        question=words("review", pair.reason, page_language()) if pair.reason else "",
        before_somebody=pair.leased_until is not None and pair.leased_until > clock.now(),
    )


def _transfer(seen: SeenTransfer) -> TransferSaid:
    """Say a transfer with its clock."""
    one: Any = seen.transfer
    return TransferSaid(
        operation=one.dossier.operation.slug, person=one.dossier.person_code, kind=one.kind,
        from_force=one.from_force, to_force=one.to_force, state=one.state, offered_at=one.offered_at,
        offered_by=one.offered_by.username, due_at=seen.due_at, late=seen.late,
        escalated=seen.escalated,
    )  # fmt: skip


def _leaving(seen: SeenOut) -> HandoverSaid:
    """Say a handover that leaves with its clock."""
    one = seen.handover
    return HandoverSaid(
        handover=one.transfer, operation=one.dossier.operation.slug, person=one.dossier.person_code,
        installation=one.recipient, from_force=one.from_force, to_force=one.to_force, state=one.state,
        sent_at=one.sent_at, due_at=seen.waited.due_at, late=seen.waited.late, escalated=seen.waited.escalated,
    )  # fmt: skip


def _arriving(seen: SeenIn) -> HandoverSaid:
    """Say a handover that has come with its clock; what waits has no dossier here, so no code of a person yet."""
    one = seen.handover
    return HandoverSaid(
        handover=one.transfer, operation=one.operation.slug, person="", installation=one.peer.name,
        from_force=one.from_force, to_force=one.to_force, state=one.state, sent_at=one.sent_at,
        due_at=seen.waited.due_at, late=seen.waited.late, escalated=seen.waited.escalated,
    )  # fmt: skip


def _clock(one: RunningClock) -> ClockSaid:
    """Say a clock."""
    return ClockSaid(
        operation=one.operation, person=one.person, force=one.force, kind=one.kind, says=one.said(page_language()),
        ends_at=one.ends_at, overdue=one.overdue, soon=one.soon,
    )  # fmt: skip
