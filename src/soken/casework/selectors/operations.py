"""Find operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q, Subquery, Sum
from django.db.models.expressions import OuterRef

from soken.casework.models import EvidenceItem, Operation, ResolveRun
from soken.core.errors import NotFoundError

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from soken.access.models import User


def operation_named(name: str) -> Operation:
    """Return the operation of this name or short name (for the command line, which acts for the installation).

    Raises:
        NotFoundError: there is none.
    """
    found = Operation.objects.filter(Q(name=name.strip()) | Q(slug=name.strip())).first()
    if found is None:
        raise NotFoundError(f"No operation is named {name!r}; open it with: soken operation new {name!r}")
    return found


def operation_seen_by(user: User | AnonymousUser, slug: str) -> Operation:
    """Return the operation with this short name, if the user is a member of it.

    Raises:
        NotFoundError: there is none, or the user is no member; the two are not told apart.
    """
    found = Operation.objects.visible_to(user).filter(slug=slug).first()
    if found is None:
        raise NotFoundError(f"No operation {slug} is open to you.")
    return found


def operations_seen_by(user: User | AnonymousUser) -> QuerySet[Operation]:
    """Return the operations that the user is a member of, newest first, each with what it holds.

    Added to each: ``items`` (evidence items), ``rows_read`` (or None), ``persons`` (of the newest run, or None),
    ``review_links``, ``resolved_at``.
    """
    newest = ResolveRun.objects.filter(operation=OuterRef("pk")).order_by("-pk")
    counts = EvidenceItem.objects.filter(operation=OuterRef("pk")).order_by().values("operation")
    return Operation.objects.visible_to(user).annotate(
        items=Subquery(counts.annotate(n=Count("pk")).values("n")),
        rows_read=Subquery(counts.annotate(n=Sum("rows_read")).values("n")),
        received_at=Subquery(counts.annotate(at=Max("received_at")).values("at")),
        persons_proposed=Subquery(newest.values("persons")[:1]),
        review_links=Subquery(newest.values("review_links")[:1]),
        resolved_at=Subquery(newest.values("finished_at")[:1]),
    )
