"""What a search text may mean, as conditions on the columns of ``records.parquet``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from soken.normalise.address import normalise_address
from soken.normalise.kanji import fold_kanji
from soken.normalise.mail import normalise_mail
from soken.normalise.name_words import fold_word
from soken.normalise.phone import normalise_phone
from soken.normalise.places import fold_place
from soken.normalise.romaji import romaji_key
from soken.normalise.width import dash_digits, fold_width

#: Characters of a search text.
LONGEST: Final = 200
#: A name of fewer letters (kanji, or Latin letters of its reading) is too short to be told from another by one slip.
_SLIP_KANJI, _SLIP_LETTERS = 3, 6
_LEAST_DIGITS: Final = 4
_NUMBER: Final = re.compile(r"[+(]?[0-9][0-9()+. -]*")
_SPACES: Final = re.compile(r"\s+")
_NOT_LETTERS: Final = re.compile(r"[^a-z]")


@dataclass(frozen=True, slots=True)
class Probe:
    """One meaning of the text.

    Attributes:
        how: what a hit of it is called.
        condition: SQL over a record; every value stands in it as ``$name``.
        shown: SQL of the value as typed.
        values: the values.
    """

    how: str
    condition: str
    shown: str
    values: dict[str, str] = field(default_factory=dict)


def probes(text: str) -> list[Probe]:
    """Return what a text may mean, the closest meaning first; nothing for a text of signs only."""
    plain = fold_width(text)
    if "@" in plain:
        return _mail(plain)
    if _NUMBER.fullmatch(dash_digits(plain)):
        return _number(plain)
    return [*_name(plain), *_reading(plain), *_mailbox(plain), *_address(plain)]


def read_tables() -> None:
    """Read the tables of names and places that a search needs (a second or two): a server does so before it answers."""
    probes("山田 太郎 東京都千代田区丸の内1-1")


def _mail(text: str) -> list[Probe]:
    """Return the meanings of a text with an @."""
    known = normalise_mail(text)
    begun = _SPACES.sub("", text).casefold()
    found = [
        Probe(
            "mail-begins",
            "(starts_with(email_key, $begun) or starts_with(email2_key, $begun))",
            "email",
            {"begun": begun},
        )
    ]
    if known.key:
        found.insert(
            0, Probe("mail", "(email_key = $mail or email2_key = $mail)", "coalesce(email, '')", {"mail": known.key})
        )
    return found if begun.strip("@") else []


def _number(text: str) -> list[Probe]:
    """Return the meanings of a text of digits: a phone, a part of one, a postal code, a house number."""
    digits = re.sub(r"\D", "", text)
    if len(digits) < _LEAST_DIGITS:
        return []
    found = []
    phone = normalise_phone(text).key
    if phone:
        found.append(Probe("phone", "(phone_key = $phone or phone2_key = $phone)", "phone", {"phone": phone}))
    if len(digits) == 7:  # a Japanese postal code
        found.append(Probe("postal", "postal_key = $postal", "postal_code", {"postal": digits}))
    part = "(contains(phone_key, $digits) or contains(phone2_key, $digits))"
    found.append(Probe("phone-part", part, "phone", {"digits": digits.removeprefix("0")}))
    return found + (_address(text) if "-" in dash_digits(text) else [])


def _name(text: str) -> list[Probe]:
    """Return the meanings as a name in the letters in which it was typed."""
    key = fold_word(fold_kanji(text))
    if not key:
        return []
    found = [
        Probe("name", "name_key = $name", "name", {"name": key}),
        Probe("name-begins", "starts_with(name_key, $name)", "name"),
    ]
    if len(key) >= _SLIP_KANJI and not key.isascii():
        found.append(Probe("name-slip", _slip("name_key", "name"), "name", _halves("name", key)))
    return found


def _reading(text: str) -> list[Probe]:
    """Return the meanings as a name's reading, in kana or Latin letters, family or given name first."""
    key = romaji_key(text)
    if not key:
        return []
    words = text.split()
    turned = romaji_key(" ".join([*words[1:], words[0]])) or key
    shown = "coalesce(name || ' ' || kana, name, kana)"
    both = "(list_contains(full_readings, $reading) or list_contains(full_readings, $turned))"
    found = [
        Probe("reading", both, shown, {"reading": key, "turned": turned}),
        Probe("reading-begins", "starts_with(full_readings[1], $reading)", shown),
    ]
    if len(words) > 2 and (one := romaji_key(words[0])) and (other := romaji_key(words[-1])):
        # Of three words or more the first and the last are compared, in either order (`soken.normalise.names`).
        ends = "(list_contains(full_readings, $ends) or list_contains(full_readings, $ends_turned))"
        found.append(Probe("reading", ends, shown, {"ends": one + other, "ends_turned": other + one}))
    if len(key) >= _SLIP_LETTERS:
        # A slip can make a spelling that folds (Takahshi → takashi), so the letters as typed are tried too.
        letters = _NOT_LETTERS.sub("", text.lower()) if text.isascii() else key
        # Each way of writing it once: one word alone is its own turn.
        spelt = {word: name for name, word in (("letters", letters), ("turned", turned), ("reading", key))}
        condition = " or ".join(_slip("full_readings[1]", name) for name in spelt.values())
        halves = {name: value for word, stem in spelt.items() for name, value in _halves(stem, word).items()}
        found.append(Probe("reading-slip", f"({condition})", shown, halves))
    return found


def _slip(column: str, name: str) -> str:
    """Return the condition that a value is one slip away: a letter wrong, missing, too many, or two turned round.

    A slip in one half of a word leaves the other half whole; only two letters turned round where the halves meet
    touch both. Looking at that first is many times as fast as counting slips in every name of the list.
    """
    near = f"starts_with({column}, ${name}_front) or ends_with({column}, ${name}_back)"
    return f"(case when {near} then regexp_full_match({column}, ${name}_slips) else {column} = ${name}_met end)"


def _halves(name: str, key: str) -> dict[str, str]:
    """Return both halves of a word, the word with the letters turned round where they meet, and all slips' pattern."""
    at = len(key) // 2
    met = key[: at - 1] + key[at] + key[at - 1] + key[at + 1 :]
    return {f"{name}_front": key[:at], f"{name}_back": key[at:], f"{name}_met": met, f"{name}_slips": _slips(key)}


def _slips(key: str) -> str:
    """Return the pattern of every word that is one slip away from a word, letter by letter (bytes are not letters)."""
    letters = [re.escape(one) for one in key]
    found = []
    for at in range(len(letters) + 1):
        before, after = "".join(letters[:at]), "".join(letters[at:])
        found.append(f"{before}.{after}")
        if at < len(letters):
            found.append(f"{before}.?{''.join(letters[at + 1 :])}")
        if at + 1 < len(letters):
            found.append(f"{before}{letters[at + 1]}{letters[at]}{''.join(letters[at + 2 :])}")
    return "|".join(found)


def _mailbox(text: str) -> list[Probe]:
    """Return the meaning as the beginning of a mail address."""
    begun = _SPACES.sub("", text).casefold()
    if not begun.isascii() or len(begun) < _LEAST_DIGITS:
        return []
    condition = "(starts_with(email_key, $begun) or starts_with(email2_key, $begun))"
    return [Probe("mail-begins", condition, "email", {"begun": begun})]


def _address(text: str) -> list[Probe]:
    """Return the meanings as an address or a fragment of one."""
    known = normalise_address(None, None, None, text, None)
    fragment = _SPACES.sub("", fold_place(text)).lower()
    if len(fragment) < 2:
        return []
    condition = "contains(replace(address_key, '|', ''), $fragment) or contains(address, $typed)"
    values = {"fragment": fragment, "typed": text}
    if known.municipality and known.key:
        # Beyond what is said there may be more (a house number), but not another number that begins alike.
        condition += " or address_key = $place or starts_with(address_key, $within)"
        place = known.key.rstrip("|")
        values |= {"place": known.key, "within": f"{place}-" if known.street else place}
    return [Probe("address", f"({condition})", "address", values)]
