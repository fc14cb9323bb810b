"""With whose eyes the store is read: the one thing that decides who is shown a person in a compartment (R32).

The doors (page, API, command) open `viewing` round everything that they do. Where nobody is named, nobody sees what is
shut away: that is the default. `machine_sees_all` is for steps that show nothing to anybody: a run, a count, a copy.
On PostgreSQL the server is told the same before each statement, and holds every table to it a second time (ADR 13).
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.contrib.auth.models import AnonymousUser

    from soken.access.models import User


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks.

    Attributes:
        user: somebody who has signed in; None for nobody.
        machine: whether a step of the machine reads, which shows nothing to anybody.
        installation: whether an account reads that is no user and runs this installation: it sees every operation, and
            nobody who is shut away.
        beyond: whether a user reads of all operations, where only that there is something is told.
        across: whether a user reads of all forces, where only whose somebody is and how far is told.
        kept: what was found out for whoever looks, for the length of a block of `viewing`.
    """

    user: User | None = None
    machine: bool = False
    installation: bool = False
    beyond: bool = False
    across: bool = False
    kept: dict[str, Any] | None = field(default=None, compare=False)


NOBODY: Final = Eyes()
#: Seconds for which an account that runs the installation goes by what it has found out.
_GOOD_FOR: Final = 1.0
_changes = count(1)
_changed: list[int] = [0]
_eyes: ContextVar[Eyes] = ContextVar("soken_eyes", default=NOBODY)


def compartments_changed() -> None:
    """Have everybody who looks now find out anew what they may see: a compartment, or what forces read, has changed."""
    _changed[0] = next(_changes)


def kept_for(looks: Eyes, find: Callable[[], T]) -> T:
    """Return what is found out once for whoever looks, until a compartment changes.

    An account that runs the installation may look for days, while other programs change compartments: what it has found
    out is good for a second.

    Args:
        looks: who looks.
        find: finds it out.
    """
    if looks.kept is None:
        return find()
    known = _known(looks, find)
    if known is None:
        known = looks.kept[_kept_as(find)] = (find(), monotonic())
    return cast("T", known[0])


def kept_answer(looks: Eyes, find: Callable[[], T]) -> T | None:
    """Return what was found out already for whoever looks, None where it was not, or is no longer so.

    Args:
        looks: who looks.
        find: found it out; finds no None.
    """
    known = _known(looks, find)
    return cast("T", known[0]) if known is not None else None


def keep_found(looks: Eyes, find: Callable[[], T], found: T) -> None:
    """Keep what another question has found out already for whoever looks, as if it had been asked for itself.

    Args:
        looks: who looks.
        find: would have found it out.
        found: what it would have found.
    """
    if looks.kept is not None:
        looks.kept.setdefault(_kept_as(find), (found, monotonic()))


def _known(looks: Eyes, find: Callable[[], Any]) -> tuple[Any, float] | None:
    """Return what was found out and when, by a clock of seconds; None where it was not, or is no longer good."""
    known: tuple[Any, float] | None = (looks.kept or {}).get(_kept_as(find))
    if known is not None and looks.installation and monotonic() - known[1] > _GOOD_FOR:
        return None
    return known


def _kept_as(find: Callable[[], Any]) -> str:
    """Return the name under which something found out is kept until a compartment changes."""
    return f"{find.__module__}.{find.__qualname__} {_changed[0]}"


def eyes() -> Eyes:
    """Return who looks now."""
    return _eyes.get()


@contextmanager
def viewing(user: User | AnonymousUser | None) -> Iterator[None]:
    """Read what is read inside the block with a user's eyes; whoever has not signed in is nobody."""
    # Not above: commands say who looks before Django is set up, and some never set it up.
    from soken.access.models import User

    with _through(Eyes(user if isinstance(user, User) and user.is_active else None, kept={})):
        yield


def look_through(user: User) -> None:
    """Read with a user's eyes until the end of the block of `viewing` around: they have just shown who they are."""
    _eyes.set(Eyes(user if user.is_active else None, kept={}))


@contextmanager
def acting_for_installation() -> Iterator[None]:
    """Read with the eyes of an account that is no user and runs this installation, as commands may."""
    with _through(Eyes(installation=True, kept={})):
        yield


@contextmanager
def beyond_operations() -> Iterator[None]:
    """Read of all operations what whoever looks now sees of theirs: for what tells only that something is there."""
    with _through(replace(eyes(), beyond=True, kept={})):
        yield


@contextmanager
def with_all_forces_eyes() -> Iterator[None]:
    """Read as whoever looks now would who belongs to every force; see `soken.casework.models.force_sight`."""
    looks = eyes()
    # What is found out so is kept for the page too: the list and the queue ask more than once.
    kept = None if looks.kept is None else looks.kept.setdefault("all forces", {})
    with _through(replace(looks, across=True, kept=kept)):
        yield


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
