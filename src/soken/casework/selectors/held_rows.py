"""Which rows of evidence stand in dossiers: asked for by their numbers, however many rows dossiers hold in all."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from soken.casework.models import DossierRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import QuerySet

    from soken.casework.models import Operation

    Row = tuple[str, int]

#: Rows asked for at once: SQLite takes no more than some hundreds of values in a condition everywhere.
_AT_ONCE: Final = 800


def held_among(operation: Operation, rows: Collection[Row]) -> Iterator[QuerySet[DossierRow]]:
    """Yield questions that find the dossiers' rows among some rows; one, unless there are many.

    Args:
        operation: whose dossiers.
        rows: which rows.
    """
    wanted = sorted(rows)
    for begin in range(0, len(wanted), _AT_ONCE):
        among = Q(pk__in=[])
        for item, these in groupby(wanted[begin : begin + _AT_ONCE], key=lambda one: one[0]):
            among |= Q(evidence=item, row__in=[row for _item, row in these])
        yield DossierRow.objects.filter(among, operation=operation)
