"""Each thing that Spark writes otherwise than DuckDB, one by one; what they compute is held equal by test_spark.py."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from soken.core.errors import BadInputError, EnvironmentProblemError
from soken.resolve.blocking import RULES
from soken.resolve.engine import Engine
from soken.resolve.levels import COMPARISONS
from soken.resolve.spark import spark_connection
from soken.resolve.spark.dialect import parsed, spark_sql

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = {
    "a part of a list": ("SELECT x[:4] FROM t", "SELECT slice(x, 1, 4) FROM t"),
    "a list's first": ("SELECT x[1] FROM t", "SELECT x[0] FROM t"),
    "kanji": (r"SELECT regexp_matches(x, '\p{Han}') FROM t", r"SELECT x RLIKE '\\p{IsHan}' FROM t"),
    "whole matches compared, each for itself": (
        "SELECT regexp_full_match(x, 'a') = regexp_full_match(y, 'b') FROM t",
        r"SELECT (x RLIKE '\\Aa\\z') = (y RLIKE '\\Ab\\z') FROM t",
    ),
    "two lists that share one": ("SELECT list_has_any(x, y) FROM t", "SELECT arrays_overlap(x, y) FROM t"),
    "length of a list": ("SELECT len(x) FROM t", "SELECT size(x) FROM t"),
    "length of a text": ("SELECT length(x) FROM t", "SELECT LENGTH(x) FROM t"),
    "a list's values, each joined to a text": (
        "SELECT a || '|' || unnest(x) AS key FROM t",
        "SELECT EXPLODE(transform(x, one_of_list -> a || '|' || one_of_list)) AS key FROM t",
    ),
    "a distance, by bytes": (
        "SELECT levenshtein(x, 'a') FROM t",
        "SELECT CASE WHEN NOT x IS NULL AND NOT 'a' IS NULL THEN levenshtein(DECODE(ENCODE(x, 'UTF-8'), "
        "'ISO-8859-1'), DECODE(ENCODE('a', 'UTF-8'), 'ISO-8859-1')) END FROM t",
    ),
    "a parameter": ("SELECT x FROM t WHERE n > $most", "SELECT x FROM t WHERE n > 5"),
    "a file": ("SELECT x FROM read_parquet($path) one", "SELECT x FROM file_of_records AS one"),
    "a digest of 64 bits": ("SELECT hash(x) FROM t", "SELECT xxhash64(x) FROM t"),
    "what is asked first": (
        "WITH a AS MATERIALIZED (SELECT x FROM t) SELECT x FROM a",
        "WITH a AS (SELECT x FROM t) SELECT x FROM a",
    ),
    "15 digits of a digest": (
        "SELECT ('0x' || left(x, 15))::UBIGINT FROM t",
        "SELECT CAST(conv(LEFT(x, 15), 16, 10) AS BIGINT) FROM t",
    ),
}


@pytest.mark.parametrize(("duck", "spark"), WRITTEN.values(), ids=WRITTEN)
def test_a_statement_is_written_in_sparks_dialect(duck: str, spark: str) -> None:
    tree = parsed(duck, {"most": 5, "path": "records.parquet"})
    written = spark_sql(tree, lambda path: f"file_of_{path.removesuffix('.parquet')}")
    assert written.casefold() == spark.casefold()  # names of functions have no case


CONDITIONS = {
    f"{locale} {comparison.name} {level.name}": level.condition
    for locale, comparisons in COMPARISONS.items()
    for comparison in comparisons
    for level in comparison.levels[:-1]
}
QUERIES = {**RULES, **{name: f"SELECT record FROM pairs WHERE {text}" for name, text in CONDITIONS.items()}}


def test_no_rule_says_what_only_duckdb_knows() -> None:
    for name, query in QUERIES.items():
        written = spark_sql(parsed(query, {}), str)
        for word in ("list_", "&&", "unnest", "LIST(", "::"):
            assert word not in written, name


def test_an_engine_that_there_is_not_is_refused() -> None:
    with pytest.raises(BadInputError, match="'presto' is no engine"):
        Engine("presto")


def test_without_pyspark_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with (
        pytest.raises(EnvironmentProblemError, match=r"requirements/spark\.txt"),
        spark_connection("local[1]", tmp_path),
    ):
        pass
