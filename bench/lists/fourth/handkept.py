"""A small seller's own sheet: typed by hand from letters and calls over nine years, and kept as what Excel makes of it.

The first line of a customer is complete, later ones are as short as the seller's memory allows: a family name with
さん, "same as last time" for the address, a cell left empty. A second article of one order stands below with 〃 in the
cells or with nothing in them, as merged cells come out (3 % of orders); such a line can be told by where it stands
alone. Numbers typed without hyphens have lost their first 0. Over each month stands a line with its name, about nobody.
Remarks say now and then what has changed. Slips: 2 % another name of the same reading, 3 % a digit, 3 % the mail.

What nobody could tell: a line with nothing but a name is written only of those whose family name stands there once;
whoever came back with everything new is not in the list (`decidable`). A family name alone with the telephone or home
of a household could be any of them: under 0.3 % of the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.lists.base import TrueRow, write_table
from bench.lists.fourth.base import begin, draw, item, row, slip_kanji, slip_mail, true_row, visits
from bench.lists.romaji import spell
from bench.lists.second import text
from bench.lists.second.base import Row, slip_digits
from bench.lists.second.mail_order import address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from bench.lists.base import HeldOut
    from bench.lists.fourth.people import World
    from bench.lists.second.base import Claim
    from bench.lists.second.person import Person

_HEADINGS = ("No", "日付", "名前", "TEL", "メール", "住所", "品番", "数", "入金", "備考")
_ENCODING = "cp932"
_REMARKS = (
    "急ぎ",
    "不在時は置き配",
    "振込確認済",
    "おまけ同封",
    "要返信",
    "2回目から割引",
    "夜なら在宅",
    "領収書いる",
    "ヤマト希望",
)
_SAME = ("前と同じ", "前回と同じ", "同じ", "いつもの住所")
_DITTO = ("〃", "〃", "同上", "”")


def hand_kept(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the sheet, with a line over each month."""
    world = begin("hand-kept", rows, seed, people=0.6)
    seller = _Seller(world, rows)
    kept = sorted(draw(world.people, rows, seller.rows_of), key=lambda one: one.day)
    return write_table(folder, "fourth-hand-kept", seed, _HEADINGS, _sheet(kept), encoding=_ENCODING)


def _sheet(kept: list[Row]) -> Iterator[tuple[list[str], TrueRow | None]]:
    """Number the orders (not the lines below them) and put the months between them."""
    month, number = (0, 0), 0
    for one in kept:
        if (one.day.year, one.day.month) != month:
            month = (one.day.year, one.day.month)
            yield ["", f"■{month[0]}年{month[1]}月", *[""] * (len(_HEADINGS) - 2)], None
        number += "below" not in one.marks
        yield [cell.replace("{number}", str(number)) for cell in one.cells], true_row(one)


class _Seller:
    """Who keeps the sheet, and what they remember."""

    def __init__(self, world: World, rows: int) -> None:
        self.world, self.rng, self.rows = world, world.rng, rows

    def rows_of(self, one: Person) -> list[Row]:
        """Return all lines of somebody."""
        made: list[Row] = []
        last: Claim | None = None
        for day in visits(one, self.rows, self.rng):
            said = self.world.said(one, day)
            made.append(self._line(said, last))
            if self.world.chance(0.03):
                made.extend(self._below(made[-1]) for _ in range(self.rng.choice((1, 1, 1, 2))))
            last = said
        return made

    def _line(self, said: Claim, last: Claim | None) -> Row:
        world, rng = self.world, self.rng
        tokens = set[object]()
        phone = mail = ""
        if world.chance(0.8 if last is None else 0.62):
            phone = self._phone(said)
            tokens.add(("tel", said.phone))
        if world.chance(0.6):
            mail = self._mail(said)
            tokens.add(("mail", said.mail))
        where = self._where(said, last, tokens)
        alone = world.alone_with_name(said.who)
        if not tokens and not (alone and world.chance(0.4)):
            phone = self._phone(said)
            tokens.add(("tel", said.phone))
        if alone:
            tokens.add(("name", said.family.kanji, said.given.kanji))
        slipped = {"phone-slip", "mail-slip"} & set(said.marks)
        name = self._name(said, last, short=bool(tokens) and not slipped)
        cells = [
            "{number}", _day(said.day, world), name, phone, mail, where, item(rng), str(rng.choice((1, 1, 1, 2, 3))),
            rng.choice(("済", "済", "○", "")), self._remark(said, last),
        ]  # fmt: skip
        return row(said, tokens, [_encodable(cell) for cell in cells])

    def _below(self, above: Row) -> Row:
        """Write a further article of an order below it, with ditto signs or nothing in the cells."""
        rng, cells = self.rng, above.cells
        mark = rng.choice(_DITTO) if self.world.chance(0.55) else ""
        same = [mark if cell else "" for cell in cells[2:6]]
        below = ["", mark, *same, item(rng), "1", cells[8], ""]
        marks = [*above.marks, "below", "ditto" if mark else "merged"]
        return Row(above.day, above.person, above.near, marks, set(above.tokens), below)

    # -- cells -------------------------------------------------------------------------------------------------------

    def _name(self, said: Claim, last: Claim | None, *, short: bool) -> str:
        rng, world = self.rng, self.world
        family, given = said.kanji.split(" ")
        draw = rng.random()
        if last and short and draw < 0.13:
            said.marks.append("family-only")
            return family + rng.choice(("さん", "様", "さん", ""))
        if draw > 0.96:
            said.marks.append("kana-name")
            kana = f"{said.family.kana}{rng.choice((' ', '', '　'))}{said.given.kana}"
            return text.hiragana(kana) if world.chance(0.4) else text.half(kana) if world.chance(0.3) else kana
        if draw > 0.94:
            said.marks.append("romaji-name")
            return f"{spell(said.given.kana, said.who.style[1])} {spell(said.family.kana, said.who.style[1])}".title()
        if world.chance(0.08):
            other = (slip_kanji(family, rng), given) if world.chance(0.4) else (family, slip_kanji(given, rng))
            if other != (family, given):
                said.marks.append("homophone")
                family, given = other
        return f"{family}{rng.choice(('', '', ' ', '　'))}{given}{rng.choices(('', '様', 'さん'), (82, 13, 5))[0]}"

    def _phone(self, said: Claim) -> str:
        number = said.phone
        if self.world.chance(0.03):
            number = slip_digits(number, self.rng)
            said.marks.append("phone-slip")
        shown = text.phone(number, said.who.style[2] if self.world.chance(0.8) else self.rng.choice((0, 1)))
        if shown.isascii() and shown.isdigit() and self.world.chance(0.85):
            said.marks.append("zero-lost")
            return shown.lstrip("0")
        return shown

    def _mail(self, said: Claim) -> str:
        if self.world.chance(0.03):
            said.marks.append("mail-slip")
            return slip_mail(said.mail, self.rng)
        return said.mail

    def _where(self, said: Claim, last: Claim | None, tokens: set[object]) -> str:
        """Write the home in one cell; of a known customer often nothing, or that it is the same."""
        moved = last is not None and last.home is not said.home
        draw = self.rng.random()
        if last and not moved and draw < 0.5:
            return self.rng.choice(_SAME) if draw < 0.2 else ""
        if draw > 0.9:
            town = said.home.town
            return "" if draw > 0.93 else f"{town.pref}{town.city}"
        tokens.add(("home", said.home.landline, said.home.room, said.who.key))
        code = said.home.town.code
        front = self.rng.choices(("", f"〒{code[:3]}-{code[3:]} ", f"{code} "), (70, 20, 10))[0]
        return front + address(said, self.rng)

    def _remark(self, said: Claim, last: Claim | None) -> str:
        """Say now and then what has changed since the last order, or something of no matter."""
        if last and last.family != said.family and self.world.chance(0.5):
            return f"旧姓{last.family.kanji}"
        if last and last.home is not said.home and self.world.chance(0.3):
            return self.rng.choice(("引越し", "住所変更", "引っ越しされた"))
        if last and last.phone != said.phone and self.world.chance(0.15):
            return f"前のTEL {last.phone}"
        return self.rng.choice(_REMARKS) if self.world.chance(0.12) else ""


def _day(day: date, world: World) -> str:
    """Write a day as it comes: what Excel makes of it, without the year, in an era, with signs."""
    forms = (
        f"{day.year}/{day.month}/{day.day}",
        f"{day.month}/{day.day}",
        f"{day.month}月{day.day}日",
        text.wareki(day, world.rng),
    )
    return world.rng.choices(forms, (62, 16, 15, 7))[0]


def _encodable(cell: str) -> str:
    """Write ? for what the sheet's encoding lacks, as Excel does."""
    return cell.encode(_ENCODING, errors="replace").decode(_ENCODING)
