"""Answer a second, blind assessment, or set it aside; neither changes the band in force (R16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting, check_right
from soken.casework.actions.said import LONGEST, in_words
from soken.casework.actions.tell import tell
from soken.casework.models import NotificationKind, Priority, SecondAssessment
from soken.casework.selectors.compartments import Closed
from soken.casework.selectors.due import Due, members_of, told_of
from soken.casework.selectors.instrument import instrument_in_use
from soken.casework.selectors.second_assessments import OPEN, second_of
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.prioritise.instrument import ORDER
from soken.prioritise.score import score

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.access.models import User
    from soken.casework.models import Dossier, Operation


def answer_second(dossier: Dossier, *, by: User, answers: Mapping[str, str], note: str = "") -> SecondAssessment:
    """Record what the second assessor answers on the instrument in use.

    The band in force stays, whatever comes out. Where the second band is the more urgent one, the assessment is marked
    as to be made anew and the owner's people are told.

    Args:
        dossier: whose.
        by: the second assessor.
        answers: factor → answer; what is left out is unknown.
        note: what to say of it, if anything.

    Raises:
        BadInputError: a factor or an answer is not the instrument's, the instrument cannot be used, or the note is too
            long.
        NotFoundError: no second assessment of this person waits for the actor; and see `acting`.
        RefusedError: see `acting`.
    """
    said = note.strip()
    if len(said) > LONGEST or "\0" in said:
        raise BadInputError(_("The note is longer than %(longest)s characters.") % {"longest": LONGEST})
    instrument = instrument_in_use()
    found = score(instrument, answers)
    with acting(dossier, by, Act.ASSESS_PRIORITY, fact=False) as now:
        second = second_of(now, by)
        second.instrument_sha256, second.note = instrument.sha256, said
        second.answers = {one.factor: one.answer for one in found.contributions}
        second.score, second.band, second.answered_at = found.points, found.band, clock.now()
        second.save(update_fields=["instrument_sha256", "note", "answers", "score", "band", "answered_at"])
        _ask_anew(now, second)
        return second


def _ask_anew(dossier: Dossier, second: SecondAssessment) -> None:
    """Where the second band is more urgent than the one in force, have the owner's people assess anew."""
    row = Priority.whole.select_for_update().get(dossier=dossier)
    if ORDER[second.band] >= row.order:
        return
    if row.reassess_since is None:
        row.reassess_since, row.reassess_because = clock.now(), Act.DRAW_SAMPLE.value
        row.save(update_fields=["reassess_since", "reassess_because"])
    due = Due(
        NotificationKind.SECOND_HIGHER, "", person=dossier.person_code, dossier=dossier.pk, force=dossier.force,
        act=Act.ASSESS_PRIORITY, but=second.assessor_id,
    )  # fmt: skip
    members = Closed(dossier.operation).without(members_of(dossier.operation), dossier.person_code)
    tell(sorted(told_of(due, members)), dossier, NotificationKind.SECOND_HIGHER)


def set_aside_second(operation: Operation, key: int, *, by: User, reason: str) -> SecondAssessment:
    """Set a second assessment aside that nobody will answer: the assessor has seen the first one, is away, is needed.

    It stays in the sample, with the reason, and is not compared.

    Args:
        operation: where.
        key: number of the second assessment.
        by: the assessor, or whoever may draw samples.
        reason: in words.

    Raises:
        BadInputError: the reason is missing.
        RefusedError: it does not wait, or is neither the actor's own nor theirs to end.
        NotFoundError: the actor is no member of the operation.
    """
    said = in_words(reason, _("The reason"))
    found = SecondAssessment.objects.filter(OPEN, sample__operation=operation, pk=key).select_related("dossier").first()
    others = found is not None and found.assessor_id != by.pk
    check_right(operation, by, Act.DRAW_SAMPLE if others else Act.ASSESS_PRIORITY)
    if found is None:
        raise RefusedError(_("No such second assessment waits."))
    with acting(found.dossier, by, Act.ASSESS_PRIORITY, fact=False, frozen_too=True, away_too=True) as now:
        second = now.second_assessments.filter(OPEN, pk=key).first()
        if second is None:
            raise RefusedError(_("No such second assessment waits."))
        second.ended_at, second.ended_by, second.ended_because = clock.now(), by, said
        second.save(update_fields=["ended_at", "ended_by", "ended_because"])
        return second
