"""Lines of enquiry of a dossier, beside what each element and the corroboration rest on; and those somebody follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from soken.casework.models import Corroboration, ElementExhibit, LineOfEnquiry, Operation
from soken.review.words import elements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from soken.access.models import User
    from soken.casework.models import Dossier

#: Lines shown; what there is beyond is counted.
SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line of enquiry with what its exhibit is there to show.

    Attributes:
        line: the line.
        serves: codes of the elements that its exhibit backs, and of the corroboration that it is.
        backed: the exhibits that back the element for which the line asks.
    """

    line: LineOfEnquiry
    serves: tuple[str, ...]
    backed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enquiries:
    """A dossier's lines of enquiry.

    Attributes:
        open, closed: the lines; those closed newest first.
        total: how many there are.
        unasked: codes of the elements that no exhibit backs and no open line asks for.
        corroborated: whether anything is recorded as corroboration.
    """

    open: tuple[SeenLine, ...]
    closed: tuple[SeenLine, ...]
    total: int
    unasked: tuple[str, ...]
    corroborated: bool


def enquiries_of(dossier: Dossier) -> Enquiries:
    """Return a dossier's lines of enquiry (four queries)."""
    lines = dossier.enquiries.select_related("dossier", "by", "closed_by", "followed_by", "exhibit")
    found = [
        *lines.filter(closed_at__isnull=True)[:SHOWN],
        *lines.exclude(closed_at__isnull=True).order_by("-pk")[:SHOWN],
    ]
    standing = {"dossier": dossier, "withdrawn_at__isnull": True}
    backing = list(ElementExhibit.objects.filter(**standing).values_list("element", "exhibit_id", "exhibit__number"))
    named = list(Corroboration.objects.filter(**standing).values_list("kind", "exhibit_id"))
    serves: dict[int, list[str]] = {}
    for code, exhibit in [*((element, key) for element, key, _number in backing), *named]:
        serves.setdefault(exhibit, []).append(code)
    seen = [
        SeenLine(
            one,
            tuple(serves.get(one.exhibit_id or 0, ())),
            tuple(number for element, _key, number in backing if element == one.element),
        )
        for one in found
    ]
    asked = {one.element for one in found if one.closed_at is None}
    backed = {element for element, _key, _number in backing}
    return Enquiries(
        open=tuple(one for one in seen if one.line.closed_at is None),
        closed=tuple(one for one in seen if one.line.closed_at is not None),
        total=dossier.enquiries.count(),
        unasked=tuple(code for code in elements() if code not in backed and code not in asked),
        corroborated=bool(named),
    )


def followed_by(user: User) -> Sequence[LineOfEnquiry]:
    """Return the open lines that somebody follows in operations that they may see, the oldest first; bounded."""
    lines = LineOfEnquiry.objects.filter(
        followed_by=user, closed_at__isnull=True, dossier__operation__in=Operation.objects.visible_to(user)
    )
    return list(lines.select_related("dossier__operation", "followed_by").order_by("at", "pk")[:SHOWN])
