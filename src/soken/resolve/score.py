"""Weigh the blocked pairs with Splink: per comparison a level and its weight, all in DuckDB."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from soken.core.duck import connect
from soken.resolve.levels import COMPARISONS
from soken.resolve.weights import LevelWeight, load_weights

if TYPE_CHECKING:
    import duckdb

    from soken.resolve.comparison import Comparison

#: Pairs across locales are weighed with the Japanese settings: both sides have romaji keys.
_PAIRS = {
    "ja": "one.locale = 'ja' OR other.locale = 'ja'",
    "intl": "one.locale <> 'ja' AND other.locale <> 'ja'",
}

#: Pairs as Splink is handed them, blocked already.
_TO_SCORE: Final = "CREATE TABLE to_score (join_key_l BIGINT, join_key_r BIGINT, match_key VARCHAR)"


def prior(records: int) -> float:
    """Return the probability that two records taken at random are one person.

    A person is taken to have about one further record; the list's length then gives the share of pairs.
    """
    return min(0.1, 1.0 / max(records, 2))


def settings(locale: str) -> dict[str, Any]:
    """Return the Splink settings of a locale: our comparisons with our weights, nothing to train.

    They hold for lists of any length: the prior is added where pairs are decided (`soken.resolve.decide`).
    """
    weights = load_weights()[locale]
    return {
        "link_type": "dedupe_only",
        "comparisons": [_splink_comparison(one, weights[one.name]) for one in COMPARISONS[locale]],
        "blocking_rules_to_generate_predictions": [block_on("record")],
        # With matching columns retained Splink would copy every compared value into every pair (3 GB at a million
        # rows); the weights alone tell the levels (see weights.py).
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "unique_id_column_name": "record",
    }


def _splink_comparison(comparison: Comparison, weights: dict[str, LevelWeight]) -> dict[str, Any]:
    """Return one comparison in Splink's form."""
    silent = {"sql_condition": comparison.silent, "label_for_charts": "silent", "is_null_level": True}
    levels = [
        {
            "sql_condition": level.condition,
            "label_for_charts": level.name,
            "m_probability": weights[level.name].m,
            "u_probability": weights[level.name].u,
        }
        for level in comparison.levels
    ]
    return {"output_column_name": comparison.name, "comparison_levels": [silent, *levels]}


def score(con: duckdb.DuckDBPyConnection) -> None:
    """Weigh the pairs of ``fresh``; build the table ``weighed`` (l, r, rule, and per comparison ``mw_…`` and ``lv_…``).

    Args:
        con: holds ``prepared`` and ``fresh`` (l, r, rule).
    """
    con.execute("DROP TABLE IF EXISTS weighed")
    made = False
    for locale, which in _PAIRS.items():
        con.execute(
            f"""CREATE OR REPLACE TABLE to_score AS SELECT l AS join_key_l, r AS join_key_r, rule::VARCHAR AS match_key
            FROM fresh JOIN prepared one ON one.record = l JOIN prepared other ON other.record = r WHERE {which}"""  # noqa: S608
        )
        if con.execute("SELECT count(*) FROM to_score").fetchall()[0][0] == 0:
            continue
        predictions = _predict(con, locale)
        names = [comparison.name for comparison in COMPARISONS[locale]]
        columns = ", ".join(f"mw_{name}, {_level_sql(locale, name)} AS lv_{name}" for name in names)
        query = f"SELECT record_l AS l, record_r AS r, match_key::UTINYINT AS rule, {columns} FROM {predictions}"  # noqa: S608
        con.execute(f"INSERT INTO weighed {query}" if made else f"CREATE TABLE weighed AS {query}")
        con.execute(f"DROP TABLE {predictions}")
        made = True
    if not made:
        names = [comparison.name for comparison in COMPARISONS["ja"]]
        columns = ", ".join(f"mw_{name} DOUBLE, lv_{name} VARCHAR" for name in names)
        con.execute(f"CREATE TABLE weighed (l BIGINT, r BIGINT, rule UTINYINT, {columns})")


def _predict(con: duckdb.DuckDBPyConnection, locale: str) -> str:
    """Run Splink's statements over ``to_score``; return the name of the table with its predictions."""
    columns = tuple((str(name), str(kind)) for name, kind, *_rest in con.execute("DESCRIBE prepared").fetchall())
    plan = _planned(locale, columns)
    for statement in plan.statements:
        con.execute(statement)
    return plan.predictions


@dataclass(frozen=True, slots=True)
class _Plan:
    """What Splink does to weigh pairs: statements in their order, and the table with what comes of them."""

    statements: tuple[str, ...]
    predictions: str


@cache
def _planned(locale: str, columns: tuple[tuple[str, str], ...]) -> _Plan:
    """Return what Splink does in a locale.

    It makes its statements of the settings and of the names of columns, never of what the tables hold; that takes it
    longer than all else that a short list takes. So it is asked once a process, over tables without a row.

    Args:
        locale: "ja" or "intl".
        columns: name and type of each column of ``prepared``.
    """
    logging.getLogger("splink").setLevel(logging.ERROR)
    with connect() as con:
        con.execute(f"CREATE TABLE prepared ({', '.join(f'{name} {kind}' for name, kind in columns)})")
        con.execute(_TO_SCORE)
        api = _Noting(con)
        # The settings are not looked through for wrong columns: they are data of ours, and that takes as long again.
        linker = Linker(
            api.register("prepared", dataset_display_name="records"), SettingsCreator(**settings(locale)),
            validate_settings=False, log_level=None,
        )  # fmt: skip
        linker.table_management.register_blocked_pairs_for_predict(api.register("to_score"))
        predictions = linker.inference.predict(warning_mode="never")
        return _Plan(tuple(api.statements), str(predictions.physical_name))


class _Noting(DuckDBAPI):
    """Splink's way to DuckDB, noting every statement."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.statements: list[str] = []
        super().__init__(con)

    def _execute_sql_against_backend(self, final_sql: str) -> duckdb.DuckDBPyRelation:
        self.statements.append(final_sql)
        return super()._execute_sql_against_backend(final_sql)


def _level_sql(locale: str, name: str) -> str:
    """Return the SQL that names the level a comparison's weight stands for (null: silent)."""
    cases = " ".join(
        f"WHEN {math.floor(weight.bits * 1000 + 0.5)} THEN '{level}'"
        for level, weight in load_weights()[locale][name].items()
    )
    return f"CASE floor(mw_{name} * 1000 + 0.5)::BIGINT {cases} END"
