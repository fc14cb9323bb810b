"""Who acts now, on what, through which door: what the ledger says of whatever is done meanwhile.

The doors (page, command, worker) open an attribution round everything that they do; an act that checks its right
says more exactly who does what. Without either, a change counts as made outside any act, and the entry says so.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who acts, and on what.

    Attributes:
        by: name of the user; ``account:NAME`` for an account of the machine that is no user of Soken; '' for nobody.
        act: what is done, as the policy names it.
        through: the door: ``page NAME``, ``command NAME``, ``worker``.
        operation: short name of the operation, or ''.
        person: code of the person, or ''.
    """

    by: str = ""
    act: str = ""
    through: str = ""
    operation: str = ""
    person: str = ""


#: A change that no door and no act stands behind: SQL from elsewhere, a script.
OUTSIDE: Final = Attribution(act="outside")

_door: ContextVar[Attribution] = ContextVar("soken_ledger_door", default=OUTSIDE)
_said: ContextVar[Attribution | None] = ContextVar("soken_ledger_said", default=None)


@contextmanager
def attributed(**known: str) -> Iterator[None]:
    """Attribute what is done inside the block; what is not named stays as it is around the block.

    Args:
        known: fields of `Attribution`.
    """
    door, said = _door.set(replace(_door.get(), **known)), _said.set(None)
    try:
        yield
    finally:
        _said.reset(said)
        _door.reset(door)


def says(**known: str) -> None:
    """Say more exactly who does what, until the transaction that is about to begin has ended.

    Args:
        known: fields of `Attribution`.
    """
    _said.set(replace(_said.get() or _door.get(), **known))


def current() -> Attribution:
    """Return who acts now."""
    return _said.get() or _door.get()


def ended(*_ignored: Any) -> None:
    """Forget what an act said of itself: its transaction has ended."""
    _said.set(None)
