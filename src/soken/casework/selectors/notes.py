"""What people wrote on a dossier and put to it: notes, tasks, attachments."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings

from soken.core.documents import document_bytes
from soken.core.errors import DamagedStoreError, NotFoundError

if TYPE_CHECKING:
    from soken.casework.models import Attachment, Dossier, Note, Task

#: Entries of a kind shown, the newest; those beyond are counted.
SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class DeskWork:
    """Notes, tasks and attachments of a dossier.

    Attributes:
        notes: newest first; one that was corrected names what corrects it.
        note_count: how many there are.
        open_tasks: by due date.
        done_tasks: newest first.
        attachments: newest first.
    """

    notes: tuple[Note, ...]
    note_count: int
    open_tasks: tuple[Task, ...]
    done_tasks: tuple[Task, ...]
    attachments: tuple[Attachment, ...]


def desk_work(dossier: Dossier) -> DeskWork:
    """Return what was written on a dossier (five queries)."""
    people = ("by", "who", "done_by")
    return DeskWork(
        notes=tuple(dossier.notes.select_related("by", "corrects", "corrected_by").order_by("-pk")[:SHOWN]),
        note_count=dossier.notes.count(),
        open_tasks=tuple(
            dossier.tasks.filter(done_at__isnull=True).select_related(*people).order_by("due_on", "pk")[:SHOWN]
        ),
        done_tasks=tuple(
            dossier.tasks.filter(done_at__isnull=False).select_related(*people).order_by("-done_at", "pk")[:SHOWN]
        ),
        attachments=tuple(dossier.attachments.select_related("by").order_by("-pk")[:SHOWN]),
    )


def content_of(dossier: Dossier, key: int) -> tuple[Attachment, bytes]:
    """Return an attachment of a dossier with its bytes, after checking them against their SHA-256.

    Raises:
        NotFoundError: the dossier has none of this number, or its bytes are gone or no longer what was attached.
        EnvironmentProblemError: it is encrypted, and no key or the wrong one is named.
    """
    found = dossier.attachments.filter(pk=key).first()
    if found is None:
        raise NotFoundError(f"{dossier.person_code} has no attachment {key}.")
    try:
        content = document_bytes(settings.HOME, found.sha256)
    except DamagedStoreError:
        content = b""
    if hashlib.sha256(content).hexdigest() != found.sha256:
        raise NotFoundError(f"Attachment {key} is missing or damaged in the store; restore {found.sha256} from a copy.")
    return found, content
