"""Where a row stood in the installation that exported it: what stays of it once it is taken in elsewhere.

As a row's key it is one line: the evidence item and number that people speak of, then the rest as JSON. The item codes
of such rows are keyed by the operation they come from, for every operation has an ITEM-0001 of its own.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What says where a row stands in its original, as CASE/UCO files of Soken's name it.
PLACES: Final = ("kind", "owner", "member", "line", "byteOffset", "byteLength", "rowKey")
#: Those that are numbers.
NUMBERS: Final = frozenset({"owner", "line", "byteOffset", "byteLength"})
_KEY_RE: Final = re.compile(r"(E-[0-9a-f]{12}):([1-9][0-9]{0,17}) (\{.*\})", re.DOTALL)
_ITEM_RE: Final = re.compile(r"ITEM-[0-9]{4,12}")
_KEYED_RE: Final = re.compile(r"soken-item [0-9a-f-]* (ITEM-[0-9]{4,12})")


@dataclass(frozen=True, slots=True)
class Origin:
    """A row's place before.

    Attributes:
        evidence: the evidence item there (E-…).
        row: its number there, from 1.
        table: its table or sheet there, '' where there was one only.
        place: the rest of its place by the names in `PLACES`; what was not known is left out.
    """

    evidence: str
    row: int
    table: str
    place: Mapping[str, Any]

    @property
    def code(self) -> str:
        """The evidence item and the row, as people speak of it."""
        return f"{self.evidence}:{self.row}"

    def key(self) -> str:
        """Return it as a row's key."""
        rest = {"table": self.table, **self.place}
        return f"{self.code} {json.dumps(rest, ensure_ascii=False, sort_keys=True)}"


def origin_in(key: str | None) -> Origin | None:
    """Return the place that a row's key tells of; None for any other key."""
    found = _KEY_RE.fullmatch(key or "")
    if found is None:
        return None
    try:
        rest = json.loads(found[3])
    except ValueError:
        return None
    place = {name: rest[name] for name in PLACES if name in rest}
    return Origin(found[1], int(found[2]), str(rest.get("table", "")), place)


def key_shown(key: str) -> str:
    """Return a row's key as people read it."""
    origin = origin_in(key)
    return origin.code if origin else key


def item_key(source: str, code: str) -> str:
    """Return what an item of another installation is known by here.

    Args:
        source: the operation there, by the hexadecimal name that its file gives it.
        code: the item's code there; anything else is nobody's code, and is known by itself.
    """
    return f"soken-item {source or '-'} {code}" if _ITEM_RE.fullmatch(code) else code


def code_in(key: str) -> str:
    """Return the code that an item had before; '' for an item that comes from no other installation."""
    found = _KEYED_RE.fullmatch(key)
    return found[1] if found else ""
