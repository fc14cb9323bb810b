"""(e) A shop with customers from Japan and abroad: English headings, one name column, one address column.

Two in three are Japanese, who write in kanji, kana or Latin letters; the others are English speakers, a third of them
living in Japan (a Japanese address in Latin letters), whose names are sometimes written in katakana, where there is a
usual form.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from bench.lists.base import HeldOut, TrueRow, words, write_table
from bench.lists.english import Customer, changed, customers
from bench.lists.hand import Hand, address_line, postal_form, write_entry
from bench.lists.population import Home, Population, Shape, schedule
from bench.lists.romaji_only import romaji_address
from bench.lists.western import typo

if TYPE_CHECKING:
    from pathlib import Path

    from bench.lists.population import Someone

KIND = "mixed"
_HEADINGS = ("No", "Date", "Name", "E-mail", "Telephone", "Postal code", "Address", "Country", "Item no")
_USUAL: dict[str, str] = words("katakana")


def write(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the list; see `bench.lists`."""
    rng = random.Random(f"{KIND}-{seed}")
    persons = round(rows / 1.5)
    japanese = Population(round(persons * 0.66), Shape(), rng).people
    western = customers(persons - len(japanese), rng)
    homes = {
        person.number: japanese[person.number % len(japanese)].homes[0] for person in western if person.number % 3 == 0
    }
    ours = [(moment, _japanese(moment, person, rng)) for moment, person in schedule(japanese, round(rows * 0.66), rng)]
    count = rows - len(ours)
    acts = western[:count] + rng.choices(western, k=max(0, count - len(western)))
    theirs = []
    for person in acts:
        moment = rng.random()
        theirs.append((moment, _western(moment, person, len(japanese), homes.get(person.number), rng)))
    ordered = sorted(ours + theirs, key=lambda act: act[0])
    lines = [
        ((str(number), f"{2014 + int(moment * 4)}-06-01", *cells), true)
        for number, (moment, (cells, true)) in enumerate(ordered, 1)
    ]
    return write_table(folder, KIND, seed, _HEADINGS, lines)


def _japanese(moment: float, person: Someone, rng: random.Random) -> tuple[tuple[str, ...], TrueRow]:
    entry = write_entry(person, moment, Hand(scripts=(0.68, 0.02, 0.04, 0.01, 0.25)), rng)
    first, second = entry.halves()
    postal = address = ""
    if entry.home is not None:
        postal = postal_form(entry.home.spot.postal, rng)
        address = address_line(entry.home, rng)
        if entry.script == "romaji" and rng.random() < 0.8:
            street, city, prefecture, postal = romaji_address(entry.home, rng)
            address = f"{street}, {city}, {prefecture}"
    if entry.script == "romaji" and rng.random() < 0.5:
        first, second = second, first  # given name first, as abroad: no slip here
    name = f"{first} {second}" if entry.script == "romaji" else first + rng.choice((" ", "　", "")) + second
    cells = (
        name,
        entry.mail,
        entry.phone,
        postal,
        address,
        rng.choice(("Japan", "JP", "日本", "")),
        f"{rng.randrange(5000)}",
    )
    return cells, TrueRow(person.number, tuple(entry.marks), tuple(person.near))


def _western(
    moment: float, person: Customer, offset: int, home: Home | None, rng: random.Random
) -> tuple[tuple[str, ...], TrueRow]:
    later = -1 if moment > person.turn else 0
    marks = changed(person, moment)
    given, surname = person.given, person.surnames[later]
    if rng.random() < 0.05:
        surname = typo(surname, rng)
        marks.append("surname-slip")
    if home is not None and given in _USUAL and surname in _USUAL and rng.random() < 0.4:
        name = f"{_USUAL[given]}・{_USUAL[surname]}"
        marks.append("katakana")
    elif rng.random() < 0.1:
        name = f"{surname.upper()}, {given.title()}"
    elif rng.random() < 0.04:
        name = f"{given[0].upper()}. {surname.title()}"
        marks.append("initial")
    else:
        name = f"{given.title()} {surname.title()}"
    if home is not None:
        street, city, prefecture, postal = romaji_address(home, rng)
        address, country = f"{street}, {city}, {prefecture}", "Japan"
    else:
        number, road, (suburb, state, postal) = person.homes[later]
        address, country = f"{number} {road.title()}, {suburb.title()} {state.upper()}", "Australia"
    near = tuple(f"western-{group}" for group in person.near)
    mail = "" if rng.random() < 0.03 else person.mails[later]
    cells = (
        name,
        mail,
        "" if rng.random() < 0.1 and mail else person.phones[later],
        postal,
        address,
        country,
        f"{rng.randrange(5000)}",
    )
    return cells, TrueRow(offset + person.number, tuple(marks), near)
