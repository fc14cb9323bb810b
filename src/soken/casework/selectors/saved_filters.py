"""Saved filters: which a user may use, what one asks for, and whom it finds."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q

from soken.access.eyes import machine_sees_all
from soken.casework.models import Band, FilteredPage, SavedFilter
from soken.casework.selectors.persons import ORDERS, PersonQuery, codes_found
from soken.core.errors import BadInputError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from soken.access.models import User
    from soken.casework.models import Operation

#: Filters that a list offers.
SHOWN: Final = 100
_LONGEST_PREFECTURE, _LONGEST_TEXT, _MOST_ROWS = 60, 100, 10**9


def query_of(asked: Mapping[str, str]) -> PersonQuery:
    """Return what an address, or a saved filter, asks the list of persons for; what it cannot mean is left out."""
    order, band, least = asked.get("order", ""), asked.get("band", ""), asked.get("least", "")
    number = int(least) if least.isdecimal() and len(least) <= len(str(_MOST_ROWS)) else 1
    return PersonQuery(
        prefecture=asked.get("prefecture", "").replace("\0", "")[:_LONGEST_PREFECTURE],
        band=band if band in Band.values else "",
        least=min(max(1, number), _MOST_ROWS),
        text=asked.get("q", "").replace("\0", "")[:_LONGEST_TEXT],
        order=order if order in ORDERS else "rows",
        cursor=asked.get("at", "")[:500],
    )


def text_of(query: PersonQuery) -> str:
    """Return what a query asks for as the end of an address, without the page."""
    said = {
        "q": query.text.strip(), "prefecture": query.prefecture, "band": query.band,
        "least": str(query.least) if query.least > 1 else "", "order": query.order if query.order != "rows" else "",
    }  # fmt: skip
    return urlencode({name: value for name, value in said.items() if value})


def text_in(saved: SavedFilter) -> str:
    """Return what a filter looks for in names, readings and codes; '' where it filters by other things alone."""
    return query_of(dict(parse_qsl(saved.query))).text.strip()


def alike(text: str) -> str:
    """Return a text as two are compared that were typed wide or narrow, in capitals or not."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


@machine_sees_all()
def beginning_as(values: Iterable[str]) -> list[tuple[SavedFilter, int]]:
    """Return the filters of every operation that look for a value or its beginning, with the value's number.

    A filter finds whoever's name begins with its text; whom its owner means by it only they know.
    """
    wanted = [alike(one) for one in values]
    return [
        (saved, number)
        for saved in SavedFilter.objects.select_related("operation", "by").order_by("pk")
        if (text := alike(text_in(saved)))
        for number, value in enumerate(wanted)
        if value.startswith(text)
    ]


def saved_filters(operation: Operation, user: User) -> list[SavedFilter]:
    """Return the filters of the list of persons that are the user's own or shared with the operation, by name."""
    found = operation.saved_filters.filter(Q(by=user) | Q(shared=True), page=FilteredPage.PERSONS)
    return list(found.select_related("by").order_by("name", "pk")[:SHOWN])


def filter_named(operation: Operation, user: User, name: str) -> SavedFilter:
    """Return a filter by its name: the user's own before a shared one.

    Raises:
        NotFoundError: neither the user nor the operation has one of this name.
        BadInputError: several people share one of this name.
    """
    found = [one for one in saved_filters(operation, user) if one.name == name.strip()]
    own = [one for one in found if one.by_id == user.pk]
    if not found:
        raise NotFoundError(f"No filter “{name.strip()}” is saved in {operation.slug}; `soken filter list` shows all.")
    if not own and len(found) > 1:
        raise BadInputError(f"Several people share a filter “{name.strip()}”; save one of your own.")
    return (own or found)[0]


def codes_of(operation: Operation, saved: SavedFilter, most: int) -> list[str]:
    """Return the codes of the persons whom a filter finds now, in its order.

    Raises:
        BadInputError: it finds nobody, or more than ``most``.
    """
    codes = codes_found(operation, query_of(dict(parse_qsl(saved.query))), most + 1)
    if not codes:
        raise BadInputError(f"The filter “{saved.name}” finds nobody now.")
    if len(codes) > most:
        raise BadInputError(f"The filter “{saved.name}” finds more than {most} persons; make it narrower.")
    return codes
