"""What clearances are coded with in statistics: groups of offences, occupations, school stages, forms (data: TOML)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import BadInputError, DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = "codes.toml"
#: Code of what nobody said.
UNSTATED: Final = "unstated"
#: The lists of the file, and what an entry of each holds beside its words.
_LISTS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "groups": frozenset({"law", "since"}),
        "occupations": frozenset({"trust"}),
        "trusts": frozenset(),
        "stages": frozenset(),
        "forms": frozenset(),
        "relations": frozenset(),
        "networks": frozenset(),
        "measures": frozenset(),
        "decisions": frozenset(),
        "ages": frozenset({"from"}),
        "juveniles": frozenset(),
    }
)


@dataclass(frozen=True, slots=True)
class Code:
    """An entry of a code list.

    Attributes:
        code: as stored.
        en, ja: in words.
        since: the first day of clearing on which it can be used; None where any day will do.
        trust: a position of trust over children.
        begins: the age from which on the band holds; None outside the list of ages, and for "unstated".
    """

    code: str
    en: str
    ja: str
    since: date | None = None
    trust: bool = False
    begins: int | None = None

    def said(self, language: str) -> str:
        """Return the words in "ja", else in English."""
        return self.ja if language == "ja" else self.en


@cache
def code_list(name: str) -> Mapping[str, Code]:
    """Return a code list in the file's order.

    Args:
        name: "groups", "occupations", "trusts", "stages", "forms", "relations", "networks", "measures", "decisions",
            "ages" or "juveniles".

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    found: dict[str, dict[str, Any]] = tomllib.loads(files("soken.report").joinpath(_FILE).read_text("utf-8")).get(
        name, {}
    )
    if UNSTATED not in found:
        raise DamagedStoreError(f"{_FILE}: the list {name!r} is missing or not whole; reinstall Soken.")
    return MappingProxyType({code: _code(name, code, said) for code, said in found.items()})


def known_code(name: str, code: str, *, day: date | None = None) -> Code:
    """Return the entry of a code that somebody gave.

    Args:
        name: the list.
        code: what was given; '' is "unstated".
        day: the day of clearing, where the list depends on it.

    Raises:
        BadInputError: the list has no such code, or not on that day.
    """
    found = code_list(name).get(code or UNSTATED)
    if found is None or (day is not None and found.since is not None and day < found.since):
        raise BadInputError(f"{code!r} is none of the {name}: give one of {', '.join(code_list(name))}.")
    return found


def _code(name: str, code: str, said: dict[str, Any]) -> Code:
    """Return an entry as the file has it.

    Raises:
        DamagedStoreError: a value is missing, is of another type, or is one too many.
    """
    further = _LISTS[name] - ({"from"} if code == UNSTATED else set())
    whole = said.keys() == {"en", "ja"} | further and bool(said["en"]) and bool(said["ja"])
    if (
        not whole
        or not isinstance(said.get("trust", False), bool)
        or type(said.get("from", 0)) is not int
        or type(said.get("since", date.min)) is not date
    ):
        raise DamagedStoreError(f"{_FILE}: the entry {code!r} of {name!r} is not whole; reinstall Soken.")
    return Code(code, said["en"], said["ja"], said.get("since"), said.get("trust", False), said.get("from"))
