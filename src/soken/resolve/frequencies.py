"""How common a name is among the population, from outside the list, and whether it is a name at all.

Frequencies must not come from the list: a customer with 20 rows would look like a common name and lose weight.
Surnames have head counts (japanese-personal-name-dataset 0.4.0, MIT: 1,999 surnames, 99.6 million bearers), by their
kanji and by their reading. No offline source of given-name frequencies was found: a given name counts by how many
different surnames it is met with, drawn towards the average of given names.
"""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from soken.normalise.name_tables import name_data

#: A surname beyond the counted ones has fewer bearers than the last counted one; used as share of the population.
RARE_SURNAME = 2.0e-5
#: Average share of a family name among bearers: sum of p squared over the counted surnames.
COMMON_FAMILY = 3.2e-3
#: Average share of a given name among bearers (rank-Zipf estimate; see above).
COMMON_GIVEN = 2.0e-3


@cache
def surname_shares() -> pa.Table:
    """Return Japanese surnames, by folded kanji and by romaji key, with their share of the population.

    Returns:
        a table with columns ``value`` (kanji or ASCII), ``share`` (0..1).
    """
    data = name_data()
    shares = {**data.surnames, **data.surname_keys}
    return pa.table(
        {"value": pa.array(list(shares), pa.string()), "share": pa.array(list(shares.values()), pa.float64())}
    )


@cache
def known_given_names() -> pa.Table:
    """Return what is a Japanese given name: folded kanji and romaji keys, in one column ``value``."""
    data = name_data()
    return pa.table({"value": pa.array(sorted({*data.givens, *data.given_keys}), pa.string())})
