"""The shape of a profile file: what stands under each key, so that a slip is a sentence and no stack trace."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path


class _Shape(ABC):
    """What may stand somewhere: a check, and the words for it."""

    def __init__(self, words: str) -> None:
        self.words = words

    @abstractmethod
    def problem(self, value: object, where: str) -> str:
        """Return what is wrong with a value, '' if nothing is."""

    def _not(self, where: str) -> str:
        return f"{where} must be {self.words}"


class _Plain(_Shape):
    def __init__(self, kind: type, words: str) -> None:
        super().__init__(words)
        self._kind = kind

    def problem(self, value: object, where: str) -> str:
        return "" if isinstance(value, self._kind) else self._not(where)


class _Pattern(_Shape):
    def problem(self, value: object, where: str) -> str:
        try:
            re.compile(value) if isinstance(value, str) else re.compile("(")
        except re.error as error:
            return self._not(where) + (f" ({error})" if isinstance(value, str) else "")
        return ""


class _Listed(_Shape):
    def __init__(self, one: _Shape, words: str) -> None:
        super().__init__(words)
        self._one = one

    def problem(self, value: object, where: str) -> str:
        if not isinstance(value, list):
            return self._not(where)
        places = (
            (one, f"{where} {one['name']!r}" if isinstance(one, dict) and "name" in one else where) for one in value
        )
        return next((told for one, place in places if (told := self._one.problem(one, place))), "")


class _Named(_Shape):
    """Any names, each with a value of one shape."""

    def __init__(self, one: _Shape, words: str) -> None:
        super().__init__(words)
        self._one = one

    def problem(self, value: object, where: str) -> str:
        if not isinstance(value, dict):
            return self._not(where)
        return next((told for name, one in value.items() if (told := self._one.problem(one, f"{where}.{name}"))), "")


class _Keyed(_Shape):
    """Known keys, some of them needed; unknown ones are told of elsewhere."""

    def __init__(self, words: str, needed: tuple[str, ...] = (), **keys: _Shape) -> None:
        super().__init__(words)
        self._needed = needed
        self._keys = keys

    def problem(self, value: object, where: str) -> str:
        if not isinstance(value, dict):
            return self._not(where)
        # An unknown key may be the needed one misspelt, which says more.
        if set(value) <= set(self._keys) and (missing := [name for name in self._needed if name not in value]):
            return f"{where} needs {missing[0]!r}"
        told = (
            shape.problem(value[name], f"{where}.{name}" if where else name)
            for name, shape in self._keys.items()
            if name in value
        )
        return next(filter(None, told), "")


class _Either(_Shape):
    def __init__(self, words: str, *shapes: _Shape) -> None:
        super().__init__(words)
        self._shapes = shapes

    def problem(self, value: object, where: str) -> str:
        told = [shape.problem(value, where) for shape in self._shapes]
        if "" in told:
            return ""
        # Of a table the fault inside is told, of anything else what it might be.
        return told[-1] if isinstance(value, dict) else self._not(where)


_TEXT: Final = _Plain(str, "a text")
_TEXTS: Final = _Listed(_TEXT, "a list of texts")
_PATTERN: Final = _Pattern("a regular expression")
_REFERENCE: Final = _Keyed("{table, column}", ("table", "column"), table=_TEXT, column=_TEXT)
_WHEN: Final = _Named(_TEXTS, "a table of column and list of values")
_COLUMNS: Final = _Either(
    "a heading, a list of headings, or {columns, join, lookup, when}",
    _TEXT,
    _TEXTS,
    _Keyed("{columns, join, lookup, when}", columns=_TEXTS, join=_TEXT, lookup=_TEXT, when=_WHEN),
)
_TABLE: Final = _Keyed(
    "a table",
    name=_TEXT,
    match=_PATTERN,
    requires=_TEXTS,
    kind=_TEXT,
    fields=_Named(_COLUMNS, "a table of field and heading"),
    key=_TEXT,
    owner=_REFERENCE,
    borrows=_REFERENCE,
    pivot=_Keyed(
        "{name, value, fields}",
        ("name", "value", "fields"),
        name=_TEXT,
        value=_TEXT,
        fields=_Named(_TEXT, "a table of name and field"),
    ),
    lends=_Plain(bool, "true or false"),
    default=_TEXT,
    only=_WHEN,
    continues=_TEXT,
    blank=_Named(_TEXTS, "a table of field and list of values"),
)
_LOOKUP: Final = _Keyed(
    "a table", table=_PATTERN, key=_TEXT, value=_TEXT, values=_Named(_TEXT, "a table of code and words")
)
_PROFILE: Final = _Keyed(
    "a table",
    name=_TEXT,
    system=_TEXT,
    versions=_TEXT,
    source=_TEXT,
    locale=_TEXT,
    table=_Listed(_TABLE, "tables, each under [[table]]"),
    lookup=_Named(_LOOKUP, "tables, each under [lookup.name]"),
)


def check_shape(path: Path, data: dict[str, Any]) -> None:
    """See that each key of a profile holds what it should.

    Raises:
        BadInputError: naming the key and what should stand there.
    """
    if problem := _PROFILE.problem(data, ""):
        raise BadInputError(f"The profile {path}: {problem}.")
