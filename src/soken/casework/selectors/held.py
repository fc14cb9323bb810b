"""The rows whose links are frozen: those of persons in the register of wrong persons (R35)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from soken.casework.models import DecisionKind, FrozenRow, Misidentification, MisidentificationDecision
from soken.casework.models.force_sight import across_forces
from soken.normalise.sources import Held

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from soken.casework.models import Dossier, Operation
    from soken.resolve import RowRef


def held_rows(operation: Operation) -> list[Held]:
    """Return the operation's frozen rows, each with whom it is held together with, in order."""
    found = FrozenRow.objects.filter(operation=operation, misidentification__released_at__isnull=True)
    return [
        Held(evidence, row, str(hold))
        for evidence, row, hold in found.order_by("evidence", "row", "pk").values_list(
            "evidence", "row", "misidentification_id"
        )
    ]


def held_digest(held: Iterable[Held]) -> str:
    """Return a digest of what is frozen, '' for nothing: a run goes on only from one made under the same freeze."""
    text = "\n".join(f"{one.evidence}:{one.row}:{one.hold}" for one in held)
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


@across_forces()
def frozen_among(operation: Operation, rows: Collection[RowRef]) -> str:
    """Return the code of a person in the register who holds one of these rows, '' if none does."""
    wanted = {(one.evidence, one.row) for one in rows}
    found = FrozenRow.objects.filter(
        operation=operation, evidence__in={evidence for evidence, _row in wanted},
        misidentification__released_at__isnull=True,
    ).values_list("evidence", "row", "misidentification__dossier__person_code")  # fmt: skip
    return next((code for evidence, row, code in found if (evidence, row) in wanted), "")


def register_of_many(dossiers: Collection[int]) -> dict[int, bool]:
    """Return, for each of these dossiers whose links are frozen, whether two people have agreed to release them."""
    agreed = MisidentificationDecision.objects.filter(
        misidentification=OuterRef("pk"), kind=DecisionKind.RELEASE, agreed=True
    )
    found = Misidentification.objects.filter(dossier__in=dossiers, released_at__isnull=True)
    return dict(found.annotate(may=Exists(agreed)).values_list("dossier_id", "may"))


def register_entry(dossier: Dossier) -> Misidentification | None:
    """Return the entry under which a person's links are frozen, None if none are."""
    return Misidentification.objects.filter(dossier=dossier, released_at__isnull=True).first()
