"""A shop for residents from abroad: one person's name in signs, letters, marks and katakana, as it comes on the day.

Customers are from Vietnam, China, Korea (a third of those born here, with a Japanese name besides), Brazil, Nepal and
the Philippines, few from Japan. Four in ten Vietnamese are called Nguyen; trainees and students live by the dozen under
one roof, and of the trainees some give the telephone of those who run it. A third of the rows bears another form of the
name than the bearer's usual one: the residence card's capitals, the own spelling, a given name with the family name
alone, signs as in China or as in Japan. Telephones change often. Nationality stands in seven rows of ten, the birth
date in half. Slips: 3 % a letter, 1.5 % the telephone, 2.5 % the mail, 1 % of birth dates with day and month exchanged.

What nobody could tell, under 0.5 % of the rows: those of a house under one telephone with a given name that another one
there may shorten to. Strangers of one name in full are told by everything else.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from bench.lists.fourth.abroad import NATIONS, Community
from bench.lists.fourth.base import END, START, Form, draw, item, row, save, slip_letters, slip_mail, visits
from bench.lists.second import text
from bench.lists.second.base import slip_digits
from bench.lists.second.mail_order import address

if TYPE_CHECKING:
    from pathlib import Path

    from bench.lists.base import HeldOut
    from bench.lists.second.base import Claim, Row
    from bench.lists.second.person import Person

_HEADINGS = (
    "受付ID", "受付日", "氏名 Name", "フリガナ", "国籍", "生年月日", "電話番号", "E-mail", "郵便番号", "住所 Address",
    "商品コード",
)  # fmt: skip


def residents(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the orders of the shop in order of days."""
    rng = random.Random(f"fourth residents {seed}")
    world = Community(rng, (START, END))
    world.grow(round(rows * 0.62))
    shop = _Shop(world, rows)
    kept = draw(world.people, rows, shop.rows_of)
    return save(folder, seed, Form("residents", _HEADINGS, "utf-8-sig"), sorted(kept, key=lambda one: one.day))


class _Shop:
    """The counter, the telephone and the form."""

    def __init__(self, world: Community, rows: int) -> None:
        self.world, self.rng, self.rows = world, world.rng, rows

    def rows_of(self, one: Person) -> list[Row]:
        """Return all orders of somebody."""
        return [self._order(self.world.said(one, day)) for day in visits(one, self.rows, self.rng)]

    def _order(self, said: Claim) -> Row:
        world, rng, who = self.world, self.rng, said.who
        name, kana, nation = self._names(said)
        tokens: set[object] = {("mail", said.mail)}
        phone, mail = said.phone, said.mail
        by_house = who.key in world.by_house and said.home is who.homes[0][1]
        if by_house:
            phone = said.home.landline
            said.marks.append("telephone-of-house")
        else:
            tokens.add(("tel", phone))
        draw = rng.random()
        if draw < 0.015:
            phone = slip_digits(phone, rng)
            said.marks.append("phone-slip")
        elif draw < 0.04:
            mail = slip_mail(mail, rng)
            said.marks.append("mail-slip")
        elif draw < 0.2:
            mail = ""
            tokens.discard(("mail", said.mail))
        born = self._born(said) if world.chance(0.5) else ""
        if born:
            tokens.add(("born", who.key))
        where, code = "", ""
        if world.chance(0.86) or (by_house and not mail):
            where, code = self._where(said), said.home.town.code
            tokens.add(("home", said.home.landline, said.home.room, who.key))
        code = f"{code[:3]}-{code[3:]}" if code and world.chance(0.85) else code
        shown = text.phone(phone, rng.choice((0, 1, 1, who.style[2])))
        cells = ["R{number}", f"{said.day:%Y/%m/%d}", name, kana, nation, born, shown, mail, code, where, item(rng)]
        return row(said, tokens, cells)

    def _names(self, said: Claim) -> tuple[str, str, str]:
        """Return the name as it is written on that day, what stands for its reading, and the nationality."""
        rng, world = self.rng, self.world
        names = world.names.get(said.who.key)
        if names is None:
            kana = f"{said.family.kana} {said.given.kana}" if world.chance(0.7) else ""
            return said.kanji, kana, rng.choice(NATIONS["japan"])
        form = names.usual
        if world.chance(0.4):
            form = rng.randrange(len(names.written))
        name = names.written[form]
        if form != names.usual:
            said.marks.append(f"name-form-{form}")
        if name.isascii() and world.chance(0.04):
            name = slip_letters(name, rng)
            said.marks.append("name-slip")
        kana = rng.choice(names.kana if world.chance(0.3) else names.kana[:1]) if world.chance(0.55) else ""
        if world.chance(0.04):
            name, kana = kana or names.kana[0], ""
            said.marks.append("kana-name")
        said.marks.append(names.nation)
        return name, kana, rng.choice(NATIONS[names.nation]) if world.chance(0.7) else ""

    def _born(self, said: Claim) -> str:
        born = said.born
        if self.world.chance(0.02) and born.day <= 12 and born.day != born.month:
            born = born.replace(month=born.day, day=born.month)
            said.marks.append("day-month")
        return (
            f"{born:%Y/%m/%d}"
            if self.world.chance(0.6)
            else f"{born:%Y%m%d}"
            if self.world.chance(0.5)
            else f"{born:%d/%m/%Y}"
        )

    def _where(self, said: Claim) -> str:
        """Write the home as signs go or in Latin letters, mostly always in one way."""
        latin = int(said.who.key) % 5 < 2 and said.who.key in self.world.names
        if self.world.chance(0.12):
            latin = not latin
        if not latin:
            return address(said, self.rng)
        town, city, prefecture = self.world.latin[said.home.town]
        numbers = "-".join(str(part) for part in (said.home.chome, said.home.block, said.home.house) if part)
        room = f", Room {said.home.room}" if said.home.building else ""
        return f"{numbers} {town}, {city}, {prefecture}{room}"
