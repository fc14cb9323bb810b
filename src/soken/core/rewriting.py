"""Files that stand still while they are copied: a backup is not made while an erasure or a rotation writes them anew.

A folder's key and its files are copied one after the other. Were they written anew between, nothing of the copy would
open; and whoever is erased meanwhile would be in a backup that the tombstone does not name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from soken.core.lock import only_one, together

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from soken.core.home import Home

_LOCK: Final = "rotate.lock"
_WHAT: Final = "A backup, an erasure or a rotation of the store's key"


def written_anew(home: Home) -> AbstractContextManager[None]:
    """Write files of the store anew, while nobody else does and nobody copies them.

    Raises:
        RefusedError: somebody does.
    """
    return only_one(home.root / _LOCK, _WHAT)


def copied(home: Home) -> AbstractContextManager[None]:
    """Copy files of the store, while nobody writes them anew; others may copy them too.

    Raises:
        RefusedError: somebody does.
    """
    return together(home.root / _LOCK, _WHAT)
