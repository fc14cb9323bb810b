"""Names of the international locale: given and family name in lower-case ASCII, without accents, titles and signs.

Nicknames are not merged (Bob is not Robert here: that would be a guess about a person), and nothing is corrected.
Middle initials are left out of the given name; a full middle name gives a second form of it beside the first.
"""

from __future__ import annotations

import re

from soken.normalise.kanji import fold_kanji
from soken.normalise.name_words import script_of
from soken.normalise.names import Name
from soken.normalise.width import strip_accents

_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "rev", "fr", "lady", "lord", "master"}
)
#: Marks of generation, as typed and as kept.
_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_SUFFIXES = frozenset({*_GENERATIONS, "esq", "phd", "md"})
#: Words that begin a family name of several words.
_PARTICLES = frozenset(
    {
        "van", "von", "de", "da", "di", "del", "della", "der", "den", "ter", "la", "le", "du", "dos", "das",
        "bin", "ibn", "al", "el", "st", "saint", "san", "mac", "mc", "o", "ap", "af", "av", "zu", "y",
    }
)  # fmt: skip
_BRACKETS = re.compile(r"\([^)]*\)|\"[^\"]*\"|\[[^\]]*\]")
_SIGNS = re.compile(r"['.-]")
#: Not the end of Michael, Samuel, Joel.
_UMLAUT = re.compile(r"([aou])e(?!l\b)")
_BREAKS = re.compile(r"[^\w]+|_")


def ascii_words(text: str) -> list[str]:
    """Return the words of a text, lower case, without accents; apostrophes, hyphens and dots join, other signs part.

    Accepts any text; letters of other scripts stay (folded as `fold_kanji` does).
    """
    return [word.casefold() for word in _typed_words(text)]


def _typed_words(text: str) -> list[str]:
    """Return the words of a text without accents and joining signs, in the case as typed."""
    return [word for word in _BREAKS.split(_SIGNS.sub("", strip_accents(fold_kanji(text)))) if word]


def _untitled(words: list[str]) -> list[str]:
    """Return the words without titles before and marks of generation behind; never none."""
    while len(words) > 1 and words[0].casefold() in _TITLES:
        words = words[1:]
    while len(words) > 1 and words[-1].casefold() in _SUFFIXES:
        words = words[:-1]
    return words


def _capital_family(text: str) -> tuple[list[str], list[str]] | None:
    """Return (family, given) where one of them alone stands in capitals, as forms ask for: SMITH John, John SMITH."""
    words = _untitled(_typed_words(text))
    capitals = [word.isupper() and len(word) > 1 for word in words]
    places = [at for at in range(1, len(words)) if capitals[at] != capitals[at - 1]]
    if len(places) != 1:
        return None
    front, back = words[: places[0]], words[places[0] :]
    family, given = (front, back) if capitals[0] else (back, front)
    return [word.casefold() for word in family], [word.casefold() for word in given]


def parse_western(full: str | None, family: str | None, given: str | None) -> Name:
    """Return the comparable form of a name.

    Accepts any texts, each as typed or None: two fields, or one with "Given Family", "Family, Given", "FAMILY Given",
    titles, middle names and initials, particles (van der Berg), hyphens. A name of one word stays undivided.

    Args:
        full: the field for the whole name.
        family: the field for the family name.
        given: the field for the given name.
    """
    return _parsed(full, family, given)._replace(generation=_generation(full, family, given))


def _generation(*fields: str | None) -> str | None:
    """Return the mark of generation that stands in any field beside a name."""
    for text in fields:
        words = ascii_words(text or "")
        if len(words) > 1 and (marks := [_GENERATIONS[word] for word in words if word in _GENERATIONS]):
            return marks[-1]
    return None


def _parsed(full: str | None, family: str | None, given: str | None) -> Name:
    """Return the name without its mark of generation."""
    one = _untitled(ascii_words(family or ""))
    two = _untitled(ascii_words(given or ""))
    if one and two:
        return _divided(one, two)
    whole = next((text for text in (full, family, given) if text and ascii_words(text)), "")
    bare = _BRACKETS.sub(" ", whole)
    before, comma, after = (bare if ascii_words(bare) else whole).partition(",")
    first, second = _untitled(ascii_words(before)), _untitled(ascii_words(after))
    if comma and first and second and not set(second) <= _SUFFIXES:
        return _divided(first, second)
    words = _untitled(ascii_words(before if comma and first else whole if comma else bare) or ascii_words(whole))
    if len(words) < 2:
        key = "".join(words) or None
        return Name(key=key, script=script_of(key or ""), full_typed=(key,) if key else ())
    if capital := _capital_family(bare):
        return _divided(*capital)
    if len(words) > 2 and len(words[-1]) == 1:  # Smith John M.: an initial follows the name that one is called by
        return _divided(words[:-2], words[-2:], swapped=len(words) == 3)
    at = next((place for place in range(1, len(words) - 1) if words[place] in _PARTICLES), len(words) - 1)
    return _divided(words[at:], words[:at], swapped=len(words) == 2)


def _spelt(word: str) -> tuple[str, ...]:
    """Return a word and, where it may stand for one with an umlaut, that without its mark: mueller, muller."""
    plain = _UMLAUT.sub(r"\1", word)
    return (word,) if plain == word else (word, plain)


def _divided(family: list[str], given: list[str], *, swapped: bool = False) -> Name:
    """Return a divided name."""
    # No family name ends with an initial: the fields were taken for one another (James R. / Parwell).
    while len(family) > 1 and len(family[-1]) == 1:
        family = family[:-1]
    called = given[:1] + [word for word in given[1:] if len(word) > 1]
    first, whole, last = called[0], "".join(called), "".join(family)
    if len(called[0]) == 1 and len(called) > 1:  # J. Edgar: the initial says less than the name
        first = called[1]
    forms = tuple(dict.fromkeys((whole, first)))
    return Name(
        key=whole + last,
        script=script_of(whole + last),
        family=last,
        given=whole,
        split_sure=True,
        family_typed=_spelt(last),
        given_typed=tuple(dict.fromkeys(other for form in forms for other in _spelt(form))),
        full_typed=tuple(
            dict.fromkeys(one + other for one in _spelt(last) for form in forms for other in _spelt(form))
        ),
        swapped_possible=swapped,
    )
