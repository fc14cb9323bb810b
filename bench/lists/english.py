"""(d) An English customer list in the manner of FEBRL: slips, exchanged names, missing values, nicknames, households.

Rates of rows: slip in the given name 5 %, in the surname 5 %, in the street 6 %, in a digit of the birth date 2 %,
names exchanged 2 %, nickname 6 % where there is one, each field missing 2-8 %. Rates of persons: moved 8 %, other
mail 8 %, other phone 5 %, married 3 %.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bench.lists.base import HeldOut, TrueRow, write_table
from bench.lists.western import NICKNAMES, stock, typo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KIND = "english"
_HEADINGS = (
    "given_name",
    "surname",
    "date_of_birth",
    "street_number",
    "street",
    "suburb",
    "state",
    "postcode",
    "phone",
    "email",
    "sku",
)
_HOSTS = ("example.com", "example.org", "example.net", "mail.example", "post.example")


@dataclass(slots=True)
class Customer:
    """One invented customer; lists of two hold before and after a change at ``turn`` (0..1)."""

    number: int
    given: str
    surnames: list[str]
    birth: date
    homes: list[tuple[str, str, tuple[str, str, str]]]
    phones: list[str]
    mails: list[str]
    turn: float
    near: list[str] = field(default_factory=list)


def customers(count: int, rng: random.Random) -> list[Customer]:
    """Return invented customers: single ones, couples and families with common home, some with common mail or phone."""
    values = stock()
    found: list[Customer] = []
    while len(found) < count:
        size = rng.choices((1, 2, 3, 4), (0.8, 0.12, 0.05, 0.03))[0]
        surname, home = rng.choice(values.surname), _home(rng)
        shared_mail, shared_phone = rng.random() < 0.3, rng.random() < 0.5
        givens = rng.sample(sorted(set(values.given)), size) if size > 1 else [rng.choice(values.given)]
        mail, phone = "", ""
        house = f"household-{len(found) + 1}"
        for place, given in enumerate(givens):
            number = len(found) + 1
            birth = date(1945, 1, 1) + timedelta(
                days=rng.randrange(18_000) if place < 2 else 18_000 + rng.randrange(3_000)
            )
            mail = mail if place and shared_mail else _mail(given, surname, number, rng)
            phone = phone if place and shared_phone else _phone(number)
            customer = Customer(
                number,
                given,
                [surname],
                birth,
                [home],
                [phone],
                [mail],
                rng.uniform(0.2, 0.8),
                [house] if size > 1 else [],
            )
            _change(customer, rng)
            found.append(customer)
    for customer in rng.sample(found, count // 60):
        other = rng.choice(found)
        if not customer.near and not other.near and other is not customer:
            customer.given, customer.surnames = other.given, other.surnames[:1]
            for each in (customer, other):
                each.near.append(f"namesake-{customer.number}")
    return found[:count]


def _change(customer: Customer, rng: random.Random) -> None:
    if rng.random() < 0.08:
        customer.homes = [customer.homes[0], _home(rng)]
    if rng.random() < 0.08:
        customer.mails = [
            customer.mails[0],
            _mail(customer.given, customer.surnames[0], customer.number + 1_000_000, rng),
        ]
    elif rng.random() < 0.05:
        customer.phones = [customer.phones[0], _phone(customer.number + 2_000_000)]
    if rng.random() < 0.03:
        customer.surnames = [customer.surnames[0], rng.choice(stock().surname)]


def _home(rng: random.Random) -> tuple[str, str, tuple[str, str, str]]:
    values = stock()
    return str(rng.randint(1, 250)), rng.choice(values.street), rng.choice(values.places)


def _phone(number: int) -> str:
    """Return a number under 02 5550, which stands for fiction in Australia, and seven further digits made unlike it."""
    mixed = number * 7_919 % 10_000_000
    return f"0{2 + mixed % 7} 5{mixed // 10_000 % 1000:03d} {mixed % 10_000:04d}"


def _mail(given: str, surname: str, number: int, rng: random.Random) -> str:
    tail = number * 48_271 % 99_991
    make = (
        f"{given}.{surname}{tail}",
        f"{given[0]}{surname}{tail}",
        f"{surname}{tail}",
        f"{given}{tail}",
        f"{given}_{surname[0]}{tail}",
    )
    return f"{rng.choice(make)}@{rng.choice(_HOSTS)}".replace(" ", "").replace("'", "")


def write(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the list; see `bench.lists`."""
    rng = random.Random(f"{KIND}-{seed}")
    people = customers(round(rows / 1.6), rng)
    acts = people[:rows] + rng.choices(people, k=rows - len(people))
    moments = sorted((rng.random(), person.number) for person in acts)
    lines = [_row(moment, people[number - 1], rng) for moment, number in moments]
    return write_table(folder, KIND, seed, _HEADINGS, lines)


class _Slips:
    """Rolls for what goes wrong in one row, and remembers what did."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.marks: list[str] = []

    def happens(self, rate: float, mark: str) -> bool:
        """Tell whether this goes wrong here."""
        if self.rng.random() >= rate:
            return False
        self.marks.append(mark)
        return True

    def typed(self, text: str, rate: float, mark: str) -> str:
        """Return the text, at this rate with a typo."""
        return typo(text, self.rng) if self.happens(rate, mark) else text

    def kept(self, text: str, missing: float, mark: str) -> str:
        """Return the text, or '' at this rate."""
        return "" if self.happens(missing, mark) else text


def changed(person: Customer, moment: float) -> list[str]:
    """Return what has changed in this person's life by this moment."""
    lives: dict[str, Sequence[object]] = {
        "moved": person.homes,
        "married": person.surnames,
        "second_mail": person.mails,
        "second_phone": person.phones,
    }
    return [what for what, values in lives.items() if moment > person.turn and len(values) > 1]


def _birth(day: date, slips: _Slips) -> str:
    """Return the birth date as typed: missing, with a wrong digit, or right."""
    birth = day.strftime("%Y%m%d")
    if slips.happens(0.02, "birth-slip"):
        at = slips.rng.randrange(2, 8)
        birth = birth[:at] + str(slips.rng.randrange(10)) + birth[at + 1 :]
    return slips.kept(birth, 0.08, "no-birth")


def _row(moment: float, person: Customer, rng: random.Random) -> tuple[tuple[str, ...], TrueRow]:
    """Return one row as typed, and its truth."""
    slips = _Slips(rng)
    later = -1 if moment > person.turn else 0
    given, surname = person.given, person.surnames[later]
    number, street, (suburb, state, postcode) = person.homes[later]
    if given in NICKNAMES and slips.happens(0.06, "nickname"):
        given = rng.choice(NICKNAMES[given])
    given = slips.typed(given, 0.05, "given-slip")
    surname = slips.typed(surname, 0.05, "surname-slip")
    if slips.happens(0.02, "swapped"):
        given, surname = surname, given
    place = (number, slips.typed(street, 0.06, "street-slip"), suburb, state, postcode)
    if slips.happens(0.03, "no-address"):
        place = ("", "", "", "", "")
    birth = _birth(person.birth, slips)
    mail = slips.kept(person.mails[later], 0.06, "no-mail")
    phone = slips.kept(person.phones[later], 0.08, "no-phone")
    given = slips.kept(given, 0.02, "no-given")
    cells = (given, surname, birth, *place, phone, mail, f"E{rng.randrange(400):04d}")
    return cells, TrueRow(person.number, tuple(changed(person, moment) + slips.marks), tuple(person.near))
