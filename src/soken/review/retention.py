"""The rules of retention: when somebody has to review, what counts unless people decide otherwise (data: TOML, R36)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import DamagedStoreError
from soken.review.words import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.review.words import Word

_FILE: Final = "retention.toml"
_RULE: Final = ("days", "source", "from")


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of an outcome.

    Attributes:
        word: the outcome's words; flagged where erasing is the default.
        days: after the outcome until the review is due.
        source: why.
        since: the first day of the rule.
    """

    word: Word
    days: int
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class Rules:
    """The file.

    Attributes:
        outcomes: code → rule.
        keep: coded reasons for keeping.
        erase: grounds of an erasure.
    """

    outcomes: Mapping[str, Rule]
    keep: Mapping[str, Word]
    erase: Mapping[str, Word]


@cache
def rules() -> Rules:
    """Return the rules of retention.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    said: dict[str, Any] = tomllib.loads(files("soken.review").joinpath(_FILE).read_text("utf-8"))
    table = said.get("outcomes", {})
    words = words_of(
        _FILE, {code: {k: v for k, v in one.items() if k not in _RULE} for code, one in table.items()}, "erase"
    )
    for code, one in table.items():
        if not (isinstance(one.get("days"), int) and one.get("source") and isinstance(one.get("from"), date)):
            raise DamagedStoreError(f"{_FILE}: the outcome {code!r} has no days, source or first day; reinstall Soken.")
    return Rules(
        outcomes=MappingProxyType(
            {code: Rule(words[code], one["days"], one["source"], one["from"]) for code, one in table.items()}
        ),
        keep=words_of(_FILE, said.get("keep", {})),
        erase=words_of(_FILE, said.get("erase", {})),
    )
