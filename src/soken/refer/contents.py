"""What is sent with a referral, in three parts that are never mixed, and the hash by which a change shows.

A *fact* is what somebody recorded as seen or obtained, with its source. An *assessment* is what somebody concluded
from facts. A *category* says in which capacity a person is spoken of. The priority band is none of these: it says whose
turn is first, is no finding, and is not sent. Items are codes alone; no title has a place here.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

#: Kind of the fact under which name the person bought: it may be found to be another's later, and stays as it was sent.
CLAIMED_NAME: Final = "claimed-name"
#: Key beside the three parts of what was sent: who the users named in them were then. It is no part of the hash, for it
#: says nothing of the case.
PEOPLE: Final = "people"


class Category(StrEnum):
    """In which capacity a person is spoken of."""

    SUSPECT = "suspect"
    OTHER_PARTY = "other-party"


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said.

    Attributes:
        kind: what it is about ("row", "exhibit", "rival-explanation", ...).
        code: which one: a code, a number, or a hash of ours.
        said: what was recorded of it, values as text.
        by: name of the user who recorded it, '' where a machine counted it.
        on: the day on which it was recorded, ISO 8601; '' where it has none.
    """

    kind: str
    code: str
    said: dict[str, str]
    by: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class PersonSpokenOf:
    """A person and the capacity in which the papers speak of them.

    Attributes:
        who: person code, or the name under which another was recorded.
        category: the capacity.
        roles: roles recorded, in order.
    """

    who: str
    category: Category
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """What is sent.

    Attributes:
        facts: what was seen or obtained.
        assessments: what people concluded.
        persons: who is spoken of, and in which capacity.
    """

    facts: tuple[Statement, ...]
    assessments: tuple[Statement, ...]
    persons: tuple[PersonSpokenOf, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the three parts as values that JSON has."""
        plain: dict[str, Any] = json.loads(_canonical(asdict(self)))
        return plain


def digest_of(contents: dict[str, Any]) -> str:
    """Return the SHA-256 (hexadecimal) of what was sent, whatever the order of its keys and whoever its users are."""
    told = {part: said for part, said in contents.items() if part != PEOPLE}
    return hashlib.sha256(_canonical(told).encode()).hexdigest()


def _canonical(value: Any) -> str:
    """Return a value as JSON that is the same whenever the value is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
