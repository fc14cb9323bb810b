"""A further list against a platform that was resolved already: what going on from the last run takes.

Half the further list's rows repeat rows of the platform's, spread evenly over it; the other half are another
platform's. What the first list's rows were proposed as is compared before and after: a person keeps its code unless
the further rows join it with another.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import duckdb

from bench.lists.platform import write_csv
from bench.pipeline import OUT, PipelineError, run_stages, take_further
from bench.scale import SEED, SIZES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: Rows of the further list, and their share of the platform's where that is the smaller one.
ROWS, SHARE = 100_000, 0.1

_MOVED = """
SELECT count(*) FILTER (earlier.person <> later.person) FROM read_csv($earlier, all_varchar = true) earlier
JOIN read_csv($later, all_varchar = true) later USING (evidence, row)
"""


def measure_further(sizes: Sequence[tuple[int, int]] = SIZES) -> list[dict[str, Any]]:
    """Resolve a platform's list at each size, then take a further one in and resolve again."""
    results = []
    for accounts, orders in sizes:
        first = write_csv(OUT, accounts, orders, SEED).path
        rows = min(ROWS, int(orders * SHARE))
        result: dict[str, Any] = {"accounts": accounts, "orders": orders, "rows": rows}
        try:
            result |= _go_on(first, _further(first, orders, rows))
        except PipelineError as problem:
            result["problem"] = str(problem)
        print(result, flush=True)
        results.append(result)
    return results


def _further(first: Path, orders: int, rows: int) -> Path:
    """Write the further list."""
    other = write_csv(OUT, max(1, rows // 4), rows - rows // 2, SEED + 1).path
    path = OUT / f"further-{orders}-{rows}.csv"
    with first.open("rb") as known, other.open("rb") as new, path.open("wb") as further:
        further.write(known.readline())
        new.readline()
        step = orders // (rows // 2)
        further.writelines(chain(islice(known, 0, step * (rows // 2), step), new))
    return path


def _go_on(first: Path, further: Path) -> dict[str, Any]:
    """Resolve the first list, then both."""
    made = run_stages([first], "further", timeout=3600)
    take_further(made, further, timeout=3600)
    told = made.told["further resolve"]
    with duckdb.connect() as con:
        paths = {"earlier": str(made.home / "links.csv"), "later": str(made.home / "further.csv")}
        (moved,) = con.execute(_MOVED, paths).fetchall()[0]
    return {
        "seconds": {name: stage.seconds for name, stage in made.stages.items()},
        "stages": told["seconds"],
        "peak_mib": max(made.stages[name].peak_mib for name in ("further intake", "further resolve")),
        "went_on_from": told["went_on_from"],
        "pairs_weighed": told["pairs_weighed"],
        "pairs": told["pairs"],
        "moved": moved,
    }
