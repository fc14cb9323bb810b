"""Lockout after failed sign-ins, kept with the user in the database: it holds for every process and every way in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db import transaction

from soken.access.models import User
from soken.core.clock import now

if TYPE_CHECKING:
    from django.http import HttpRequest

#: Failures in a row that lock a user; NIST SP 800-63B 5.2.2 allows up to 100.
FAILURES: Final = 5
#: How long a lock holds unless an administrator ends it; after it the count begins at nothing again.
LOCKED_FOR: Final = timedelta(minutes=30)


class LockingBackend(ModelBackend):
    """Name and password, for whoever is not locked: a locked user is refused even with the right password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the user whose name and password these are; None for a failure, which is counted.

        Failures are forgotten only once somebody is wholly in (`forget`): a right password alone must not give whoever
        guesses at the second factor a fresh count.

        Raises:
            PermissionDenied: the user is locked; Django then asks no other backend and tells of a failed sign-in.
        """
        known = User.objects.filter(username=username).first() if username else None
        if known is not None and is_locked(known):
            known.check_password(password or "")  # takes as long as any answer, so that a lock cannot be timed
            raise PermissionDenied
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if user is None and known is not None:
            count_failure(known)
        return user


def is_locked(user: User) -> bool:
    """Say whether a user is locked at this moment."""
    return user.locked_until is not None and user.locked_until > now()


def count_failure(user: User) -> None:
    """Count one failed sign-in; the last one allowed locks the user for a time. Guesses at once are each counted."""
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=user.pk)
        held.failed_sign_ins += 1
        if held.failed_sign_ins >= FAILURES:
            held.failed_sign_ins, held.locked_until = 0, now() + LOCKED_FOR
        held.save(update_fields=["failed_sign_ins", "locked_until"])


def unlock(user: User) -> bool:
    """End a user's lock and forget the failures; return whether they were locked."""
    locked = is_locked(user)
    forget(user)
    return locked


def forget(user: User) -> None:
    """Forget a user's failures and lock, writing only if there are any: they are wholly in, or were unlocked."""
    held = User.objects.filter(pk=user.pk)
    held.exclude(failed_sign_ins=0, locked_until=None).update(failed_sign_ins=0, locked_until=None)
