"""A mail-order house: whole addresses as people write them, telephone, sometimes mail and birth date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.lists.second import text
from bench.lists.second.base import Claim, Form, Made, Row, claims, decidable, people_for, slip_digits, slip_mail, write
from bench.lists.second.shops import as_row, chance, item, kana_of
from bench.lists.second.words import FEMALE, MALE

if TYPE_CHECKING:
    import random
    from pathlib import Path


def mail_order(folder: Path, rows: int, seed: int) -> Made:
    """Write a mail-order house's orders: the address in one field as each writes it, telephone, sometimes mail."""
    people, rng = people_for(rows, seed, "mail-order")
    kept = decidable([_mail_order(said, rng, number) for number, said in enumerate(claims(people, rows, rng))], rows)
    columns = ["受注番号", "受注日", "お客様名", "ｶﾅ", "〒", "ご住所", "TEL", "E-Mail", "生年月日", "商品CD"]
    return write(folder, "mail-order", seed, kept, Form(columns, "cp932"))


def address(said: Claim, rng: random.Random) -> str:
    """Write prefecture to room in one field, now and then with a part left out."""
    home = said.home
    town = home.town
    building = not chance(rng, 0.07) or not home.building
    if not building:
        said.marks.append("no-building")
    start = "" if chance(rng, 0.18) else town.pref
    middle = town.name
    if "ケ" in town.city + middle and chance(rng, 0.5):
        middle = middle.replace("ケ", "ヶ")
    if not town.urban and chance(rng, 0.2):
        middle = f"大字{middle}"
    gap = " " if chance(rng, 0.15) else ""
    style = said.style
    where = f"{start}{gap}{town.city}{gap}{middle}{text.street(home, style, building=building)}".strip()
    return f"{where} {home.company}" if home.company else where


def slip_homophone(said: Claim, rng: random.Random) -> str:
    """Write the given name with the kanji of another that is read alike, where there is one."""
    names = (FEMALE if said.who.female else MALE).things
    alike = [name.kanji for name in names if name.kana == said.given.kana and name != said.given]
    if not alike:
        return said.kanji
    said.marks.append("homophone")
    return f"{said.kanji.split(' ')[0]} {rng.choice(alike)}"


def _mail_order(said: Claim, rng: random.Random, number: int) -> Row:
    who = said.who
    if who.office and chance(rng, 0.4):
        said.home, said.phone = who.office, who.office.landline if chance(rng, 0.5) else said.phone
        said.marks.append("office")
    name = slip_homophone(said, rng) if chance(rng, 0.03) else said.kanji
    name = name.replace(" ", rng.choices([" ", "　", ""], [4, 3, 3])[0])
    kana = text.half(kana_of(said, rng, slips=0.02, gap=" ")) if chance(rng, 0.85) else ""
    tel, code = text.phone(said.phone, who.style[2]), said.home.town.code
    if chance(rng, 0.02):
        tel = slip_digits(tel, rng)
        said.marks.append("phone-slip")
    if chance(rng, 0.015):
        code = slip_digits(code, rng)
        said.marks.append("code-slip")
    mail = said.mail if chance(rng, 0.4) else ""
    tokens: set[object] = {
        ("home", id(said.home)),
        ("tel", said.phone),
        ("mail", mail) if mail else ("tel", said.phone),
    }
    if mail and chance(rng, 0.05):
        mail = slip_mail(mail, rng)
        said.marks.append("mail-slip")
    born = text.wareki(said.born, rng) if chance(rng, 0.45) else ""
    if born and chance(rng, 0.015):
        born = text.wareki(
            said.born.replace(year=said.born.year + rng.choice([-1, 1, 10]), day=min(28, said.born.day)), rng
        )
        said.marks.append("born-slip")
    code = f"{code[:3]}-{code[3:]}" if chance(rng, 0.7) else text.wide(code)
    cells = [
        f"{number:07}",
        text.wareki(said.day, rng),
        name,
        kana,
        code,
        address(said, rng),
        tel,
        mail,
        born,
        item(rng),
    ]
    return as_row(said, tokens, cells)
