"""(i) Japanese customers of a shop that takes Latin letters only, each spelling themselves as they please."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from bench.lists.base import HeldOut, TrueRow, words, write_table
from bench.lists.hand import Hand, write_entry
from bench.lists.population import Home, Population, Shape, schedule
from bench.lists.romaji import SPELLINGS, spell

if TYPE_CHECKING:
    from pathlib import Path

KIND = "romaji-only"
_HEADINGS = (
    "Order",
    "Date",
    "First Name",
    "Last Name",
    "Email",
    "Phone",
    "Address",
    "City",
    "Prefecture",
    "Zip",
    "SKU",
)
PREFECTURES: dict[str, str] = words("prefectures")


def romaji_address(home: Home, rng: random.Random) -> tuple[str, str, str, str]:
    """Return street line, city, prefecture and postal code in Latin letters."""
    spot = home.spot
    town = spell(spot.town_kana, rng.choice(SPELLINGS[:2])).title()
    block = "-".join(map(str, home.block))
    line = rng.choice((f"{block} {town}", f"{block}, {town}", f"{town} {block}"))
    if home.building and rng.random() < 0.6:
        line += f" #{home.building.rstrip('号室')[-3:]}"
    city = spell(spot.city_kana, rng.choice(SPELLINGS[:2])).title()
    return line, city, PREFECTURES[spot.prefecture], f"{spot.postal[:3]}-{spot.postal[3:]}"


def write(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the list; see `bench.lists`."""
    rng = random.Random(f"{KIND}-{seed}")
    people = Population(round(rows / 1.5), Shape(), rng).people
    hand = Hand(scripts=(0, 0, 0, 0, 1.0), swapped=0.05, slip=0.015)
    lines = []
    for number, (moment, person) in enumerate(schedule(people, rows, rng, skew=0.4), start=1):
        entry = write_entry(person, moment, hand, rng)
        last, first = entry.halves()
        address = romaji_address(entry.home, rng) if entry.home else ("", "", "", "")
        marks = tuple(mark for mark in entry.marks if mark != "romaji")
        cells = (
            f"#{1000 + number}",
            f"{2015 + int(moment * 4)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
            first,
            last,
            entry.mail,
            entry.phone,
            *address,
            f"R{rng.randrange(600):04d}",
        )
        lines.append((cells, TrueRow(person.number, marks, tuple(person.near))))
    return write_table(folder, KIND, seed, _HEADINGS, lines)
