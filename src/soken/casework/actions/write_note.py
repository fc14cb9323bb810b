"""Write a note on a dossier, or a new one in place of a wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import acting
from soken.casework.actions.said import in_words
from soken.casework.models import Note
from soken.core import clock
from soken.core.errors import RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Dossier


def write_note(dossier: Dossier, *, by: User, text: str, corrects: int | None = None, seen: int | None = None) -> Note:
    """Add a note; nothing that was written is changed by it.

    Args:
        dossier: whose.
        by: who writes.
        text: the note.
        corrects: number of the note that it corrects, None for none.
        seen: version of the dossier that the actor saw.

    Raises:
        BadInputError: the note is blank or too long.
        RefusedError: the dossier has no such note, or another note corrects it already; and see `acting`.
        NotFoundError: see `acting`.
    """
    said = in_words(text, _("The note"))
    with acting(dossier, by, Act.RECORD_FINDING, seen=seen, fact=False) as now:
        wrong = None if corrects is None else _to_correct(now, corrects)
        return Note.objects.create(dossier=now, text=said, corrects=wrong, by=by, at=clock.now())


def _to_correct(dossier: Dossier, key: int) -> Note:
    """Return the note that is to be corrected."""
    found = dossier.notes.filter(pk=key).first()
    if found is None:
        raise RefusedError(_("The dossier has no note %(key)s.") % {"key": key})
    if Note.objects.filter(corrects=found).exists():
        raise RefusedError(_("Note %(key)s is corrected already; correct the newer note.") % {"key": key})
    return found
