"""Open a line of enquiry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words
from soken.casework.models import LineOfEnquiry
from soken.core import clock

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def open_enquiry(dossier: Dossier, *, by: User, question: str, seen: int | None = None) -> LineOfEnquiry:
    """Write down what must be shown.

    Raises:
        BadInputError: it is missing.
        NotFoundError, RefusedError: see `acting`.
    """
    said = in_words(question, _("What must be shown"))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        return LineOfEnquiry.objects.create(dossier=now, question=said, by=by, at=clock.now())
