"""Weigh pairs on Spark: the comparisons' own conditions and weights, as one query.

On DuckDB Splink makes this query of the same settings (`soken.resolve.score`); with nothing to train and no matching
columns to carry, all that is left of it is which level's condition holds first, and what that level weighs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.resolve.levels import COMPARISONS
from soken.resolve.weights import load_weights

if TYPE_CHECKING:
    from soken.resolve.comparison import Comparison
    from soken.resolve.engine import Connection


def score(con: Connection) -> None:
    """Weigh the pairs of ``blocked``; build the table ``weighed`` as `soken.resolve.score.score` does.

    Args:
        con: holds ``prepared`` and ``blocked`` (l, r, rule).
    """
    columns = [line[0] for line in con.execute("DESCRIBE prepared").fetchall()]
    sides = ", ".join(
        f"{side}.{name} AS {name}_{end}" for side, end in (("one", "l"), ("two", "r")) for name in columns
    )
    con.execute(
        f"""CREATE OR REPLACE TABLE level_of AS
        WITH pairs AS (SELECT l, r, rule, {sides} FROM blocked
            JOIN prepared one ON one.record = l JOIN prepared two ON two.record = r)
        SELECT l, r, rule, pair_ja, {", ".join(f"lv_{one.name}" for one in COMPARISONS["ja"])} FROM (
            SELECT l, r, rule, true AS pair_ja, {_levels("ja")} FROM pairs WHERE locale_l = 'ja' OR locale_r = 'ja'
            UNION ALL SELECT l, r, rule, false AS pair_ja, {_levels("intl")} FROM pairs
            WHERE locale_l <> 'ja' AND locale_r <> 'ja')"""  # noqa: S608 (our own rules)
    )
    weights = ", ".join(f"{_weight(one.name)} AS mw_{one.name}, lv_{one.name}" for one in COMPARISONS["ja"])
    con.execute(f"CREATE OR REPLACE TABLE weighed AS SELECT l, r, rule, {weights} FROM level_of")  # noqa: S608


def _levels(locale: str) -> str:
    """Return the SQL columns of a locale's levels."""
    return ", ".join(f"{_level(comparison)} AS lv_{comparison.name}" for comparison in COMPARISONS[locale])


def _level(comparison: Comparison) -> str:
    """Return the SQL of the name of a comparison's level, null where the records say nothing."""
    cases = " ".join(f"WHEN {level.condition} THEN '{level.name}'" for level in comparison.levels[:-1])
    return f"CASE WHEN {comparison.silent} THEN NULL {cases} ELSE '{comparison.levels[-1].name}' END"


def _weight(name: str) -> str:
    """Return the SQL of what a level weighs; 0 where the records say nothing."""
    cases = " ".join(
        f"WHEN {'' if locale == 'ja' else 'NOT '}pair_ja AND lv_{name} = '{level}' THEN {weight.bits!r}::DOUBLE"
        for locale in COMPARISONS
        for level, weight in load_weights()[locale][name].items()
    )
    return f"CASE {cases} ELSE 0.0::DOUBLE END"
