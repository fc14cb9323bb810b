"""Removing the documents of an erased person from the store: their bytes lie under their SHA-256, for all dossiers."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models

from soken.access.eyes import machine_sees_all
from soken.casework.models import Attachment
from soken.casework.selectors.notes import stored_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from soken.casework.models import Operation

#: How a document is called that goes once the database has let its person go.
_ERASING: Final = ".erasing"
#: Seconds after which bytes that no dossier has are no document that is just being attached.
_OLD: Final = 24 * 60 * 60


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
            place = stored_at(sha256)
            if place.is_file():
                place.replace(place.with_name(f"{sha256}{_ERASING}"))
    try:
        yield
    finally:
        with machine_sees_all():
            _settle()


def _alone(operation: Operation, code: str) -> set[str]:
    """Return the documents that no dossier but the person's has."""
    own = _every().filter(dossier__operation=operation, dossier__person_code=code)
    shared = _every().filter(sha256__in=own.values("sha256")).exclude(pk__in=own.values("pk"))
    return set(own.values_list("sha256", flat=True)) - set(shared.values_list("sha256", flat=True))


def _settle() -> None:
    """Remove what was set apart, and what no dossier has had for a day; put back what one has."""
    held = set(_every().values_list("sha256", flat=True))
    for path in sorted((settings.HOME.root / "attachments").glob("*/*")):
        sha256 = path.name.removesuffix(_ERASING)
        if sha256 in held:
            path.replace(stored_at(sha256))
        elif path.name != sha256 or _is_old(path):
            path.unlink()


def _is_old(path: Path) -> bool:
    """Tell whether bytes have lain there for a day."""
    return time.time() - path.stat().st_mtime > _OLD


def _every() -> models.QuerySet[Attachment]:
    """Return every row: managers hide those of persons who are shut away."""
    return models.QuerySet(Attachment)
