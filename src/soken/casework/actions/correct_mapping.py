"""Correct what an evidence item's columns were taken for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from soken.casework.actions.shut_matches import look_at_reading
from soken.casework.actions.take_in_evidence import enter_reading, rows_entered
from soken.core.errors import NotFoundError, RefusedError
from soken.core.lock import only_one
from soken.intake import rereading

if TYPE_CHECKING:
    from collections.abc import Callable

    from soken.casework.models import EvidenceItem, Operation
    from soken.core.home import Home
    from soken.core.progress import Progress
    from soken.intake import Mapping


def _unobserved(_name: str) -> None:
    """Do nothing: nobody has asked to be told in the transaction."""


def correct_mapping(
    operation: Operation,
    evidence_id: str,
    mapping: Mapping,
    *,
    home: Home,
    actor: str,
    progress: Progress,
    seen: int | None = None,
    kept: Callable[[str], None] = _unobserved,
) -> EvidenceItem:
    """Read the sealed original again with other columns; the old reading stays beside the new one.

    Row numbers stay as they were. What was resolved before still shows the old reading until resolve is run again.

    Args:
        operation: the operation that the item belongs to.
        evidence_id: the evidence item.
        mapping: table → heading → field.
        home: the installation's folders.
        actor: who corrects, for the custody record.
        progress: told of each stage.
        seen: number of the reading that the actor corrected; None for whoever corrects what stands now.
        kept: called with the item's id in the transaction that enters the reading; raising keeps nothing.

    Raises:
        NotFoundError: the operation holds no such evidence item.
        BadInputError: the mapping names a column or a field that does not exist.
        RefusedError: somebody else has corrected it since, or another process takes evidence into this operation now.
    """
    with only_one(home.operations / operation.slug / "intake.lock", f"Intake for {operation.name}"):
        check_seen(operation, evidence_id, seen)
        with rereading(
            evidence_id, home=home, operation_slug=operation.slug, mapping=mapping, actor=actor, progress=progress
        ) as made:
            looked = look_at_reading(made.rows)
            with transaction.atomic():
                kept(evidence_id)
                result = made.place()
                looked.moved(made.rows, rows_entered(result))
                return enter_reading(operation, result, looked=looked)


def check_seen(operation: Operation, evidence_id: str, seen: int | None) -> EvidenceItem:
    """Return an item of an operation, if its reading is still the one that was looked at.

    Raises:
        NotFoundError: the operation holds no such evidence item.
        RefusedError: it was read anew since.
    """
    item = operation.evidence.filter(evidence_id=evidence_id).first()
    if item is None:
        raise NotFoundError(f"{operation.name} holds no evidence item {evidence_id}.")
    if seen is not None and item.reading != seen:
        raise RefusedError(
            _("%(item)s was read anew since you looked at its columns; look at them again, then correct them.")
            % {"item": evidence_id}
        )
    return item
