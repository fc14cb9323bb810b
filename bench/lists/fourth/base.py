"""What the fourth shops share: when people come, the slips of their hands, and how a list is written."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bench.lists.base import TrueRow, write_table
from bench.lists.fourth.people import Habits, World
from bench.lists.fourth.words import homophones
from bench.lists.second import base as second
from bench.lists.second.base import Row, decidable, how_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from bench.lists.base import HeldOut
    from bench.lists.second.base import Claim
    from bench.lists.second.person import Person

#: First and last day of these lists.
START, END = date(2016, 4, 1), date(2025, 3, 31)
_OF_AGE = timedelta(days=18 * 366)
_HEAVY_SHARE = 33  # of so many rows one is the heavy buyer's
_ITEMS = 640


@dataclass(frozen=True, slots=True)
class Form:
    """How a list is written: what it is called, its headings, its encoding."""

    kind: str
    headings: Sequence[str]
    encoding: str = "utf-8"


def begin(kind: str, rows: int, seed: int, habits: Habits | None = None, *, people: float) -> World:
    """Grow the people of a list: so many for each row."""
    world = World(random.Random(f"fourth {kind} {seed}"), (START, END), habits)
    world.grow(round(rows * people))
    return world


def draw(people: Iterable[Person], rows: int, rows_of: Callable[[Person], list[Row]]) -> list[Row]:
    """Let people buy until there are more rows than wanted, and keep those that somebody could tell."""
    drawn: list[Row] = []
    for one in people:
        if len(drawn) > rows * 1.06:
            break
        drawn.extend(rows_of(one))
    return decidable(drawn, rows)


def visits(one: Person, rows: int, rng: random.Random, *, count: int = 0, back: int = 170) -> list[date]:
    """Return the days on which somebody buys: most come for a while and stay away, one comes all the time.

    Args:
        one: who.
        rows: of the whole list.
        rng: the chance.
        count: how often, drawn if 0.
        back: days until somebody comes back, on the average.
    """
    if "heavy" in one.near:
        return sorted(START + timedelta(days=rng.randrange((END - START).days)) for _ in range(rows // _HEAVY_SHARE))
    first = min(max(START, one.born + _OF_AGE), END - timedelta(days=60))
    day = first + timedelta(days=rng.randrange((END - first).days))
    days = list[date]()
    for _ in range(count or how_many(rng)):
        if day > END:
            break
        days.append(day)
        day += timedelta(days=round(rng.expovariate(1 / back)))
    return days


def item(rng: random.Random) -> str:
    """Return an opaque item code; the first ones sell best."""
    return f"ITEM-{min(_ITEMS, 1 + int(rng.expovariate(1 / 150))):04}"


def row(said: Claim, tokens: set[object], cells: list[str]) -> Row:
    """Turn what was said into the row that a shop holds."""
    return Row(said.day, said.who.key, said.who.near, said.marks, tokens, cells)


def true_row(kept: Row) -> TrueRow:
    """Return the truth of a row."""
    return TrueRow(int(kept.person), tuple(dict.fromkeys(kept.marks)), tuple(sorted(kept.near)))


def save(folder: Path, seed: int, form: Form, kept: Iterable[Row]) -> HeldOut:
    """Write rows, numbered, in the order in which they come."""
    lines = (
        ([cell.replace("{number}", str(number)) for cell in one.cells], true_row(one))
        for number, one in enumerate(kept, start=1)
    )
    return write_table(folder, f"fourth-{form.kind}", seed, form.headings, lines, encoding=form.encoding)


def slip_kanji(written: str, rng: random.Random) -> str:
    """Pick the wrong name from those that the keyboard offers for one reading; the same if it offers none."""
    return rng.choice(homophones().get(written) or [written])


def slip_mail(mail: str, rng: random.Random) -> str:
    """Mistype an address, but never so that the domain might be somebody's."""
    while "exmaple" in (slipped := second.slip_mail(mail, rng)):
        pass
    return slipped.strip()


def slip_letters(text: str, rng: random.Random) -> str:
    """Drop, double or exchange a letter, not the first two of a word, or hit the wrong vowel."""
    places = [place for place in range(2, len(text)) if text[place - 2 : place + 1].isalpha()]
    if not places:
        return text
    place, kind = rng.choice(places), rng.randrange(4)
    before, sign, after = text[:place], text[place], text[place + 1 :]
    if kind == 0:
        return before + after
    if kind == 1:
        return before + sign + sign + after
    if kind == 2:
        return before[:-1] + sign + before[-1] + after
    vowels = "AEIOU" if sign.isupper() else "aeiou"
    return before + (rng.choice(vowels.replace(sign, "")) if sign in vowels else sign + sign) + after
