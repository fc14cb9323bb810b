"""Weights as they stand for this list: names as common as they are, shared contacts weaker, careless columns milder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.resolve.levels import COMPARISONS
from soken.resolve.weights import load_weights

if TYPE_CHECKING:
    from soken.resolve.reliability import Reliability

#: Which locale's settings a pair was weighed with; see score.py.
IS_JA = "(one.locale = 'ja' OR two.locale = 'ja')"
_IS = {"ja": IS_JA, "intl": f"NOT {IS_JA}"}

#: How often a name is replaces the average only within these bounds: the figures are rough.
_FAMILY_BITS, _GIVEN_BITS, _SHARED_BITS = (-4.0, 4.0), (-3.0, 3.0), 8.0


def _learnt(comparison: str, reliability: Reliability) -> str:
    """Return the SQL of a comparison's weight, replaced where the list taught another."""
    cases = " ".join(
        f"WHEN {_IS[locale]} AND lv_{comparison} = '{level}' THEN {bits:.6f}"
        for locale, comparisons in reliability.bits.items()
        for level, bits in comparisons.get(comparison, {}).items()
    )
    return f"(CASE {cases} ELSE mw_{comparison} END)" if cases else f"mw_{comparison}"


def adjusted_weights(names: list[str], reliability: Reliability) -> str:
    """Return the SQL columns of the weights, corrected for how common names and shared values are."""
    average = {locale: load_weights()[locale] for locale in COMPARISONS}

    def share(part: str, comparison: str, low: float, high: float) -> str:
        levels = ("same", "reading", "spelling")
        u = " ".join(
            f"WHEN {_IS[locale]} AND lv_{comparison} = '{level}' THEN {average[locale][comparison][level].u}"
            for locale in COMPARISONS
            for level in levels
        )
        rarer = f"log2((CASE {u} END) / greatest(one.{part}_share, two.{part}_share))"
        said = ", ".join(f"'{level}'" for level in levels)
        # Of every other level u is null, which least and greatest would pass over.
        return (
            f"{_learnt(comparison, reliability)} + "
            f"CASE WHEN lv_{comparison} IN ({said}) THEN least({high}, greatest({low}, {rarer})) ELSE 0 END"
        )

    def shared(comparison: str, column: str) -> str:
        return (
            f"{_learnt(comparison, reliability)} - CASE WHEN lv_{comparison} IN ('same', 'street', 'building') THEN "
            f"least({_SHARED_BITS}, log2(coalesce(greatest(one_shares.{column}, two_shares.{column}), 1))) ELSE 0 END"
        )

    special = {
        "family": share("fam", "family", *_FAMILY_BITS),
        "given": share("giv", "given", *_GIVEN_BITS),
        "email": shared("email", "mail_names"),
        "phone": shared("phone", "phone_names"),
        "address": shared("address", "addr_names"),
    }
    return ", ".join(
        f"round({special.get(name) or _learnt(name, reliability)}, 6) AS w_{name}, lv_{name}" for name in names
    )
