"""What forces of an operation read of each other's dossiers: how it came to be set so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.access.policy import Act, allows

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation, ReadingChange


def changes_of(operation: Operation) -> list[ReadingChange]:
    """Return who set what and why, newest first."""
    return list(operation.reading_changes.select_related("operation", "by", "second").order_by("-pk"))


def waiting_of(changes: list[ReadingChange]) -> ReadingChange | None:
    """Return the proposal that waits for a second person, None for none."""
    return next((one for one in changes if one.agreed is None), None)


def may_agree(waiting: ReadingChange, user: User) -> bool:
    """Tell whether a user can be the second person of a proposal: another one, and not of the same force."""
    same = waiting.by_id == user.pk or (bool(user.force) and waiting.by.force == user.force)
    return allows(user, Act.SET_READING) and not same
