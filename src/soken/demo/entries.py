"""How people type themselves into an order form: the same person, written differently each time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from soken.demo.names import Name
    from soken.demo.people import Home, Person

_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_TO_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_FULL_KANA = (
    "ァアィイゥウェエォオカキクケコサシスセソタチッツテトナニヌネノハヒフヘホマミムメモャヤュユョヨラリルレロワヲンー"
)
_HALF_KANA = "ｧｱｨｲｩｳｪｴｫｵｶｷｸｹｺｻｼｽｾｿﾀﾁｯﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓｬﾔｭﾕｮﾖﾗﾘﾙﾚﾛﾜｦﾝｰ"
_VOICED = "ガカギキグクゲケゴコザサジシズスゼセゾソダタヂチヅツデテドトバハビヒブフベヘボホヴウ"
_HALF = {ord(full): half for full, half in zip(_FULL_KANA, _HALF_KANA, strict=True)}
_HALF |= {ord(_VOICED[at]): _HALF[ord(_VOICED[at + 1])] + "ﾞ" for at in range(0, len(_VOICED), 2)}
_HALF |= {ord(full): _HALF[ord(plain)] + "ﾟ" for full, plain in zip("パピプペポ", "ハヒフヘホ", strict=True)}
_VARIANTS = str.maketrans("高崎斎斉辺浜沢広島桜", "髙﨑齋齊邊濱澤廣嶋櫻")
_KUNREI = (
    ("sha", "sya"), ("shu", "syu"), ("sho", "syo"), ("cha", "tya"), ("chu", "tyu"), ("cho", "tyo"),
    ("ja", "zya"), ("ju", "zyu"), ("jo", "zyo"), ("shi", "si"), ("chi", "ti"), ("tsu", "tu"), ("fu", "hu"),
    ("ji", "zi"),
)  # fmt: skip
_NUMERALS = ("", "一", "二", "三", "四", "五", "六")


class Typist:
    """Types orders, with the habits and slips that ``rates.toml`` gives.

    Args:
        rates: the parsed ``rates.toml``.
        rng: the source of chance.
    """

    def __init__(self, rates: Mapping[str, Mapping[str, Any]], rng: random.Random) -> None:
        self._rates = rates
        self._rng = rng

    def name(self, person: Person, *, later: bool) -> tuple[str, str, str, str]:
        """Return family name, given name and both in kana, as typed into the four fields."""
        rng, rates = self._rng, self._rates["name"]
        family = person.later_family if later else person.family
        first, second = self._halves(family, person.given)
        kana = self._kana(family, person.given)
        if rng.random() < rates["swapped"]:
            first, second, kana = second, first, (kana[1], kana[0])
        if rng.random() < rates["one_field"]:
            first, second = rng.choice((first + second, f"{first} {second}", f"{first}　{second}")), ""
        return first, second, *kana

    def _halves(self, family: Name, given: Name) -> tuple[str, str]:
        """Return family and given name in the script that this order is written in."""
        rng, rates = self._rng, self._rates["name"]
        chance = rng.random()
        if (chance := chance - rates["hiragana"]) < 0:
            return family.kana, given.kana
        if (chance := chance - rates["katakana"]) < 0:
            return _katakana(family.kana), _katakana(given.kana)
        if (chance := chance - rates["half_width"]) < 0:
            return _half_width(family.kana), _half_width(given.kana)
        if chance - rates["romaji"] < 0:
            return self._romaji(family, given)
        kanji = family.kanji
        return kanji.translate(_VARIANTS) if rng.random() < rates["variant_kanji"] else kanji, given.kanji

    def _romaji(self, family: Name, given: Name) -> tuple[str, str]:
        """Return the name in Latin letters: one of four spellings, one of three cases."""
        rng = self._rng
        spell = rng.choice((_hepburn, _hepburn, _kunrei, _with_h, str))
        case = rng.choice((str.title, str.upper, str.lower))
        first, second = case(spell(family.romaji)), case(spell(given.romaji))
        return self._slip(first), second

    def _kana(self, family: Name, given: Name) -> tuple[str, str]:
        """Return the kana fields."""
        rng, rates = self._rng, self._rates["kana"]
        chance = rng.random()
        if (chance := chance - rates["empty"]) < 0:
            return "", ""
        if (chance := chance - rates["hiragana"]) < 0:
            return family.kana, given.kana
        if chance - rates["half_width"] < 0:
            return _half_width(family.kana), _half_width(given.kana)
        return _katakana(family.kana), self._slip(_katakana(given.kana))

    def _slip(self, text: str, rate: float | None = None) -> str:
        """Return the text, at the rate of slips with two neighbours exchanged or one character left out."""
        rng = self._rng
        if len(text) < 4 or rng.random() >= (self._rates["name"]["slip"] if rate is None else rate):
            return text
        at = rng.randrange(1, len(text) - 1)
        if rng.random() < 0.5:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        return text[:at] + text[at + 1 :]

    def mail(self, address: str) -> str:
        """Return the mail address as typed."""
        rng, rates = self._rng, self._rates["mail"]
        local, _, domain = address.partition("@")
        local = self._slip(local, rates["slip"])
        chance = rng.random()
        if (chance := chance - rates["upper_case"]) < 0:
            return f"{local.capitalize()}@{domain.upper()}"
        if (chance := chance - rates["full_width"]) < 0:
            return f"{local}@{domain}".translate(_TO_FULL_WIDTH)
        if (chance := chance - rates["plus_tag"]) < 0:
            return f"{local}+shop@{domain}"
        return "" if chance - rates["empty"] < 0 else f"{local}@{domain}"

    def phone(self, number: str) -> str:
        """Return the phone number as typed."""
        rates = self._rates["phone"]
        chance = self._rng.random()
        if (chance := chance - rates["no_hyphen"]) < 0:
            return number.replace("-", "")
        if (chance := chance - rates["full_width"]) < 0:
            return number.translate(_TO_FULL_WIDTH)
        if (chance := chance - rates["international"]) < 0:
            return f"+81-{number[1:]}"
        return "" if chance - rates["empty"] < 0 else number

    def address(self, home: Home) -> tuple[str, str]:
        """Return the two address fields (municipality and block; building) as typed."""
        rates, place = self._rates["address"], home.place
        one, two, three = home.blocks
        chance = self._rng.random()
        if (chance := chance - rates["kanji_numerals"]) < 0:
            block = f"{_NUMERALS[one]}丁目{two}番{three}号"
        elif (chance := chance - rates["long_form"]) < 0:
            block = f"{one}丁目{two}番{three}号"
        elif chance - rates["full_width"] < 0:
            block = f"{one}-{two}-{three}".translate(_TO_FULL_WIDTH)
        else:
            block = f"{one}-{two}-{three}"
        building = "" if home.building and self._rng.random() < rates["no_building"] else home.building
        if self._rng.random() < 0.5:
            return f"{place.city}{place.town}", f"{block} {building}" if building else block
        return f"{place.city}{place.town}{block}", building


def _katakana(hiragana: str) -> str:
    return hiragana.translate(_TO_KATAKANA)


def _half_width(hiragana: str) -> str:
    return hiragana.translate(_TO_KATAKANA).translate(_HALF)


def _hepburn(romaji: str) -> str:
    """Passport spelling: long vowels are not written."""
    return re.sub("uu", "u", re.sub("ou|oo", "o", romaji))


def _with_h(romaji: str) -> str:
    """Spelling with ``oh`` for the long o (Satoh)."""
    return re.sub("ou(?![aiueo])|oo", "oh", romaji)


def _kunrei(romaji: str) -> str:
    """Kunrei spelling as typed on a keyboard (Huzimoto, Syouta)."""
    for hepburn, kunrei in _KUNREI:
        romaji = romaji.replace(hepburn, kunrei)
    return romaji
