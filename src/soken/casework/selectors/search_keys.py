"""What a search text may mean: as terms of a run's index, and as conditions on the columns of ``records.parquet``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from soken.normalise.address import normalise_address
from soken.normalise.kanji import fold_kanji
from soken.normalise.mail import normalise_mail
from soken.normalise.name_words import fold_word
from soken.normalise.phone import normalise_phone
from soken.normalise.places import fold_place
from soken.normalise.romaji import romaji_key
from soken.normalise.search_index import KEYED, WORD, Kind
from soken.normalise.width import dash_digits, fold_width

#: Characters of a search text.
LONGEST: Final = 200
#: A name of fewer letters (kanji, or Latin letters of its reading) is too short to be told from another by one slip.
_SLIP_KANJI, _SLIP_LETTERS = 3, 6
_LEAST_DIGITS: Final = 4
_NUMBER: Final = re.compile(r"[+(]?[0-9][0-9()+. -]*")
_SPACES: Final = re.compile(r"\s+")
_NOT_LETTERS: Final = re.compile(r"[^a-z]")
_WORD: Final = re.compile(WORD)


@dataclass(frozen=True, slots=True)
class Span:
    """Terms of one kind that begin alike; in the index they lie together.

    Attributes:
        kind: what they are terms of.
        begins: what they begin with, behind the letter of their kind; backwards where the kind is.
        whole: whether that is all of the term.
        slips: pattern that the term, read forwards, fits as a whole besides; '' for any.
        part: what it contains besides.
        ends: what it ends with besides.
        also: spans of which each must name the record too.
    """

    kind: Kind
    begins: str
    whole: bool = False
    slips: str = ""
    part: str = ""
    ends: str = ""
    also: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """One meaning of the text.

    Attributes:
        how: what a hit of it is called.
        condition: SQL over a record; every value stands in it as ``$name``.
        shown: columns of the value as typed.
        values: the values.
        spans: where the index names the records that meet the condition; none where it cannot.
        checked: whether a record found there must still be held against the condition.
    """

    how: str
    condition: str
    shown: tuple[str, ...]
    values: dict[str, str] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    checked: bool = False


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
            ("email",),
            {"begun": begun},
            (Span(Kind.MAIL, begun),),
        )
    ]
    if known.key:
        condition, same = "(email_key = $mail or email2_key = $mail)", (Span(Kind.MAIL, known.key, whole=True),)
        found.insert(0, Probe("mail", condition, ("email",), {"mail": known.key}, same))
    return found if begun.strip("@") else []


def _number(text: str) -> list[Probe]:
    """Return the meanings of a text of digits: a phone, a part of one, a postal code, a house number."""
    digits = re.sub(r"\D", "", text)
    if len(digits) < _LEAST_DIGITS:
        return []
    found = []
    phone = normalise_phone(text).key
    if phone:
        condition, same = "(phone_key = $phone or phone2_key = $phone)", (Span(Kind.PHONE, phone, whole=True),)
        found.append(Probe("phone", condition, ("phone",), {"phone": phone}, same))
    if len(digits) == 7:  # a Japanese postal code
        same = (Span(Kind.POSTAL, digits, whole=True),)
        found.append(Probe("postal", "postal_key = $postal", ("postal_code",), {"postal": digits}, same))
    part = digits.removeprefix("0")
    # By its last digits a telephone is found at once, by others once all are gone through: never for a whole number.
    spans = {"ends_with": Span(Kind.PHONE_BACKWARDS, part[::-1]), "contains": Span(Kind.PHONE, "", part=part)}
    for test, span in list(spans.items())[: 1 if phone and phone[0] == "+" else 2]:
        condition = f"({test}(phone_key, $digits) or {test}(phone2_key, $digits))"
        found.append(Probe("phone-part", condition, ("phone",), {"digits": part}, (span,)))
    return found + (_address(text) if "-" in dash_digits(text) else [])


def _name(text: str) -> list[Probe]:
    """Return the meanings as a name in the letters in which it was typed."""
    key = fold_word(fold_kanji(text))
    if not key:
        return []
    found = [
        Probe("name", "name_key = $name", ("name",), {"name": key}, (Span(Kind.NAME, key, whole=True),)),
        Probe("name-begins", "starts_with(name_key, $name)", ("name",), {"name": key}, (Span(Kind.NAME, key),)),
    ]
    if len(key) >= _SLIP_KANJI and not key.isascii():
        slip, spans = _slip("name_key", "name"), _near(key, Kind.NAME, Kind.NAME_BACKWARDS)
        found.append(Probe("name-slip", slip, ("name",), _halves("name", key), spans))
    return found


def _reading(text: str) -> list[Probe]:
    """Return the meanings as a name's reading, in kana or Latin letters, family or given name first."""
    key = romaji_key(text)
    if not key:
        return []
    words = text.split()
    turned = romaji_key(" ".join([*words[1:], words[0]])) or key
    shown = ("name", "kana")
    both = "(list_contains(full_readings, $reading) or list_contains(full_readings, $turned))"
    begins = _any_reading("starts_with({reading}, $reading)")
    found = [
        Probe("reading", both, shown, {"reading": key, "turned": turned}, _readings(key, turned)),
        Probe("reading-begins", begins, shown, {"reading": key}, (Span(Kind.READING, key),)),
    ]
    if len(words) > 2 and (one := romaji_key(words[0])) and (other := romaji_key(words[-1])):
        # Of three words or more the first and the last are compared, in either order (`soken.normalise.names`).
        ends = "(list_contains(full_readings, $ends) or list_contains(full_readings, $ends_turned))"
        values = {"ends": one + other, "ends_turned": other + one}
        found.append(Probe("reading", ends, shown, values, _readings(*values.values())))
    if len(key) >= _SLIP_LETTERS:
        # A slip can make a spelling that folds (Takahshi → takashi), so the letters as typed are tried too.
        letters = _NOT_LETTERS.sub("", text.lower()) if text.isascii() else key
        # Each way of writing it once: one word alone is its own turn.
        spelt = {word: name for name, word in (("letters", letters), ("turned", turned), ("reading", key))}
        condition = _any_reading(" or ".join(_slip("{reading}", name) for name in spelt.values()))
        halves = {name: value for word, stem in spelt.items() for name, value in _halves(stem, word).items()}
        near = tuple(span for word in spelt for span in _near(word, Kind.READING, Kind.READING_BACKWARDS))
        found.append(Probe("reading-slip", condition, shown, halves, near))
    return found


def _readings(*keys: str) -> tuple[Span, ...]:
    """Return the spans of readings that are one of some, each once."""
    return tuple(Span(Kind.READING, key, whole=True) for key in dict.fromkeys(keys))


def _any_reading(condition: str) -> str:
    """Return the condition that one of a name's readings, ``{reading}``, meets another."""
    met = condition.format(reading="reading")
    return f"coalesce(list_bool_or(list_transform(full_readings, lambda reading: {met})), false)"


def _near(word: str, forwards: Kind, backwards: Kind) -> tuple[Span, ...]:
    """Return the spans of all words that are one slip away; see `_slip`."""
    at = _half(word)
    return (
        Span(forwards, word[:at], slips=_slips(word)),
        Span(backwards, word[at:][::-1], slips=_slips(word)),
        Span(forwards, _met(word), whole=True),
    )


def _slip(column: str, name: str) -> str:
    """Return the condition that a value is one slip away: a letter wrong, missing, too many, or two turned round.

    A slip in one half of a word leaves the other half whole; only two letters turned round where the halves meet
    touch both. Looking at that first is many times as fast as counting slips in every name of the list.
    """
    near = f"starts_with({column}, ${name}_front) or ends_with({column}, ${name}_back)"
    return f"(case when {near} then regexp_full_match({column}, ${name}_slips) else {column} = ${name}_met end)"


def _halves(name: str, key: str) -> dict[str, str]:
    """Return both halves of a word, the word with the letters turned round where they meet, and all slips' pattern."""
    at = _half(key)
    return {f"{name}_front": key[:at], f"{name}_back": key[at:], f"{name}_met": _met(key), f"{name}_slips": _slips(key)}


def _half(key: str) -> int:
    """Return where a word's second half begins."""
    return len(key) // 2


def _met(key: str) -> str:
    """Return a word with the letters turned round where its halves meet."""
    at = _half(key)
    return key[: at - 1] + key[at] + key[at - 1] + key[at + 1 :]


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
    return [Probe("mail-begins", condition, ("email",), {"begun": begun}, (Span(Kind.MAIL, begun),))]


def _address(text: str) -> list[Probe]:
    """Return the meanings as an address or a fragment of one."""
    known = normalise_address(None, None, None, text, None)
    fragment = _SPACES.sub("", fold_place(text)).lower()
    if len(fragment) < 2:
        return []
    condition = f"contains({KEYED}, $fragment) or contains(address, $typed)"
    values = {"fragment": fragment, "typed": text}
    spans = [_words(fragment), _words(text)]
    if known.municipality and known.key:
        # Beyond what is said there may be more (a house number), but not another number that begins alike.
        condition += " or address_key = $place or starts_with(address_key, $within)"
        place = known.key.rstrip("|")
        within = f"{place}-" if known.street else place
        values |= {"place": known.key, "within": within}
        spans = [Span(Kind.PLACE, known.key, whole=True), Span(Kind.PLACE, within), *spans]
    checked = any(_WORD.fullmatch(one) is None for one in (fragment, text))
    known_spans = tuple(dict.fromkeys(span for span in spans if span is not None)) if None not in spans else ()
    return [Probe("address", f"({condition})", ("address",), values, known_spans, checked=checked)]


def _words(fragment: str) -> Span | None:
    """Return the span of the words of addresses that a fragment's longest word can be, None where it has none.

    The first word of a fragment may have lost its beginning, the last one its end; those between are whole. Nor does
    a number behind a dash begin there: no word begins with one.
    """
    found = sorted(_WORD.finditer(fragment), key=lambda one: len(one[0]), reverse=True)
    spans = [_word(fragment, one.start(), one.end()) for one in found]
    return replace(spans[0], also=tuple(one for one in spans[1:] if one.kind is Kind.ADDRESS)) if spans else None


def _word(fragment: str, start: int, end: int) -> Span:
    """Return the span of the words of addresses that one word of a fragment can be."""
    word, whole = fragment[start:end], end < len(fragment)
    if start > 0 and fragment[start - 1] not in "-－":
        return Span(Kind.ADDRESS, word, whole=whole)
    return Span(Kind.ADDRESS_WORD, "", ends=word) if whole else Span(Kind.ADDRESS_WORD, "", part=word)
