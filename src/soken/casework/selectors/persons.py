"""The list of an operation's proposed persons: filtered, ordered, one page at a time, quick at a million.

Pages are cut by key, not by number: "the fifty after this one" costs the same on the first page and the last.
"""

from __future__ import annotations

import base64
import binascii
import json
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Exact

from soken.casework.begins import begins
from soken.casework.models import Band, Person
from soken.casework.selectors.whither import not_proposed
from soken.casework.selectors.whose import refuse_anothers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from soken.casework.models import Operation

#: Persons on one page.
PAGE: Final = 50
#: So many are counted; of more it is said that there are more.
COUNTED: Final = 10_000

#: Name of an order → its columns, most significant first ("-" for descending); each ends in the primary key.
ORDERS: Final[dict[str, tuple[str, ...]]] = {
    "rows": ("-rows", "id"),
    "name": ("name", "id"),
    "last": ("-last_order", "id"),
    "prefecture": ("prefecture", "-rows", "id"),
}

#: The index of those in review alone is found where the word stands in the question itself: SQLite does not look at
#: what is given with it.
_IN_REVIEW: Final = Exact(F("band"), RawSQL(f"'{Band.REVIEW.value}'", ()))  # noqa: S611 (our own word)  # nosec B611


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """What the list shows.

    Attributes:
        prefecture: JIS code, or the name of a region elsewhere; '-' for persons without one; '' for all.
        band: 'same', 'review', or '' for both.
        least: at least this many rows.
        text: beginning of a claimed name, its reading, or a person code; '' for all.
        order: key of `ORDERS`.
        cursor: opaque place to begin at (see `PersonPage`), '' for the first page.
    """

    prefecture: str = ""
    band: str = ""
    least: int = 1
    text: str = ""
    order: str = "rows"
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One page of the list.

    Attributes:
        persons: at most `PAGE`.
        total: how many fit the filters, `COUNTED` at most.
        more: whether more than that fit.
        first: position of the first one shown, counted from 1.
        earlier: cursor of the page before, '' if this is the first.
        later: cursor of the page after, '' if this is the last.
    """

    persons: list[Person]
    total: int
    first: int
    earlier: str
    later: str
    more: bool = False

    @property
    def last(self) -> int:
        """Position of the last one shown."""
        return self.first + len(self.persons) - 1


@dataclass(frozen=True, slots=True)
class _Cursor:
    """A place in the list: the person to begin after (or to end before), and its position."""

    values: tuple[str | int, ...]
    position: int
    back: bool

    def text(self) -> str:
        """Return the cursor fit for an address."""
        packed = json.dumps([*self.values, self.position, int(self.back)], ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def person_of(operation: Operation, code: str) -> Person:
    """Return an operation's proposed person.

    Raises:
        NotFoundError: the newest run proposes none of this code; see `soken.casework.selectors.whither`.
        AnothersCaseError: another force keeps the person's dossier to itself.
    """
    refuse_anothers(operation, code)
    found = operation.persons.filter(code=code).first()
    if found is None:
        raise not_proposed(operation, code)
    return found


def claimed_names(operation: Operation, codes: Iterable[str]) -> dict[str, str]:
    """Return the claimed names of some of an operation's persons, by code."""
    wanted = set(codes)
    return dict(operation.persons.filter(code__in=wanted).values_list("code", "name")) if wanted else {}


def persons_page(operation: Operation, query: PersonQuery) -> PersonPage:
    """Return one page of an operation's persons (two queries, neither of which goes through the whole list)."""
    order = ORDERS.get(query.order, ORDERS["rows"])
    fitting = _filtered(operation, query)
    counted = fitting.order_by()[: COUNTED + 1].count()
    total, more = min(counted, COUNTED), counted > COUNTED
    cursor = _read_cursor(query.cursor, order)
    if cursor is not None and cursor.back:
        turned = tuple(_turned(key) for key in order)
        found = list(fitting.filter(_after(turned, cursor.values)).order_by(*turned)[: PAGE + 1])
        more_before, more_after = len(found) > PAGE, True
        persons = found[:PAGE][::-1]
        first = max(1, cursor.position - len(persons))
    else:
        if cursor is not None:
            fitting = fitting.filter(_after(order, cursor.values))
        found = list(fitting.order_by(*order)[: PAGE + 1])
        more_before, more_after = cursor is not None, len(found) > PAGE
        persons = found[:PAGE]
        first = cursor.position + 1 if cursor is not None else 1
    if not persons:
        return PersonPage([], total, 0, "", "")
    earlier = _Cursor(_key(persons[0], order), first, back=True).text() if more_before else ""
    later = _Cursor(_key(persons[-1], order), first + len(persons) - 1, back=False).text() if more_after else ""
    return PersonPage(persons, total, first, earlier, later, more)


def is_place(query: PersonQuery) -> bool:
    """Tell whether a query begins at a place of its own order, or at the top; the list takes any other for the top."""
    return not query.cursor or _read_cursor(query.cursor, ORDERS.get(query.order, ORDERS["rows"])) is not None


def codes_found(operation: Operation, query: PersonQuery, most: int) -> list[str]:
    """Return the codes of the persons that fit the filters, in the query's order, at most so many."""
    order = ORDERS.get(query.order, ORDERS["rows"])
    return list(_filtered(operation, query).order_by(*order).values_list("code", flat=True)[:most])


def _filtered(operation: Operation, query: PersonQuery) -> QuerySet[Person]:
    """Return the persons that fit the filters."""
    persons = operation.persons.all()
    if query.prefecture:
        persons = persons.filter(prefecture="" if query.prefecture == "-" else query.prefecture)
    if query.band == Band.REVIEW:
        persons = persons.filter(_IN_REVIEW)
    elif query.band in Band.values:
        persons = persons.filter(band=query.band)
    if query.least > 1:
        persons = persons.filter(rows__gte=query.least)
    if query.text.strip():
        persons = persons.filter(_begins(query.text.strip()))
    return persons


def _begins(text: str) -> Q:
    """Return the condition that a name, its reading or the code begins with the text, however wide it was typed."""
    spellings = {text, unicodedata.normalize("NFKC", text)}
    condition = Q()
    for spelling in spellings:
        code = spelling.upper() if spelling.upper().startswith("P-") else f"P-{spelling.upper()}"
        condition |= begins("name", spelling) | begins("kana", spelling) | Q(code__begins=code)
    return condition


def _turned(key: str) -> str:
    """Return an order key the other way round."""
    return key.removeprefix("-") if key.startswith("-") else f"-{key}"


def _key(person: Person, order: tuple[str, ...]) -> tuple[str | int, ...]:
    """Return a person's values in the columns of an order."""
    return tuple(getattr(person, key.removeprefix("-")) for key in order)


def _after(order: tuple[str, ...], values: tuple[str | int, ...]) -> Q:
    """Return the condition that a person comes after these values in an order.

    The bound on the first column alone is implied by the rest; it stands there so that the index is used.
    """
    first = order[0].removeprefix("-")
    condition = Q()
    equal = Q()
    for key, value in zip(order, values, strict=True):
        column = key.removeprefix("-")
        condition |= equal & Q(**{f"{column}__{'lt' if key.startswith('-') else 'gt'}": value})
        equal &= Q(**{column: value})
    return Q(**{f"{first}__{'lte' if order[0].startswith('-') else 'gte'}": values[0]}) & condition


def _read_cursor(text: str, order: tuple[str, ...]) -> _Cursor | None:
    """Return the cursor that an address holds; None for none, or for one that is not of this order."""
    if not text:
        return None
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        read = json.loads(packed)
    except (ValueError, binascii.Error):
        return None
    if not isinstance(read, list) or len(read) < len(order) + 2:
        return None
    *values, position, back = read
    kinds = tuple(int if key.removeprefix("-") in {"rows", "id"} else str for key in order)
    fits = len(values) == len(order) and all(type(value) is kind for value, kind in zip(values, kinds, strict=True))
    if not fits or type(position) is not int:
        return None
    return _Cursor(tuple(values), max(1, position), bool(back))
