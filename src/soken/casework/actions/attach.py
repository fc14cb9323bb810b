"""Attach a document to a dossier; pictures and films are refused by their content."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words
from soken.casework.content_check import document_kind
from soken.casework.models import Attachment
from soken.core import clock
from soken.core.documents import attaching, keep_document
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def attach(dossier: Dossier, *, by: User, name: str, content: bytes, seen: int | None = None) -> Attachment:
    """Store a document under its SHA-256 and put it to the dossier.

    Args:
        dossier: whose.
        by: who attaches it.
        name: what it is called; it says nothing about what it is.
        content: its bytes.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: it is no document that is taken (see `document_kind`), or the name is missing.
        RefusedError: the dossier holds the same document already; and see `acting`.
        EnvironmentProblemError: the store is encrypted, and no key is named.
        NotFoundError: see `acting`.
    """
    said = in_words(Path(name.replace("\\", "/")).name, _("The name of the file"), longest=200)
    kind = document_kind(content)
    sha256 = hashlib.sha256(content).hexdigest()
    with attaching(settings.HOME), acting(dossier, by, Act.RECORD_FINDING, seen=seen, fact=False) as now:
        if now.attachments.filter(sha256=sha256).exists():
            raise RefusedError(_("The dossier holds this very document already."))
        keep_document(settings.HOME, sha256, content)
        return Attachment.objects.create(
            dossier=now, name=said, kind=kind, sha256=sha256, size=len(content), by=by, at=clock.now()
        )
