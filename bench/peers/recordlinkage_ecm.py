"""recordlinkage, unsupervised (ECM classifier), on the columns as they are; its pairs joined to groups."""

from __future__ import annotations

import sys

import pandas as pd
import recordlinkage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def main(source: str, found: str) -> None:
    """Group the rows of ``source`` and write ``found``."""
    rows = pd.read_csv(source, dtype=str).set_index("row")
    rows = rows.where(rows.notna(), None)
    index = recordlinkage.Index()
    for columns in (
        ["email"],
        ["phone"],
        ["family", "given"],
        ["family_kana", "given_kana"],
        ["postal_code", "family"],
    ):
        index.block(columns)
    pairs = index.index(rows)
    compare = recordlinkage.Compare()
    for column in ("family", "given", "family_kana", "given_kana"):
        compare.string(column, column, method="jarowinkler", threshold=0.92, label=column)
    for column in ("email", "phone", "postal_code"):
        compare.exact(column, column, label=column)
    compare.string("address", "address", method="jarowinkler", threshold=0.95, label="address")
    matches = recordlinkage.ECMClassifier().fit_predict(compare.compute(pairs, rows))
    at = pd.Series(range(len(rows)), index=rows.index)
    left, right = at[matches.get_level_values(0)].to_numpy(), at[matches.get_level_values(1)].to_numpy()
    graph = coo_matrix(([1] * len(left), (left, right)), shape=(len(rows), len(rows)))
    _count, groups = connected_components(graph, directed=False)
    pd.DataFrame({"row": rows.index, "person": groups}).to_csv(found, index=False)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[3])
