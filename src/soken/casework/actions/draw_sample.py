"""Draw a sample of assessed persons and give each to another assessor, who is not shown the first assessment (R16)."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import PERMISSIONS, Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.tell import tell
from soken.casework.models import (
    Assessment,
    AssessmentSample,
    BandChange,
    CompartmentPerson,
    Dossier,
    NotificationKind,
    Operation,
    OutgoingHandover,
    Priority,
    SecondAssessment,
)
from soken.casework.selectors.due import members_of
from soken.casework.selectors.instrument import instrument_in_use
from soken.casework.selectors.second_assessments import OPEN
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.prioritise.sampling import Drawable, draw
from soken.review.transitions import BEFORE_REFERRAL
from soken.route.handover import AWAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from soken.access.models import User
    from soken.casework.selectors.due import Member

#: Most persons of a sample: each of them is an assessor's work.
MOST: Final = 500
#: A seed has fewer than so many bits: it fits a column and can be read out.
_BITS: Final = 31


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Somebody who can be drawn: the person, the first assessment, whose it is, and who can be asked for the second."""

    dossier: Dossier
    first: Assessment
    first_by: User
    able: tuple[Member, ...]


def draw_sample(operation: Operation, *, by: User, wanted: int, seed: int | None = None) -> AssessmentSample:
    """Draw persons for a second assessment, and give each to somebody who has had no part in the band.

    Drawn are persons in work whose newest assessment somebody made on the instrument in use. Left out are those in
    compartments, those who were handed over, those for whom a second assessment waits already, and those for whom
    nobody else can be asked. No band changes.

    Args:
        operation: where.
        by: who draws: persons of other forces than theirs are left out; who belongs to no force draws from all.
        wanted: how many, 1 to `MOST`; all where there are fewer.
        seed: what the chance begins with; None for a new one. It is kept with the sample.

    Raises:
        BadInputError: the number cannot be, or so few cannot hold every band and force; or the instrument cannot be
            used.
        RefusedError: nobody can be drawn, or the role does not permit it.
        NotFoundError: the actor is no member of the operation.
    """
    if not 1 <= wanted <= MOST:
        raise BadInputError(_("A sample has from 1 to %(most)s persons.") % {"most": MOST})
    seed = secrets.randbits(_BITS) if seed is None else seed
    if not 0 <= seed < 2**_BITS:
        raise BadInputError(_("A seed is a whole number from 0 to %(most)s.") % {"most": 2**_BITS - 1})
    check_right(operation, by, Act.DRAW_SAMPLE)
    with transaction.atomic():
        # Two who draw at once would give one person to two.
        Operation.objects.select_for_update().get(pk=operation.pk)
        rows = _assessed(operation, by)
        candidates = _candidates(operation, rows)
        if not candidates:
            raise RefusedError(
                _("Nobody can be drawn: no one assessed on the instrument in use can be given to another assessor.")
            )
        people = [Drawable(code, one.first.band, one.dossier.force) for code, one in candidates.items()]
        drawn = [candidates[one.person] for one in draw(people, wanted=wanted, seed=seed)]
        sample = AssessmentSample.objects.create(
            operation=operation, seed=seed, wanted=wanted, drawable=len(candidates),
            left_out=rows.count() - len(candidates), at=clock.now(), by=by,
        )  # fmt: skip
        _give(sample, drawn)
    return sample


def _assessed(operation: Operation, by: User) -> QuerySet[Priority]:
    """Return the persons in work who are assessed, of the drawer's force and of none."""
    rows = Priority.objects.filter(
        operation=operation, dossier__stage__in=BEFORE_REFERRAL, assessment__isnull=False
    ).order_by("dossier")
    return rows.filter(dossier__force__in=("", by.force)) if by.force else rows


def _candidates(operation: Operation, rows: QuerySet[Priority]) -> dict[str, _Candidate]:
    """Return code → who can be drawn, with those who can be asked."""
    own = SecondAssessment._base_manager.filter(OPEN, dossier__operation=operation).values("dossier")
    shut = CompartmentPerson.objects.filter(operation=operation, compartment__lifted_at__isnull=True).values("code")
    away = OutgoingHandover.objects.filter(dossier__operation=operation, state__in=[*AWAY]).values("dossier")
    able = rows.filter(assessment__by__isnull=False, assessment__instrument_sha256=instrument_in_use().sha256)
    able = able.exclude(dossier__in=own).exclude(dossier__in=away).exclude(dossier__person_code__in=shut)
    members = [one for one in members_of(operation) if Act.ASSESS_PRIORITY in PERMISSIONS[one.role]]
    involved = _involved(operation)
    found = {}
    for one in able.select_related("dossier", "assessment__by"):
        others = tuple(
            member for member in members
            if member.user not in involved.get(one.pk, ()) and _works_on(member, one.dossier)
        )  # fmt: skip
        first = one.assessment
        if others and first is not None and first.by is not None:
            found[one.dossier.person_code] = _Candidate(one.dossier, first, first.by, others)
    return found


def _involved(operation: Operation) -> dict[int, set[int]]:
    """Return key of a dossier → who has assessed the person, or had a part in a change of the band."""
    found: dict[int, set[int]] = {}
    changes = BandChange.whole.filter(dossier__operation=operation).order_by()
    parts: list[Iterable[tuple[int, int | None]]] = [
        Assessment.whole.filter(dossier__operation=operation).order_by().values_list("dossier", "by").distinct(),
        changes.values_list("dossier", "by").distinct(),
        changes.values_list("dossier", "second").distinct(),
    ]
    for part in parts:
        for dossier, user in part:
            if user is not None:
                found.setdefault(dossier, set()).add(user)
    return found


def _works_on(member: Member, dossier: Dossier) -> bool:
    """Tell whether a member may act on a person: as the owner's, the centre's, or on one whom nobody owns."""
    return not member.force or not dossier.force or member.force == dossier.force


def _give(sample: AssessmentSample, drawn: list[_Candidate]) -> None:
    """Give each to whoever of those who can be asked has the fewest, and tell them."""
    given: Counter[int] = Counter()
    for one in drawn:
        assessor = min(one.able, key=lambda member: (given[member.user], member.user)).user
        given[assessor] += 1
        SecondAssessment.objects.create(
            sample=sample, dossier=one.dossier, first=one.first, first_by=one.first_by, assessor_id=assessor,
            at=sample.at,
        )  # fmt: skip
        tell([assessor], one.dossier, NotificationKind.SECOND_ASKED)
