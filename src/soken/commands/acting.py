"""Who acts on the command line, where it matters which person did: two people must be two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from soken.commands.language import gettext as _
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
        raise NotFoundError(_("No user is named %(name)r; say who acts with --by NAME.") % {"name": wanted})
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
            _("%(name)s is locked after failed sign-ins: wait half an hour, or let an administrator unlock.")
            % {"name": name}
        )
    if not user.check_password(typer.prompt(_("Password of %(name)s") % {"name": name}, hide_input=True, err=True)):
        count_failure(user)
        raise RefusedError(_("This is not the password of %(name)s; nothing was changed.") % {"name": name})
    app = app_of(user)
    if app is None:
        forget(user)
        return
    if not takes_code(user, app, typer.prompt(_("Code of %(name)s's authenticator app") % {"name": name}, err=True)):
        count_failure(user)
        raise RefusedError(
            _("The authenticator app of %(name)s does not show this code now; nothing was changed.") % {"name": name}
        )
    forget(user)
