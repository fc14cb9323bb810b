"""Addresses of the international locale: number and street, unit, suburb or city, state, postcode; lower-case ASCII.

Words are folded to one form ("Street" and "St" are one), never corrected, and nothing is looked up: countries differ.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from soken.normalise.address import AddressKey
from soken.normalise.kanji import fold_kanji
from soken.normalise.width import strip_accents

_WORD = re.compile(r"[^\W_]+(?:/[0-9]+[a-z]?)?")
_JOINED = re.compile(r"(?<=\w)['’.](?=\w)|\.")
_POST_BOX = re.compile(r"\bp\s?o\s?box\b")
_UNIT_NUMBER = re.compile(r"[0-9]+[a-z]?|[a-z]")
_SLASHED = re.compile(r"([0-9]+[a-z]?)/([0-9]+[a-z]?)")
_NUMBER = re.compile(r"[0-9]+[a-z]?")
_NOT_CODE = re.compile(r"[\s\-.]+")


@cache
def _words() -> tuple[dict[str, str], frozenset[str]]:
    """Return long form → short form, and the words that name a unit."""
    text = files("soken.normalise").joinpath("data", "address_words.csv").read_text(encoding="utf-8")
    short: dict[str, str] = {}
    units: set[str] = set()
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        forms = row["forms"].split()
        short |= dict.fromkeys(forms, row["short"])
        if row["kind"] == "unit":
            units |= {row["short"], *forms}
    return short, frozenset(units)


def fold_words(text: str) -> list[str]:
    """Return the words of a part of an address, lower case, without accents and signs, in their short forms.

    Accepts any text; letters of other scripts stay.
    """
    plain = _POST_BOX.sub("pobox", _JOINED.sub("", strip_accents(fold_kanji(text)).casefold().replace("#", " unit ")))
    short, _units = _words()
    return [short.get(word, word) for word in _WORD.findall(plain)]


def normalise_address_intl(
    postal: str | None, state: str | None, city: str | None, address: str | None, address2: str | None
) -> AddressKey:
    """Return the comparable form of an address.

    Accepts any texts, each as typed or None. ``address`` is number and street, or the whole in one line ("1 High St,
    Leeds, LS1 4AB"; what stands behind the first comma is then the place); ``address2`` a unit or a further line.
    """
    lines = [part for part in re.split(r"[\n,;]+", address or "") if fold_words(part)]
    lines = _with_number(lines)
    first = fold_words(lines[0]) if lines else []
    unit, street = _unit(first)
    further = [fold_words(part) for part in lines[1:]]
    if unit and not street and further:
        street = further.pop(0)
    more = fold_words(address2 or "")
    if not unit and more:
        unit, left = _unit(more)
        if not unit and not street:
            street, left = more, []
        further = [left, *further] if left else further
    place = fold_words(city or "")
    parts = [
        *([street] if street else []),
        *(words for words in further if words != place),
        place,
        fold_words(state or ""),
    ]
    code = _NOT_CODE.sub("", fold_kanji(postal or "")).lower()
    key = " ".join(word for words in [*parts, [code]] for word in words if word)
    return AddressKey(
        postal=code or None,
        prefecture=" ".join(fold_words(state or "")) or None,
        municipality=" ".join(place) or None,
        town=" ".join(word for words in further for word in words) or None,
        street=" ".join(street) or None,
        building=unit or None,
        key=key or None,
    )


def _with_number(lines: list[str]) -> list[str]:
    """Return the parts of a line, a number alone before a comma joined to its street ("12, High St")."""
    if len(lines) > 1 and _NUMBER.fullmatch("".join(fold_words(lines[0]))):
        return [f"{lines[0]} {lines[1]}", *lines[2:]]
    return lines


def _unit(words: list[str]) -> tuple[str, list[str]]:
    """Return the unit of a line ("" if none) and the words that are left."""
    if not words:
        return "", []
    if words[0] == "u" and len(words) > 1 and _SLASHED.fullmatch(words[1]):
        words = words[1:]
    if slashed := _SLASHED.fullmatch(words[0]):
        return slashed.group(1), [slashed.group(2), *words[1:]]
    for at in range(len(words) - 1):
        if words[at] in ("u", "l") and _UNIT_NUMBER.fullmatch(words[at + 1]):
            return (words[at] if words[at] == "l" else "") + words[at + 1], words[:at] + words[at + 2 :]
    return "", words
