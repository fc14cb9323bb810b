"""Record that somebody looked whether another operation holds the same mail, phone or address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting, check_right
from soken.casework.actions.said import in_words
from soken.casework.dossier_words import all_held_words
from soken.casework.models import ElsewhereCheck
from soken.casework.selectors.dossier import rows_digest, rows_of
from soken.casework.selectors.elsewhere import held_elsewhere, looked_digests, sharing_persons
from soken.core import clock
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def check_elsewhere(dossier: Dossier, *, by: User, note: str = "", seen: int | None = None) -> ElsewhereCheck:
    """Look into every operation's newest run and record the look; before anybody acts on the person (R22).

    It counts until rows, runs, or owners in the person's own operation change: what comes later must be looked at too.

    Args:
        dossier: whose.
        by: who looks.
        note: what was agreed with those who hold a value; needed where anybody does.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: somebody else holds a value and nothing is said of it.
        NotFoundError, RefusedError: see `acting`.
    """
    check_right(dossier.operation, by, Act.RECORD_FINDING)
    sharing = sharing_persons(dossier)
    digest = looked_digests({dossier: sharing})[dossier.pk]
    found = held_elsewhere(dossier, by)
    if found and not note.strip():
        raise BadInputError(
            _("Others hold a value of this person (%(who)s): say what was agreed with them.")
            % {"who": all_held_words(found)}
        )
    said = in_words(note, _("The note")) if note.strip() else ""
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen) as now:
        return ElsewhereCheck.objects.create(
            dossier=now, looked_at=digest, sharing=sharing, rows_sha256=rows_digest(rows_of(now)), found=len(found),
            note=said, by=by, at=clock.now(),
        )  # fmt: skip
