"""Two shops: gift cards by telephone, downloads with accounts and guests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bench.lists.second import text
from bench.lists.second.base import (
    Claim,
    Form,
    Made,
    Row,
    claims,
    decidable,
    people_for,
    slip_digits,
    slip_kana,
    slip_mail,
    write,
)
from bench.lists.second.person import at
from bench.lists.second.words import COMMON, FEMALE, MALE, SURNAMES

if TYPE_CHECKING:
    import random
    from pathlib import Path

_ITEMS = 180


def item(rng: random.Random) -> str:
    """Return an opaque item code."""
    return f"ITEM-{rng.randrange(1, _ITEMS):04}"


def chance(rng: random.Random, share: float) -> bool:
    """Say yes in so many cases."""
    return rng.random() < share


def as_row(said: Claim, tokens: set[object], cells: list[str]) -> Row:
    """Turn a claim into the row a shop holds."""
    return Row(said.day, said.who.key, said.who.near, said.marks, tokens, cells)


def kana_of(said: Claim, rng: random.Random, *, slips: float, gap: str) -> str:
    """Return the reading of the whole name, now and then with a slip in one of its parts."""
    family, given = said.family.kana, said.given.kana
    if chance(rng, slips):
        if chance(rng, 0.5) and len(family) > 2:
            family = slip_kana(family, rng)
        elif len(given) > 2:
            given = slip_kana(given, rng)
        if (family, given) != (said.family.kana, said.given.kana):
            said.marks.append("kana-slip")
    return f"{family}{gap}{given}"


# -- gift cards ------------------------------------------------------------------------------------------------------


def gift_cards(folder: Path, rows: int, seed: int) -> Made:
    """Write what a reseller of gift cards notes: the name in kana as heard or typed, and telephone numbers."""
    people, rng = people_for(rows, seed, "gift-cards")
    kept = decidable([_gift_card(said, rng, number) for number, said in enumerate(claims(people, rows, rng))], rows)
    columns = ["受付No", "受付日", "氏名（カナ）", "電話番号", "日中連絡先", "商品コード", "枚数"]
    return write(folder, "gift-cards", seed, kept, Form(columns, "cp932"))


def _gift_card(said: Claim, rng: random.Random, number: int) -> Row:
    who = said.who
    gap = rng.choices([" ", "　", ""], [5, 3, 2])[0]
    name = kana_of(said, rng, slips=0.025, gap=gap)
    own = said.phone == at(who.mobiles, said.day)
    if chance(rng, 0.015):
        name = gap.join([said.given.kana, said.family.kana])
        said.marks.append("swapped")
    elif chance(rng, 0.01) and own:
        name = said.family.kana
        said.marks.append("family-name-only")
    how = rng.random()
    name = text.half(name) if how < 0.2 else text.hiragana(name) if how < 0.3 else name
    second, tokens = "", set[object]({("tel", said.phone)})
    fresh = len(who.mobiles) > 1 and timedelta() <= said.day - who.mobiles[-1][0] < timedelta(days=500)
    if chance(rng, 0.6 if fresh else 0.12):
        other = who.mobiles[-2][1] if fresh else said.home.landline if own else at(who.mobiles, said.day)
        tokens.add(("tel", other))
        second = text.phone(other, who.style[2])
    shown = said.phone
    if chance(rng, 0.025) and (second or said.family not in COMMON):
        shown = slip_digits(shown, rng)
        said.marks.append("phone-slip")
    style = who.style[2] if chance(rng, 0.8) else rng.randrange(4)
    day = f"{said.day.year}/{said.day.month}/{said.day.day}"
    cells = [f"G{number:06}", day, name, text.phone(shown, style), second, item(rng), str(rng.randrange(1, 6))]
    return as_row(said, tokens, cells)


# -- downloads -------------------------------------------------------------------------------------------------------


def downloads(folder: Path, rows: int, seed: int) -> Made:
    """Write the orders of a download shop: members with what they once gave, guests with what they type each time."""
    people, rng = people_for(rows, seed, "downloads")
    accounts: dict[str, list[Claim]] = {}
    drawn = []
    for number, said in enumerate(claims(people, rows, rng)):
        held = accounts.setdefault(said.who.key, [])
        if held and chance(rng, 0.8):
            drawn.append(_member(said, held[-1], rng, number))
        else:
            drawn.append(_guest(said, rng, number))
            if chance(rng, 0.55 if not held else 0.08):
                held.append(said)
    columns = [
        "注文ID",
        "購入日時",
        "会員番号",
        "区分",
        "お名前",
        "フリガナ",
        "メールアドレス",
        "電話番号",
        "生年月日",
        "支払方法",
        "カード名義",
        "商品番号",
    ]
    return write(folder, "downloads", seed, decidable(drawn, rows), Form(columns, "utf-8-sig"))


def _payment(said: Claim, rng: random.Random) -> tuple[str, str]:
    """Return how it was paid, and the name on the card."""
    if chance(rng, 0.5):
        return rng.choice(["コンビニ", "電子マネー", "銀行振込"]), ""
    family, given = said.family.kana, said.given.kana
    if chance(rng, 0.04):
        given = (MALE if said.who.female else FEMALE).draw(rng).kana
        said.marks.append("card-of-family")
    elif chance(rng, 0.01):
        family, given = SURNAMES.draw(rng).kana, MALE.draw(rng).kana
        said.marks.append("card-of-stranger")
    system = said.who.style[1]
    return "クレジット", f"{text.romaji(given, system)} {text.romaji(family, system)}".upper()


def _member(said: Claim, held: Claim, rng: random.Random, number: int) -> Row:
    """Show the account as it was opened, whatever has changed since."""
    account = f"M{int(held.who.key[1:]) * 7 + held.day.toordinal() % 7:07}"
    method, card = _payment(said, rng)
    old = (said.family, said.mail, said.phone) != (held.family, held.mail, held.phone)
    cells = [
        f"D{number:06}",
        _when(said, rng),
        account,
        "会員",
        held.kanji,
        f"{held.family.kana} {held.given.kana}",
        held.mail,
        held.phone,
        held.born.isoformat(),
        method,
        card,
        item(rng),
    ]
    said.marks = ["member", "old-account"] if old else ["member"]
    return as_row(said, {("account", account), ("mail", held.mail), ("tel", held.phone)}, cells)


def _when(said: Claim, rng: random.Random) -> str:
    return f"{said.day.isoformat()} {rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"


def _guest(said: Claim, rng: random.Random, number: int) -> Row:
    said.marks.append("guest")
    name, kana = said.kanji, kana_of(said, rng, slips=0.02, gap=rng.choice([" ", "　", ""]))
    how = rng.random()
    if how < 0.05:
        name = text.hiragana(kana) if chance(rng, 0.5) else kana
        said.marks.append("kana-name")
    elif how < 0.08:
        system = said.who.style[1]
        name = f"{text.romaji(said.given.kana, system)} {text.romaji(said.family.kana, system)}".title()
        said.marks.append("romaji-name")
    elif how < 0.3:
        name = name.replace(" ", "")
    mail, tokens = said.mail, set[object]({("mail", said.mail)})
    if chance(rng, 0.06):
        mail = slip_mail(mail, rng)
        said.marks.append("mail-slip")
    elif chance(rng, 0.03):
        mail = mail.replace("@", rng.choice(["+dl@", "+shop@"]))
        said.marks.append("plus")
    tel = ""
    if "mail-slip" in said.marks or chance(rng, 0.75):
        tel = text.phone(said.phone, said.who.style[2])
        tokens.add(("tel", said.phone))
        if "mail-slip" not in said.marks and chance(rng, 0.03):
            tel = slip_digits(tel, rng)
            said.marks.append("phone-slip")
    born = ""
    if chance(rng, 0.4):
        born = (
            f"{said.born.year}/{said.born.month}/{said.born.day}" if chance(rng, 0.8) else text.wareki(said.born, rng)
        )
    method, card = _payment(said, rng)
    cells = [
        f"D{number:06}",
        _when(said, rng),
        "",
        "ゲスト",
        name,
        kana if chance(rng, 0.8) else "",
        mail,
        tel,
        born,
        method,
        card,
        item(rng),
    ]
    return as_row(said, tokens, cells)
