"""Notes on a dossier: only added to; a wrong one is corrected by a new one."""

from __future__ import annotations

from typing import NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson, Seen
from soken.core.errors import RefusedError


class NoteQuerySet(models.QuerySet["Note"]):
    """Notes; none is ever deleted or changed."""

    def delete(self) -> NoReturn:
        """Refuse.

        Raises:
            RefusedError: always.
        """
        raise RefusedError("A note is never deleted; correct it by a new one.")

    def update(self, **_values: object) -> NoReturn:
        """Refuse.

        Raises:
            RefusedError: always.
        """
        raise RefusedError("A note is never changed; correct it by a new one.")


class Note(OfPerson):
    """One note, by one person, at one time; a later one may say that it corrects it."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("note"))
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by", verbose_name=_("corrects")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    objects = Seen.from_queryset(NoteQuerySet)()  # type: ignore[misc]

    class Meta:
        """In the order in which they were written; a note is corrected once (then the correction is)."""

        ordering = ("pk",)
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.text[:40]}"

    def delete(self, *_args: object, **_options: object) -> NoReturn:
        """Refuse.

        Raises:
            RefusedError: always.
        """
        raise RefusedError("A note is never deleted; correct it by a new one.")
