"""Every accepted row and the person proposed for it, as a CSV that programs read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from soken.casework.selectors import store
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from pathlib import Path

    from soken.casework.models import Operation
    from soken.core.home import Home
    from soken.exchange.mark import Mark

# Columns may be added after these, never moved: others script against them. Rows that speak of nobody (a product, a
# setting) have neither person nor band.
_EXPORT: Final = """
copy (
    select m.evidence, m.row, m.person, case when m.person is null then null else m.band end as band, m.review_with,
           m.record, m.kind, m.item_code, m.ordered_on{mark}
    from read_parquet($membership) m join received r using (evidence)
    order by r.position, m.row
) to '{target}' (format csv, header true)
"""


def export_links(operation: Operation, out: Path, *, home: Home, mark: Mark | None = None) -> int:
    """Write the newest run's rows to ``out`` whole or not at all; return how many there are.

    Args:
        operation: whose.
        out: the file.
        home: the installation's folders.
        mark: of the copy, in each row, since rows are cut out and passed on; None for contents that nobody takes.

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
        ids = [one["id"] for one in run.inputs["evidence"]]
        received = pa.table({"position": range(len(ids)), "evidence": pa.array(ids, pa.string())})
        given = {"membership": membership, **({"mark": mark.line()} if mark is not None else {})}
        copy = _EXPORT.format(target=str(part).replace("'", "''"), mark=", $mark as mark" if mark is not None else "")
        with store.asked(copy, given, {"received": received}) as copied:
            rows = copied.fetchall()[0][0]
        part.replace(out)
    except OSError as problem:
        raise BadInputError(f"{out} cannot be written: {problem.strerror}; choose another place.") from problem
    finally:
        part.unlink(missing_ok=True)
    return int(rows)
