"""How far a list's own columns can be relied on, learnt where the list itself proves who is who.

Where rows carry a personal number, two records with the same number and the same birth date (or given name) are one
person beyond doubt, so the list shows how often its other columns differ for one person. In a clean list given names
practically never do; in a list keyed by careless hands they do in one case of five, and a contradiction in such a
column must weigh less and veto nothing. Without personal numbers nothing is learnt: a birth date and a given name alone
are shared by strangers in a large list, and contacts are shared by families.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from soken.resolve.levels import COMPARISONS
from soken.resolve.weights import load_weights

if TYPE_CHECKING:
    from soken.resolve.engine import Connection

#: Fewer proven pairs than this teach nothing.
_LEAST_PAIRS = 200
#: The published figures count as much as this many pairs.
_PRIOR_PAIRS = 200
#: A column that differs in more than this share of proven pairs cannot veto.
_CARELESS = 0.03

#: comparison → which pairs are proven without it.
_PROVEN = {
    "name": "lv_id_number = 'same' AND lv_birth = 'same'",
    "family": "lv_id_number = 'same' AND (lv_birth = 'same' OR lv_given IN ('same', 'swapped'))",
    "given": "lv_id_number = 'same' AND lv_birth = 'same'",
    "birth": "lv_id_number = 'same' AND lv_given = 'same'",
    "id_number": "lv_birth = 'same' AND lv_given = 'same' AND lv_family = 'same'",
    "address": "lv_id_number = 'same' AND (lv_birth = 'same' OR lv_given = 'same')",
}


@dataclass(frozen=True, slots=True)
class Reliability:
    """What a list taught.

    Attributes:
        bits: locale → comparison → level → weight in bits, where it differs from the published figures.
        careless: locale → comparisons whose contradictions veto nothing in this list.
        pairs: locale → comparison → how many proven pairs this rests on.
    """

    bits: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    careless: dict[str, frozenset[str]] = field(default_factory=dict)
    pairs: dict[str, dict[str, int]] = field(default_factory=dict)


def learn(con: Connection) -> Reliability:
    """Return what the weighed pairs (table ``scored``) teach about the list's columns."""
    if not _numbered(con):
        return Reliability(careless=dict.fromkeys(COMPARISONS, frozenset()))
    learnt = Reliability()
    for locale in COMPARISONS:
        careless: set[str] = set()
        for comparison, proven in _PROVEN.items():
            counts = _counts(con, locale, comparison, proven)
            total = sum(counts.values())
            if total < _LEAST_PAIRS:
                continue
            learnt.pairs.setdefault(locale, {})[comparison] = total
            learnt.bits.setdefault(locale, {})[comparison] = _bits(locale, comparison, counts)
            if counts.get("differ", 0) > _CARELESS * total:
                careless.add(comparison)
        if "given" in careless:
            careless.add("name")  # an undivided name holds the given name
        learnt.careless[locale] = frozenset(careless)
    return learnt


def _numbered(con: Connection) -> bool:
    """Tell whether pairs enough to learn from carry a personal number each: every proof rests on one (`_PROVEN`)."""
    counted = con.execute("SELECT count(lv_id_number) FROM scored").fetchall()
    return int(counted[0][0]) >= _LEAST_PAIRS


def _counts(con: Connection, locale: str, comparison: str, proven: str) -> dict[str, int]:
    """Return level → number of proven pairs at it."""
    ja = "one.locale = 'ja' OR two.locale = 'ja'"
    rows = con.execute(
        f"""SELECT lv_{comparison}, count(*) FROM scored JOIN prepared one ON one.record = l
        JOIN prepared two ON two.record = r
        WHERE {proven} AND lv_{comparison} IS NOT NULL AND {f"({ja})" if locale == "ja" else f"NOT ({ja})"}
        GROUP BY ALL"""  # noqa: S608 (our own conditions)
    ).fetchall()
    return {str(level): int(count) for level, count in rows}


def _bits(locale: str, comparison: str, counts: dict[str, int]) -> dict[str, float]:
    """Return level → weight from counts blended with the published figures; "differ" is never made to weigh more."""
    total = sum(counts.values())
    bits: dict[str, float] = {}
    for level, weight in load_weights()[locale][comparison].items():
        m = (counts.get(level, 0) + _PRIOR_PAIRS * weight.m) / (total + _PRIOR_PAIRS)
        bits[level] = math.log2(max(m, weight.m) / weight.u) if level == "differ" else math.log2(m / weight.u)
    return bits
