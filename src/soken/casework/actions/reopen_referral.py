"""Take a decided case up again before the prosecutor, and record reviews by a Committee for the Inquest (R30)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.advance import pass_gate, way_for
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.referral_act import day_after, standing_decision, standing_referral
from soken.casework.actions.said import in_words, one_of
from soken.casework.language import page_language
from soken.casework.models import InquestReview
from soken.casework.selectors.court import before_court_of, given, may_indict_anew, standing_verdicts
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.reference.dispositions import (
    PROSECUTION_PROPER,
    DispositionClass,
    disposition_kind,
    inquest_resolutions,
    reopening_grounds,
)
from soken.review.court import counting
from soken.review.stages import Stage

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Disposition, Dossier, Referral
    from soken.reference.dispositions import CaseWord, Reopening, Resolution

_LONGEST_NAME: Final = 120


def reopen_referral(
    dossier: Dossier, *, by: User, ground: str, on: date, reason: str, seen: int | None = None
) -> Disposition:
    """Record that a decided case is before the prosecutor again: the disposition is lifted and stays to be read.

    The prosecutor takes up a non-prosecution; what went to the family court comes back by its decision alone, and a
    prosecution once the court has ended it so that it can be brought anew.

    Args:
        dossier: whose.
        by: who records it.
        ground: code of `soken.reference.dispositions.reopening_grounds`.
        on: when, a day in Japan.
        reason: in words.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the ground is not known or not of that day, the reason is missing, or the day cannot be.
        RefusedError: nothing is decided, the person is dead, a court has the case or has decided it, the ground lifts
            no such decision, the committee has not resolved so; and see `acting`.
        GateError: the dossier has ended.
        NotFoundError: see `acting`.
    """
    basis = reopening_grounds()[one_of(ground, reopening_grounds(), _("The ground"))]
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.RECORD_PROSECUTOR, seen=seen, frozen_too=True) as now:
        if now.stage == Stage.DECEASED:
            raise RefusedError(_("%(person)s is recorded as dead: nobody is taken up again.") % {
                "person": now.person_code,
            })  # fmt: skip
        found = standing_decision(standing_referral(now))
        _check_lifts(basis, found)
        day_after(on, _("The day of the reopening"), _last_day(found), now)
        _check_since(basis, on)
        _check_inquest(found, basis, on)
        found.lifted_on, found.lifted_ground, found.lifted_reason = on, basis.code, said
        found.lifted_by, found.lifted_at = by, clock.now()
        found.save(update_fields=["lifted_on", "lifted_ground", "lifted_reason", "lifted_by", "lifted_at"])
        pass_gate(now, way_for(now, Stage.REFERRED, by), by=by, reason=said)
        return found


def ask_inquest(dossier: Dossier, *, by: User, committee: str, on: date, seen: int | None = None) -> InquestReview:
    """Record that a non-prosecution is before a Committee for the Inquest of Prosecution.

    Args:
        dossier: whose.
        by: who records it.
        committee: its name.
        on: when it was asked, or took the case up itself; a day in Japan.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the name is missing, or the day cannot be.
        RefusedError: no non-prosecution stands, or a review is open; and see `acting`.
        NotFoundError: see `acting`.
    """
    name = in_words(committee, _("The committee"), longest=_LONGEST_NAME)
    with acting(dossier, by, Act.RECORD_PROSECUTOR, seen=seen, frozen_too=True) as now:
        found = standing_decision(standing_referral(now))
        if disposition_kind(found.kind).of is not DispositionClass.NON_PROSECUTION:
            raise RefusedError(_("The committee reviews a non-prosecution only."))
        if found.inquests.filter(resolved_on__isnull=True).exists():
            raise RefusedError(_("A review by the committee is open already."))
        day_after(on, _("The day of the request"), found.decided_on, now)
        return InquestReview.objects.create(disposition=found, committee=name, asked_on=on, by=by, at=clock.now())


def resolve_inquest(dossier: Dossier, *, by: User, resolution: str, on: date, seen: int | None = None) -> InquestReview:
    """Record what the committee resolved; the case itself is taken up again by an act of its own.

    A review that follows a resolution that prosecution is proper is the second: it ends in a resolution to indict, or
    in none.

    Args:
        dossier: whose.
        by: who records it.
        resolution: code of `soken.reference.dispositions.inquest_resolutions`.
        on: when, a day in Japan.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the code is not known or not of that day, or the day cannot be.
        RefusedError: no review is open, or it is not the one that can end so; and see `acting`.
        NotFoundError: see `acting`.
    """
    what = inquest_resolutions()[one_of(resolution, inquest_resolutions(), _("The resolution"))]
    with acting(dossier, by, Act.RECORD_PROSECUTOR, seen=seen, frozen_too=True) as now:
        referral = standing_referral(now)
        found = InquestReview.objects.filter(disposition__referral=referral, resolved_on__isnull=True).first()
        if found is None:
            raise RefusedError(_("No review by a committee is open."))
        _check_since(what, on)
        _check_review(what, found, referral)
        found.resolved_on = day_after(on, _("The day of the resolution"), found.asked_on, now)
        found.resolution, found.resolved_by, found.resolved_at = resolution, by, clock.now()
        found.save(update_fields=["resolution", "resolved_on", "resolved_by", "resolved_at"])
        return found


def _check_lifts(ground: Reopening, decision: Disposition) -> None:
    """Refuse a ground that lifts decisions of another class, and one while the court has the case or has decided it.

    Raises:
        RefusedError: it is so.
    """
    kind, of = disposition_kind(decision.kind), before_court_of(decision)
    if of is DispositionClass.PROSECUTION and not may_indict_anew(decision):
        raise RefusedError(_("A prosecution is before the court: the prosecutor does not take it up again."))
    if of is DispositionClass.FAMILY_COURT and counting(given(standing_verdicts(decision))) is not None:
        raise RefusedError(
            _("The family court has decided on it; if that was recorded by mistake, withdraw the decision first.")
        )
    if of is not ground.lifts:
        language = page_language()
        raise RefusedError(
            _("“%(ground)s” does not take up again what was decided as “%(kind)s”.")
            % {"ground": ground.said(language), "kind": kind.said(language)}
        )


def _last_day(decision: Disposition) -> date:
    """Return the day of the last step on a decided case: of the decision, or of a court's verdict on it."""
    verdicts = standing_verdicts(decision)
    last = verdicts[-1] if verdicts else None
    return max(decision.decided_on, last.final_on or last.given_on) if last else decision.decided_on


def _check_since(word: CaseWord, on: date) -> None:
    """Refuse what the law did not know yet on a day.

    Raises:
        BadInputError: it is so.
    """
    if on < word.since:
        raise BadInputError(
            _("“%(kind)s” was not possible on %(day)s; check the date.")
            % {"kind": word.said(page_language()), "day": on.isoformat()}
        )


def _check_inquest(decision: Disposition, ground: Reopening, on: date) -> None:
    """Refuse a reopening after the committee without a resolution that asks for it.

    Raises:
        RefusedError: there is none of that day or before.
    """
    if ground.inquest and not decision.inquests.filter(resolution__in=ground.inquest, resolved_on__lte=on).exists():
        raise RefusedError(_("No resolution of the committee asks for it; record the resolution first."))


def _check_review(what: Resolution, review: InquestReview, referral: Referral) -> None:
    """Refuse a resolution of the second review in the first one, and the other way round.

    Raises:
        RefusedError: it is so.
    """
    before = InquestReview.objects.filter(disposition__referral=referral, pk__lt=review.pk)
    second = before.filter(resolution=PROSECUTION_PROPER).exists()
    if what.second and not second:
        raise RefusedError(_("The committee resolves so in a second review, after “prosecution is proper”, only."))
    if second and not what.second:
        raise RefusedError(_("This is the second review: it ends in a resolution to indict, or in none."))
