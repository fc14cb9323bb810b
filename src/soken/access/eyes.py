"""With whose eyes the store is read: the one thing that decides who is shown a person in a compartment (R32).

The doors (page, API, command) open `viewing` round everything that they do. Where nobody is named, nobody sees what is
shut away: that is the default. `machine_sees_all` is for steps that show nothing to anybody: a run, a count, a copy.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeVar

from soken.access.models import User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.contrib.auth.models import AnonymousUser


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks.

    Attributes:
        user: somebody who has signed in; None for nobody.
        machine: whether a step of the machine reads, which shows nothing to anybody.
        kept: what was found out for whoever looks, for the length of a block of `viewing`.
    """

    user: User | None = None
    machine: bool = False
    kept: dict[str, Any] | None = field(default=None, compare=False)


NOBODY: Final = Eyes()
_changes = count(1)
_changed: list[int] = [0]
_eyes: ContextVar[Eyes] = ContextVar("soken_eyes", default=NOBODY)


def compartments_changed() -> None:
    """Have everybody who looks now find out anew what they may see."""
    _changed[0] = next(_changes)


def kept_for(looks: Eyes, find: Callable[[], T]) -> T:
    """Return what is found out once for whoever looks, until a compartment changes.

    Args:
        looks: who looks.
        find: finds it out.
    """
    if looks.kept is None:
        return find()
    key = f"{find.__module__}.{find.__qualname__} {_changed[0]}"
    if key not in looks.kept:
        looks.kept[key] = find()
    found: T = looks.kept[key]
    return found


def eyes() -> Eyes:
    """Return who looks now."""
    return _eyes.get()


@contextmanager
def viewing(user: User | AnonymousUser | None) -> Iterator[None]:
    """Read what is read inside the block with a user's eyes; whoever has not signed in is nobody."""
    with _through(Eyes(user if isinstance(user, User) and user.is_active else None, kept={})):
        yield


def look_through(user: User) -> None:
    """Read with a user's eyes until the end of the block of `viewing` around: they have just shown who they are."""
    _eyes.set(Eyes(user if user.is_active else None, kept={}))


@contextmanager
def machine_sees_all() -> Iterator[None]:
    """Read what is read inside the block whole: for a step of the machine that shows nothing of it to anybody."""
    with _through(Eyes(machine=True)):
        yield


@contextmanager
def _through(seen: Eyes) -> Iterator[None]:
    """Look with these eyes until the end of the block."""
    before = _eyes.set(seen)
    try:
        yield
    finally:
        _eyes.reset(before)
