"""Which run a new run may go on from, so that it weighs only what came since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from soken.casework.selectors import store
from soken.casework.selectors.held import held_digest, held_rows
from soken.resolve.reuse import can_go_on_from

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from soken.casework.models import EvidenceItem, Operation


@dataclass(frozen=True, slots=True)
class BaseRun:
    """A run that a new one goes on from, or why there is none.

    Attributes:
        run: name of the run, "" if there is none.
        folder: its folder, None if there is none.
        lists: how many of the operation's lists it has read.
        why_not: if there is none, one sentence that says why (for whoever asked to go on from one).
    """

    run: str = ""
    folder: Path | None = None
    lists: int = 0
    why_not: str = ""


def base_run(operation: Operation, items: Sequence[EvidenceItem]) -> BaseRun:
    """Return the run that is shown, if a new run can go on from it.

    It can if the lists it read are the first of those there are now, each in the same reading (a corrected mapping is
    another), and if these very versions made it.

    Args:
        operation: whose run.
        items: its evidence in the order of receipt.
    """
    shown = operation.runs.first()
    if shown is None:
        return BaseRun(why_not=f"{operation.name} has no run yet.")
    read = [(one["id"], one["reading"]) for one in shown.inputs["evidence"]]
    if [(item.evidence_id, item.reading) for item in items[: len(read)]] != read:
        return BaseRun(
            why_not=f"A list that {shown.run_id} had read has been read otherwise since, or stands elsewhere."
        )
    if shown.inputs.get("held", "") != held_digest(held_rows(operation)):
        return BaseRun(why_not=f"Links were frozen or released since {shown.run_id} was made.")
    folder = store.run_folder(operation, shown)
    if not can_go_on_from(folder):
        return BaseRun(why_not=f"{shown.run_id} was made by another version, or what it left has been removed.")
    return BaseRun(run=shown.run_id, folder=folder, lists=len(read))
