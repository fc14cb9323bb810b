"""Whether two names that no table and no distance settles are one name, and whose name a mail bears.

For the few pairs where something other than the name speaks for one person (`soken.resolve.closer`): can these kanji be
read as the other side typed them; are two names without kanji one name in another order, with a slip, cut to an
initial, or in another script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from soken.normalise.name_tables import name_data, usual_given_readings
from soken.normalise.romaji import romaji_key
from soken.normalise.sounds import fit, fit_whole, likely_readings, moras
from soken.resolve.nicknames import may_be_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Kanji that can be read as typed: wrong readings reach this in 1 case of 200 (see `soken.normalise.sounds.fit`).
FITS: Final = 4.0
#: Kanji that cannot: right readings fall below this in 1 case of 100.
MISFITS: Final = -2.5
#: An initial is one of a reading at least this likely beside the likeliest.
_USUAL: Final = 0.3
_SHORTEST: Final = 3
#: Words of most names; more, and no form knows which is the family name.
_TWO_WORDS: Final = 2
#: A word that kana can be written in: each consonant before a vowel, n alone, a doubled one.
_ROMAJI: Final = re.compile(
    r"(?:(?:kk?|ss?|tt?|pp?|gg?|zz?|dd?|bb?|[nhmrwfjyv])?y?[aeiou]h?|(?:ss?h|t?ch|tt?s|sh)[aeiou]h?|(?<=[aeiouh])(?:n(?![aeiouy])|m(?=[bpm])))+"
)


@dataclass(frozen=True, slots=True)
class Name:
    """What one record says of its name; the columns of these names in ``prepared``.

    Attributes:
        name_key: the whole name, folded, without spaces.
        mail1: its mail.
        name_han: the name holds kanji.
        fam: family name, folded; null if the name is not divided.
        giv: given name, likewise.
        fam_key: romaji key of the family name's likeliest reading.
        giv_key: of the given name's.
        full_key: of the whole name's, family name first where it is divided.
        sure: the reading was typed, not guessed.
        giv_known: the given name is one that others bear too.
        locale: 'ja' or 'intl'.
        words: the words of a name in Latin letters.
    """

    name_key: str | None
    mail1: str | None
    name_han: bool
    fam: str | None
    giv: str | None
    fam_key: str | None
    giv_key: str | None
    full_key: str | None
    sure: bool
    giv_known: bool
    locale: str
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a name: as typed (folded), and its romaji key."""

    typed: str
    key: str


#: Level of the given (or undivided) name and of the family name, as in `soken.resolve.levels`; null: as it was.
Levels = tuple[str | None, str | None]


def compare_names(one: Name, two: Name, *, family_ok: bool) -> Levels | None:
    """Return what a closer look finds, or None where it finds no more than was known.

    Args:
        one: the one record's name.
        two: the other's.
        family_ok: the family names are known to be one.
    """
    if one.name_han != two.name_han:
        kanji, typed = (one, two) if one.name_han else (two, one)
        return None if kanji.sure else _read(kanji, typed, family_ok=family_ok)
    if one.name_han:
        return None
    return _wordwise(one, two)


def _read(kanji: Name, typed: Name, *, family_ok: bool) -> Levels | None:
    """Compare a name in kanji with one in kana or Latin letters by how the kanji may sound."""
    if kanji.fam and not kanji.giv:
        # Half a name says nothing of the other half.
        return (None, "fits") if not family_ok and _fitting(kanji.fam, typed.fam_key or "") else None
    divided = kanji.fam and kanji.giv and typed.fam_key and typed.giv_key
    family = None if family_ok or not divided else _fitting(kanji.fam or "", typed.fam_key or "")
    given = _given(kanji, typed) if divided else None
    if given == "fits" or (given and given != "misfit" and (family_ok or family)):
        return given, family
    # The name may be divided in the wrong place, or turned round.
    whole = _read_whole(kanji, typed)
    if whole and whole[0] == "fits" and divided and _called_otherwise(kanji, typed):
        return "unsure", family
    if whole and (whole[0] == "fits" or not given):
        return whole
    return (given, family) if given and (family_ok or family) else None


def _fitting(name: str, reading: str) -> str | None:
    """Return "fits" if a family name can be read as typed."""
    bits = fit(name, reading)
    return "fits" if bits is not None and bits >= FITS else None


def _given(kanji: Name, typed: Name) -> str | None:
    """Return the level of a given name in kanji beside a typed one; None: nothing to say beyond the tables."""
    name, reading = kanji.giv or "", typed.giv_key or ""
    if len(reading) == 1:
        # The kanji one by one do not tell that 恵 is Megumi; the dictionary does.
        usual = [kanji.giv_key or "", *usual_given_readings(name), *likely_readings(name, share=_USUAL)]
        return "initial" if any(one.startswith(reading) for one in usual) else None
    bits = fit(name, reading)
    if bits is None:
        return None
    letters = _letters(kanji.mail1)
    named = len(reading) >= _SHORTEST and reading in letters
    if bits >= FITS and not named and _called_otherwise(kanji, typed):
        return "unsure"
    # A mailbox that bears the reading helps a little: it may be the mailbox of another in the house.
    if bits >= FITS or (named and bits >= FITS / 2):
        return "fits"
    # A slip makes no name; a name that is nearly another one is another one.
    if not typed.giv_known and len(reading) > _SHORTEST + 1 and _nearly_read(name, reading, letters):
        return "close"
    # One kanji alone is read in ways that it never is beside another.
    return "misfit" if bits < MISFITS and len(name) > 1 else "unsure"


def _nearly_read(name: str, reading: str, letters: str) -> bool:
    """Tell whether the kanji are read as typed but for one letter: a likely reading, or one that the mail bears."""
    likely = likely_readings(name, share=0.1)
    borne = [other for other in likely_readings(name) if len(other) > _SHORTEST and other in letters]
    return any(OSA.distance(reading, other, score_cutoff=1) <= 1 for other in (*likely, *borne))


def _called_otherwise(kanji: Name, typed: Name) -> bool:
    """Tell whether the mail of a name in kanji holds another reading of it that fits better than the typed one."""
    # Fujino is not called Jin.
    letters = _letters(kanji.mail1).replace(kanji.fam_key or " ", " ")
    name, reading = kanji.giv or "", typed.giv_key or ""
    bits = fit(name, reading)
    return (
        bits is not None
        and reading not in letters
        and any(
            other in letters and other not in reading and reading not in other and (fit(name, other) or bits) > bits
            for other in likely_readings(name)
            if len(other) > _SHORTEST
        )
    )


def _letters(mail: str | None) -> str:
    """Return the letters of a mail's part before the @, as they sound."""
    return (romaji_key(re.sub(r"[^a-z]+", " ", mail.partition("@")[0].lower())) or "") if mail else ""


def _read_whole(kanji: Name, typed: Name) -> Levels | None:
    """Compare whole names, wherever and in whichever order they are divided."""
    if not kanji.name_key or not typed.full_key:
        return None
    found = fit_whole(kanji.name_key, typed.full_key)
    if found is None or found.family < FITS:
        return None
    return ("fits", "fits") if found.given >= FITS else ("misfit" if found.given < MISFITS else "unsure", None)


#: How words are alike → the level that this is; null: the level that SQL found stands.
_LEVELS: Final = {"equal": None, "close": "close", "initial": "initial"}


def _wordwise(one: Name, two: Name) -> Levels | None:
    """Compare two names without kanji word by word, straight and crosswise."""
    if not (one.fam_key and one.giv_key and two.fam_key and two.giv_key):
        return _undivided(one, two) if one.fam is None or two.fam is None else None
    if min(len(one.words), len(two.words)) > _TWO_WORDS and "ja" in (one.locale, two.locale):
        # Van and Bao, of three words each, are two names.
        return _many_words(one, two)
    for straight in (True, False):
        pairs = _words(one, two, straight=straight)
        family, given = (_alike(*pair) for pair in pairs)
        if family and given and ((kinds := {family, given}) & {"equal", "sound"} or kinds == {"close", "initial"}):
            return _named_level(one, two, family, given, straight=straight)
    return _half_heard(one, two) or _many_words(one, two)


def _many_words(one: Name, two: Name) -> Levels | None:
    """Compare two names in Latin letters of which one has three words or more, in whichever order, with a slip in one.

    Forms cut such names and turn them round, and whoever types them off a card errs: POUDEL BISHAL BAHADUR, Bishal
    Paudel; FLORES MICHAEL BAUTISTA, Michael B. Flores. All words of the shorter one must be found in the longer.
    """
    short, long = sorted((one.words, two.words), key=len)
    if "ja" not in (one.locale, two.locale) or len(short) < _TWO_WORDS or len(long) <= _TWO_WORDS:
        return None
    left, slips = list(long), 0
    for word in sorted(short, key=len, reverse=True):
        found = word if word in left else next((other for other in left if _word_slip(word, other)), None)
        if found is None or not (word + found).isascii():
            return None
        left.remove(found)
        slips += found != word
    if slips > 1:
        return None
    return ("words", "words") if left else ("close", "close")


def _word_slip(one: str, two: str) -> bool:
    """Tell whether two words are one with a slip, or one of them is the other's first letter."""
    if min(len(one), len(two)) == 1:
        return one[0] == two[0]
    return _slip(one, two, _SHORTEST + 1)


def _half_heard(one: Name, two: Name) -> Levels | None:
    """Compare a Western name in kana and in its own letters, one word not to be heard: ローラン エマ, Emma Laurent.

    How a name of another language is put into kana follows its sound, not its spelling; where the spelling is none that
    kana are written in, the two say nothing against each other. The other word must agree.
    """
    kana, latin = (two, one) if (one.fam or "").isascii() else (one, two)
    if (kana.fam or "").isascii() or not (latin.fam or "").isascii():
        return None
    words = [_Word(latin.fam or "", latin.fam_key or ""), _Word(latin.giv or "", latin.giv_key or "")]
    for heard, open_word in (words, reversed(words)):
        if len(open_word.typed) < _SHORTEST or _ROMAJI.fullmatch(open_word.typed):
            continue
        if kana.giv_key and _sounds(kana.giv_key, heard):
            return "fits", "unsure"
        if kana.fam_key and _sounds(kana.fam_key, heard):
            return "unsure", "fits"
    return None


def _words(one: Name, two: Name, *, straight: bool) -> tuple[tuple[_Word, _Word], tuple[_Word, _Word]]:
    """Return which words to compare: family with family name and given with given name, or crosswise."""
    left = _Word(one.fam or "", one.fam_key or ""), _Word(one.giv or "", one.giv_key or "")
    right = _Word(two.fam or "", two.fam_key or ""), _Word(two.giv or "", two.giv_key or "")
    return ((left[0], right[0]), (left[1], right[1])) if straight else ((left[0], right[1]), (left[1], right[0]))


def _named_level(one: Name, two: Name, family: str, given: str, *, straight: bool) -> Levels | None:
    """Return the levels of given and family name from how their words are alike."""
    if "sound" in (family, given):
        return "fits", "fits"
    if not straight:
        worse = next((_LEVELS[kind] for kind in (family, given) if kind != "equal"), None)
        return worse or "swapped", "swapped"
    if given == "close" and one.giv_known and two.giv_known:
        return "close-known", _LEVELS[family]
    return _LEVELS[given], _LEVELS[family]


def _undivided(one: Name, two: Name) -> Levels | None:
    """Compare names of which one is not divided: the whole with a slip; one word with a slip, the other missing."""
    if _slip(one.full_key, two.full_key, 2 * _SHORTEST) or _sounds_swapped(one, two):
        return "close", None
    if _slip(one.full_key, two.fam_key, _SHORTEST + 1) or _slip(two.full_key, one.fam_key, _SHORTEST + 1):
        return "part", None
    return None


def _sounds_swapped(one: Name, two: Name) -> bool:
    """Tell whether two whole names, in either order, differ by two neighbouring kana in each other's place.

    A sound more or another sound makes another name; the same sounds in another order are hardly ever one.
    """
    if "ja" not in (one.locale, two.locale):
        return False
    keys = [(name.full_key, (name.giv_key or "") + (name.fam_key or "")) for name in (one, two)]
    written, turned = ([moras(key[at] or "") for key in keys] for at in (0, 1))
    pairs = ((written[0], written[1]), (written[0], turned[1]), (turned[0], written[1]))
    return any(
        len(left) > _SHORTEST and sorted(left) == sorted(right) and OSA.distance(left, right, score_cutoff=1) == 1
        for left, right in pairs
    )


def _slip(one: str | None, two: str | None, shortest: int) -> bool:
    """Tell whether two readings of at least this many letters differ by one letter."""
    if not one or not two or min(len(one), len(two)) < shortest:
        return False
    return OSA.distance(one, two, score_cutoff=1) <= 1


def _alike(one: _Word, two: _Word) -> str | None:
    """Return how two words are alike: "equal", "initial", "close" (a slip), "sound" (the consonants), or None.

    A pet form is equal to what it stands for.
    """
    if one.key == two.key or may_be_one(one.typed, two.typed):
        return "equal"
    written = [(one.typed, two.typed), (one.key, two.key)]
    if one.typed.isascii() == two.typed.isascii() and min(len(one.typed), len(two.typed)) == 1:
        written = written[:1]
    if min(len(word) for pair in written for word in pair) == 1:
        return "initial" if any(max(pair, key=len).startswith(min(pair, key=len)) for pair in written) else None
    for left, right in written:
        short, long = sorted((left, right), key=len)
        most = 1 if len(short) <= 2 * _SHORTEST else 2
        if long.isascii() and len(long) >= _SHORTEST and OSA.distance(short, long, score_cutoff=most) <= most:
            return "close"
    # Kana write a Western name by its sounds; only then do the consonants alone say something.
    if one.typed.isascii() == two.typed.isascii():
        return None
    kana, latin = (two, one) if one.typed.isascii() else (one, two)
    return "sound" if _sounds(kana.key, latin) else None


def _sounds(kana: str, latin: _Word) -> bool:
    """Tell whether a word in kana (its romaji key) sounds like one in Latin letters, or has the same consonants."""
    if re.sub(r"(.)\1+", r"\1", latin.typed) == re.sub(r"(.)\1+", r"\1", kana):
        return True
    return any(len(bones) > 1 for bones in _skeletons(kana) & _skeletons(latin.key))


def _skeletons(word: str) -> set[str]:
    """Return a word's consonants as kana may keep them: Wilson and ウィルソン are both "wrsn".

    An r or w behind a vowel is often not heard (ピーター, ブラウン): the word without them is another possibility.
    """
    plain = re.sub(r"r(?![aeiouyr])|w(?![aeiouy])", "", word)
    return {_consonants(word), _consonants(plain)}


def _consonants(word: str) -> str:
    plain = word.replace("th", "s").replace("ck", "k").replace("c", "k").replace("l", "r").replace("v", "b")
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouhy]", "", plain.replace("ts", "t").replace("j", "z")))


def mail_bears(mail: str, keys: Iterable[str]) -> str:
    """Tell whose name a mail bears before the @: the holder's ("own"), another surname ("other"), or none ("none").

    Args:
        mail: the address's key.
        keys: romaji keys of the holder's names.
    """
    words = [romaji_key(word) or "" for word in re.split(r"[^a-z]+", mail.partition("@")[0].lower())]
    letters, plain = "".join(words), re.sub(r"[^a-z]", "", mail.partition("@")[0].lower())
    if any(len(key) >= _SHORTEST and (key in letters or key in plain) for key in keys):
        return "own"
    surnames = name_data().surname_keys
    return "other" if any(len(word) > _SHORTEST and word in surnames for word in words) else "none"
