"""(d) An English customer list in the manner of FEBRL: slips, exchanged names, missing values, nicknames, households.

Rates of rows: slip in a name 8 %, in the street 6 %, in a digit of the birth date 2 %, names exchanged 2 %, nickname 6 % where
there is one, each field missing 2-10 %. Rates of persons: moved 8 %, other mail 8 %, other phone 5 %, married 3 %.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bench.lists.base import HeldOut, TrueRow, write_table
from bench.lists.western import NICKNAMES, stock, typo

if TYPE_CHECKING:
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


def _row(moment: float, person: Customer, rng: random.Random) -> tuple[tuple[str, ...], TrueRow]:
    """Return one row as typed, and its truth."""
    marks: list[str] = []
    later = -1 if moment > person.turn else 0

    def sometimes(rate: float, mark: str) -> bool:
        if rng.random() >= rate:
            return False
        marks.append(mark)
        return True

    for what, values in (
        ("moved", person.homes),
        ("married", person.surnames),
        ("second_mail", person.mails),
        ("second_phone", person.phones),
    ):
        if later and len(values) > 1:
            marks.append(what)
    given, surname = person.given, person.surnames[later]
    number, street, (suburb, state, postcode) = person.homes[later]
    if given in NICKNAMES and sometimes(0.06, "nickname"):
        given = rng.choice(NICKNAMES[given])
    if sometimes(0.05, "given-slip"):
        given = typo(given, rng)
    if sometimes(0.05, "surname-slip"):
        surname = typo(surname, rng)
    if sometimes(0.02, "swapped"):
        given, surname = surname, given
    if sometimes(0.06, "street-slip"):
        street = typo(street, rng)
    birth = person.birth.strftime("%Y%m%d")
    if sometimes(0.02, "birth-slip"):
        at = rng.randrange(2, 8)
        birth = birth[:at] + str(rng.randrange(10)) + birth[at + 1 :]
    if sometimes(0.08, "no-birth"):
        birth = ""
    mail = "" if sometimes(0.06, "no-mail") else person.mails[later]
    phone = "" if sometimes(0.08, "no-phone") else person.phones[later]
    if sometimes(0.02, "no-given"):
        given = ""
    if sometimes(0.03, "no-address"):
        number = street = suburb = state = postcode = ""
    cells = (given, surname, birth, number, street, suburb, state, postcode, phone, mail, f"E{rng.randrange(400):04d}")
    return cells, TrueRow(person.number, tuple(marks), tuple(person.near))
