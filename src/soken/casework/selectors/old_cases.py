"""Imports of old cases: what became of each line, and which reviews still wait for a past reviewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from soken.casework.models import OldCaseImport, OldCaseLine, Operation, Screening

if TYPE_CHECKING:
    from soken.access.models import User

#: Imports, and lines of one, shown; an import takes no more lines.
IMPORTS, LINES = 20, 500


def imports_of(operation: Operation) -> list[OldCaseImport]:
    """Return an operation's newest imports."""
    return list(OldCaseImport.objects.filter(operation=operation).select_related("by")[:IMPORTS])


def lines_of(operation: Operation, key: int) -> list[OldCaseLine]:
    """Return the lines of an import, those set aside first: they are to be mended."""
    lines = OldCaseLine.objects.filter(operation=operation, batch=key).select_related("dossier", "reviewer")
    return list(lines.order_by("outcome", "number")[:LINES])


def reviews_waiting(user: User) -> list[OldCaseLine]:
    """Return the old cases whose screening waits for this past reviewer, in operations that they may see; bounded."""
    unreviewed = Screening.objects.filter(dossier=OuterRef("dossier"), reviewed_by__isnull=True)
    lines = OldCaseLine.objects.filter(reviewer=user, operation__in=Operation.objects.visible_to(user))
    waiting = lines.filter(Exists(unreviewed)).select_related("dossier", "operation").order_by("pk")
    return list(waiting[:LINES])
