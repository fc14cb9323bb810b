"""A JSON file that is one object: one row with rows inside, rows by their numbers, or lists of rows in a wrapping."""

from __future__ import annotations

import re
from typing import Any, Final

from soken.intake.formats.json_values import flatten
from soken.intake.headings import meaning

#: With one of these an object says who somebody is.
_WHO: Final = frozenset(
    {"full_name", "family_name", "given_name", "full_kana", "family_kana", "given_kana", "email", "login"}
)
#: A key that stands for one object and not for what it is: a number, an address, a long sign made by a machine.
_NUMBER: Final = re.compile(r"\d+|[^\s@]+@[^\s@]+|(?=.*\d)[\w.:-]{12,}")
_LEAST_KEYS: Final = 2


def is_one_row(value: Any) -> bool:
    """Tell whether an object is a row itself, whose lists are what belongs to it, and no wrapping of other rows.

    It says who somebody is, and what stands in its lists does not: a customer with orders, but not a shop's name and
    mail above its customers.
    """
    if not isinstance(value, dict) or not _says_who(value):
        return False
    lists = [one for one in value.values() if isinstance(one, list)]
    return not any(isinstance(one, dict) and _says_who(one) for listed in lists for one in listed[:1])


def are_numbered(first: tuple[str, Any], second: tuple[str, Any]) -> bool:
    """Tell whether the first two members of an object are rows under their numbers: ``{"17": {…}, "18": {…}}``."""
    one, other = first[1], second[1]
    if not (isinstance(one, dict) and isinstance(other, dict) and len(one) >= _LEAST_KEYS):
        return False
    alike = 2 * len(one.keys() & other.keys()) >= len(one.keys() | other.keys())
    return alike and all(_NUMBER.fullmatch(key) for key in (first[0], second[0]))


def _says_who(value: dict[str, Any]) -> bool:
    """Tell whether a heading of an object, or of an object in it, is one of a person."""
    said = (meaning(heading) for heading, cell in flatten(value).items() if cell)
    return any(one is not None and one[0] in _WHO for one in said)
