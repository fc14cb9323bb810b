"""Every user of this system is looked for on every list, from the moment that the account says who they are (R32)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from soken.access.models import User

#: Fields of a user whose change says nothing of who they are.
_KNOWN_BY: Final = frozenset({"first_name", "last_name", "email", "phone", "force"})


@contextmanager
def looked_for(user: User, update_fields: Collection[str] | None) -> Iterator[None]:
    """Shut away whom the lists propose as a user, in the transaction in which they are saved (`User.around_save`).

    Args:
        user: who is saved inside.
        update_fields: fields that are written; None for all.
    """
    if update_fields is not None and not _KNOWN_BY & set(update_fields):
        yield
        return
    from soken.casework.actions.shut_matches import look_through, shut_matches
    from soken.casework.protected_lock import entering_wanted
    from soken.casework.selectors.protected import wanted_of_user

    wanted = [wanted_of_user(user)]
    looked = look_through(wanted)
    with entering_wanted():
        yield
        shut_matches(wanted, looked=looked)
