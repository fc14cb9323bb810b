"""Why somebody opens the page of a person: the coded reasons, with the days on which each can be given (data: TOML)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from soken.core.errors import DamagedStoreError


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that can be given.

    Attributes:
        code: what the ledger keeps.
        en, ja: its words.
        since, until: first and last day on which it can be given; None for no last day.
    """

    code: str
    en: str
    ja: str
    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether it can be given on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


def reasons_on(day: date) -> tuple[Reason, ...]:
    """Return the reasons that can be given on a day, in the order of the file."""
    return tuple(one for one in all_reasons() if one.holds(day))


@cache
def all_reasons() -> tuple[Reason, ...]:
    """Return every reason that can or could be given.

    Raises:
        DamagedStoreError: the file that came with Soken is not as it must be.
    """
    return read_reasons(files("soken.access").joinpath("reasons.toml").read_text(encoding="utf-8"))


def read_reasons(text: str) -> tuple[Reason, ...]:
    """Return the reasons of a file.

    Args:
        text: TOML, as in ``reasons.toml``.

    Raises:
        DamagedStoreError: a field is missing, unknown or of the wrong kind, or two reasons share a code.
    """
    try:
        found = tuple(Reason(**one) for one in tomllib.loads(text)["reason"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as problem:
        raise DamagedStoreError(f"The list of reasons cannot be read: {problem}; install Soken anew.") from problem
    codes = [one.code for one in found]
    if len(set(codes)) < len(codes) or not all(_whole(one) for one in found):
        raise DamagedStoreError(
            "The list of reasons names a code twice or has a field of the wrong kind; install Soken anew."
        )
    return found


def _whole(reason: Reason) -> bool:
    """Tell whether the fields of a reason are what they must be."""
    texts = all(isinstance(one, str) and one for one in (reason.code, reason.en, reason.ja))
    return texts and isinstance(reason.since, date) and isinstance(reason.until, date | None)
