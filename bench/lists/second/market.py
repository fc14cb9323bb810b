"""A marketplace with parcels: who ordered, to whom and where it went, and now and then in whose name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.lists.second import text
from bench.lists.second.base import Claim, Form, Made, Row, claims, decidable, people_for, slip_digits, slip_mail, write
from bench.lists.second.mail_order import address
from bench.lists.second.person import Person, at
from bench.lists.second.shops import as_row, chance, item, kana_of
from bench.lists.second.words import FEMALE, LOCKERS, MALE

if TYPE_CHECKING:
    import random
    from pathlib import Path


def marketplace(folder: Path, rows: int, seed: int) -> Made:
    """Write the parcels of a marketplace: who ordered, to whom and where it went; the truth is who ordered."""
    people, rng = people_for(rows, seed, "marketplace")
    drawn = claims(people, rows, rng)
    _misuse(drawn, people, rng)
    kept = decidable([_parcel(said, rng, number) for number, said in enumerate(drawn)], rows)
    columns = [
        "注文番号",
        "注文日",
        "注文者氏名",
        "注文者フリガナ",
        "注文者メール",
        "注文者電話番号",
        "注文者郵便番号",
        "注文者住所",
        "届け先氏名",
        "届け先郵便番号",
        "届け先住所",
        "届け先電話番号",
        "商品コード",
    ]
    return write(folder, "marketplace", seed, kept, Form(columns, "utf-8", ".tsv"))


def _misuse(drawn: list[Claim], people: list[Person], rng: random.Random) -> None:
    """Let some order once in somebody else's name and address, with their own mail and telephone."""
    of: dict[str, list[Claim]] = {}
    for said in drawn:
        of.setdefault(said.who.key, []).append(said)
    several = [group for group in of.values() if len(group) > 2 and not group[0].who.near]
    for group in rng.sample(several, len(several) // 10):
        said, victim = rng.choice(group), rng.choice(people)
        if victim is said.who:
            continue
        family, home = at(victim.families, said.day), at(victim.homes, said.day)
        said.family, said.given, said.home = family, victim.given, home
        said.kanji = f"{family.kanji} {victim.given.kanji}"
        said.phone = at(said.who.mobiles, said.day)
        said.mail = at(said.who.mails, said.day)
        said.marks.append("misuse")
        for one in (victim, said.who):
            one.near.add(f"misuse-{said.who.key}")


def _parcel(said: Claim, rng: random.Random, number: int) -> Row:
    who, home = said.who, said.home
    tokens: set[object] = {("tel", said.phone), ("mail", said.mail)}
    name = said.kanji if chance(rng, 0.7) else said.kanji.replace(" ", "")
    kana = kana_of(said, rng, slips=0.02, gap=" ")
    where, code = address(said, rng), home.town.code
    to, to_where, to_code, to_tel = name, where, code, said.phone
    kind = rng.random()
    if kind < 0.08:
        station = home.town.name.removesuffix("町")
        to_where, said.marks = (
            f"{home.town.pref}{home.town.city}{rng.choice(LOCKERS).format(station)}",
            [*said.marks, "locker"],
        )
    elif kind < 0.12:
        friend = (FEMALE if chance(rng, 0.5) else MALE).draw(rng)
        to, said.marks = f"{said.family.kanji} {friend.kanji}", [*said.marks, "gift"]
    elif who.office and kind < 0.6:
        office = who.office
        to_where = (
            f"{office.town.pref}{office.town.city}{office.town.name}{text.street(office, said.style)} {office.company}"
        )
        to, to_code, to_tel = f"{name} 様", office.town.code, office.landline
        said.marks.append("office")
    mail, tel = said.mail, said.phone
    if chance(rng, 0.03):
        mail = slip_mail(mail, rng)
        said.marks.append("mail-slip")
    elif chance(rng, 0.03):
        tel = slip_digits(tel, rng)
        said.marks.append("phone-slip")
    if chance(rng, 0.12):
        where = code = ""
        said.marks.append("no-address")
    elif "misuse" not in said.marks:
        tokens.add(("home", id(home)))
    day = f"{said.day:%Y-%m-%d}"
    cells = [
        f"MP-{number:06}",
        day,
        name,
        kana if chance(rng, 0.7) else "",
        mail,
        text.phone(tel, who.style[2]),
        code,
        where,
        to,
        to_code,
        to_where,
        to_tel,
        item(rng),
    ]
    return as_row(said, tokens, cells)
