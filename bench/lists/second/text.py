"""How people write the same thing in different ways: kana, Latin letters, digits, addresses, dates."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from datetime import date

    from bench.lists.second.person import Home

_ROWS = {
    "ア": "a i u e o",
    "カ": "ka ki ku ke ko",
    "ガ": "ga gi gu ge go",
    "サ": "sa shi su se so",
    "ザ": "za ji zu ze zo",
    "タ": "ta chi tsu te to",
    "ダ": "da ji zu de do",
    "ナ": "na ni nu ne no",
    "ハ": "ha hi fu he ho",
    "バ": "ba bi bu be bo",
    "パ": "pa pi pu pe po",
    "マ": "ma mi mu me mo",
    "ラ": "ra ri ru re ro",
}
_KANA = {
    "ア": "アイウエオ",
    "カ": "カキクケコ",
    "ガ": "ガギグゲゴ",
    "サ": "サシスセソ",
    "ザ": "ザジズゼゾ",
    "タ": "タチツテト",
    "ダ": "ダヂヅデド",
    "ナ": "ナニヌネノ",
    "ハ": "ハヒフヘホ",
    "バ": "バビブベボ",
    "パ": "パピプペポ",
    "マ": "マミムメモ",
    "ラ": "ラリルレロ",
}
_LATIN = {k: r for row in _ROWS for k, r in zip(_KANA[row], _ROWS[row].split(), strict=True)}
_LATIN |= {"ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヲ": "o", "ン": "n", "ー": ""}
_KUNREI = {"shi": "si", "chi": "ti", "tsu": "tu", "fu": "hu", "ji": "zi", "sh": "sy", "ch": "ty", "j": "zy"}
_SMALL = {"ャ": "a", "ュ": "u", "ョ": "o"}
_WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
_DIGITS = "〇一二三四五六七八九"
ROMAJI = ("hepburn", "plain", "oh", "kunrei", "wapuro")
STYLES = ("dash", "dash", "dash", "long", "long", "wide", "kanji", "mixed", "bar")


def hiragana(kana: str) -> str:
    """Write katakana as hiragana."""
    return "".join(chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign for sign in kana)


def half(kana: str) -> str:
    """Write katakana half-width, the marks as signs of their own."""
    return "".join(_half_sign(sign) for sign in kana)


def _half_sign(sign: str) -> str:
    base = unicodedata.normalize("NFD", sign)
    marks = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
    return "".join(marks.get(part, _HALF_TABLE.get(part, part)) for part in base)


_HALF_TABLE = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)} | {"\u3000": " "}


def romaji(kana: str, system: str = "plain") -> str:
    """Write katakana in Latin letters: 'hepburn' and 'plain' drop long vowels, 'oh' and 'wapuro' keep them."""
    kunrei = system == "kunrei"
    out = ""
    for index, sign in enumerate(kana):
        if sign == "ッ":
            continue
        if sign in _SMALL:
            out = _glide(out, _SMALL[sign], kunrei=kunrei)
            continue
        latin = _LATIN.get(sign, sign)
        latin = _KUNREI.get(latin, latin) if kunrei else latin
        double = index and kana[index - 1] == "ッ"
        out += ("t" if latin.startswith("ch") else latin[:1]) + latin if double else latin
    if system == "hepburn":
        out = out.replace("nb", "mb").replace("np", "mp").replace("nm", "mm")
    if system == "wapuro":
        return out
    long = "oh" if system == "oh" else "o"
    out = out.replace("ou", long).replace("oo", long)
    return out.replace("uu", "u")


def _glide(out: str, vowel: str, *, kunrei: bool) -> str:
    stem = out[:-1]
    for latin in ("sh", "ch", "j"):
        if stem.endswith(_KUNREI[latin][:-1] if kunrei else latin):
            return stem + ("y" if kunrei else "") + vowel
    return f"{stem}y{vowel}"


def wide(text: str) -> str:
    """Write digits and hyphens full-width."""
    return text.translate(_WIDE)


def numeral(number: int) -> str:
    """Write 1..99 in kanji."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + (_DIGITS[ones] if ones else "")


def street(home: Home, style: str, *, building: bool = True) -> str:
    """Write what comes after the town in one of the free styles.

    Args:
        home: with numbers of which the first may be a chome.
        style: of STYLES.
        building: False leaves building and room out.
    """
    parts = [number for number in (home.chome, home.block, home.house) if number]
    dashed = "-".join(map(str, parts))
    chome = home.chome
    if style == "long":
        text = (f"{chome}丁目" if chome else "") + (
            f"{home.block}番{home.house}号" if home.house else f"{home.block}番地"
        )
    elif style == "kanji" and chome:
        text = f"{numeral(chome)}丁目{home.block}" + (f"-{home.house}" if home.house else "")
    elif style == "mixed" and chome:
        text = wide(f"{chome}丁目{home.block}" + (f"－{home.house}" if home.house else "番地"))
    elif style == "bar":
        text = dashed.replace("-", "ー")
    else:
        text = wide(dashed) if style == "wide" else dashed
    if not building or not home.building:
        return text
    room = home.room
    if style in {"dash", "bar"} and home.short and text[-1].isdigit():
        return f"{text}-{room}"
    if style == "long":
        return f"{text} {home.building}{room}号室"
    if style == "wide":
        return f"{text}\u3000{home.building}{wide(room)}"
    return f"{text} {home.building} {room}" if style == "dash" else f"{text}{home.building}{room}"


def phone(number: str, style: int) -> str:
    """Write a telephone number: hyphens, none, full-width, brackets, international."""
    if style == 1:
        return number.replace("-", "")
    if style == 2:
        return wide(number)
    if style == 3:
        first, second, last = number.split("-")
        return f"{first}({second}){last}"
    if style == 4:
        return "+81 " + number[1:].replace("-", " ")
    return number


def wareki(day: date, rng: random.Random) -> str:
    """Write a date in an era, long or short."""
    for name, letter, year, first in _ERAS:
        if (day.year, day.month, day.day) >= first:
            number = day.year - year + 1
            if rng.random() < 0.5:
                return f"{letter}{number}.{day.month}.{day.day}"
            return f"{name}{'元' if number == 1 else number}年{day.month}月{day.day}日"
    return day.isoformat()


_ERAS = (("令和", "R", 2019, (2019, 5, 1)), ("平成", "H", 1989, (1989, 1, 8)), ("昭和", "S", 1926, (1926, 12, 25)))
