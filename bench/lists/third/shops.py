"""Four shops, what each comes to know of a person on a day, and the slips on the way."""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from bench.lists.base import HeldOut, TrueRow, write_table
from bench.lists.third.addresses import japanese, one_field, western
from bench.lists.third.latin import HABITS, latin
from bench.lists.third.people import END, START, Home, Person, World

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_VARIANTS = str.maketrans(
    {"高": "髙", "崎": "﨑", "辺": "邊", "斎": "齋", "島": "嶋", "富": "冨", "桜": "櫻", "広": "廣"}
)


@dataclass(slots=True)
class Order:
    """What somebody would say on a day; `tokens` is what is exact in it before slips."""

    who: Person
    day: date
    home: Home
    mail: str
    phone: str
    marks: list[str] = field(default_factory=list)
    tokens: set[object] = field(default_factory=set)
    cells: Sequence[str] = ()


def bilingual(folder: Path, rows: int, seed: int) -> HeldOut:
    """A shop in two languages: most names in Latin letters, most addresses Japanese, one in eight from abroad."""

    def cells(said: Order, rng: random.Random) -> list[str]:
        name = _latin_name(said, rng) if rng.random() < 0.7 else _name(said, rng)
        said.tokens |= {said.mail, said.phone, (said.home, said.who.key)}
        where = western(said.home, rng) if rng.random() < 0.25 else japanese(said.home, rng)
        code = said.home.code if rng.random() < 0.9 else ""
        phone = said.phone if rng.random() < 0.3 else "+81 " + said.phone[1:]
        return [name, _slip_mail(said, rng), _slip_phone(said, phone, rng), code, where]

    headings = ["Order No.", "Date", "Name / お名前", "E-mail", "Tel", "Zip", "Address / ご住所", "SKU"]
    return _write(folder, "bilingual", rows, seed, headings, cells, together=0.2, abroad=0.13)


def one_line(folder: Path, rows: int, seed: int) -> HeldOut:
    """A list kept by hand with addresses in one field, in every way and with remarks; mail, phone at times."""

    def cells(said: Order, rng: random.Random) -> list[str]:
        said.tokens.add((said.home, said.who.key))
        mail = phone = ""
        if rng.random() < 0.6:
            said.tokens.add(said.mail)
            mail = _slip_mail(said, rng)
        if rng.random() < 0.65:
            said.tokens.add(said.phone)
            phone = _slip_phone(said, said.phone, rng)
        return [_name(said, rng), one_field(said.home, rng), phone, mail]

    headings = ["受付番号", "受付日", "お名前", "ご住所", "お電話", "メール", "商品"]
    return _write(folder, "one-line", rows, seed, headings, cells, together=0.2)


def name_phone(folder: Path, rows: int, seed: int) -> HeldOut:
    """Orders by telephone: a name, a telephone and what was ordered, nothing else."""

    def cells(said: Order, rng: random.Random) -> list[str]:
        said.tokens.add(said.phone)
        return [_name(said, rng), _slip_phone(said, said.phone, rng)]

    headings = ["注文番号", "注文日", "氏名", "電話番号", "商品"]
    return _write(folder, "name-phone", rows, seed, headings, cells, together=0.2)


def families(folder: Path, rows: int, seed: int) -> HeldOut:
    """Members of a club, most of them living together: twins, three generations, one mailbox for all, birth dates."""

    def cells(said: Order, rng: random.Random) -> list[str]:
        who = said.who
        said.tokens |= {said.mail, said.phone, (said.home, who.key)}
        born = f"{who.born:%Y/%m/%d}" if rng.random() < 0.85 else ""
        if born and rng.random() < 0.01:
            born = f"{who.born:%Y}/{who.born.day:02}/{who.born.month:02}"
            said.marks.append("day-month")
        family = who.at(said.day, who.families)
        kana = f"{family.kana} {who.given.kana}" if rng.random() < 0.6 else ""
        where = japanese(said.home, rng)
        return [
            _name(said, rng),
            kana,
            born,
            said.home.code,
            where,
            _slip_phone(said, said.phone, rng),
            _slip_mail(said, rng),
        ]

    headings = [
        "申込番号",
        "申込日",
        "氏名",
        "フリガナ",
        "生年月日",
        "郵便番号",
        "住所",
        "電話番号",
        "メールアドレス",
        "商品コード",
    ]
    return _write(folder, "families", rows, seed, headings, cells, together=0.6)


_Cells = Callable[[Order, random.Random], list[str]]


def _write(
    folder: Path, kind: str, rows: int, seed: int, headings: list[str], cells: _Cells,
    *, together: float, abroad: float = 0.0,
) -> HeldOut:  # fmt: skip
    """Let people buy until there are rows enough, keep what can be told, and write it in order of days."""
    rng = random.Random(f"third {kind} {seed}")
    world = World(rng, together=together)
    people = world.grow(round(rows * 0.5))
    world.foreigners(abroad)
    rng.shuffle(people)
    orders: list[Order] = []
    for one in people:
        for _ in range(_how_many(rng)):
            said = _order(one, rng)
            said.cells = cells(said, rng)
            orders.append(said)
        if len(orders) > rows * 1.05:
            break
    kept = sorted(_decidable(orders)[:rows], key=lambda said: said.day)
    table = (
        (
            [f"T{number:06}", f"{said.day:%Y-%m-%d}", *said.cells, f"ITEM-{rng.randrange(900):04}"],
            TrueRow(said.who.key, tuple(said.marks), tuple(sorted(said.who.near))),
        )
        for number, said in enumerate(kept, start=1)
    )
    return write_table(folder, f"third-{kind}", seed, headings, table)


def _how_many(rng: random.Random) -> int:
    """Half come once; few come very often."""
    return 1 if rng.random() < 0.45 else min(30, 2 + int(rng.expovariate(0.7)))


def _order(who: Person, rng: random.Random) -> Order:
    day = START + timedelta(days=rng.randrange((END - START).days))
    home = who.at(day, who.homes)
    changes = (("moved", who.homes), ("new-mail", who.mails), ("new-phone", who.mobiles), ("married", who.families))
    marks = [mark for mark, kept in changes if len(kept) > 1 and day >= who.turn]
    phone = who.at(day, who.mobiles)
    if who.born.year < 1985 and rng.random() < 0.15:
        phone = home.landline
        marks.append("landline")
    return Order(who, day, home, who.at(day, who.mails), phone, marks)


def _decidable(orders: list[Order]) -> list[Order]:
    """Keep of each person the largest part whose rows hang together by what is exact in them."""
    of: dict[int, list[Order]] = defaultdict(list)
    for said in orders:
        of[said.who.key].append(said)
    kept: set[int] = set()
    for group in of.values():
        parts: list[list[Order]] = []
        for said in group:
            touched = [part for part in parts if any(said.tokens & other.tokens for other in part)]
            parts = [part for part in parts if part not in touched] + [
                [said, *(one for part in touched for one in part)]
            ]
        kept.update(id(said) for said in max(parts, key=len))
    return [said for said in orders if id(said) in kept]


def _name(said: Order, rng: random.Random) -> str:
    """A name as a Japanese form gets it: kanji mostly; kana, half-width kana, Latin letters, the family name alone."""
    who = said.who
    family = who.at(said.day, who.families)
    gap = rng.choice((" ", "", "　", ""))
    draw = rng.random()
    if draw < 0.80 or who.western:
        kanji = f"{family.kanji}{gap or ('・' if who.western else '')}{who.given.kanji}"
        if draw < 0.05 and kanji.translate(_VARIANTS) != kanji:
            kanji = kanji.translate(_VARIANTS)
            said.marks.append("variant")
        return kanji
    if draw < 0.87:
        said.marks.append("hiragana")
        return f"{family.kana}{gap or ' '}{who.given.kana}".translate(_HIRAGANA)
    if draw < 0.94:
        said.marks.append("katakana")
        kana = f"{family.kana}{gap}{who.given.kana}"
        return _half(kana) if draw < 0.9 else kana
    if draw < 0.99:
        return _latin_name(said, rng)
    said.marks.append("family-only")
    return family.kanji


@cache
def _half_widths() -> dict[int, str]:
    """Return full-width katakana (voiced ones taken apart) to half width."""
    half = [chr(code) for code in range(0xFF66, 0xFFA0)]
    whole = {ord(unicodedata.normalize("NFKC", sign)): sign for sign in half}
    return whole | {0x3099: "ﾞ", 0x309A: "ﾟ"}


def _half(kana: str) -> str:
    return unicodedata.normalize("NFD", kana).translate(_half_widths())


def _latin_name(said: Order, rng: random.Random) -> str:
    """A name in Latin letters: mostly in the person's own spelling and order."""
    who = said.who
    said.marks.append("latin")
    if who.western:
        first, last = who.western
    else:
        habit = who.latin_habit if rng.random() < 0.85 else rng.randrange(HABITS)
        first, last = latin(who.given.kana, habit).title(), latin(who.at(said.day, who.families).kana, habit).title()
    if rng.random() < 0.03:
        first = f"{first[0]}."
        said.marks.append("initial")
    if rng.random() < 0.3:
        return f"{last.upper()} {first}" if rng.random() < 0.5 else f"{last} {first}"
    return f"{first} {last}"


def _slip_mail(said: Order, rng: random.Random) -> str:
    if rng.random() > 0.025:
        return said.mail if rng.random() > 0.03 else said.mail.upper()
    said.marks.append("mail-slip")
    place = rng.randrange(1, said.mail.index("@"))
    if rng.random() < 0.5:
        return said.mail[:place] + said.mail[place + 1 :]
    return (
        said.mail.replace(".", ",", 1)
        if rng.random() < 0.3
        else said.mail.replace("@", "@@" if rng.random() < 0.2 else "＠")
    )


def _slip_phone(said: Order, phone: str, rng: random.Random) -> str:
    if rng.random() < 0.02:
        said.marks.append("phone-slip")
        place = len(phone) - rng.randrange(1, 4)
        phone = phone[:place] + str((int(phone[place]) + rng.randrange(1, 9)) % 10) + phone[place + 1 :]
    draw = rng.random()
    return phone if draw < 0.6 else phone.replace("-", "") if draw < 0.9 else phone.replace("-", " ")
