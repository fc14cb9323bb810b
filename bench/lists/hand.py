"""How somebody's hand writes a name, a mail address, a phone number and an address into a Japanese form."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.lists.japan import hiragana
from bench.lists.romaji import SPELLINGS, spell

if TYPE_CHECKING:
    import random

    from bench.lists.population import Home, Someone

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_KANJI_DIGITS = "〇一二三四五六七八九"
_OLD_FORMS = str.maketrans("高崎沢辺浜島斉国広富吉", "髙﨑澤邉濵嶋齊國廣冨吉")
_NARROW = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E) if chr(code) not in "ﾞﾟ"}


@dataclass(frozen=True, slots=True)
class Hand:
    """How often what is written differently; shares of rows.

    Attributes:
        scripts: kanji, hiragana, katakana, half-width katakana, romaji.
        old_forms: family name with the old form of a kanji, where there is one.
        swapped: family and given name exchanged.
        slip: one letter or kana wrong in a name that is not in kanji; a wrong kanji of the same reading is not drawn.
        mail_slip: one letter wrong in the mail address.
        no_mail, no_phone, no_address: left empty.
    """

    scripts: tuple[float, ...] = (0.8, 0.04, 0.05, 0.03, 0.08)
    old_forms: float = 0.3
    swapped: float = 0.01
    slip: float = 0.01
    mail_slip: float = 0.005
    no_mail: float = 0.02
    no_phone: float = 0.05
    no_address: float = 0.0


SCRIPTS = ("kanji", "hiragana", "katakana", "half-width", "romaji")


@dataclass(slots=True)
class Entry:
    """One row's claims as written, with what is unusual in them.

    Attributes:
        script: of the name.
        family, given: the halves in that script, in the right order.
        kana: the halves in katakana, as a kana field would hold them.
        swapped: whether the halves are to be exchanged.
        mail, phone, home: as written (``home`` None where left empty).
        marks: for the truth file.
    """

    script: str
    family: str
    given: str
    kana: tuple[str, str]
    swapped: bool
    mail: str
    phone: str
    home: Home | None
    marks: list[str] = field(default_factory=list)

    def halves(self) -> tuple[str, str]:
        """Return what stands in the family and in the given field."""
        return (self.given, self.family) if self.swapped else (self.family, self.given)


def narrow(katakana: str) -> str:
    """Return full-width katakana as half-width."""
    parts = unicodedata.normalize("NFD", katakana).replace("゙", "ﾞ").replace("゚", "ﾟ")
    return "".join(_NARROW.get(sign, sign) for sign in parts)


def slip(text: str, rng: random.Random) -> str:
    """Return the text with one slip: a sign left out, doubled, exchanged or replaced."""
    if len(text) < 3:
        return text
    at = rng.randrange(len(text) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + rng.choice(text) + text[at + 1 :]


def write_entry(person: Someone, moment: float, hand: Hand, rng: random.Random) -> Entry:
    """Return one row's claims of this person at this moment (0..1), as their hand writes them."""
    marks = [what for what in person.change_at if person.at(what, moment)]
    family = person.families[min(person.at("married", moment), len(person.families) - 1)]
    home: Home | None = person.homes[person.at("moved", moment)]
    mail, phone = (
        person.mails[-1 if person.at("second_mail", moment) else 0],
        person.phones[-1 if person.at("second_phone", moment) else 0],
    )
    script = rng.choices(SCRIPTS, hand.scripts)[0]
    if script != "kanji":
        marks.append(script)
    first, second = (
        _in_script(script, family.written, family.kana, rng),
        _in_script(script, person.given.written, person.given.kana, rng),
    )
    if script == "romaji":
        first, second = _same_case(first, second, rng)
    if script == "kanji" and rng.random() < hand.old_forms and first.translate(_OLD_FORMS) != first:
        first = first.translate(_OLD_FORMS)
        marks.append("old-form")
    if script != "kanji" and rng.random() < hand.slip:
        second = slip(second, rng)
        marks.append("name-slip")
    swapped = rng.random() < hand.swapped
    if swapped:
        marks.append("swapped")
    if rng.random() < hand.no_mail:
        mail = ""
        marks.append("no-mail")
    elif rng.random() < hand.mail_slip:
        local, at, host = mail.partition("@")
        mail = slip(local, rng) + at + host
        marks.append("mail-slip")
    if rng.random() < hand.no_phone and mail:
        phone = ""
        marks.append("no-phone")
    if rng.random() < hand.no_address:
        home = None
        marks.append("no-address")
    if person.victim is not None:
        marks.append("misuser")
    return Entry(
        script,
        first,
        second,
        (family.kana, person.given.kana),
        swapped,
        mail_form(mail, rng),
        phone_form(phone, rng),
        home,
        marks,
    )


def _in_script(script: str, written: str, kana: str, rng: random.Random) -> str:
    """Return one half of a name in a script."""
    if script == "kanji":
        return written
    if script == "hiragana":
        return hiragana(kana)
    if script == "katakana":
        return kana
    if script == "half-width":
        return narrow(kana)
    return spell(kana, rng.choice(SPELLINGS))


def _same_case(first: str, second: str, rng: random.Random) -> tuple[str, str]:
    case = rng.choice((str.title, str.upper, str.title, str.lower))
    return case(first), case(second)


def mail_form(mail: str, rng: random.Random) -> str:
    """Return a mail address in one of the forms in which it is typed."""
    chance = rng.random()
    if chance < 0.03:
        return mail.upper()
    if chance < 0.05:
        return mail.translate(_WIDE)
    if chance < 0.07:
        return f" {mail}" if mail else mail
    return mail


def phone_form(phone: str, rng: random.Random) -> str:
    """Return a phone number in one of the forms in which it is typed."""
    if not phone:
        return phone
    chance = rng.random()
    if chance < 0.35:
        return phone.replace("-", "")
    if chance < 0.40:
        return phone.translate(_WIDE)
    if chance < 0.44:
        area, rest = phone.split("-", 1)
        return f"{area}({rest.replace('-', ')')}"
    if chance < 0.46:
        return f"+81 {phone[1:].replace('-', ' ')}"
    return phone


def block_form(block: tuple[int, int, int], rng: random.Random) -> str:
    """Return a block number in one of its spellings."""
    one, two, three = block
    form = rng.randrange(7)
    if form == 0:
        return f"{one}丁目{two}番地{three}"
    if form == 1:
        return f"{one}丁目{two}番{three}号"
    if form == 2:
        return f"{_KANJI_DIGITS[one]}丁目{two}-{three}"
    if form == 3:
        return f"{one}－{two}－{three}".translate(_WIDE)
    if form == 4:
        return f"{one}ー{two}ー{three}"
    return f"{one}-{two}-{three}"


def address_line(home: Home, rng: random.Random, *, prefecture: float = 0.85) -> str:
    """Return a whole address on one line; the prefecture is given at this rate."""
    start = home.spot.prefecture if rng.random() < prefecture else ""
    line = f"{start}{home.spot.city}{home.spot.town}{block_form(home.block, rng)}"
    if home.building and rng.random() < 0.8:
        line += rng.choice((" ", "　", "")) + home.building
    return line


def postal_form(postal: str, rng: random.Random) -> str:
    """Return a postal code in one of its spellings."""
    return rng.choice(
        (postal, f"{postal[:3]}-{postal[3:]}", f"{postal[:3]}-{postal[3:]}", f"〒{postal[:3]}-{postal[3:]}")
    )
