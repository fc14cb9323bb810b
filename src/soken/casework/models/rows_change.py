"""Which rows came to a dossier and which left it when people accepted what a newer run proposes for its person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson


class RowsChange(OfPerson):
    """One acceptance of a newer run's rows; with it every former set of rows of a dossier can be told."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="rows_changes")
    run = models.CharField(_("run"), max_length=20)
    came = models.JSONField(default=dict, help_text="evidence id → numbers of the rows that came")
    went = models.JSONField(
        default=dict, help_text="person to whom they are proposed ('' for nobody) → evidence id → numbers of the rows"
    )
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        """In the order in which they were made."""

        ordering = ("pk",)
        verbose_name = _("change of a dossier's rows")
        verbose_name_plural = _("changes of a dossier's rows")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.run}"

    @property
    def came_count(self) -> int:
        """How many rows came."""
        return sum(len(numbers) for numbers in self.came.values())

    @property
    def went_counts(self) -> list[tuple[str, int]]:
        """Person ('' for nobody) and how many rows went there."""
        return [(person, sum(map(len, rows.values()))) for person, rows in sorted(self.went.items())]
