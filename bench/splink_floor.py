"""Splink with comparisons from its own library on the records of a run: what its model takes, whatever it finds.

python splink_floor.py RECORDS.parquet
"""

from __future__ import annotations

import sys

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def main(records: str) -> None:
    """Train, predict and cluster."""
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "4GB"})
    connection.execute(
        "CREATE TABLE list AS SELECT record, family, given, kana, email_key, phone_key, postal_key, address_key "
        f"FROM read_parquet('{records}')"
    ).fetchall()
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record",
        comparisons=[
            *(
                cl.JaroWinklerAtThresholds(name, [0.92, 0.8]).configure(term_frequency_adjustments=True)
                for name in ("family", "given")
            ),
            cl.JaroWinklerAtThresholds("kana", [0.92]),
            *(cl.ExactMatch(name) for name in ("email_key", "phone_key", "postal_key")),
            cl.JaroWinklerAtThresholds("address_key", [0.95]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("email_key"), block_on("phone_key"), block_on("family", "given"), block_on("address_key"),
            block_on("postal_key", "family"),
        ],
    )  # fmt: skip
    linker = Linker(DuckDBAPI(connection).register("list"), settings, log_level=None)
    sure = [block_on("email_key"), block_on("phone_key")]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("email_key"), block_on("family", "given")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=0.9)
    linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.99)


if __name__ == "__main__":
    main(sys.argv[1])
