"""Every user of this system is looked for on every list, from the moment that the account says who they are (R32)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection

#: Fields of a user whose change says nothing of who they are.
_KNOWN_BY: Final = frozenset({"first_name", "last_name", "email", "phone", "force"})


def user_made_or_altered(instance: Any, update_fields: Collection[str] | None = None, **_signal: Any) -> None:
    """Shut away whom the lists propose as a user who was made or altered."""
    if update_fields is not None and not _KNOWN_BY & set(update_fields):
        return
    from soken.casework.actions.shut_matches import shut_matches
    from soken.casework.selectors.protected import wanted_of_user

    shut_matches([wanted_of_user(instance)])
