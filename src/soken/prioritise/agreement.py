"""How far two assessors come to the same band: equal shares, the table of both, and weighted kappa with its interval.

Weighted kappa after Cohen, "Weighted kappa" (Psychological Bulletin 70, 1968, 213-220); its large-sample standard error
after Fleiss, Cohen and Everitt (Psychological Bulletin 72, 1969, 323-327). Bands lie on a scale, so that one band apart
is half agreed and three are not at all: linear weights, which flatter less than squared ones. How many pairs the
standard error needs: twice the square of the number of categories (Cicchetti, Applied Psychological Measurement 5,
1981, 101-104).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

from soken.prioritise.instrument import ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Fewest pairs with which the interval says something.
ENOUGH: Final = 2 * len(ORDER) ** 2
#: Standard errors to each side of an interval of 95 %.
_WIDE: Final = 1.959964
#: Below it chance alone agrees on everything, and kappa is not defined.
_NOTHING: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement beyond chance.

    Attributes:
        value: 1 for full agreement, 0 for what chance would do, below 0 for less.
        error: its standard error.
        low, high: interval of 95 %, cut at -1 and 1.
    """

    value: float
    error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """What pairs of bands come to.

    Attributes:
        table: first band by second, each the most urgent first: how many pairs.
        pairs: how many there are.
        equal: how many of them have the same band twice.
        kappa: weighted kappa; None where there is no pair, or all came to one band, so that chance agrees as well.
    """

    table: tuple[tuple[int, ...], ...]
    pairs: int
    equal: int
    kappa: Kappa | None

    @property
    def few(self) -> bool:
        """Tell whether there are too few pairs for the interval to say anything."""
        return self.pairs < ENOUGH

    @property
    def share(self) -> float:
        """Return the share of equal bands, 0 to 1; 0 where there is no pair."""
        return self.equal / self.pairs if self.pairs else 0.0


def agreement(pairs: Iterable[tuple[str, str]]) -> Agreement:
    """Return how far two assessors agree.

    Args:
        pairs: first and second band of a person, codes of `PriorityBand`.

    Raises:
        KeyError: a code is no band's.
    """
    table = [[0] * len(ORDER) for _band in ORDER]
    for first, second in pairs:
        table[ORDER[first]][ORDER[second]] += 1
    return Agreement(
        table=tuple(tuple(row) for row in table),
        pairs=sum(map(sum, table)),
        equal=sum(table[at][at] for at in range(len(table))),
        kappa=weighted_kappa(table, linear_weights(len(table))),
    )


def linear_weights(categories: int) -> list[list[float]]:
    """Return how far two places on a scale agree: 1 for the same, 0 for its two ends, evenly between."""
    return [[1 - abs(row - column) / (categories - 1) for column in range(categories)] for row in range(categories)]


def weighted_kappa(table: Sequence[Sequence[float]], weights: Sequence[Sequence[float]]) -> Kappa | None:
    """Return weighted kappa of a square table; None where the table is empty or chance agrees on everything.

    Args:
        table: how many pairs, the first's category by the second's.
        weights: how far the two categories agree, 1 for fully.
    """
    total = sum(map(sum, table))
    if not total:
        return None
    places = range(len(table))
    share = [[one / total for one in row] for row in table]
    rows = [sum(share[i]) for i in places]
    columns = [sum(share[i][j] for i in places) for j in places]
    seen = sum(weights[i][j] * share[i][j] for i in places for j in places)
    chance = sum(weights[i][j] * rows[i] * columns[j] for i in places for j in places)
    if 1 - chance < _NOTHING:
        return None
    # Sums of shares may come out a hair beyond.
    value = max(-1.0, min(1.0, (seen - chance) / (1 - chance)))
    by_row = [sum(weights[i][j] * columns[j] for j in places) for i in places]
    by_column = [sum(weights[i][j] * rows[i] for i in places) for j in places]
    spread = sum(
        share[i][j] * (weights[i][j] - (by_row[i] + by_column[j]) * (1 - value)) ** 2 for i in places for j in places
    )
    variance = (spread - (value - chance * (1 - value)) ** 2) / (total * (1 - chance) ** 2)
    error = sqrt(max(variance, 0.0))
    return Kappa(value, error, max(-1.0, value - _WIDE * error), min(1.0, value + _WIDE * error))
