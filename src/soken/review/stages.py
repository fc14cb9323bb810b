"""The stages of a person's dossier."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where a dossier stands; a person without a dossier is *proposed*."""

    PROPOSED = "proposed"
    SCREENED = "screened"
    ASSIGNED = "assigned"
    UNDER_INVESTIGATION = "under-investigation"
    READY = "ready-for-action"
    REFERRED = "referred"
    DECIDED = "decided"
    CLOSED = "closed"
    NOT_CHARGEABLE = "not-chargeable"
    MISIDENTIFIED = "misidentified"
    NOT_IDENTIFIABLE = "not-identifiable"
    DECEASED = "deceased"
    JOINED = "joined"
