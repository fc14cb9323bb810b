"""End work on a person: the wrong one, not identifiable, or dead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.register_wrong_person import register
from soken.casework.actions.said import day_of_death, in_words, one_of
from soken.casework.actions.stage_step import take_step
from soken.casework.dossier_words import after_death_word
from soken.casework.models import DossierEnding
from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.models.ending import ENDING_NAMES
from soken.casework.selectors.deaths import after_death
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.review.facts import Ending
from soken.review.stages import Stage
from soken.review.transitions import way

if TYPE_CHECKING:
    from datetime import date

    from soken.access.models import User
    from soken.casework.models import Dossier


#: What an ending can be that names no other dossier; for that see `join_dossier`.
ENDINGS: Final = tuple(one for one in Ending if one is not Ending.JOINED)


def end_dossier(
    dossier: Dossier,
    *,
    by: User,
    kind: str,
    basis: str,
    on: date | None = None,
    despite_record: bool = False,
    seen: int | None = None,
) -> DossierEnding:
    """Record the ending and freeze the dossier at once: nothing more is done on the person (R35, R36).

    The dossier of the dead is not frozen: nothing is done to them any more, and their case is investigated on and sent.

    The rows stay where they are and in every count (R8). The wrong person goes into the register at once: links frozen,
    copies listed, and anybody may say so, whichever force owns the dossier.

    Args:
        dossier: whose.
        by: who records it.
        kind: code of one of `ENDINGS`.
        basis: what shows it.
        on: the day of death; needed for, and only for, the dead.
        despite_record: whether a death is entered although somebody has recorded that the person was held, comes to
            an interview, or was convicted, on a later day; boards show both until one is withdrawn.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the kind is not known, the basis is missing, or the day is missing or cannot be.
        RefusedError: no way leads there from the present stage, an ending is in force, or what is recorded of a later
            day contradicts the death; and see `acting`.
        NotFoundError: see `acting`.
    """
    ending = Ending(one_of(kind, [one.value for one in ENDINGS], _("The ending")))
    said = in_words(basis, _("The basis"))
    if (on is None) is (ending is Ending.DECEASED):
        raise BadInputError(_("The day of death is needed for somebody who has died, and for nobody else."))
    after = Stage(ending.value)
    wrong = ending is Ending.MISIDENTIFIED
    with acting(dossier, by, Act.END_DOSSIER, seen=seen, frozen_too=True, others_too=wrong) as now:
        if way(Stage(now.stage), after) is None:
            raise RefusedError(
                _("No way leads from “%(before)s” to “%(after)s”.")
                % {"before": STAGE_NAMES[Stage(now.stage)], "after": STAGE_NAMES[after]}
            )
        _check_none_stands(now)
        if on is not None:
            _check_record(now, day_of_death(on, now), despite_record=despite_record)
        made = DossierEnding.objects.create(dossier=now, kind=ending, basis=said, on=on, by=by, at=clock.now())
        take_step(now, after, by=by, reason=said)
        if wrong:
            register(now, by=by, basis=said)
        return made


def _check_none_stands(dossier: Dossier) -> None:
    """Refuse a second ending: the case of the dead goes on, and its dossier keeps the record of the death.

    Raises:
        RefusedError: one is in force.
    """
    standing = dossier.endings.filter(lifted_at__isnull=True).first()
    if standing is not None:
        raise RefusedError(
            _("For %(person)s it is recorded already: “%(ending)s”. If that is a mistake, take it back first.")
            % {"person": dossier.person_code, "ending": ENDING_NAMES[Ending(standing.kind)]}
        )


def _check_record(dossier: Dossier, died: date, *, despite_record: bool) -> None:
    """Refuse a death that what is recorded contradicts to whoever does not say that they know of it.

    Raises:
        RefusedError: the person was held, is to be interviewed, or was judged as the living are, on a later day.
    """
    after = after_death(dossier, died)
    if after and not despite_record:
        raise RefusedError(
            _(
                "For %(day)s, after the day of death (%(died)s), it is recorded: %(what)s. One of the two is a mistake:"
                " withdraw it, or say that you record the death all the same."
            )
            % {"day": after[0].on.isoformat(), "died": died.isoformat(), "what": after_death_word(after[0].kind)}
        )
