"""Enter that a body which protects children was told: at any time, on any person, before anything else (R17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.reassess_due import reassess_due
from soken.casework.actions.safety_act import LONGEST_NAME, moment_of
from soken.casework.actions.said import in_words, one_of
from soken.casework.models import Dossier, Person, SafetyNotification
from soken.casework.models.force_sight import across_forces
from soken.core import clock
from soken.core.errors import NotFoundError
from soken.prioritise.safety import bodies, chase_at, methods
from soken.reference.offences import in_force_since
from soken.route.clocks import midnight

if TYPE_CHECKING:
    from datetime import datetime

    from soken.access.models import User
    from soken.casework.models import Operation

_LONGEST_NOTE: Final = 400


def notify_safety(
    operation: Operation,
    code: str,
    *,
    by: User,
    body: str,
    office: str,
    method: str,
    notified_at: datetime | None = None,
    note: str = "",
) -> SafetyNotification:
    """Enter that a body was told of a child who may be in danger from a person, proposed or with a dossier.

    Args:
        operation: where the person is.
        code: the person.
        by: who told them.
        body: code of `soken.prioritise.safety.bodies`.
        office: which office, by name.
        method: code of `soken.prioritise.safety.methods`.
        notified_at: when; now, if not said. It can lie before the operation was entered here: who told child protection
            on the day of the seizure says so afterwards.
        note: what finds the matter there again (their reference); nothing about the child.

    Raises:
        BadInputError: a code is not known, the office is missing, the note is too long, or the time cannot be.
        NotFoundError: no such person, or the actor is no member of the operation.
        RefusedError: the role does not permit it.
    """
    check_right(operation, by, Act.NOTIFY_SAFETY)
    with across_forces():  # whosever the person is: nobody else is asked first
        _check_person(operation, code)
    one_of(body, bodies(), _("The body"))
    one_of(method, methods(), _("The way"))
    named = in_words(office, _("The office"), longest=LONGEST_NAME)
    at = moment_of(notified_at, midnight(in_force_since()), _("The notification"))
    said = in_words(note, _("The note"), longest=_LONGEST_NOTE) if note.strip() else ""
    with across_forces(), transaction.atomic():
        dossier = Dossier.objects.filter(operation=operation, person_code=code).first()
        if dossier is not None:
            reassess_due(dossier, Act.NOTIFY_SAFETY)
        return SafetyNotification.objects.create(
            operation=operation, person_code=code, body=body, office=named, method=method, notified_at=at,
            chase_at=chase_at(body, at), note=said, by=by, entered_at=clock.now(),
        )  # fmt: skip


def _check_person(operation: Operation, code: str) -> None:
    """Refuse a code that neither a run nor people know: a slip would be a child nobody finds."""
    known = (
        Person.objects.filter(operation=operation, code=code).exists()
        or Dossier.objects.filter(operation=operation, person_code=code).exists()
    )
    if not known:
        raise NotFoundError(
            _("%(operation)s has no person %(person)s.") % {"operation": operation.name, "person": code[:40]}
        )
