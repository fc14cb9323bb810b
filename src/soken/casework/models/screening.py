"""A screening: is a charge possible at all, says one, and agrees another."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson


class Screening(OfPerson):
    """One screening of a dossier; the newest counts, the earlier ones stay to be read (R9)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="screenings")
    reason = models.CharField(_("reason"), max_length=30, help_text="code of soken.review.words.screening_reasons")
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)

    class Meta:
        """The database itself refuses a review by whoever screened."""

        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True) | ~models.Q(reviewed_by=models.F("by")),
                name="screening_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True, reviewed_at__isnull=True)
                | models.Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="screening_review_is_whole",
            ),
        )
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.reason}"
