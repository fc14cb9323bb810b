"""Lists of objects inside an object: a customer's orders, an order's items. Each object of them is a row of its own.

The same walk is done twice, over the values and over the text: the text knows where each object begins.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from soken.intake.formats.json_values import DECODER, FLAT_LEVELS, LIST_LEVELS, are_rows
from soken.intake.headings import fold_heading, meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE_RE: Final = re.compile(r"[\s\x1e]*+")
#: What an order says of each of its items, where these do not say it themselves.
_HANDED_DOWN: Final = frozenset({"order_no", "ordered_at"})
#: Lists of orders, by their names.
_ORDERS: Final = frozenset(
    {"orders", "order", "purchases", "orderhistory", "purchasehistory", "注文", "注文履歴", "購入履歴"}
)


class Inner(NamedTuple):
    """A row inside a row.

    Attributes:
        path: the list that it stands in, as a dotted heading: ``orders.items``.
        row: the object.
        depth: 1 in a list of the outer row, 2 in a list of one of these.
        told: what the row around it says of it: headings and values.
    """

    path: str
    row: dict[str, Any]
    depth: int
    told: dict[str, str]


def inner_rows(row: dict[str, Any]) -> Iterator[Inner]:
    """Yield the rows inside a row, those of one inside another after it: in the order in which they begin."""
    yield from _inner(row, row, "", "", FLAT_LEVELS, 1, {})


def _inner(
    row: dict[str, Any], part: dict[str, Any], around: str, path: str, levels: int, depth: int, told: dict[str, str]
) -> Iterator[Inner]:
    """Walk a row, or an object in it; ``around`` is the list that the row stands in."""
    down: dict[str, str] | None = None
    for key, value in part.items():
        if isinstance(value, dict) and value and levels > 0:
            yield from _inner(row, value, around, f"{path}{key}.", levels - 1, depth, told)
        elif depth <= LIST_LEVELS and are_rows(value):
            down = told | _handed_down(row, around) if down is None else down
            for one in value:
                yield Inner(path + key, one, depth, down)
                yield from _inner(one, one, key, f"{path}{key}.", FLAT_LEVELS, depth + 1, down)


def _handed_down(row: dict[str, Any], around: str) -> dict[str, str]:
    """Return what a row says of the rows inside it: if it is an order, its number and its day."""
    said = {key: str(value) for key, value in row.items() if isinstance(value, str) and _field(key) in _HANDED_DOWN}
    is_order = fold_heading(around) in _ORDERS or any(_field(key) == "order_no" for key in said)
    return said if is_order else {}


@cache
def _field(heading: str) -> str:
    said = meaning(heading)
    return said[0] if said else ""


def inner_places(text: str, start: int) -> list[tuple[int, int]]:
    """Return where the rows inside the object at ``start`` begin and end in the text, in the order of `inner_rows`."""
    found: list[tuple[int, int]] = []
    _object(text, _past_space(text, start), FLAT_LEVELS, 1, found)
    return found


def _object(text: str, at: int, levels: int, depth: int, found: list[tuple[int, int]]) -> int:
    """Go through the object at ``at``, which is known to be one; return its end."""
    at = _past_space(text, at + 1)
    while text[at] != "}":
        if text[at] == ",":
            at = _past_space(text, at + 1)
        _key, at = DECODER.raw_decode(text, at)
        at = _past_space(text, _past_space(text, at) + 1)
        at = _past_space(text, _member(text, at, levels, depth, found))
    return at + 1


def _member(text: str, at: int, levels: int, depth: int, found: list[tuple[int, int]]) -> int:
    if text[at] == "{" and levels > 0:
        return _object(text, at, levels - 1, depth, found)
    value, end = DECODER.raw_decode(text, at)
    if depth <= LIST_LEVELS and are_rows(value):
        at = _past_space(text, at + 1)
        while text[at] != "]":
            number = len(found)
            found.append((at, at))
            end_of_row = _object(text, at, FLAT_LEVELS, depth + 1, found)
            found[number] = (at, end_of_row)
            at = _past_space(text, end_of_row)
            at = _past_space(text, at + 1) if text[at] == "," else at
    return end


def _past_space(text: str, at: int) -> int:
    match = _SPACE_RE.match(text, at)
    return match.end() if match is not None else at
