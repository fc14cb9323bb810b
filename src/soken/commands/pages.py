"""Commands that show a page of persons, and how long it is: who asks for more takes a copy (R33)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

#: Command → most persons that it shows to whoever only looks.
PAGE_OF: Final = MappingProxyType({"persons list": 50})


def beyond_a_page(name: str, limit: int) -> bool:
    """Tell whether a command was asked for more than a page, which leaves as a copy.

    Args:
        name: of the command.
        limit: how many persons it was asked for, 0 for all.
    """
    return name in PAGE_OF and not 0 < limit <= PAGE_OF[name]
