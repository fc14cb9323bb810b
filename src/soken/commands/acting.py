"""Who acts on the command line, where it matters which person did: two people must be two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from soken.commands.output import actor
from soken.core.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from soken.access.models import User


def acting_user(name: str) -> User:
    """Return the user who acts, and read with their eyes from here on.

    By default that is the one named like the operating system's user, who has signed in there.

    Whoever acts under another name proves it as on the desk: by that user's password, and the code of the authenticator
    app if there is one. Both are asked for and never stand on the command line.

    Args:
        name: name of the user; '' for the operating system's.

    Raises:
        NotFoundError: no active user has this name.
        RefusedError: the password or the code is not the user's, or the user is locked.
    """
    from soken.access.eyes import look_through
    from soken.access.models import User

    wanted = name or actor()
    found = User.objects.filter(username=wanted, is_active=True).first()
    if found is None:
        raise NotFoundError(f"No user is named {wanted!r}; say who acts with --by NAME.")
    if wanted != actor():
        _prove(found)
    look_through(found)
    return found


def _prove(user: User) -> None:
    """Ask for what only the user has; failures count and lock as at the sign-in.

    Raises:
        RefusedError: see `acting_user`.
    """
    from soken.access.lockout import count_failure, forget, is_locked
    from soken.access.second_factor import app_of, takes_code

    name = user.get_username()
    if is_locked(user):
        raise RefusedError(
            f"{name} is locked after failed sign-ins: wait half an hour, or let an administrator unlock."
        )
    if not user.check_password(typer.prompt(f"Password of {name}", hide_input=True, err=True)):
        count_failure(user)
        raise RefusedError(f"This is not the password of {name}; nothing was changed.")
    app = app_of(user)
    if app is not None and not takes_code(user, app, typer.prompt(f"Code of {name}'s authenticator app", err=True)):
        count_failure(user)
        raise RefusedError(f"The authenticator app of {name} does not show this code now; nothing was changed.")
    forget(user)
