"""End a dossier that turned out to be the same person's as another: joined into it, and nothing of it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.accept_rows import by_evidence, release
from soken.casework.actions.advance import pass_gate, way_for
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.reassess_due import reassess_due
from soken.casework.actions.said import in_words
from soken.casework.actions.tell import tell
from soken.casework.models import (
    Dossier,
    DossierEnding,
    NotificationKind,
    Priority,
    Restraint,
    RowsChange,
    SafetyNotification,
)
from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.selectors.dossier import dossier_of
from soken.casework.selectors.dossier_rows import rows_now
from soken.casework.selectors.due import Due, members_of, told_of
from soken.casework.selectors.handovers import away_of
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.prioritise.instrument import PriorityBand
from soken.review.facts import Ending
from soken.review.stages import Stage
from soken.review.transitions import BEFORE_REFERRAL, FROZEN
from soken.route.transfers import OPEN

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.selectors.dossier_rows import RowsNow


def join_dossier(dossier: Dossier, *, by: User, into: str, reason: str, seen: int | None = None) -> DossierEnding:
    """Record that a dossier is the same person's as another, and freeze it at once.

    People have judged the two to be one, and the run that is shown proposes this person no longer. The rows are let go
    and come to the other dossier when its owner accepts them there; where that case was sent already, they stay here.
    What was recorded stays to be read. When the merge is undone and a run proposes the person again, a supervisor takes
    the dossier up again.

    Args:
        dossier: the one that ends.
        by: who records it: a supervisor.
        into: code of the person whose dossier goes on.
        reason: what shows that the two are one, in words.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: no reason is given, or the dossier would be joined into itself.
        GateError: the newest run still proposes the person.
        RefusedError: the role may not, no way leads there from the present stage, rows are proposed to somebody else,
            the other dossier has ended or was handed over, or something runs in this one that would be lost sight of;
            and see `acting`.
        NotFoundError: the other has no dossier; and see `acting`.
        DamagedStoreError: the run's table cannot be read.
    """
    said = in_words(reason, _("The reason"))
    with acting(dossier, by, Act.END_DOSSIER, seen=seen, frozen_too=True) as now:
        found = way_for(now, Stage.JOINED, by, own="end")
        other = _other(now, into.strip().upper())
        rows = rows_now(now)
        _check_rows(now, other, rows)
        _check_nothing_runs(now)
        now.endings.filter(lifted_at__isnull=True).update(lifted_at=clock.now(), lifted_by=by)
        made = DossierEnding.objects.create(
            dossier=now, kind=Ending.JOINED, into=other, basis=said, by=by, at=clock.now()
        )
        pass_gate(now, found, by=by, reason=said)
        if rows is not None and rows.went and Stage(other.stage) in BEFORE_REFERRAL:
            _let_go(now, rows, by=by, reason=said)
        reassess_due(other, Act.END_DOSSIER)
        _tell_owner(other, by)
        return made


def _other(dossier: Dossier, code: str) -> Dossier:
    """Return the dossier that goes on, locked until the act is done.

    Raises:
        BadInputError: it is this one.
        RefusedError: nobody works on it here any more.
        NotFoundError: there is none.
    """
    if code == dossier.person_code:
        raise BadInputError(_("A dossier is joined into another one; name the other person."))
    other = Dossier.objects.select_for_update().get(pk=dossier_of(dossier.operation, code).pk)
    if Stage(other.stage) in FROZEN or away_of(other) is not None:
        raise RefusedError(
            _("Nobody works on %(person)s here (%(stage)s); a dossier is joined into one on which work goes on.")
            % {"person": code, "stage": STAGE_NAMES[Stage(other.stage)]}
        )
    return other


def _check_rows(dossier: Dossier, other: Dossier, rows: RowsNow | None) -> None:
    """Refuse where the run that is shown has any of the rows with another person than the one named.

    Raises:
        RefusedError: it has.
    """
    elsewhere = sorted(code for code in rows.went if code != other.person_code) if rows is not None else []
    if elsewhere:
        raise RefusedError(
            _("The newest run does not propose all rows of %(person)s to %(other)s; judge first whose they are.")
            % {"person": dossier.person_code, "other": other.person_code}
        )


def _check_nothing_runs(dossier: Dossier) -> None:
    """Refuse where a child, a clock or another force waits for something in this very dossier.

    Raises:
        RefusedError: it is so.
    """
    person = {"person": dossier.person_code}
    told = SafetyNotification.objects.filter(
        operation=dossier.operation, person_code=dossier.person_code, cancelled_at__isnull=True
    )
    if Priority.whole.filter(dossier=dossier, band=PriorityBand.VERY_HIGH).exists() and not told.exists():
        raise RefusedError(_("Nobody has told child protection of %(person)s yet; that comes first.") % person)
    if Restraint.objects.filter(dossier=dossier, next_end__isnull=False).exists():
        raise RefusedError(_("%(person)s is in custody in this dossier; join the other one into it.") % person)
    if dossier.transfers.filter(state__in=[*OPEN]).exists():
        raise RefusedError(_("%(person)s has been offered already; withdraw that offer first.") % person)


def _let_go(dossier: Dossier, rows: RowsNow, *, by: User, reason: str) -> None:
    """Let the rows go to whoever they are proposed to, and keep which they were."""
    release(dossier, [row for gone in rows.went.values() for row in gone])
    RowsChange.objects.create(
        dossier=dossier, run=rows.run, went={code: by_evidence(gone) for code, gone in rows.went.items()},
        reason=reason, by=by, at=clock.now(),
    )  # fmt: skip


def _tell_owner(other: Dossier, by: User) -> None:
    """Tell those who work on the person that another dossier has been joined into theirs."""
    due = Due(
        NotificationKind.DOSSIER_JOINED, "", other.person_code, other.pk, other.force, Act.RECORD_FINDING, but=by.pk
    )
    tell(sorted(told_of(due, members_of(other.operation))), other, NotificationKind.DOSSIER_JOINED)
