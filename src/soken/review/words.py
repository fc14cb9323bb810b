"""The coded words of a dossier: elements, reasons, explanations, kinds of evidence; data, loaded and checked once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, slots=True)
class Word:
    """A code with its words in both languages.

    Attributes:
        code: as stored.
        en: in English.
        ja: in Japanese.
        hint_en, hint_ja: what to take care of, '' if nothing.
        flag: what the table says of it: an element needs a day, a reason is chargeable, an explanation is required,
            an origin is independent of the seized list.
        origins: where an exhibit must come from to show an element, or to corroborate in this way; codes of
            `exhibit_origins`, none where the table does not ask.
    """

    code: str
    en: str
    ja: str
    hint_en: str = ""
    hint_ja: str = ""
    flag: bool = False
    origins: frozenset[str] = frozenset()

    def said(self, language: str) -> str:
        """Return the words in "ja", else in English."""
        return self.ja if language == "ja" else self.en

    def hint(self, language: str) -> str:
        """Return the hint in "ja", else in English."""
        return self.hint_ja if language == "ja" else self.hint_en


def _read(name: str) -> dict[str, Any]:
    """Return a table that ships with Soken."""
    return tomllib.loads(files("soken.review").joinpath(name).read_text("utf-8"))


def words_of(
    name: str, table: Mapping[str, Mapping[str, Any]], flag: str = "", *, origins: Collection[str] = ()
) -> Mapping[str, Word]:
    """Return code → word, in the file's order.

    Args:
        name: the file, for the error.
        table: code → what the file says.
        flag: the key that says yes or no, '' if the table has none.
        origins: codes of which each entry names those that fit it; none if the table names none.

    Raises:
        DamagedStoreError: a word is missing in a language, is too long to store, the flag is not yes or no, or the
            origins are none or not known.
    """
    allowed = {"en", "ja", "hint_en", "hint_ja", *filter(None, [flag]), *(["origins"] if origins else [])}
    found = {}
    for code, said in table.items():
        marked = said.get(flag, False) if flag else False
        fitting = _known(said.get("origins"), origins)
        whole = bool(said.get("en")) and bool(said.get("ja")) and isinstance(marked, bool)
        if fitting is None or not whole or len(code) > 30 or (flag and flag not in said) or not set(said) <= allowed:
            raise DamagedStoreError(f"{name}: the entry {code!r} is not whole; reinstall Soken.")
        found[code] = Word(
            code, said["en"], said["ja"], said.get("hint_en", ""), said.get("hint_ja", ""), marked, fitting
        )
    if not found:
        raise DamagedStoreError(f"{name} holds no entry; reinstall Soken.")
    return MappingProxyType(found)


def _known(said: object, origins: Collection[str]) -> frozenset[str] | None:
    """Return the origins that an entry names; None where it names none, the same twice, or one that is not known."""
    if not origins:
        return frozenset()
    if not isinstance(said, list) or not said or any(one not in origins for one in said):
        return None
    return frozenset(said) if len(set(said)) == len(said) else None


@cache
def elements() -> Mapping[str, Word]:
    """Return what must be shown under art. 7(1); flagged ones for a stated day (2.4, R29)."""
    table = _read("elements.toml")
    coded = {code: said for code, said in table.items() if code != "law"}
    return words_of("elements.toml", coded, "dated", origins=exhibit_origins())


@cache
def punishable_from() -> date:
    """Return the first day on which possession for one's own purpose was punishable (2.3, R28)."""
    found = _read("elements.toml").get("law", {}).get("from")
    if not isinstance(found, date):
        raise DamagedStoreError("elements.toml does not say since when the law is in force; reinstall Soken.")
    return found


@cache
def element_sources() -> int:
    """Return on how many kinds of source all elements together rest at the least (R7, R29)."""
    found = _read("elements.toml").get("law", {}).get("origins_least")
    if not isinstance(found, int) or found < 1:
        raise DamagedStoreError("elements.toml does not say on how many sources the elements rest; reinstall Soken.")
    return found


@cache
def ways_of_looking_after() -> Mapping[str, Word]:
    """Return how somebody looks after a person; flagged ones reach them, or somebody close (R31)."""
    return words_of("welfare.toml", _read("welfare.toml").get("ways", {}), "reached")


def first_look_within() -> int:
    """Return days after which somebody has looked after a person to whom the police came (R31)."""
    return _days("first_days")


def longest_without_a_look() -> int:
    """Return days ahead of which the next look after a person is agreed at the latest (R31)."""
    return _days("longest_days")


@cache
def _days(key: str) -> int:
    """Return a number of days of `welfare.toml`."""
    found = _read("welfare.toml").get(key)
    if not isinstance(found, int) or found < 1:
        raise DamagedStoreError(f"welfare.toml does not say {key}; reinstall Soken.")
    return found


@cache
def screening_reasons() -> Mapping[str, Word]:
    """Return the reasons of a screening; flagged ones say that a charge is possible (R9)."""
    return words_of("screening_reasons.toml", _read("screening_reasons.toml"), "chargeable")


@cache
def rival_explanations() -> Mapping[str, Word]:
    """Return the explanations under which this person is not the one; flagged ones must be tested (R6)."""
    return words_of("rival_explanations.toml", _read("rival_explanations.toml"), "required")


@cache
def corroboration_kinds() -> Mapping[str, Word]:
    """Return the kinds of evidence that may stand beside the purchase row (R7)."""
    return words_of("corroboration.toml", _read("corroboration.toml").get("kinds", {}), origins=exhibit_origins())


@cache
def exhibit_origins() -> Mapping[str, Word]:
    """Return where exhibits come from; flagged ones are independent of the seized list (R7, R29)."""
    return words_of("corroboration.toml", _read("corroboration.toml").get("origins", {}), "independent")


#: Origin of what a search found: no ground for a search.
SEARCH: Final = "search"
#: Element that must be shown for a day on which the law was in force.
POSSESSION: Final = "possession"
