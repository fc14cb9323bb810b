"""One person of the second lists, and what changes in a life."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from bench.lists.second.words import Town, Word

_T = TypeVar("_T")
START, END = date(2018, 4, 1), date(2024, 9, 30)
#: Since when something holds that never changed.
ALWAYS = date(1900, 1, 1)


@dataclass(slots=True)
class Home:
    """A place with an address; `short` ones are written with the room behind the number and no building."""

    town: Town
    chome: int
    block: int
    house: int
    building: str
    room: str
    landline: str
    short: bool = False
    company: str = ""


@dataclass(slots=True)
class Person:
    """One real person; what changes stands as (from when, what), the oldest first.

    Attributes:
        key: names the person in the truth.
        near: groups of people who are easily confused with each other (household-3, namesake-7 …).
        shared: a mail address of the whole household, '' if there is none.
        style: how this person mostly writes addresses, Latin letters, telephone numbers and the own name's kanji.
    """

    key: str
    female: bool
    born: date
    families: list[tuple[date, Word]]
    given: Word
    homes: list[tuple[date, Home]]
    mobiles: list[tuple[date, str]]
    mails: list[tuple[date, str]]
    nick: str
    shared: str = ""
    office: Home | None = None
    near: set[str] = field(default_factory=set)
    style: tuple[str, str, int, bool] = ("dash", "plain", 0, False)


def at(history: list[tuple[date, _T]], day: date) -> _T:
    """Return what held on a day."""
    return [what for since, what in history if since <= day][-1]
