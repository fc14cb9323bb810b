"""Saved filters that look for a person who is erased: they go with the person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from soken.access.eyes import machine_sees_all
from soken.casework.selectors.persons import PersonQuery, codes_found
from soken.casework.selectors.saved_filters import alike, text_in

if TYPE_CHECKING:
    from collections.abc import Collection

    from soken.casework.models import Operation, SavedFilter


@machine_sees_all()
def filters_for(operation: Operation, code: str, values: Collection[str]) -> list[SavedFilter]:
    """Return the filters that hold a person's code, or a whole value that nobody else has: a name, a mail, an address.

    One that merely finds nobody else now, as by the first letter of a name, is a colleague's work on others too.

    Args:
        operation: whose filters.
        code: the person.
        values: what the person's rows alone say; nothing once they are gone.
    """
    held, name = {alike(one) for one in (code, *values)}, _names(operation, code)
    return [
        one
        for one in operation.saved_filters.all()
        if _holds(one, held) or (alike(text_in(one)) in name and _finds_only(operation, one, code))
    ]


def _holds(one: SavedFilter, held: Collection[str]) -> bool:
    """Tell whether a filter holds one of some values."""
    said = alike(f"{one.name}\n{text_in(one)}")
    return any(value in said for value in held)


def _names(operation: Operation, code: str) -> set[str]:
    """Return a person's whole name and its reading, as compared: they can be too short to be among the values."""
    person = operation.persons.filter(code=code).first()
    return set() if person is None else {alike(person.name), alike(person.kana)} - {""}


def _finds_only(operation: Operation, one: SavedFilter, code: str) -> bool:
    """Tell whether what a filter looks for stands for a person and nobody else."""
    return codes_found(operation, replace(PersonQuery(), text=text_in(one)), 2) == [code]
