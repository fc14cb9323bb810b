"""Splink on the columns as they are, unsupervised: exact, close and less close by Jaro-Winkler."""

from __future__ import annotations

import sys

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def main(source: str, found: str) -> None:
    """Group the rows of ``source`` and write ``found``."""
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE list AS SELECT * REPLACE (CAST(row AS BIGINT) AS row)"
        f" FROM read_csv('{source}', all_varchar=true, header=true)"
    ).fetchall()
    names = ("family", "given", "family_kana", "given_kana")
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="row",
        comparisons=[
            *(
                cl.JaroWinklerAtThresholds(name, [0.92, 0.8]).configure(term_frequency_adjustments=True)
                for name in names
            ),
            cl.ExactMatch("email"),
            cl.ExactMatch("phone"),
            cl.ExactMatch("postal_code"),
            cl.JaroWinklerAtThresholds("address", [0.95]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("phone"),
            block_on("family", "given"),
            block_on("family_kana", "given_kana"),
            block_on("postal_code", "family"),
        ],
    )
    api = DuckDBAPI(connection)
    linker = Linker(api.register("list"), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match([block_on("email"), block_on("phone")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("email"), block_on("family", "given")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=0.9)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.99)
    connection.execute(
        f"COPY (SELECT row, cluster_id AS person FROM {clusters.physical_name}) TO '{found}' (HEADER)"
    ).fetchall()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[3])
