"""Japanese names: family and given name told apart, brought into order, and read, from whatever the form's fields hold.

Nothing is corrected. What cannot be told stays undivided and marked (`Name.split_sure`), an order that may be the
other way round is marked (`Name.swapped_possible`), and a reading is only called typed if somebody typed it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from soken.normalise.kanji import fold_kanji
from soken.normalise.name_split import KnownNames, divide_kana, divide_kanji, divide_with_kana, order_odds
from soken.normalise.name_tables import surname_readings
from soken.normalise.name_words import HAN, PARTS, joined, joined_words, plain_words, script_of, words_kept
from soken.normalise.romaji import exact_kana, romaji_key
from soken.normalise.width import fold_width

#: Kanji of the further planes are named: Python knows only those that Unicode had when it was made.
_NOT_WORD = re.compile(r"[^\w々〆ーヽヾ\U00020000-\U0003ffff]+|_")
#: Kanji, kana of both widths and spaces, of which no folding makes a Latin letter: most names of a list.
_JAPANESE = re.compile(r"[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uff66-\uff9f \u3000]*")
_CASED = re.compile(r"([A-Z][a-z]+)([A-Z][a-z]+)")
#: Between the odds of the written order: below the first it is turned round, below the second the turn is possible.
_TURNED, _DOUBTFUL = 0.1, 0.95
#: How likely the written order is before the words are looked at: two fields; one field, Japanese; one field, Latin.
_TWO_FIELDS, _ONE_FIELD, _ONE_LATIN = 0.97, 0.97, 0.5


class Name(NamedTuple):
    """A name in comparable form.

    Attributes:
        key: the whole name folded, without spaces, family name first where it is divided; None if nothing is said.
        script: 'kanji', 'kana', 'latin', 'mixed' or 'none'.
        family: folded family name (katakana or lower-case letters where typed so); None if undivided.
        given: folded given name; None if undivided.
        split_sure: False if the name could not be divided.
        family_typed: romaji keys of readings that were typed (a kana column, or the name itself in kana or Latin
            letters).
        given_typed: the same for the given name.
        full_typed: the same for the whole name.
        family_exact: the family name's kana as typed, vowel lengths kept.
        given_exact: the given name's.
        swapped_possible: family and given name may be in each other's place.
        generation: 'sr', 'jr', 'ii' … where the name says it: father and son of one name are two people.
        words: of a name in Latin letters, in the order of the alphabet; () of others. Which of three words or more are
            the family's nobody can say, and each form asks for another order.
    """

    key: str | None = None
    script: str = "none"
    family: str | None = None
    given: str | None = None
    split_sure: bool = False
    family_typed: tuple[str, ...] = ()
    given_typed: tuple[str, ...] = ()
    full_typed: tuple[str, ...] = ()
    family_exact: str | None = None
    given_exact: str | None = None
    swapped_possible: bool = False
    generation: str | None = None
    words: tuple[str, ...] = ()


def parse_name(
    full: str | None,
    family: str | None,
    given: str | None,
    kana: tuple[str | None, str | None, str | None],
    known: KnownNames,
) -> Name:
    """Return the comparable form of a name.

    Accepts any texts, each as typed or None: a whole name in one field, two fields, a whole name in one of two fields,
    kana beside it. Order of trust: two filled fields, a space, name tables; else undivided.

    Args:
        full: the field for the whole name.
        family: the field for the family name.
        given: the field for the given name.
        kana: the fields for the reading: whole, family, given.
        known: what the list itself says about names (`KnownNames.empty()` if nothing).
    """
    kana_first, kana_second, kana_whole = _kana_parts(kana)
    first, second, odds, marked = _parts(full, family, given, known)
    latin = _latin_words(full or f"{family or ''} {given or ''}")
    foreign = bool(latin) and odds == _ONE_LATIN
    if first and second is None:
        cut = divide_with_kana(first, kana_first, kana_second) if kana_second else None
        cut = cut or _cased_division(_whole(full, family, given)) or _divide(first, known)
        if cut is not None:
            first, second = cut
    if not first:
        return _only_kana(kana_first, kana_second, kana_whole, known)
    if second is None:
        return _undivided(first, kana_first + kana_second or kana_whole)
    if kana_second and not marked and _kanji_crossed(first, second, kana_first):
        first, second, odds = second, first, _TWO_FIELDS
    if kana_second and not marked:
        odds = _with_kana(odds, first, second, kana_first, kana_second, known)
    turned = odds < _TURNED
    if turned:  # in the family name's field what looks like an honorific may be part of the name; now it is none
        first, second, odds = second, joined_words(first, sole=True), 1 - odds
    if kana_whole:
        kana_first, kana_second = divide_kana(kana_whole, first, known) or ("", "")
    elif kana_second and (turned or _kana_crossed(first, kana_first, kana_second)):
        kana_first, kana_second = _kana_in_order(first, kana_first, kana_second)
    found = _divided(first, second, (kana_first, kana_second, kana_whole), swapped=odds < _DOUBTFUL and not marked)
    if not latin:
        return found
    orders = _latin_orders(full or "", foreign=foreign) + _heard_orders(kana_first, kana_second, foreign=foreign)
    return found._replace(words=latin, full_typed=tuple(dict.fromkeys(found.full_typed + orders)))


def _latin_orders(typed: str, *, foreign: bool) -> tuple[str, ...]:
    """Return the keys of all words of a Latin name, in the order in which they stand and turned round.

    A family name stands first or last, a given name may be one word or two (KIM MI JIN, Mijin Kim). Of Japanese names
    of two words the order is known.
    """
    words = plain_words(typed)
    if len(words) < 2 or (len(words) == 2 and not foreign):
        return ()
    return _keys("".join(words), "".join((*words[1:], words[0])), "".join((words[-1], *words[:-1])))


def _heard_orders(first: str, second: str, *, foreign: bool) -> tuple[str, ...]:
    """Return the keys of the kana beside a foreign name, in both orders: they may not stand as the name does."""
    return _keys(first + second, second + first) if foreign and first and second else ()


def _latin_words(typed: str) -> tuple[str, ...]:
    """Return the words of a name of two Latin words or more, initials too, sorted; none of another script's."""
    if _JAPANESE.fullmatch(typed):
        return ()
    words = plain_words(typed)
    if len(words) < 2 or not all(word.isascii() and word.isalpha() for word in words):
        return ()
    return tuple(sorted(words))


def _whole(full: str | None, family: str | None, given: str | None) -> str:
    """Return the first field that holds a word: the whole name where the fields do not part it."""
    return next((text for text in (full, family, given) if text and plain_words(text)), "")


def _divide(name: str, known: KnownNames) -> tuple[str, str] | None:
    """Divide a name of one word by the name tables, whatever its script; None where no division is clear."""
    return divide_kanji(name, known) if HAN.search(name) else divide_kana(name, None, known)


def _cased_division(typed: str) -> tuple[str, str] | None:
    """Divide a name whose parts begin with capitals and run together (OkuboYasunari); None for any other."""
    match = _CASED.fullmatch(fold_width(typed))
    return (match.group(1).lower(), match.group(2).lower()) if match else None


def _with_kana(odds: float, first: str, second: str, kana_first: str, kana_second: str, known: KnownNames) -> float:
    """Return the odds of the written order after the kana fields were heard too, if they run beside the names."""
    if _kana_crossed(first, kana_first, kana_second):
        return odds
    spoken = order_odds(kana_first, kana_second, known, 0.5)
    agreed = odds * spoken
    return agreed / (agreed + (1 - odds) * (1 - spoken)) if 0 < agreed < 1 else odds


def _parts(
    full: str | None, family: str | None, given: str | None, known: KnownNames
) -> tuple[str, str | None, float, bool]:
    """Return family, given (None if undivided), the odds of the order as returned, and whether a comma fixed it."""
    one = joined_words(family, sole=not given) if family else ""
    two = joined_words(given, sole=True) if given else ""
    if one and two and one != two:
        # The whole name stands in the family field, the given name in its own. 小林 beside 林 is no such case.
        if one.endswith(two) and HAN.search(one) and not surname_readings(one):
            one = one[: -len(two)]
        return one, two, order_odds(one, two, known, _TWO_FIELDS), False
    whole = _whole(full, family, given)
    words = plain_words(whole)
    if len(words) > 2 and all(len(word) == 1 for word in words):
        words = [joined(words)]
    if len(words) >= 2:
        return _spaced(words, whole, known)
    if not words:
        return "", None, 1.0, False
    return words[0], None, _ONE_FIELD, False


def _spaced(words: list[str], typed: str, known: KnownNames) -> tuple[str, str | None, float, bool]:
    """Return the parts of a name with spaces, as `_parts` does."""
    if len(words) > 2 and not words[0].isascii():
        words = [words[0], joined(words[1:])]
    if "," in fold_width(typed):
        return words[0], joined(words[1:]), 1.0, True
    if not all(word.isascii() for word in words):
        return words[0], words[1], order_odds(words[0], words[1], known, _ONE_FIELD), False
    first, second = _latin_ends(words)
    capital = _capital_family(typed)
    if capital is not None:
        return (second, first, 0.99, True) if capital else (first, second, 0.99, True)
    odds = order_odds(first, second, known, _ONE_LATIN)
    if odds == _ONE_LATIN:  # neither word is known as a Japanese name: Western order
        return second, first, _ONE_LATIN, False
    return first, second, odds, False


def _latin_ends(words: list[str]) -> tuple[str, str]:
    """Return the first and the last word of a Latin name; what stands between is left to the key of the whole."""
    return words[0], words[-1] if len(words[-1]) > 1 else "".join(words[1:])


def _capital_family(typed: str) -> bool | None:
    """Return whether the last word is the one in capitals (Taro YAMADA), False for the first, None if neither alone."""
    words = [word for word in fold_width(typed).split(" ") if len(word) > 2]
    if len(words) != 2 or words[0].isupper() == words[1].isupper():
        return None
    return words[1].isupper()


def _kana_parts(kana: tuple[str | None, str | None, str | None]) -> tuple[str, str, str]:
    """Return the kana fields folded: family, given, whole (katakana or Latin letters; "" where empty)."""
    typed, one, two = kana
    family = _kana_words(one) if one else ()
    given = _kana_words(two) if two else ()
    if family and given:
        return "".join(family), "".join(given), ""
    words = (_kana_words(typed) if typed else ()) or family or given
    if len(words) == 2:
        return words[0], words[1], ""
    return "", "", "".join(words)


@lru_cache(maxsize=PARTS)
def _kana_words(text: str) -> tuple[str, ...]:
    """Return the words of a kana field; none if it holds something else (kanji, digits)."""
    words = words_kept(text, sole=True)
    return words if words and romaji_key("".join(words)) else ()


@lru_cache(maxsize=PARTS)
def _family_keys(name: str) -> frozenset[str]:
    """Return the romaji keys that a family name may be read with."""
    key = romaji_key(name)
    return frozenset([key] if key else surname_readings(name))


def _kana_crossed(first: str, kana_first: str, kana_second: str) -> bool:
    """Tell whether the kana fields are in each other's place although the names are not."""
    readings = _family_keys(first)
    return romaji_key(kana_first) not in readings and romaji_key(kana_second) in readings


def _kanji_crossed(first: str, second: str, kana_first: str) -> bool:
    """Tell whether the kanji are in each other's place although the kana are not: 紗枝子 庄子 , ショウジ サエコ."""
    key = romaji_key(kana_first)
    return key not in _family_keys(first) and key in _family_keys(second)


def _kana_in_order(first: str, kana_first: str, kana_second: str) -> tuple[str, str]:
    """Return the kana of a name that was turned round: turned too, unless they already fit as they are."""
    return (kana_first, kana_second) if romaji_key(kana_first) in _family_keys(first) else (kana_second, kana_first)


def _only_kana(first: str, second: str, whole: str, known: KnownNames) -> Name:
    """Return a name of which only the reading was filled in."""
    if first and second:
        odds = order_odds(first, second, known, _TWO_FIELDS)
        if odds < _TURNED:
            first, second, odds = second, first, 1 - odds
        return _divided(first, second, ("", "", ""), swapped=odds < _DOUBTFUL)
    if not whole:
        return Name()
    divided = divide_kana(whole, None, known)
    return _divided(*divided, ("", "", ""), swapped=False) if divided else _undivided(whole, "")


def _undivided(name: str, kana: str) -> Name:
    """Return a name that stays whole."""
    return Name(key=_bare(name), script=script_of(name), full_typed=_keys(kana, name))


def _divided(first: str, second: str, kana: tuple[str, str, str], *, swapped: bool) -> Name:
    """Return a divided name with its readings."""
    kana_first, kana_second, kana_whole = kana
    family, family_script, family_typed, family_exact = _half(first, kana_first)
    given, given_script, given_typed, given_exact = _half(second, kana_second)
    full = dict.fromkeys(one + two for one in family_typed for two in given_typed)
    # Kana of three words are not divided as the name is (グエン ティ ガン); heard as a whole they count beside it.
    full |= dict.fromkeys(_keys(kana_whole))
    return Name(
        (family or "") + (given or "") or None,
        _both(family_script, given_script),
        family,
        given,
        True,
        family_typed,
        given_typed,
        tuple(full),
        family_exact,
        given_exact,
        swapped,
    )


@lru_cache(maxsize=PARTS)
def _half(word: str, kana: str) -> tuple[str | None, str, tuple[str, ...], str | None]:
    """Return one half of a name: bare word, script, romaji keys, and the kana as typed with its vowel lengths."""
    return _bare(word), script_of(word), _keys(kana, word), exact_kana(kana) or exact_kana(word)


def _both(one: str, other: str) -> str:
    """Return the script of a name from those of its halves; a half without letters has no say."""
    if one == other or other == "none":
        return one
    return other if one == "none" else "mixed"


@lru_cache(maxsize=PARTS)
def _bare(word: str) -> str | None:
    """Return a word without signs; None if it is nothing but signs."""
    bare = _NOT_WORD.sub("", word)
    return (bare if bare == word else fold_kanji(bare)) or word or None


def _keys(*texts: str) -> tuple[str, ...]:
    """Return the romaji keys of those texts that have one, each once, in order."""
    return tuple(dict.fromkeys(key for text in texts if text and (key := romaji_key(text))))
