"""A shop that changed its software: what both systems exported, pasted together under one line of headings.

The old system held the name in two bytes a sign with 〓 for what its table lacks, the reading in half-width capitals
without small signs, the address in full width and cut where its field ended, and 999999 as the number of every guest.
Half of its members were carried over, as they stood, with their old number beside the new one; one name in 60 was cut
in the wrong place on the way. The others opened an account anew. For a quarter of a year both systems ran, and what was
ordered then stands twice, once in each way. In the old system a clerk typed (5 % of entries with a slip, and one entry
stays for all orders of an account), in the new one the customers do (5 %). What nobody could tell, a guest who comes
back with another home, telephone and mail, is not in the list (`decidable`).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bench.lists.fourth.base import Form, begin, draw, item, row, save, slip_kanji, slip_mail, visits
from bench.lists.second import text
from bench.lists.second.base import slip_digits, slip_kana
from bench.lists.second.person import at

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from bench.lists.base import HeldOut
    from bench.lists.fourth.people import World
    from bench.lists.second.base import Claim, Row
    from bench.lists.second.person import Person

_SWITCH = date(2021, 4, 1)
_BOTH = _SWITCH + timedelta(days=91)
_GUEST = "999999"
_LARGE = str.maketrans("ッャュョァィゥェォ", "ツヤユヨアイウエオ")
_FIELD, _NAME_FIELD = 22, 10
_HEADINGS = (
    "システム", "注文番号", "注文日", "会員番号", "旧会員番号", "氏名", "フリガナ", "郵便番号", "住所1", "住所2",
    "電話番号", "メールアドレス", "商品コード",
)  # fmt: skip


@dataclass(slots=True)
class _Entry:
    """What was typed once, and holds for an order or an account; `cells` from name to mail as a system shows them."""

    said: Claim
    number: str
    old_number: str = ""
    cells: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    @property
    def facts(self) -> tuple[object, ...]:
        """What may have changed since."""
        said = self.said
        return said.family, said.home.landline, said.mail, at(said.who.mobiles, said.day)


def migrated(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the orders of both systems, those of the old one first."""
    world = begin("migrated", rows, seed, people=0.62)
    shop = _Shop(world, rows)
    kept = draw(world.people, rows, shop.rows_of)
    kept.sort(key=lambda one: (one.cells[0] != "旧", one.day))
    return save(folder, seed, Form("migrated", _HEADINGS, "utf-8-sig"), kept)


class _Shop:
    """Both systems."""

    def __init__(self, world: World, rows: int) -> None:
        self.world, self.rng, self.rows = world, world.rng, rows
        self.members = 0

    def rows_of(self, one: Person) -> list[Row]:
        """Return all orders of somebody, as each system shows them."""
        rng = self.rng
        old: _Entry | None = None
        new: _Entry | None = None
        made: list[Row] = []
        for day in visits(one, self.rows, rng, back=340):
            said, code = self.world.said(one, day), item(rng)
            if day < _BOTH:
                old, used = self._in_old(said, old)
                made.append(self._row("旧", used, said, f"{day:%Y%m%d}", code))
            if day >= _SWITCH:
                new, used = self._in_new(said, new, old)
                moment = f"{day:%Y/%m/%d} {rng.randrange(24):02}:{rng.randrange(60):02}"
                made.append(self._row("新", used, said, moment, code))
        return made

    def _row(self, system: str, entry: _Entry, said: Claim, day: str, code: str) -> Row:
        order = "{number}" if system == "旧" else "EC{number}"
        made = row(said, self._tokens(entry), [system, order, day, entry.number, entry.old_number, *entry.cells, code])
        made.marks = [mark for mark in entry.said.marks if mark != "variant"] + entry.marks
        if entry.said.day != said.day:
            made.marks.append("old-entry")
        return made

    def _tokens(self, entry: _Entry) -> set[object]:
        said = entry.said
        tokens: set[object] = {("tel", said.phone), ("home", said.home.landline, said.home.room, said.who.key)}
        if entry.cells[-1]:
            tokens.add(("mail", said.mail))
        numbers = {entry.number, entry.old_number} - {"", _GUEST}
        return tokens | {("member", number) for number in numbers}

    # -- the old system ----------------------------------------------------------------------------------------------

    def _in_old(self, said: Claim, account: _Entry | None) -> tuple[_Entry | None, _Entry]:
        """Return the account, if there is one now, and what the order shows."""
        if account and self.world.chance(0.92):
            if _Entry(said, "").facts != account.facts and self.world.chance(0.4):
                account = self._old_entry(said, account.number)
            return account, account
        if not account and self.world.chance(0.74):
            self.members += 1
            account = self._old_entry(said, f"{100000 + self.members * 7}")
            return account, account
        return account, self._old_entry(said, _GUEST)

    def _old_entry(self, said: Claim, number: str) -> _Entry:
        entry = _Entry(said, number, marks=["old-guest"] if number == _GUEST else [])
        name, kana, phone, mail = _typed(said, entry.marks, self.rng)
        if self.world.chance(0.25) and "mail-slip" not in entry.marks:
            mail = ""
        home = said.home
        where = text.wide(home.town.pref + home.town.city + home.town.name + text.street(home, "dash", building=False))
        entry.cells = [
            _two_byte("　".join(name))[:_NAME_FIELD],
            text.half(" ".join(kana).translate(_LARGE)),
            home.town.code,
            where[:_FIELD],
            text.wide(f"{home.building}{home.room}") if home.building and self.world.chance(0.85) else "",
            phone,
            mail,
        ]
        if len(where) > _FIELD:
            entry.marks.append("cut-address")
        if "〓" in entry.cells[0]:
            entry.marks.append("lost-sign")
        return entry

    # -- the new system ----------------------------------------------------------------------------------------------

    def _in_new(self, said: Claim, account: _Entry | None, old: _Entry | None) -> tuple[_Entry | None, _Entry]:
        if account and self.world.chance(0.92):
            if _Entry(said, "").facts != account.facts and self.world.chance(0.5):
                account = self._new_entry(said, account.number, account.old_number)
            return account, account
        if not account and self.world.chance(0.82):
            self.members += 1
            number = f"C{self.members * 13:07}"
            claimed = old and old.number != _GUEST and self.world.chance(0.5)
            account = self._carried(old, number) if old and claimed else self._new_entry(said, number, "")
            return account, account
        return account, self._new_entry(said, "", "")

    def _carried(self, old: _Entry, number: str) -> _Entry:
        """Carry an account over as it stood: the reading widened, the hyphen put in, some names cut wrongly."""
        name, kana, code, where, rest, phone, mail = old.cells
        family, _, given = name.partition("　")
        if self.world.chance(1 / 60) and len(family) > 1:
            family, given = family[:-1], family[-1] + given
        carried = [
            f"{family} {given}",
            _whole(kana),
            f"{code[:3]}-{code[3:]}",
            where,
            rest,
            phone.replace("-", ""),
            mail,
        ]
        return _Entry(old.said, number, old.number, carried, [*old.marks, "carried-over"])

    def _new_entry(self, said: Claim, number: str, old_number: str) -> _Entry:
        entry = _Entry(said, number, old_number)
        name, kana, phone, mail = _typed(said, entry.marks, self.rng)
        home, code = said.home, said.home.town.code
        entry.cells = [
            self.rng.choice((" ", " ", "", "　")).join(name),
            " ".join(kana),
            f"{code[:3]}-{code[3:]}",
            home.town.pref + home.town.city + home.town.name,
            text.street(home, said.style, building=self.world.chance(0.93)),
            phone.replace("-", ""),
            mail,
        ]
        return entry


def _typed(said: Claim, marks: list[str], rng: random.Random) -> tuple[tuple[str, str], tuple[str, str], str, str]:
    """Return name, reading, telephone and mail with the slips of whoever typed them."""
    family, given = said.kanji.split(" ")
    kana = (said.family.kana, said.given.kana)
    phone, mail, draw = said.phone, said.mail, rng.random()
    if draw < 0.015:
        family, given = slip_kanji(family, rng), slip_kanji(given, rng)
        marks.append("homophone")
    elif draw < 0.025 and len(kana[1]) > 2:
        kana = (kana[0], slip_kana(kana[1], rng))
        marks.append("kana-slip")
    elif draw < 0.035:
        phone = slip_digits(phone, rng)
        marks.append("phone-slip")
    elif draw < 0.055:
        mail = slip_mail(mail, rng)
        marks.append("mail-slip")
    return (family, given), kana, phone, mail


def _two_byte(name: str) -> str:
    """Write 〓 for what the old system's table lacks."""
    return "".join(sign if _known(sign) else "〓" for sign in name)


def _known(sign: str) -> bool:
    try:
        return bool(sign.encode("iso2022_jp"))
    except UnicodeEncodeError:
        return False


def _whole(kana: str) -> str:
    """Widen half-width katakana, as a program does; signs that were made large stay large."""
    return unicodedata.normalize("NFKC", kana)
