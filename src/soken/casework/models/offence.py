"""What a person is thought to have done, under which paragraph and when, and from when limitation runs."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson


class AllegedOffence(OfPerson):
    """An offence that somebody says the person committed; withdrawn ones stay to be read."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="offences")
    code = models.CharField(_("offence"), max_length=10, help_text="code of soken.reference.offences")
    first_on = models.DateField(_("first day"), null=True)
    last_on = models.DateField(_("last day"), help_text=_("the last day for which the act is shown"))
    basis = models.TextField(_("basis"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    limitation_on = models.DateField(null=True, help_text="limitation complete, by the newest event; for lists alone")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        """In the order in which they were recorded; an act does not end before it begins."""

        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(first_on__isnull=True) | models.Q(first_on__lte=models.F("last_on")),
                name="offence_begins_before_it_ends",
            ),
        )
        indexes = (
            models.Index(
                fields=("limitation_on", "id"),
                condition=models.Q(withdrawn_at__isnull=True, limitation_on__isnull=False),
                name="offence_limitation",
            ),
        )
        verbose_name = _("alleged offence")
        verbose_name_plural = _("alleged offences")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.code}"


class LimitationStart(OfPerson):
    """The event from which limitation runs, as a person entered it: the act ended (R28). The newest counts."""

    whose: ClassVar[str] = "offence"

    offence = models.ForeignKey(AllegedOffence, on_delete=models.PROTECT, related_name="limitation_starts")
    ended_on = models.DateField(_("the act ended"))
    stood_still = models.PositiveIntegerField(_("days for which limitation did not run"), default=0)
    basis = models.TextField(_("basis"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        """In the order in which they were entered."""

        ordering = ("pk",)
        verbose_name = _("start of limitation")
        verbose_name_plural = _("starts of limitation")

    def __str__(self) -> str:
        return f"{self.offence}: {self.ended_on}"
