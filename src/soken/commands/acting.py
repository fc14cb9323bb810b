"""Who acts on the command line, where it matters which person did: two people must be two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from soken.commands.output import actor
from soken.core.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from soken.access.models import User


def acting_user(name: str) -> User:
    """Return the user who acts: by default the one named like the operating system's user, who has signed in there.

    Whoever acts under another name gives that user's password; it is asked for and never stands on the command line.

    Args:
        name: name of the user; '' for the operating system's.

    Raises:
        NotFoundError: no active user has this name.
        RefusedError: the password is not the user's.
    """
    from soken.access.models import User

    wanted = name or actor()
    found = User.objects.filter(username=wanted, is_active=True).first()
    if found is None:
        raise NotFoundError(f"No user is named {wanted!r}; say who acts with --by NAME.")
    if wanted != actor() and not found.check_password(typer.prompt(f"Password of {wanted}", hide_input=True, err=True)):
        raise RefusedError(f"This is not the password of {wanted}; nothing was changed.")
    return found
