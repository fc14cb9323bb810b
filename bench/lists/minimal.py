"""(c) Hardly anything: name, mail address and item; no kana, no phone, no address.

Who changes the mail address here can be known by name only; 3 % do, and with a common name nobody can tell them from
a namesake. The truth is kept all the same.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from bench.lists.base import HeldOut, TrueRow, write_table
from bench.lists.hand import Hand, write_entry
from bench.lists.population import Population, Shape, schedule

if TYPE_CHECKING:
    from pathlib import Path

KIND = "minimal"


def write(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the list; see `bench.lists`."""
    rng = random.Random(f"{KIND}-{seed}")
    shape = Shape(
        sizes=(0.9, 0.08, 0.02),
        shared_mail=0.5,
        namesakes=0.01,
        moved=0,
        married=0.01,
        second_mail=0.03,
        second_phone=0,
    )
    people = Population(round(rows / 1.6), shape, rng).people
    hand = Hand(no_mail=0.0, mail_slip=0.004)
    lines = []
    for moment, person in schedule(people, rows, rng, skew=0.5):
        entry = write_entry(person, moment, hand, rng)
        first, second = entry.halves()
        name = first + (" " if entry.script == "romaji" else rng.choice((" ", "", "　"))) + second
        entry.marks[:] = [mark for mark in entry.marks if mark != "no-phone"]
        cells = (name, entry.mail, f"{rng.randrange(1, 250)}")
        lines.append((cells, TrueRow(person.number, tuple(entry.marks), tuple(person.near))))
    return write_table(folder, KIND, seed, ("名前", "メール", "品番"), lines)
