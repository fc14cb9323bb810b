"""JSON values as cells: numbers as typed, nested objects as dotted headings, lists of texts as JSON text.

Lists of objects are no cells: their objects are rows (`json_inner`).
"""

from __future__ import annotations

import json
from typing import Any, Final

#: Objects nested deeper than this become JSON text.
FLAT_LEVELS: Final = 3
#: Lists of objects inside objects inside lists: a customer's orders, an order's items, an item's options.
LIST_LEVELS: Final = 3
#: Deeper than any shop's export, and far from what the interpreter's stack holds.
MOST_LEVELS: Final = 64


class Number(str):
    """A number exactly as typed (so that no digit is lost and no zero is added)."""

    __slots__ = ()


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a key that is repeated keeps every value, under ``key#2`` and so on."""
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    result: dict[str, Any] = {}
    for key, value in pairs:
        unique, again = key, 1
        while unique in result:
            again += 1
            unique = f"{key}#{again}"
        result[unique] = value
    return result


DECODER: Final = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=Number, object_pairs_hook=_pairs)


def are_rows(value: Any) -> bool:
    """Is a value a list of objects, and of nothing else?"""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def nests_too_deep(text: str, value: Any) -> bool:
    """Tell whether a value nests deeper than anything real does; ``text`` is what it was read from."""
    return text.count("[") + text.count("{") > MOST_LEVELS and has_too_many_levels(value)


def has_too_many_levels(value: Any) -> bool:
    """Tell the same of a value whose text is not at hand."""
    level = [value]
    for _level in range(MOST_LEVELS + 1):
        level = [
            one for part in level for one in (part.values() if isinstance(part, dict) else part)
            if isinstance(one, dict | list)
        ]  # fmt: skip
    return bool(level)


def flatten(row: dict[str, Any], depth: int = 0) -> dict[str, str | None]:
    """The cells of an object by heading: ``{"customer": {"name": "x"}}`` becomes ``{"customer.name": "x"}``.

    Args:
        row: the object.
        depth: in how many lists of objects it stands, as `json_inner` counts them.
    """
    cells: dict[str, str | None] = {}
    _flatten_into(cells, "", row, FLAT_LEVELS, has_rows=depth < LIST_LEVELS)
    return cells


def _flatten_into(
    cells: dict[str, str | None], prefix: str, row: dict[str, Any], levels: int, *, has_rows: bool
) -> None:
    for key, value in row.items():
        heading = prefix + key
        while heading in cells:
            # {"a.b": 1, "a": {"b": 2}}: two values, two headings.
            heading += "#2"
        if value is None or isinstance(value, str):
            cells[heading] = value
        elif value in ([], {}):
            cells[heading] = None  # no orders are no text that says so
        elif isinstance(value, dict) and value and levels > 0:
            _flatten_into(cells, heading + ".", value, levels - 1, has_rows=has_rows)
        elif has_rows and are_rows(value):
            continue
        elif isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
            cells[heading] = value[0]  # a list of one text or number says no more than that
        else:
            cells[heading] = as_json(value)


def as_json(value: Any) -> str:
    """A value as compact JSON text, numbers as typed."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{as_json(key)}:{as_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(as_json(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
