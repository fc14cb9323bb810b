"""Persons whom somebody has to decide on because erasing is the default, and erasures that were agreed and not done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from soken.access.policy import Act
from soken.casework.models import Dossier, NotificationKind, RetentionReview
from soken.casework.models.retention import to_carry_out
from soken.casework.selectors.due import Due
from soken.casework.selectors.retention import reviews_due

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.models import Operation


def erasing_due(operation: Operation) -> Iterator[Due]:
    """Yield the persons of whom erasing is the default by now, as after an acquittal, and nothing is proposed (R36).

    Other reviews that are due, as of a case that has been open for years, stand on the page alone.
    """
    # What was refused, or given up, is due again: told once more.
    past = RetentionReview.objects.filter(Q(agreed=False) | Q(given_up_at__isnull=False), operation=operation)
    newest = dict(past.order_by("pk").values_list("person_code", "pk"))
    for one in reviews_due(operation):
        if one.late and one.rule.word.flag and one.waiting is None:
            whose = one.dossier.person_code, one.dossier.pk, one.dossier.force
            about = f"{one.outcome} {one.due_on} {newest.get(one.dossier.person_code, '')}".rstrip()
            yield Due(NotificationKind.RETENTION_ERASE, about, *whose, Act.REVIEW_RETENTION)


def erasures_unfinished(operation: Operation) -> Iterator[Due]:
    """Yield the erasures that two people have agreed to and nobody has carried out, or that were cut off (R36)."""
    agreed = RetentionReview.objects.filter(to_carry_out(), operation=operation).order_by("pk")
    codes = {one.person_code for one in agreed}
    dossiers = Dossier.objects.filter(operation=operation, person_code__in=codes)
    of = {code: (key, force) for code, key, force in dossiers.values_list("person_code", "pk", "force")}
    for one in agreed:
        dossier, force = of.get(one.person_code, (None, ""))
        about = f"{one.pk} {'begun' if one.cut_off else 'agreed'}"
        yield Due(NotificationKind.RETENTION_UNFINISHED, about, one.person_code, dossier, force, Act.ERASE)
