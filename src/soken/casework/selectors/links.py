"""Every accepted row and the person proposed for it, as a CSV that programs read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import duckdb

from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from pathlib import Path

    from soken.casework.models import Operation
    from soken.core.home import Home

# Columns may be added after these, never moved: others script against them. Rows that speak of nobody (a product, a
# setting) have neither person nor band.
_EXPORT: Final = """
copy (
    select m.evidence, m.row, m.person, case when m.person is null then null else m.band end as band, m.review_with,
           m.record, m.kind, m.item_code, m.ordered_on
    from read_parquet($membership) m join received r using (evidence)
    order by r.position, m.row
) to '{target}' (format csv, header true)
"""


def export_links(operation: Operation, out: Path, *, home: Home) -> int:
    """Write the newest run's rows to ``out`` whole or not at all; return how many there are.

    Raises:
        RefusedError: the operation was never resolved.
        BadInputError: the file cannot be written.
    """
    run = operation.runs.first()
    if run is None:
        raise RefusedError(
            f"{operation.name} has no proposed persons yet; run: soken resolve --operation {operation.slug}"
        )
    membership = home.operations / operation.slug / "runs" / run.run_id / "membership.parquet"
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.touch()
        with duckdb.connect() as connection:
            connection.execute("create table received (position integer, evidence varchar)")
            connection.executemany(
                "insert into received values (?, ?)", [(n, one["id"]) for n, one in enumerate(run.inputs["evidence"])]
            )
            target = str(part).replace("'", "''")
            connection.execute(_EXPORT.format(target=target), {"membership": str(membership)})
            rows = connection.execute("select count(*) from read_parquet(?)", [str(membership)]).fetchall()[0][0]
        part.replace(out)
    except OSError as problem:
        raise BadInputError(f"{out} cannot be written: {problem.strerror}; choose another place.") from problem
    finally:
        part.unlink(missing_ok=True)
    return int(rows)
