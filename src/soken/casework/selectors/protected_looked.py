"""What was found of protected people in the tables of the store, looked through before a transaction begins (R32).

To look through a list of a million rows takes minutes, and on SQLite whoever writes waits for whoever writes. So lists
are looked through first; inside the transaction only what has come since is: another table, or somebody else wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from soken.casework.selectors.protected import Wanted

Place = TypeVar("Place")


class Looked:
    """Who is where in tables that never change: each is looked through once for each who is wanted."""

    def __init__(self) -> None:
        """Begin with nothing looked through."""
        self._found: dict[Path, dict[tuple[Any, ...], list[tuple[Any, str]]]] = {}

    def moved(self, before: Path, after: Path) -> None:
        """Take what was found in a table for what is in it at the place where it stands now."""
        self._found[after] = self._found.pop(before, {})

    def find(
        self, matched: Callable[[Path, list[Wanted]], list[tuple[Place, Wanted, str]]], path: Path, wanted: list[Wanted]
    ) -> list[tuple[Place, Wanted, str]]:
        """Return which places of a table are taken for whom, and by what.

        Args:
            matched: looks through a table.
            path: the table, or the folder of the run whose tables it looks through.
            wanted: who is looked for.
        """
        found = self._found.setdefault(path, {})
        new = {_known(one): one for one in wanted if _known(one) not in found}
        hits = matched(path, [*new.values()]) if new else []
        found |= {known: [] for known in new}
        for place, one, how in hits:
            found[_known(one)].append((place, how))
        return [(place, one, how) for one in wanted for place, how in found[_known(one)]]


def _known(one: Wanted) -> tuple[Any, ...]:
    """Return by what somebody is looked for: the same before and after their entry is made."""
    return one.name, one.kana, one.mail, one.phone, one.born_on, one.force
