"""Reading a part of an instrument: each value is of its kind or the file is refused in one sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,29}")
_LONGEST_TEXT: Final = 400
_MOST_POINTS: Final = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a question.

    Attributes:
        code: as stored.
        points: what it counts, never below 0.
        en, ja: in words.
    """

    code: str
    points: int
    en: str
    ja: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A table of the file.

    Attributes:
        name: the file, for errors.
        code: the factor, for errors; '' elsewhere.
        table: what stands there.
    """

    name: str
    code: str
    table: Mapping[str, Any]

    def only(self, *keys: str) -> None:
        """Refuse a key that is not one of these: a slip would otherwise be read as silence.

        Raises:
            BadInputError: there is one.
        """
        unknown = sorted(set(self.table) - set(keys))
        whole(not unknown, f"{self._where}: {', '.join(map(repr, unknown))} is not known here; correct the file.")

    def text(self, key: str, *, needed: bool = True) -> str:
        """Return a text; '' where it is not there and need not be.

        Raises:
            BadInputError: it is none.
        """
        found = self.table.get(key, "")
        if not isinstance(found, str) or len(found) > _LONGEST_TEXT or (needed and not found.strip()):
            raise BadInputError(f"{self._where}: {key!r} must be a text of 1 to {_LONGEST_TEXT} characters.")
        return found.strip()

    def texts(self, key: str) -> list[str]:
        """Return a list of texts, empty where there is none.

        Raises:
            BadInputError: it is something else.
        """
        found = self.table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise BadInputError(f"{self._where}: {key!r} must be a list of texts.")
        return found

    def code_of(self, found: object, key: str) -> str:
        """Return a code of small letters, digits and hyphens.

        Raises:
            BadInputError: it is none.
        """
        if not isinstance(found, str) or not _CODE.fullmatch(found):
            raise BadInputError(f"{self._where}: {key!r} must be small letters, digits and hyphens, at most 30.")
        return found

    def code_at(self, key: str) -> str:
        """Return the code that stands at a key (see `code_of`)."""
        return self.code_of(self.table.get(key), key)

    def choice(self, key: str, known: Iterable[str]) -> str:
        """Return one of the codes known.

        Raises:
            BadInputError: it is none.
        """
        names = [str(one) for one in known]
        found = self.table.get(key)
        if not isinstance(found, str) or found not in names:
            raise BadInputError(f"{self._where}: {key!r} must be one of: {', '.join(names)}.")
        return found

    def number(self, key: str, least: int, most: int) -> int:
        """Return a whole number within limits.

        Raises:
            BadInputError: it is none.
        """
        found = self.table.get(key)
        if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
            raise BadInputError(f"{self._where}: {key!r} must be a whole number from {least} to {most}.")
        return found

    def flag(self, key: str) -> bool:
        """Return yes or no; no where nothing stands.

        Raises:
            BadInputError: it is neither.
        """
        found = self.table.get(key, False)
        if not isinstance(found, bool):
            raise BadInputError(f"{self._where}: {key!r} must be true or false.")
        return found

    def day(self, key: str) -> date:
        """Return a day.

        Raises:
            BadInputError: it is none.
        """
        found = self.table.get(key)
        if type(found) is not date:
            raise BadInputError(f"{self._where}: {key!r} must be a day, as 2026-11-23.")
        return found

    def entries(self, key: str) -> list[Entry]:
        """Return the tables of an array that is not empty.

        Raises:
            BadInputError: it is none.
        """
        found = self.table.get(key)
        if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
            raise BadInputError(f"{self._where}: {key!r} must be a list of tables that is not empty.")
        return [Entry(self.name, self.code, one) for one in found]

    @property
    def _where(self) -> str:
        """Return where an error is."""
        return f"{self.name}, factor {self.code!r}" if self.code else self.name


def whole(holds: bool, otherwise: str) -> None:
    """Refuse a file for which something does not hold.

    Raises:
        BadInputError: with these words.
    """
    if not holds:
        raise BadInputError(otherwise)


def checked_answers(entry: Entry, reserved: str) -> Mapping[str, Answer]:
    """Return the answers of a factor, at least two, each once.

    Args:
        entry: the factor.
        reserved: a code that every question takes anyway.

    Raises:
        BadInputError: they are not whole.
    """
    found: dict[str, Answer] = {}
    for one in entry.entries("answers"):
        one.only("code", "points", "en", "ja")
        code = one.code_at("code")
        whole(
            code not in found and code != reserved,
            f"{entry.name}, factor {entry.code!r}: the answer {code!r} stands twice or is reserved.",
        )
        found[code] = Answer(code, one.number("points", 0, _MOST_POINTS), one.text("en"), one.text("ja"))
    whole(len(found) > 1, f"{entry.name}, factor {entry.code!r}: a question needs two answers at least.")
    return MappingProxyType(found)
