"""Record what the prosecutor decided; a final disposition takes the case to *decided*, an intermediate one does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.advance import pass_gate, way_for
from soken.casework.actions.dossier_act import acting, check_going_on
from soken.casework.actions.referral_act import day_after, standing_referral
from soken.casework.actions.said import born_on, in_words, one_of
from soken.casework.language import page_language
from soken.casework.models import Disposition
from soken.casework.models.warrant import folded
from soken.casework.selectors.deaths import died_on
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.reference.dispositions import DispositionClass, disposition_kinds, reopening_grounds
from soken.reference.forces import prosecutors_offices
from soken.review.stages import Stage
from soken.route.juvenile import ADULT, age_on

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier, Referral
    from soken.reference.dispositions import DispositionKind

_LONGEST_NUMBER: Final = 120


def record_disposition(
    dossier: Dossier,
    *,
    by: User,
    kind: str,
    on: date,
    reference: str,
    office: str = "",
    words: str = "",
    seen: int | None = None,
) -> Disposition:
    """Record a disposition.

    Args:
        dossier: whose.
        by: who records it.
        kind: code of `soken.reference.dispositions.disposition_kinds`.
        on: when it was made, a day in Japan.
        reference: the office's number of it.
        office: for a transfer, the office to which the case goes.
        words: the ground in words, where the kind asks for it.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: a code is not known, a word is missing, or the day cannot be.
        RefusedError: the case is not before the prosecutor, is not received, the person is too old for it or dead, or
            the reopening does not lead to it; and see `acting` and `check_going_on`.
        GateError: something is missing at the gate.
        NotFoundError: see `acting`.
    """
    what = disposition_kinds()[one_of(kind, disposition_kinds(), _("The disposition"))]
    number = in_words(reference, _("The office's number"), longest=_LONGEST_NUMBER)
    said = in_words(words, _("The ground")) if words.strip() or what.needs == "words" else ""
    with acting(dossier, by, Act.RECORD_PROSECUTOR, seen=seen, frozen_too=True) as now:
        check_going_on(now)
        referral = standing_referral(now)
        _check_open(referral)
        day_after(on, _("The day of the disposition"), _before(referral), now)
        _check_kind(what, on, now)
        _check_alive(what, on, now)
        _check_way(what, referral)
        _check_office(what, office, referral)
        made = Disposition.objects.create(
            referral=referral, kind=what.code, final=what.final, decided_on=on, reference=number, folded=folded(number),
            office=office, words=said, by=by, at=clock.now(),
        )  # fmt: skip
        # The dead stay where they are: the prosecutor's decision is recorded and counted, and nobody is taken up by it.
        if what.final and now.stage != Stage.DECEASED:
            pass_gate(now, way_for(now, Stage.DECIDED, by), by=by, reason=f"{what.code}: {number}")
        return made


def office_now(referral: Referral) -> str:
    """Return the code of the office before which the case is: the last one to which it was transferred."""
    moved = referral.dispositions.filter(withdrawn_at__isnull=True).exclude(office="").order_by("pk").last()
    return moved.office if moved else referral.office


def _check_open(referral: Referral) -> None:
    """Refuse a decision on a case that is not received, or is decided.

    Raises:
        RefusedError: it is so.
    """
    if referral.received_on is None:
        raise RefusedError(
            _("The office has not received referral %(reference)s yet; record the receipt first.")
            % {"reference": referral.reference}
        )
    standing = referral.dispositions.filter(final=True, lifted_on__isnull=True, withdrawn_at__isnull=True).first()
    if standing is not None:
        raise RefusedError(
            _("Referral %(reference)s was decided on %(day)s; a reopening is recorded before another decision.")
            % {"reference": referral.reference, "day": standing.decided_on.isoformat()}
        )


def _before(referral: Referral) -> date:
    """Return the day of the newest step before the prosecutor."""
    newest = referral.dispositions.filter(withdrawn_at__isnull=True).order_by("pk").last()
    received = referral.received_on or referral.sent_on
    return max(received, newest.lifted_on or newest.decided_on) if newest else received


def _check_kind(kind: DispositionKind, on: date, dossier: Dossier) -> None:
    """Refuse a disposition that was not possible on the day, or for somebody of the person's age.

    Raises:
        BadInputError: the code list did not have it on that day.
        RefusedError: an adult would go to family court.
    """
    if not kind.possible_on(on):
        raise BadInputError(
            _("“%(kind)s” was not possible on %(day)s; check the date.")
            % {"kind": kind.said(page_language()), "day": on.isoformat()}
        )
    born = born_on(dossier)
    if kind.of is DispositionClass.FAMILY_COURT and born is not None and age_on(born, on) >= ADULT:
        raise RefusedError(
            _("%(person)s was %(age)s on %(day)s: only somebody under %(adult)s goes to family court.")
            % {"person": dossier.person_code, "age": age_on(born, on), "day": on.isoformat(), "adult": ADULT}
        )


def _check_alive(kind: DispositionKind, on: date, dossier: Dossier) -> None:
    """Refuse a prosecution, and a way to family court, after the day on which the person died.

    Raises:
        RefusedError: it is so.
    """
    death = died_on(dossier)
    if death is not None and on > death and kind.of in (DispositionClass.PROSECUTION, DispositionClass.FAMILY_COURT):
        raise RefusedError(
            _("%(person)s died on %(death)s: “%(kind)s” cannot follow on %(day)s.")
            % {"person": dossier.person_code, "death": death.isoformat(), "kind": kind.said(page_language()),
               "day": on.isoformat()}
        )  # fmt: skip


def _check_way(kind: DispositionKind, referral: Referral) -> None:
    """Refuse a disposition to which the way by which the case came before the prosecutor again does not lead.

    After a committee's second resolution the designated attorney indicts, and nobody weighs it again; without one
    there is no such indictment.

    Raises:
        RefusedError: it is so.
    """
    decided = referral.dispositions.filter(final=True, withdrawn_at__isnull=True, lifted_on__isnull=False)
    newest = decided.order_by("pk").last()
    ground = reopening_grounds().get(newest.lifted_ground) if newest else None
    words = {"kind": kind.said(page_language())}
    if kind.after and (ground is None or ground.code != kind.after):
        wanted = reopening_grounds()[kind.after].said(page_language())
        raise RefusedError(_("“%(kind)s” needs this to be recorded first: “%(ground)s”.") % {**words, "ground": wanted})
    if ground is not None and ground.leads and kind.code not in ground.leads:
        raise RefusedError(
            _("“%(kind)s” cannot follow “%(ground)s”.") % {**words, "ground": ground.said(page_language())}
        )


def _check_office(kind: DispositionKind, office: str, referral: Referral) -> None:
    """Refuse an office where none goes, and a transfer to nowhere, or to where the case is.

    Raises:
        BadInputError: it is so.
    """
    if kind.needs != "office":
        if office:
            raise BadInputError(_("Only a transfer names the office to which the case goes."))
        return
    one_of(office, prosecutors_offices(), _("The prosecutors' office"))
    if office == office_now(referral):
        raise BadInputError(
            _("The case is before %(office)s already.")
            % {"office": prosecutors_offices()[office].said(page_language())}
        )
