"""How common a name is among the population, from outside the list.

Frequencies must not come from the list: a customer with 20 rows would look like a common name and lose weight.
Surnames have head counts (japanese-personal-name-dataset 0.4.0, MIT: 1,999 surnames, 99.6 million bearers). No offline
source of given-name frequencies was found: given names, and surnames beyond the 1,999, get the figures of their class.
"""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Bearers of the 1,999 counted surnames are about 0.80 of the population; the rest share the remainder.
_POPULATION = 125_000_000
#: A surname beyond the counted ones has fewer bearers than the last counted one; used as share of the population.
RARE_SURNAME = 2.0e-5
#: Average share of a given name's bearers in their generation, by size of the common names (rank-Zipf estimate).
COMMON_GIVEN = 2.0e-3


def surname_shares() -> pa.Table:
    """Return Japanese surnames with their share of the population.

    Returns:
        a table with columns ``surname`` (kanji as counted), ``share`` (0..1).
    """
    rows = list(_counted_surnames())
    return pa.table(
        {
            "surname": pa.array([name for name, _count in rows], pa.string()),
            "share": pa.array([count / _POPULATION for _name, count in rows], pa.float64()),
        }
    )


def _counted_surnames() -> Iterator[tuple[str, int]]:
    """Yield each counted surname once, with its head count."""
    source = files("japanese_personal_name_dataset").joinpath("dataset", "last_name_org.csv")
    seen: set[str] = set()
    with source.open(encoding="utf-8") as lines:
        for surname, count, *_readings in csv.reader(lines):
            if surname not in seen:
                seen.add(surname)
                yield surname, int(count)
