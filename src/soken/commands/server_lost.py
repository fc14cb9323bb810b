"""Whether an error says that the PostgreSQL server went away in the middle of a command."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How the server's codes begin where it ends a connection: it is stopped, crashed or starts; it was not reached.
_ENDED: Final = ("57P", "08")


def server_lost(problem: BaseException) -> bool:
    """Tell whether the connection to the server was lost, or ended by it, in whatever that led to in turn."""
    psycopg = sys.modules.get("psycopg")
    return psycopg is not None and any(_is_loss(one, psycopg.OperationalError) for one in _led_to(problem))


def _is_loss(problem: BaseException, operational: type[BaseException]) -> bool:
    """Tell whether an error is that the connection is gone: the server said so, or nobody said anything any more."""
    if not isinstance(problem, operational):
        return False
    code = getattr(problem, "sqlstate", None)
    return code is None or code.startswith(_ENDED)


def _led_to(problem: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that it came of, also what another error came in the way of."""
    seen: set[int] = set()
    left = [problem]
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        left += [before for before in (one.__cause__, one.__context__) if before is not None]
