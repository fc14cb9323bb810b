"""Record that a person is held: from this moment the clocks of custody run (R26)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.coercion import refuse_coercion
from soken.casework.actions.custody_act import check_death, held, past_moment, renew_clock, shown
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import Arrester, ArrestForm, Restraint
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from datetime import datetime

    from soken.access.models import User
    from soken.casework.models import Dossier


def record_restraint(
    dossier: Dossier,
    *,
    by: User,
    began_at: datetime,
    form: str,
    arrested_by: str = Arrester.POLICE.value,
    note: str = "",
    despite_death: bool = False,
    seen: int | None = None,
) -> Restraint:
    """Record a restraint. It is a fact: it is taken at every stage, so that no clock runs unseen.

    Who stands in the register of wrong persons is not restrained any more: one that began earlier is taken still.

    Args:
        dossier: who is held.
        by: who records it.
        began_at: the moment from which the person could no longer leave, with its zone.
        form: code of `ArrestForm`.
        arrested_by: code of `Arrester`.
        note: where, by which unit.
        despite_death: whether it is entered although it lies after the recorded death; boards show both then.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: a code is not known, or the moment has no zone or cannot be.
        RefusedError: the clocks of an earlier restraint run still, or the person is recorded as dead since before;
            and see `acting`.
        NotFoundError: see `acting`.
    """
    one_of(form, ArrestForm.values, _("The form of arrest"))
    one_of(arrested_by, Arrester.values, _("Who made the arrest"))
    said = in_words(note, _("The note")) if note.strip() else ""
    past_moment(began_at, _("The moment of restraint"), dossier)
    with acting(dossier, by, Act.RECORD_CUSTODY, seen=seen, frozen_too=True) as now:
        refuse_coercion(now, since=began_at)
        check_death(now, began_at, _("the beginning of the restraint"), despite_death=despite_death)
        _check_earlier(now, began_at)
        made = Restraint.objects.create(
            dossier=now, began_at=began_at, form=form, arrested_by=arrested_by, note=said, by=by, at=clock.now()
        )
        renew_clock(made)
    return made


def _check_earlier(dossier: Dossier, began_at: datetime) -> None:
    """Refuse a restraint while the clocks of another run, or that begins before another one ended.

    Raises:
        RefusedError: an earlier one is not over.
        BadInputError: it would begin before the last step of an earlier one.
    """
    for one in dossier.restraints.filter(withdrawn_at__isnull=True):
        before = held(one)
        if not before.over:
            raise RefusedError(
                _("%(person)s is held since %(at)s already; record the release or the prosecution first.")
                % {"person": dossier.person_code, "at": shown(one.began_at)}
            )
        if began_at < before.steps[-1].at:
            raise BadInputError(
                _("The restraint would begin before the end of an earlier one (%(at)s); check the date and the time.")
                % {"at": shown(before.steps[-1].at)}
            )
