"""What no factor may ask or read: address area, nationality and the like (R16); a list, not a matter of taste."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from soken.core.errors import BadInputError, DamagedStoreError
from soken.core.fields import FIELDS
from soken.normalise.places import fold_place, municipality_names

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Letters of other alphabets that look like Latin ones, as they stand in a text of small letters (Cyrillic, Greek).
_ALIKE: Final = str.maketrans("аеорсухіјѕԁһкмнтвαορικτυενχ", "aeopcyxijsdhkmhtbaopiktuevx")
#: Letters set apart ("n a t i o n"), as they stand in a folded text.
_SPELT: Final = re.compile(r"\b(?:[a-z0-9] ){2,}[a-z0-9]\b")


@dataclass(frozen=True, slots=True)
class Words:
    """Words to be recognised in either language, however they are written.

    Attributes:
        english: whole words and beginnings of words.
        japanese: parts of texts.
    """

    english: re.Pattern[str]
    japanese: re.Pattern[str]

    def found_in(self, text: str) -> str:
        """Return the first of the words that stands in a text, '' if none does.

        Width, case, blanks, punctuation, accents and marks that show nothing are folded away, letters of another
        alphabet that look like Latin ones are read as those, and letters set apart are joined.
        """
        shown = (one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
        alike = "".join(map(_without_accent, "".join(shown).casefold())).translate(_ALIKE)
        parted = re.sub(r"[\W_]+", " ", alike)
        joined = _SPELT.sub(lambda letters: letters[0].replace(" ", ""), parted)
        found = self.english.search(joined) or self.japanese.search(parted.replace(" ", ""))
        return found[0] if found else ""


def _without_accent(letter: str) -> str:
    """Return a Latin letter without its accent; any other sign as it is: a kana without its mark is another one."""
    return unicodedata.normalize("NFD", letter)[0] if "\u00c0" <= letter <= "\u024f" else letter


@dataclass(frozen=True, slots=True)
class RefusedInput:
    """Something that must not be asked.

    Attributes:
        code: which.
        en, ja: in words.
        words: by what it is recognised.
        fields: fields of a record that tell it.
    """

    code: str
    en: str
    ja: str
    words: Words
    fields: frozenset[str]


@cache
def refused_inputs() -> tuple[RefusedInput, ...]:
    """Return what must not be asked (``refused_inputs.toml``).

    Raises:
        DamagedStoreError: the list names a field that no record has, and so would bar nothing.
    """
    table = tomllib.loads(files("soken.prioritise").joinpath("refused_inputs.toml").read_text("utf-8"))
    found = tuple(
        RefusedInput(code, one["en"], one["ja"], words(one["words_en"], one["words_ja"]), frozenset(one["fields"]))
        for code, one in table.items()
    )
    unknown = sorted(frozenset().union(*(one.fields for one in found)) - FIELDS.keys())
    if unknown:
        raise DamagedStoreError(f"refused_inputs.toml names no field of a record ({unknown[0]!r}): install Soken anew.")
    return found


def refuse_input(name: str, code: str, texts: Iterable[str]) -> None:
    """Refuse a factor that asks what must not be asked.

    Args:
        name: the file, for the error.
        code: the factor.
        texts: its code, question, hints and answers.

    Raises:
        BadInputError: it does; the sentence names the word and the ground.
    """
    for text in texts:
        for one in refused_inputs():
            found = one.words.found_in(text)
            if found:
                raise _barred(name, code, one, found)


def refuse_places(name: str, code: str, texts: Iterable[str]) -> None:
    """Refuse a factor that names a municipality or a ward: where somebody lives, whatever the question is.

    Args:
        name: the file, for the error.
        code: the factor.
        texts: its code, question, hints and answers.

    Raises:
        BadInputError: it does; the sentence names the place.
    """
    area = next(one for one in refused_inputs() if one.code == "address-area")
    for text in texts:
        found = _municipalities().search(fold_place(re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))))
        if found:
            raise _barred(name, code, area, found[0])


@cache
def _municipalities() -> re.Pattern[str]:
    """Return what the names of municipalities and wards look like in a folded text, the longest first."""
    names = sorted(municipality_names(), key=lambda one: (-len(one), one))
    return re.compile("|".join(map(re.escape, names)))


def refuse_reading(name: str, code: str, reads: Iterable[str]) -> None:
    """Refuse a factor that reads anything but the fields of a record that may be read.

    Args:
        name: the file, for the error.
        code: the factor.
        reads: what it says that it reads.

    Raises:
        BadInputError: it names a barred field, or something that is no field: nobody could tell what that holds.
    """
    for field in reads:
        for one in refused_inputs():
            if field in one.fields:
                raise _barred(name, code, one, field)
        if field not in FIELDS:
            allowed = sorted(FIELDS.keys() - frozenset().union(*(one.fields for one in refused_inputs())))
            raise BadInputError(
                f"{name}: the factor {code!r} reads {field!r}, which is no field of a record; it may read "
                f"{', '.join(allowed)}."
            )


def refuse_grade(name: str, code: str, texts: Iterable[str], reads: Iterable[str]) -> None:
    """Refuse a factor that speaks of the grade of what was bought and does not say that it is about it (R11).

    Args:
        name: the file, for the error.
        code: the factor.
        texts: its code, question, hints and answers.
        reads: the fields that it reads.

    Raises:
        BadInputError: it does; the sentence names the word.
    """
    told, fields = _grade_words()
    found = [word for word in map(told.found_in, texts) if word] + [one for one in reads if one in fields]
    if found:
        raise BadInputError(
            f"{name}: the factor {code!r} speaks of the items' grade ({found[0]!r}); write about = 'item-grade' and "
            "group = 'other', or put it in other words."
        )


@cache
def _grade_words() -> tuple[Words, frozenset[str]]:
    """Return the words and fields of the items' grade (``grade_words.toml``)."""
    told = tomllib.loads(files("soken.prioritise").joinpath("grade_words.toml").read_text("utf-8"))
    return words(told["words_en"], told["words_ja"]), frozenset(told["fields"])


def words(english: list[str], japanese: list[str]) -> Words:
    """Return the pattern of whole English words, beginnings of words ("*"), and parts of Japanese texts."""
    parts = [re.escape(one).replace(r"\*", r"\w*") for one in english]
    return Words(re.compile(rf"\b(?:{'|'.join(parts)})\b"), re.compile("|".join(map(re.escape, japanese))))


def _barred(name: str, code: str, one: RefusedInput, found: str) -> BadInputError:
    """Return the refusal of a factor that asks or reads what is barred."""
    return BadInputError(
        f"{name}: the factor {code!r} asks for {one.en} ({found!r}), which may not set anybody's priority; take the "
        "factor out."
    )
