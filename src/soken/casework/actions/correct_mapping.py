"""Correct what an evidence item's columns were taken for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.casework.actions.take_in_evidence import enter_reading
from soken.core.errors import NotFoundError
from soken.core.lock import only_one
from soken.intake import reread

if TYPE_CHECKING:
    from soken.casework.models import EvidenceItem, Operation
    from soken.core.home import Home
    from soken.core.progress import Progress
    from soken.intake import Mapping


def correct_mapping(
    operation: Operation, evidence_id: str, mapping: Mapping, *, home: Home, actor: str, progress: Progress
) -> EvidenceItem:
    """Read the sealed original again with other columns; the old reading stays beside the new one.

    Row numbers stay as they were. What was resolved before still shows the old reading until resolve is run again.

    Raises:
        NotFoundError: the operation holds no such evidence item.
        BadInputError: the mapping names a column or a field that does not exist.
        RefusedError: another process takes evidence into this operation now.
    """
    if not operation.evidence.filter(evidence_id=evidence_id).exists():
        raise NotFoundError(f"{operation.name} holds no evidence item {evidence_id}.")
    with only_one(home.operations / operation.slug / "intake.lock", f"Intake for {operation.name}"):
        result = reread(
            evidence_id, home=home, operation_slug=operation.slug, mapping=mapping, actor=actor, progress=progress
        )
        return enter_reading(operation, result)
