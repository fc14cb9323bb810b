"""What a court decided on a case that the prosecutor brought before it (R36)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.of_person import OfPerson
from soken.casework.models.referral import Disposition


class CourtVerdict(OfPerson):
    """What a court decided at one instance; a later one replaces it, and it stays to be read.

    One that was recorded by mistake is withdrawn and entered anew: it stays to be read, and counts for nothing.
    """

    whose: ClassVar[str] = "disposition"

    disposition = models.ForeignKey(Disposition, on_delete=models.PROTECT, related_name="verdicts")
    kind = models.CharField(_("verdict"), max_length=30, help_text="code of soken.reference.verdicts")
    instance = models.CharField(_("instance"), max_length=30, help_text="code of soken.reference.verdicts")
    court = models.CharField(_("court"), max_length=120)
    reference = models.CharField(_("the court's number"), max_length=120)
    folded = models.CharField(max_length=240, help_text="the number as it is compared")
    given_on = models.DateField(_("given"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    final_on = models.DateField(_("final since"), null=True)
    final_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    final_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        """A final one says since when and who recorded that; a withdrawn one when, why and by whom."""

        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(final_on__isnull=True, final_by__isnull=True, final_at__isnull=True)
                | models.Q(final_on__gte=models.F("given_on"), final_by__isnull=False, final_at__isnull=False),
                name="verdict_final_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~models.Q(withdrawn_reason="")),
                name="verdict_withdrawal_is_whole",
            ),
        )
        indexes = (models.Index(fields=("folded",), name="verdict_reference"),)
        verbose_name = _("court's verdict")
        verbose_name_plural = _("courts' verdicts")

    def __str__(self) -> str:
        return f"{self.disposition}: {self.kind}"
