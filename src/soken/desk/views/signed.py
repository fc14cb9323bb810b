"""Who has signed in, for views that act in somebody's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from soken.access.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest


def signed_user(request: HttpRequest) -> User:
    """Return who has signed in.

    Raises:
        PermissionDenied: nobody has.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
