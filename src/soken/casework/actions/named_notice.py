"""Ask another force to dispose of a named suspect without handing over custody (指名通報)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.advance import GateError
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.owner_step import known_force
from soken.casework.actions.said import in_words
from soken.casework.models import NamedNotice
from soken.casework.selectors.dossier import facts_of
from soken.core import clock
from soken.core.errors import NotFoundError, RefusedError
from soken.review.stages import Stage
from soken.review.transitions import missing

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def send_notice(dossier: Dossier, *, by: User, to: str, purpose: str, seen: int | None = None) -> NamedNotice:
    """Record a named notice: only where identity is clear, the facts certain and the pack complete (R20).

    That is what the gate to *ready for action* asks for, so nothing may be missing for it and the dossier stands there.

    Raises:
        GateError: something is missing; `missing` says what.
        BadInputError: the force is not known, or the purpose is missing.
        RefusedError: the person is not ready for action, the force owns the person or has a notice; and see `acting`.
        NotFoundError: see `acting`.
    """
    known_force(to)
    said = in_words(purpose, _("What is asked"))
    with acting(dossier, by, Act.SEND_NOTICE, seen=seen) as now:
        gaps = missing(facts_of(now), Stage.UNDER_INVESTIGATION, Stage.READY)
        if gaps:
            raise GateError(_("A named notice needs a person who is ready for action."), gaps)
        if Stage(now.stage) is not Stage.READY:
            raise RefusedError(_("A named notice needs a person who is ready for action."))
        if now.force == to:
            raise RefusedError(_("That force owns %(person)s already.") % {"person": now.person_code})
        if now.notices.filter(to_force=to, withdrawn_at__isnull=True).exists():
            raise RefusedError(_("That force has a notice on this person already."))
        return NamedNotice.objects.create(dossier=now, to_force=to, purpose=said, by=by, at=clock.now())


def withdraw_notice(dossier: Dossier, *, by: User, key: int, reason: str, seen: int | None = None) -> NamedNotice:
    """Take a named notice back, with the reason.

    Raises:
        BadInputError: the reason is missing.
        NotFoundError: the dossier has no such notice in force; and see `acting`.
        RefusedError: see `acting`.
    """
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.SEND_NOTICE, seen=seen, frozen_too=True) as now:
        notice = now.notices.filter(pk=key, withdrawn_at__isnull=True).first()
        if notice is None:
            raise NotFoundError(_("This dossier has no notice number %(number)s in force.") % {"number": key})
        notice.withdrawn_by, notice.withdrawn_at, notice.withdrawn_reason = by, clock.now(), said
        notice.save()
        return notice
