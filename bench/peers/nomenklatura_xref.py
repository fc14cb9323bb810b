"""nomenklatura: every pair that its index suggests, scored by its default matcher; the cut is what 600 labels say."""

from __future__ import annotations

import csv
import sys
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from followthemoney import Dataset, StatementEntity
from nomenklatura.db import Session, get_engine
from nomenklatura.matching import DefaultAlgorithm
from nomenklatura.resolver import Resolver
from nomenklatura.store import MemoryStore
from nomenklatura.xref import xref
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: Pairs that its index may suggest for each row.
_PAIRS = 20
#: Cuts that are tried.
_CUTS = tuple(number / 100 for number in range(10, 100, 5))

Pair = tuple[str, str]


def main(source: str, labels: str, found: str) -> None:
    """Group the rows of ``source`` and write ``found``."""
    rows = _rows(source)
    with TemporaryDirectory() as folder:
        scores = _scored(rows, Path(folder))
    cut = _best_cut(scores, _rows(labels))
    at = {row["row"]: number for number, row in enumerate(rows)}
    joined = [pair for pair, score in scores.items() if score >= cut]
    left, right = [at[one] for one, _other in joined], [at[other] for _one, other in joined]
    graph = coo_matrix(([1] * len(joined), (left, right)), shape=(len(rows), len(rows)))
    _count, groups = connected_components(graph, directed=False)
    with Path(found).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("row", "person"))
        writer.writerows((row["row"], group) for row, group in zip(rows, groups, strict=True))


def _rows(path: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with Path(path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _scored(rows: Sequence[Mapping[str, str]], folder: Path) -> dict[Pair, float]:
    """Return the score of each pair of rows that was suggested."""
    with Session(get_engine(f"sqlite:///{folder / 'resolver.sqlite3'}")) as session:
        resolver: Resolver[Any] = Resolver(session, create=True)
        dataset = Dataset.make({"name": "list", "title": "list"})
        store: MemoryStore[Any, Any] = MemoryStore(dataset, resolver)
        with store.writer() as writer:
            for row in rows:
                writer.add_entity(StatementEntity.from_data(dataset, _entity(row)))
        most = _PAIRS * len(rows)
        xref(
            resolver, session, store, folder / "index", limit=most, limit_factor=1, patience=most,
            discount_internal=1.0, algorithm=DefaultAlgorithm,
        )  # fmt: skip
        return {
            (_row(one), _row(other)): float(score or 0) for one, other, score in resolver.get_candidates(limit=most)
        }


def _entity(row: Mapping[str, str]) -> dict[str, Any]:
    """Return a row as a person of FollowTheMoney."""
    told = {
        "name": [f"{row['family']} {row['given']}"],
        "alias": [f"{row['family_kana']} {row['given_kana']}"],
        "lastName": [row["family"]],
        "firstName": [row["given"]],
        "email": [row["email"]],
        "phone": [row["phone"]],
        "address": [f"{row['postal_code']} {row['address']}"],
        "country": ["jp"],
    }
    properties = {name: [one for one in values if one.strip()] for name, values in told.items()}
    return {"id": f"row-{row['row']}", "schema": "Person", "properties": properties}


def _row(identifier: str) -> str:
    """Return the number of a row by its entity."""
    return identifier.removeprefix("row-")


def _best_cut(scores: Mapping[Pair, float], labels: Iterable[Mapping[str, str]]) -> float:
    """Return the cut at which F1 on the labelled rows is best."""
    person = {one["row"]: one["person"] for one in labels}
    known = {pair: score for pair, score in scores.items() if pair[0] in person and pair[1] in person}
    pairs = sum(person[one] == person[other] for one, other in combinations(person, 2))

    def f1(cut: float) -> float:
        said = [pair for pair, score in known.items() if score >= cut]
        right = sum(person[one] == person[other] for one, other in said)
        return 2 * right / max(1, len(said) + pairs)

    return max(_CUTS, key=f1)


if __name__ == "__main__":
    main(*sys.argv[1:4])
