"""Second, blind assessments: samples that were drawn, whose turn it is, and how far the two assessors agree (R16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from soken.access.eyes import eyes
from soken.casework.models import AssessmentSample, Dossier, SecondAssessment
from soken.casework.models.blind import blind_dossiers
from soken.core.errors import NotFoundError, RefusedError
from soken.prioritise.agreement import agreement

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from soken.access.models import User
    from soken.casework.models import Operation
    from soken.prioritise.agreement import Agreement

#: Samples that are listed, the newest.
SHOWN: Final = 50
OPEN: Final = Q(answered_at__isnull=True, ended_at__isnull=True)


@dataclass(frozen=True, slots=True)
class SampleSeen:
    """A sample, as far as whoever looks may see it.

    Attributes:
        sample: what was drawn.
        answered: pairs that can be looked at: both assessments, in the order of the draw.
        open: those that wait for an answer; nothing of their first assessment is in it.
        ended: those that were set aside, with the reason.
        hidden: answered ones whose person the reader assesses blind in another sample.
        other: of `answered`, those that were answered on another version of the instrument; not compared.
        agreement: of the rest.
    """

    sample: AssessmentSample
    answered: tuple[SecondAssessment, ...]
    open: tuple[SecondAssessment, ...]
    ended: tuple[SecondAssessment, ...]
    hidden: int
    other: int
    agreement: Agreement


def is_blind(user: User, dossier: Dossier) -> bool:
    """Tell whether a user was asked for a second assessment of a person, and has not answered yet."""
    return blind_dossiers(user).filter(dossier=dossier.pk).exists()


def check_sighted(user: User | None, dossier: Dossier) -> None:
    """Refuse whatever shows, or needs to know, how a person was assessed to whoever is to assess them blind.

    Raises:
        RefusedError: a second assessment waits for this user.
    """
    if user is not None and is_blind(user, dossier):
        raise RefusedError(
            _("You were asked for a second, blind assessment of %(person)s: answer it first, or set it aside.")
            % {"person": dossier.person_code}
        )


def second_of(dossier: Dossier, user: User) -> SecondAssessment:
    """Return the second assessment of a person that waits for a user.

    Raises:
        NotFoundError: none does.
    """
    found = dossier.second_assessments.filter(OPEN, assessor=user).select_related("sample").first()
    if found is None:
        raise NotFoundError(_("No second assessment of %(person)s waits for you.") % {"person": dossier.person_code})
    return found


def seconds_waiting(user: User, operations: list[int]) -> QuerySet[SecondAssessment]:
    """Return the second assessments that wait for a user, oldest first; nothing of the first is in them."""
    waiting = SecondAssessment.objects.filter(OPEN, assessor=user, dossier__operation__in=operations)
    return waiting.select_related("dossier__operation").order_by("at", "pk")


def samples_of(operation: Operation) -> list[AssessmentSample]:
    """Return the samples of an operation, newest first, with how many were drawn, answered and wait (one query)."""
    counted = AssessmentSample.objects.filter(operation=operation).annotate(
        drawn=Count("seconds"),
        answered=Count("seconds", filter=Q(seconds__answered_at__isnull=False)),
        waiting=Count("seconds", filter=Q(seconds__answered_at__isnull=True, seconds__ended_at__isnull=True)),
    )
    return list(counted.select_related("by").order_by("-pk")[:SHOWN])


def sample_seen(operation: Operation, number: int) -> SampleSeen:
    """Return a sample with its pairs and what they come to (four queries).

    Raises:
        NotFoundError: the operation has no such sample.
    """
    sample = AssessmentSample.objects.select_related("by").filter(operation=operation, pk=number).first()
    if sample is None:
        raise NotFoundError(_("%(operation)s has no sample %(number)s.") % {
            "operation": operation.name, "number": number,
        })  # fmt: skip
    own = sample.seconds.select_related("dossier", "assessor", "first_by", "ended_by").order_by("pk")
    user = eyes().user
    hidden = set(blind_dossiers(user).values_list("dossier", flat=True)) if user else set()
    told = own.filter(answered_at__isnull=False).select_related("first")
    answered = tuple(one for one in told if one.dossier_id not in hidden)
    same = [one for one in answered if one.instrument_sha256 == one.first.instrument_sha256]
    return SampleSeen(
        sample=sample,
        answered=answered,
        open=tuple(own.filter(OPEN)),
        ended=tuple(own.filter(ended_at__isnull=False)),
        hidden=len(told) - len(answered),
        other=len(answered) - len(same),
        agreement=agreement((one.first.band, one.band) for one in same),
    )
