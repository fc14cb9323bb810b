"""Removing the documents of an erased person from the store: their bytes lie under their SHA-256, for all dossiers."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from soken.access.eyes import machine_sees_all
from soken.casework.models import Attachment
from soken.core.documents import set_apart, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.models import Operation


@contextmanager
def documents_erased(operation: Operation, code: str) -> Iterator[None]:
    """Let a person's documents go with the block that deletes the person from the case database.

    They are set apart before, and removed after it, unless a dossier has them by then: what another dossier holds too
    stays, and what is attached to one meanwhile comes back. Done again it finishes what was cut off.

    Args:
        operation: where.
        code: the person.
    """
    with machine_sees_all():
        for sha256 in _alone(operation, code):
            set_apart(settings.HOME, sha256)
    try:
        yield
    finally:
        with machine_sees_all():
            settle(settings.HOME, lambda: set(_every().values_list("sha256", flat=True)))


def _alone(operation: Operation, code: str) -> set[str]:
    """Return the documents that no dossier but the person's has."""
    own = _every().filter(dossier__operation=operation, dossier__person_code=code)
    shared = _every().filter(sha256__in=own.values("sha256")).exclude(pk__in=own.values("pk"))
    return set(own.values_list("sha256", flat=True)) - set(shared.values_list("sha256", flat=True))


def _every() -> models.QuerySet[Attachment]:
    """Return every row: managers hide those of persons who are shut away."""
    return models.QuerySet(Attachment)
