"""Record what happened to a person held: received by the prosecutor, detention, extension, prosecution, release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.coercion import refuse_coercion
from soken.casework.actions.custody_act import check_death, held, past_moment, renew_clock, restraint_of, shown
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, one_of
from soken.casework.language import page_language
from soken.casework.models import CustodyStep
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.reference.custody import RELEASED, step_kinds
from soken.route.clocks import days_left_to_extend, possible_steps

if TYPE_CHECKING:
    from datetime import datetime

    from soken.access.models import User
    from soken.casework.models import Dossier
    from soken.route.clocks import Held


def record_custody_step(
    dossier: Dossier,
    *,
    by: User,
    kind: str,
    happened_at: datetime,
    days: int = 0,
    note: str = "",
    restraint: int | None = None,
    despite_death: bool = False,
    seen: int | None = None,
) -> CustodyStep:
    """Record a step, at the time at which it happened; what came late is recorded as late.

    Args:
        dossier: who is held.
        by: who records it.
        kind: code of `soken.reference.custody.step_kinds`.
        happened_at: when, with its zone.
        days: by how many days the detention was extended; for an extension alone.
        note: reference of the paper; the circumstances of a delay.
        restraint: number of the restraint; without it the newest.
        despite_death: whether it is entered although it lies after the recorded death; a release needs no such word.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the step is not known, its moment or its days cannot be, or it lies before the one before it.
        RefusedError: the step cannot come now, nobody is held, or the person is recorded as dead since before; and see
            `acting`.
        NotFoundError: see `acting`.
    """
    known = step_kinds()[one_of(kind, step_kinds(), _("The step"))]
    said = in_words(note, _("The note")) if note.strip() else ""
    past_moment(happened_at, _("The moment"), dossier)
    with acting(dossier, by, Act.RECORD_CUSTODY, seen=seen, frozen_too=True) as now:
        if known.code != RELEASED:
            refuse_coercion(now, since=happened_at)
            check_death(now, happened_at, _("the step"), despite_death=despite_death)
        about = restraint_of(now, restraint)
        before = held(about)
        if known.code not in possible_steps(before):
            raise RefusedError(
                _("“%(step)s” cannot come now; possible are: %(possible)s.")
                % {
                    "step": known.said(page_language()),
                    "possible": ", ".join(step_kinds()[one].said(page_language()) for one in possible_steps(before))
                    or "–",
                }
            )
        _check_days(before, known.code, days)
        last = before.steps[-1].at if before.steps else before.at
        if happened_at < last:
            raise BadInputError(
                _("The step lies before the one before it (%(at)s); check the date and the time.") % {"at": shown(last)}
            )
        made = CustodyStep.objects.create(
            restraint=about, kind=known.code, happened_at=happened_at, days=days, note=said, by=by, at=clock.now()
        )
        renew_clock(about)
    return made


def _check_days(before: Held, kind: str, days: int) -> None:
    """Refuse days that an extension cannot have, and days without one.

    Raises:
        BadInputError: they do not fit.
    """
    left = days_left_to_extend(before) if kind == "extended" else 0
    if (kind == "extended" and not 1 <= days <= left) or (kind != "extended" and days):
        raise BadInputError(_("Only an extension has days, from 1 to the %(left)s that are left.") % {"left": left})
