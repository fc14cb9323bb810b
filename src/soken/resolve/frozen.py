"""Frozen links: rows of which people have said that the person was the wrong one (R35).

While that is looked into, the rows stay together as they stood and nothing joins them: what is asked is how they came
together, and a run that moved them would take the answer away. Judgements that reach across wait until the freeze is
released; they are not taken back.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa

from soken.core.duck import at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from soken.normalise.sources import Held
    from soken.resolve.engine import Connection
    from soken.resolve.judgements import Constraints


def hold_records(con: Connection, folder: Path, held: Sequence[Held]) -> dict[int, str]:
    """Build ``record_holds`` (record, hold), empty where nothing is frozen; return it too.

    Args:
        con: the engine.
        folder: holds ``row_records.parquet``, built with the same rows held.
        held: the frozen rows.
    """
    found: dict[int, str] = {}
    if held:
        con.register(
            "held_rows",
            pa.table(
                {
                    "evidence": [one.evidence for one in held],
                    "row": pa.array([one.row for one in held], pa.int64()),
                    "hold": [one.hold for one in held],
                }
            ),
        )
        found = dict(
            con.execute(
                'SELECT record, hold FROM read_parquet($path) JOIN held_rows USING (evidence, "row")',
                {"path": at(folder / "row_records.parquet")},
            ).fetchall()
        )
        con.unregister("held_rows")
    con.register(
        "incoming",
        pa.table({"record": pa.array(list(found), pa.int64()), "hold": pa.array(list(found.values()), pa.string())}),
    )
    con.execute("CREATE OR REPLACE TABLE record_holds AS SELECT * FROM incoming")
    con.unregister("incoming")
    return found


def freeze(constraints: Constraints, holds: Mapping[int, str]) -> Constraints:
    """Return the constraints under which frozen records stay as they are.

    Args:
        constraints: what people have judged.
        holds: record → which hold it is under.
    """
    if not holds:
        return constraints
    free = {pair for pair in constraints.must if not _touches(pair, holds)}
    together: dict[str, list[int]] = {}
    for record, hold in sorted(holds.items()):
        together.setdefault(hold, []).append(record)
    free |= {pair for records in together.values() for pair in pairwise(records)}
    return replace(
        constraints,
        must=frozenset(free),
        cannot=frozenset(pair for pair in constraints.cannot if not _touches(pair, holds)),
        held=frozenset(pair for pair in constraints.held if not _touches(pair, holds)),
    )


def _touches(pair: tuple[int, int], holds: Mapping[int, str]) -> bool:
    """Tell whether one of two records is frozen."""
    return pair[0] in holds or pair[1] in holds
