"""(a) A customer list: one column for the whole name, one free line for the address, no kana; UTF-8 with BOM."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from bench.lists.base import HeldOut, TrueRow, write_table
from bench.lists.hand import Hand, address_line, postal_form, write_entry
from bench.lists.population import Population, Shape, schedule

if TYPE_CHECKING:
    from pathlib import Path

KIND = "customers-one-name"
_HEADINGS = ("顧客番号", "氏名", "電話番号", "Eメール", "住所", "登録日", "備考")


def write(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the list; see `bench.lists`."""
    rng = random.Random(f"{KIND}-{seed}")
    people = Population(round(rows / 1.5), Shape(), rng).people
    hand = Hand()
    lines = []
    for number, (moment, person) in enumerate(schedule(people, rows, rng, skew=0.4), start=1):
        entry = write_entry(person, moment, hand, rng)
        first, second = entry.halves()
        name = first + rng.choice((" ", "　", "", "") if entry.script != "romaji" else (" ", " ", ", ")) + second
        address = ""
        if entry.home is not None:
            code = postal_form(entry.home.spot.postal, rng) + rng.choice((" ", "　", "")) if rng.random() < 0.6 else ""
            address = (code if code.startswith("〒") or not code else f"〒{code}") + address_line(entry.home, rng)
        day = f"{2013 + int(moment * 5)}/{rng.randint(1, 12)}/{rng.randint(1, 28)}"
        cells = (f"K{number:06d}", name, entry.phone, entry.mail, address, day, "")
        lines.append((cells, TrueRow(person.number, tuple(entry.marks), tuple(person.near))))
    return write_table(folder, KIND, seed, _HEADINGS, lines, encoding="utf-8-sig")
