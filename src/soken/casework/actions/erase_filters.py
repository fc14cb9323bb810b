"""Saved filters that look for a person who is erased: they go with the person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from soken.access.eyes import machine_sees_all
from soken.casework.selectors.persons import PersonQuery, codes_found
from soken.casework.selectors.saved_filters import query_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from soken.casework.models import Operation, SavedFilter


@machine_sees_all()
def filters_for(operation: Operation, code: str, values: Collection[str]) -> list[SavedFilter]:
    """Return the filters whose words find nobody but a person, or which name them.

    Args:
        operation: whose filters.
        code: the person.
        values: what the person's rows alone say; nothing once they are gone.
    """
    return [one for one in operation.saved_filters.all() if _is_for(operation, one, code, values)]


def _is_for(operation: Operation, one: SavedFilter, code: str, values: Collection[str]) -> bool:
    """Tell whether a filter looks for a person."""
    text = query_of(dict(parse_qsl(one.query))).text.strip()
    named = f"{one.name}\n{text}"
    if code in named or any(value in named for value in values):
        return True
    return bool(text) and codes_found(operation, replace(PersonQuery(), text=text), 2) == [code]
