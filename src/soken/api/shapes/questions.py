"""Parts of questions that several addresses share."""

from __future__ import annotations

from typing import Annotated, Any, Final

from ninja import Field, Schema
from ninja.params.functions import Path

from soken.core.codes import EVIDENCE_ID, PERSON_CODE

#: What a place in a list looks like; places are told by answers and mean nothing to others.
_PLACE: Final = "^[-A-Za-z0-9_]{0,500}$"


def _in_path(pattern: str, description: str) -> Any:
    """Return how a part of an address is described."""
    return Path(..., pattern=f"^{pattern}$", description=description)


Slug = Annotated[str, _in_path("[-a-zA-Z0-9_]{1,80}", "short name of the operation")]
PersonCode = Annotated[str, _in_path(PERSON_CODE, "code of the person")]
EvidenceId = Annotated[str, _in_path(EVIDENCE_ID, "id of the evidence item")]
RowNumber = Annotated[int, Path(..., ge=1, lt=10**12, description="number of the row, from 1")]
QueuePlace = Annotated[int, Path(..., ge=1, lt=10**9, description="place in the queue, from 1")]


class Placed(Schema):
    """Where a list that is cut by place begins."""

    at: str = Field("", pattern=_PLACE, description="where to begin: “later” or “earlier” of another page")


class Paged(Schema):
    """Which page of a list that is cut by number."""

    page: int = Field(1, ge=1, le=10**6, description="page, from 1")
