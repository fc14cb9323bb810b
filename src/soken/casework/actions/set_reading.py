"""Have each force of an operation read its own persons alone, or have all read all again (R33).

One supervisor shuts: wrongly shut costs time. Laying open takes two, of two forces, since what was read by the wrong
eyes is not unread: no force alone opens what the others keep.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.access.eyes import compartments_changed
from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.said import in_words
from soken.casework.models import Operation, ReadingChange
from soken.core import clock
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.access.models import User


def read_by_force(operation: Operation, *, by: User, reason: str) -> ReadingChange:
    """Have each force read the dossiers that it owns, and no others' (`soken.casework.models.force_sight`).

    Args:
        operation: which.
        by: a supervisor who works on it.
        reason: why, in words.

    Raises:
        BadInputError: no reason is given.
        NotFoundError: the actor is no member of the operation.
        RefusedError: the role does not permit it, or it is so already.
    """
    said = in_words(reason, _("The reason"))
    with _setting(operation, by) as now:
        if now.by_force:
            raise RefusedError(
                _("In %(operation)s each force reads its own persons alone already.") % {"operation": now.name}
            )
        at = clock.now()
        _set(operation, now, by_force=True)
        return ReadingChange.objects.create(
            operation=now, by_force=True, reason=said, by=by, at=at, agreed=True, settled_at=at
        )


def propose_reading_by_all(operation: Operation, *, by: User, reason: str) -> ReadingChange:
    """Propose that all who work on the operation read all its dossiers again; nothing is open until another agrees.

    Args:
        operation: which.
        by: a supervisor who works on it.
        reason: why, in words.

    Raises:
        BadInputError: no reason is given.
        NotFoundError: the actor is no member of the operation.
        RefusedError: the role does not permit it, all read all already, or such a proposal waits.
    """
    said = in_words(reason, _("The reason"))
    with _setting(operation, by) as now:
        if not now.by_force:
            raise RefusedError(_("In %(operation)s every force reads all persons already.") % {"operation": now.name})
        if now.reading_changes.filter(agreed__isnull=True).exists():
            raise RefusedError(
                _(
                    "That every force of %(operation)s reads all persons is proposed already; "
                    "a second person settles it."
                )
                % {"operation": now.name}
            )
        return ReadingChange.objects.create(operation=now, by_force=False, reason=said, by=by, at=clock.now())


def agree_to_reading_by_all(operation: Operation, *, by: User, reason: str) -> ReadingChange:
    """Agree, as another than who proposed it and not of the same force: from now on all read all.

    Args:
        operation: which.
        by: who agrees.
        reason: why, in words.

    Raises:
        BadInputError: no reason is given.
        NotFoundError: the actor is no member of the operation.
        RefusedError: the role does not permit it, nothing is proposed, or the actor or their own force proposed it.
    """
    said = in_words(reason, _("The reason"))
    with _setting(operation, by) as now:
        waiting = _waiting(now)
        if waiting.by_id == by.pk:
            raise RefusedError(_("You have proposed this yourself; the second person is another one."))
        if by.force and waiting.by.force == by.force:
            raise RefusedError(
                _("Your own force has proposed this; the second person is of another force, or of the centre.")
            )
        _set(operation, now, by_force=False)
        return _settled(waiting, by, said, agreed=True)


def refuse_reading_by_all(operation: Operation, *, by: User, reason: str) -> ReadingChange:
    """Refuse what is proposed, or take one's own proposal back; each force reads its own alone as before.

    Args:
        operation: which.
        by: who refuses.
        reason: why, in words.

    Raises:
        BadInputError: no reason is given.
        NotFoundError: the actor is no member of the operation.
        RefusedError: the role does not permit it, or nothing is proposed.
    """
    said = in_words(reason, _("The reason"))
    with _setting(operation, by) as now:
        return _settled(_waiting(now), by, said, agreed=False)


@contextmanager
def _setting(operation: Operation, by: User) -> Iterator[Operation]:
    """Open an act on what forces read: the operation as it stands, locked until the act is done."""
    check_right(operation, by, Act.SET_READING)
    with transaction.atomic():
        yield Operation.objects.select_for_update().get(pk=operation.pk)
    compartments_changed()


def _set(given: Operation, now: Operation, *, by_force: bool) -> None:
    """Set an operation, and what the caller holds of it."""
    now.by_force = given.by_force = by_force
    now.save(update_fields=["by_force"])


def _waiting(operation: Operation) -> ReadingChange:
    """Return the proposal that waits for a second person.

    Raises:
        RefusedError: none does.
    """
    found = operation.reading_changes.select_related("by").filter(agreed__isnull=True).first()
    if found is None:
        raise RefusedError(
            _("Nobody has proposed that every force of %(operation)s reads all persons.")
            % {"operation": operation.name}
        )
    return found


def _settled(waiting: ReadingChange, by: User, said: str, *, agreed: bool) -> ReadingChange:
    """Record what the second person said."""
    waiting.agreed, waiting.second, waiting.second_reason, waiting.settled_at = agreed, by, said, clock.now()
    waiting.save(update_fields=["agreed", "second", "second_reason", "settled_at"])
    return waiting
