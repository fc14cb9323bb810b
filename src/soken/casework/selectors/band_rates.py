"""Bands by group: whether forces, or the places that lists claim, come out otherwise than the others (R16).

Nobody may ask where somebody lives; that what is asked does not amount to it all the same is looked at here. A
difference proves nothing: it is a reason to read the assessments.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db.models import Count

from soken.casework.models import BandChange, ChangeState, Priority

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.casework.models import Operation

#: With fewer assessed persons a share says nothing.
FEW: Final = 10


class Grouping(StrEnum):
    """By what persons are grouped."""

    FORCE = "force"
    PREFECTURE = "prefecture"


@dataclass(frozen=True, slots=True)
class GroupRate:
    """The bands of one group.

    Attributes:
        group: code of the force, or of the prefecture that the list claims; '' for none.
        bands: band → persons; '' for those whom nobody has assessed.
        raised: changes of band by people upwards that are in force or were.
        lowered: the same downwards, with two people behind each.
    """

    group: str
    bands: Mapping[str, int]
    raised: int
    lowered: int

    @property
    def assessed(self) -> int:
        """Return how many persons have a band."""
        return sum(count for band, count in self.bands.items() if band)

    @property
    def few(self) -> bool:
        """Tell whether there are too few for a share to say anything."""
        return self.assessed < FEW

    def share(self, band: str) -> float:
        """Return the share of those assessed who are in a band, 0 to 1; 0 where nobody is assessed."""
        return self.bands.get(band, 0) / self.assessed if self.assessed else 0.0


def band_rates(operation: Operation, by: Grouping) -> tuple[GroupRate, ...]:
    """Return the bands in force by group, of everybody with a dossier, the largest group first (two queries)."""
    key = f"dossier__{by.value}"
    bands: dict[str, dict[str, int]] = {}
    rows = Priority.objects.filter(operation=operation).values_list(key, "band").annotate(n=Count("pk")).order_by()
    for group, band, count in rows:
        bands.setdefault(group, {})[band] = count
    changes = BandChange.objects.filter(dossier__operation=operation, state=ChangeState.TAKEN)
    moved = {
        (group, lowers): count
        for group, lowers, count in changes.values_list(key, "lowers").annotate(n=Count("pk")).order_by()
    }
    found = (
        GroupRate(group, counts, moved.get((group, False), 0), moved.get((group, True), 0))
        for group, counts in bands.items()
    )
    return tuple(sorted(found, key=lambda one: (-sum(one.bands.values()), one.group)))
