"""Where a family name ends and a given name begins, and which of two words is which.

Decided by how many people bear a word as surname and as given name: outside tables (`name_tables`) and what the list's
own separate fields show (`KnownNames`). Where the figures do not clearly speak for one reading, nothing is decided.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from soken.normalise.name_tables import given_share, name_data, surname_readings, surname_share
from soken.normalise.romaji import romaji_key

if TYPE_CHECKING:
    from collections.abc import Iterable

_HAN = re.compile(r"[々〆\u3400-\u9fff\U00020000-\U0003ffff]")
#: Share assumed for a word that no source knows: as surname; as given name (those are freely made), by its length.
_NO_SURNAME = 2e-8
_NO_GIVEN = {1: 1e-7, 2: 4e-7, 3: 2e-7}
_NO_KEY = 1e-7
#: How many times likelier than the next one a division must be to be called sure.
_CLEARLY = 20.0
_LONGEST_FAMILY, _LONGEST_GIVEN = 5, 4
_SHORTEST_KANA, _LONGEST_KANA, _LONGEST_LATIN = 3, 16, 32


#: A surname borne by fewer is as good as unknown.
_DOUBTFUL_SHARE = 4e-7
#: How many words' weights are kept (about fifty megabytes at most).
_MOST_WORDS = 1 << 18


class _Weights(NamedTuple):
    """What is known about a word: `family_weight`, `given_weight`, kanji in it, no surname that any source knows."""

    family: float
    given: float
    han: bool
    unknown: bool


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What a list's own fields say about names: word or romaji key → share of the list's rows.

    Attributes:
        families: folded words and romaji keys met in fields for family names.
        givens: the same for given names.
    """

    families: dict[str, float] = field(default_factory=dict)
    givens: dict[str, float] = field(default_factory=dict)
    _weights: dict[str, _Weights] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def empty(cls) -> KnownNames:
        """Return no knowledge."""
        return cls()

    @classmethod
    def learn(cls, families: Iterable[tuple[str, int]], givens: Iterable[tuple[str, int]]) -> KnownNames:
        """Return what (word, number of rows) pairs of the two fields show; words met once are left out as slips."""
        return cls(_shares(families), _shares(givens))

    def weights(self, word: str) -> _Weights:
        """Return what is known about a folded word; found once, for the same words come again and again."""
        found = self._weights.get(word)
        if found is None:
            if len(self._weights) >= _MOST_WORDS:
                self._weights.clear()
            unknown = surname_share(word) <= _DOUBTFUL_SHARE
            found = _Weights(family_weight(word, self), given_weight(word, self), bool(_HAN.search(word)), unknown)
            self._weights[word] = found
        return found


def _shares(counted: Iterable[tuple[str, int]]) -> dict[str, float]:
    """Return words and their romaji keys with their shares."""
    sums: dict[str, int] = {}
    total = 0
    for word, count in counted:
        total += count
        for form in {word, romaji_key(word)} - {None}:
            sums[str(form)] = sums.get(str(form), 0) + count
    return {word: count / total for word, count in sums.items() if count > 1}


#: How often a word that stands alone is the family name alone, or the given name, and no whole name (about, in lists).
_ALONE, _GIVEN_ALONE = 0.02, 0.0005


def family_weight(word: str, known: KnownNames) -> float:
    """Return about what share of people bear a folded word as family name; a small floor for the unknown."""
    if _HAN.search(word):
        return surname_share(word) + known.families.get(word, 0.0) or _NO_SURNAME
    key = romaji_key(word) or ""
    return name_data().surname_keys.get(key, 0.0) + known.families.get(key, 0.0) or _NO_KEY


def given_weight(word: str, known: KnownNames) -> float:
    """Return about what share of people bear a folded word as given name; a small floor for the unknown."""
    if _HAN.search(word):
        return given_share(word) + known.givens.get(word, 0.0) or _NO_GIVEN.get(len(word), 1e-9)
    key = romaji_key(word) or ""
    return name_data().given_keys.get(key, 0.0) + known.givens.get(key, 0.0) or _NO_KEY


def order_odds(first: str, second: str, known: KnownNames, prior: float) -> float:
    """Return how likely (0..1) it is that the first word is the family name; ``prior`` where nothing is known."""
    kept = known._weights  # a call less on the way that every name takes twice
    one, two = kept.get(first) or known.weights(first), kept.get(second) or known.weights(second)
    # The floors differ by length; words nobody knows say nothing about the order.
    if (one.han or two.han) and one.unknown and two.unknown and not known.families:
        return prior
    as_typed = one.family * two.given * prior
    turned = two.family * one.given * (1 - prior)
    return as_typed / (as_typed + turned)


def divide_kanji(name: str, known: KnownNames) -> tuple[str, str] | None:
    """Return (family, given) of an undivided folded name, or None where no division is clear.

    Accepts any text; names in kana go to `divide_kana`, names in Latin letters too.
    """
    if not _HAN.search(name):
        return divide_kana(name, None, known) if romaji_key(name) else None
    ranked = sorted(_candidates(name, known), reverse=True)
    if not ranked:
        return None
    best, at = ranked[0]
    # 田中 is a family name alone and 秋男 a given name; neither is somebody called 田 or 秋. 林太郎 may be either.
    alone = max(surname_share(name) + known.families.get(name, 0.0), _DOUBTFUL_SHARE) - _DOUBTFUL_SHARE
    if max(alone * _ALONE, given_share(name) * _GIVEN_ALONE / _CLEARLY) > best:
        return None
    family, given = _parts(name, at)
    if family_weight(family, known) <= _NO_SURNAME:
        return None
    if len(ranked) > 1 and best < ranked[1][0] * _CLEARLY:
        return None
    if given_weight(given, known) <= _NO_GIVEN[2] and not _usual_lengths(family, given):
        return None
    return family, given


def _parts(name: str, at: int) -> tuple[str, str]:
    """Return both parts of a folded name; a kanji repeated across the cut (岩瀬々里子) is written out in the second."""
    first, second = name[:at], name[at:]
    return (first, first[-1] + second[1:]) if at and second.startswith("々") else (first, second)


def _candidates(name: str, known: KnownNames) -> Iterable[tuple[float, int]]:
    """Yield each division's weight and place."""
    for at in range(1, min(_LONGEST_FAMILY, len(name) - 1) + 1):
        family, given = _parts(name, at)
        if len(given) > _LONGEST_GIVEN and not romaji_key(given):
            continue
        # A change from kanji to kana usually parts the names (山田タロウ).
        bonus = 30.0 if _HAN.search(family[-1]) and not _HAN.search(given) else 1.0
        yield family_weight(family, known) * given_weight(given, known) * bonus * _length_share(at, len(given)), at


def _length_share(family: int, given: int) -> float:
    """Return how usual a pair of lengths is in kanji (estimated on the name tables): two and two is the commonest."""
    return {1: 0.08, 2: 0.8, 3: 0.1}.get(family, 0.005) * {1: 0.15, 2: 0.7, 3: 0.14}.get(given, 0.02)


def _usual_lengths(family: str, given: str) -> bool:
    """Tell whether the lengths are those of nearly all names: the second opinion on an unknown given name."""
    return (len(family) == 2 and len(given) in (1, 2, 3)) or (len(family) == 3 and len(given) == 2)


def divide_kana(name: str, family: str | None, known: KnownNames) -> tuple[str, str] | None:
    """Return (family, given) of an undivided name in kana or Latin letters, or None where no division is clear.

    Args:
        name: katakana or lower-case letters.
        family: the family name in kanji, if known: then its readings say where the kana part.
        known: what the list says.
    """
    places = _cuts(name)
    if family is not None and _HAN.search(family):
        readings = set(surname_readings(family))
        fitting = [at for at in places if romaji_key(name[:at]) in readings]
        return (name[: fitting[0]], name[fitting[0] :]) if len(fitting) == 1 else None
    weighed = []
    for at in places:
        one, two = family_weight(name[:at], known), given_weight(name[at:], known)
        if one > _NO_KEY and two > _NO_KEY:
            weighed.append((one * two, at))
    weighed.sort(reverse=True)
    # ミヤモト is a family name alone, and neither ミヤ nor モト.
    if weighed and family_weight(name, known) * _ALONE > weighed[0][0]:
        return None
    if not weighed or (len(weighed) > 1 and weighed[0][0] < weighed[1][0] * _CLEARLY):
        return None
    return name[: weighed[0][1]], name[weighed[0][1] :]


def _cuts(name: str) -> list[int]:
    """Return the places where a name in kana or Latin letters can be divided; none if it is too short or too long."""
    if name.isascii():
        return list(range(2, len(name) - 1)) if len(name) <= _LONGEST_LATIN else []
    if not _SHORTEST_KANA <= len(name) <= _LONGEST_KANA:
        return []
    return [at for at in range(1, len(name)) if name[at] not in "ァィゥェォャュョッーン"]


def divide_with_kana(name: str, first: str, second: str) -> tuple[str, str] | None:
    """Return the two parts, in the order written, of an undivided name whose reading was typed in two fields.

    Args:
        name: the folded name in any script.
        first: the one kana field.
        second: the other one.
    """
    keys = romaji_key(first), romaji_key(second)
    if not _HAN.search(name):
        for one, two in (keys, keys[::-1]):
            fitting = [at for at in _cuts(name) if romaji_key(name[:at]) == one and romaji_key(name[at:]) == two]
            if fitting:
                return name[: fitting[0]], name[fitting[0] :]
        return None
    for at in range(1, min(len(name), _LONGEST_FAMILY + 1)):
        for family, given in (_parts(name, at), _parts(name, len(name) - at)[::-1]):
            if given and any(key in surname_readings(family) for key in keys):
                return (family, given) if name.startswith(family) else (given, family)
    return None


def likely_divisions(name: str, known: KnownNames) -> list[tuple[str, str]]:
    """Return the divisions of an undivided kanji name whose family name is known, the likeliest first."""
    if not _HAN.search(name):
        return []
    ranked = sorted(_candidates(name, known), reverse=True)
    return [_parts(name, at) for _weight, at in ranked if family_weight(name[:at], known) > _NO_SURNAME]
