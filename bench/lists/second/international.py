"""An international shop: names of five countries with marks, short forms, juniors, maiden names, moves and slips."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from bench.lists.second.base import Form, Made, Row, decidable, how_many, slip_digits, slip_mail, write
from bench.lists.second.person import END, START, at
from bench.lists.second.shops import chance, item
from bench.lists.second.west import Person, World, plain

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

_SHORT = {
    "Street": "St",
    "Road": "Rd",
    "Avenue": "Ave",
    "Ave": "Avenue",
    "St": "Street",
    "Blvd": "Boulevard",
    "Ln": "Lane",
    "straße": "str.",
    "Lane": "Ln",
    "Dr": "Drive",
    "Rd": "Road",
}


def international(folder: Path, rows: int, seed: int) -> Made:
    """Write the orders of an international shop in English."""
    rng = random.Random(f"international {seed}")
    drawn: list[Row] = []
    for one in World(rng).grow(round(rows * 0.52)):
        drawn.extend(_order(one, rng, len(drawn) + extra) for extra in range(how_many(rng)))
        if len(drawn) > rows * 1.06:
            break
    columns = [
        "Order",
        "Date",
        "First Name",
        "Last Name",
        "Email",
        "Phone",
        "Address 1",
        "Address 2",
        "City",
        "State",
        "Postcode",
        "Country",
        "Date of Birth",
        "SKU",
    ]
    return write(folder, "international", seed, decidable(drawn, rows), Form(columns, "utf-8"))


def _order(one: Person, rng: random.Random, number: int) -> Row:
    day = START + timedelta(days=rng.randrange((END - START).days))
    home, mail, tel = at(one.homes, day), at(one.mails, day), at(one.phones, day)
    marks: list[str] = []
    first, last = _written(one, day, rng, marks)
    tokens: set[object] = {("mail", mail)} if one.suffix else {("mail", mail), ("home", id(home))}
    if chance(rng, 0.6):
        tokens.add(("tel", tel))
        if chance(rng, 0.04):
            tel = slip_digits(tel, rng)
            marks.append("phone-slip")
        tel = tel if chance(rng, 0.5) else "".join(sign for sign in tel if sign.isdigit() or sign == "+")
    else:
        tel = ""
    if chance(rng, 0.025):
        mail = slip_mail(mail, rng)
        marks.append("mail-slip")
    line = home.line
    for long, short in _SHORT.items():
        if line.endswith(long) and chance(rng, 0.25):
            line = line.removesuffix(long) + short
            marks.append("street-form")
            break
    flat = home.flat if chance(rng, 0.9) else ""
    if flat and chance(rng, 0.2):
        line, flat = f"{line}, {flat}", ""
    born = one.born.isoformat() if chance(rng, 0.3) else ""
    if one.country["country"] != "US" and not chance(rng, 0.7):
        line, marks = plain(line, one.country["country"]), [*marks, "no-accents"]
    cells = [
        f"W-{number:06}",
        day.isoformat(),
        first,
        last,
        mail,
        tel,
        line,
        flat,
        home.city,
        home.state,
        home.code,
        home.country,
        born,
        item(rng),
    ]
    return Row(day, one.key, one.near, marks, tokens, cells)


def _written(one: Person, day: date, rng: random.Random, marks: list[str]) -> tuple[str, str]:
    """Return first and last name as this order has them."""
    first, last, country = one.first, at(one.lasts, day), one.country["country"]
    if last != one.lasts[0][1]:
        marks.append("married")
    if one.nickname and chance(rng, 0.15):
        first = one.nickname
        marks.append("nickname")
    elif chance(rng, 0.02):
        first = f"{first[0]}."
        marks.append("initial")
    elif one.middle and chance(rng, 0.2):
        first = f"{first} {one.middle}."
    if one.suffix and chance(rng, 0.8):
        last = f"{last} {one.suffix}"
    if chance(rng, 0.35):
        plainer = (plain(first, country), plain(last, country))
        if plainer != (first, last):
            marks.append("no-accents")
        first, last = plainer
    if chance(rng, 0.025) and len(last) > 4:
        place = rng.randrange(1, len(last) - 2)
        last = last[:place] + last[place + 1] + last[place] + last[place + 2 :]
        marks.append("name-slip")
    if chance(rng, 0.01):
        first, last = last, first
        marks.append("swapped")
    return (first.upper(), last.upper()) if chance(rng, 0.08) else (first, last)
