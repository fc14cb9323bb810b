"""The rows of a transfer as a file that intake reads: CASE/UCO, one node a line, each with its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from soken.core.errors import DamagedStoreError
from soken.exchange.case import nodes
from soken.exchange.case.terms import node_id
from soken.exchange.case.written import write_case

if TYPE_CHECKING:
    from pathlib import Path

    from soken.exchange.handed import Handed


def write_rows(handed: Handed, transfer: str, out: Path) -> int:
    """Write the files and rows of a transfer; return the number of nodes. The same transfer gives the same bytes.

    Args:
        handed: what it contains.
        transfer: its code, which the file bears: rows that come twice are two files.
        out: the file to write.

    Raises:
        BadInputError: the file cannot be written.
    """
    hashes = {one.evidence: one.sha256 for one in handed.originals}
    made = []
    for file in handed.originals:
        made.append(nodes.evidence_file(file.evidence, file.evidence, file.size, file.sha256, {}))
    files = [node_id("file", one.sha256) for one in handed.originals]
    made.append(nodes.provenance(node_id("handover", transfer), transfer, files))
    for row in handed.rows:
        place = {"kind": row.kind, "owner": row.owner, **row.place}
        node = nodes.row(row.evidence, row.row, row.table, row.cells, place)
        made += [node, nodes.relationship("Contained_Within", node["@id"], node_id("file", hashes[row.evidence]))]
    return write_case(made, out)


def rows_by_line(written: Path) -> dict[int, tuple[str, int]]:
    """Return line of the file → evidence id and number that the row had at the sender.

    Raises:
        DamagedStoreError: the file is not as `write_rows` wrote it.
    """
    found: dict[int, tuple[str, int]] = {}
    with written.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            text = line.strip().removesuffix(",")
            if not text.startswith('{"@id"'):
                continue
            try:
                node = json.loads(text)
            except ValueError as damaged:
                raise DamagedStoreError(f"Line {number} of the rows taken over is not as it was written.") from damaged
            if "soken:row" in node:
                found[number] = (str(node["soken:evidence"]), int(node["soken:row"]))
    return found
