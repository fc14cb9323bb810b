"""A child who broke the law under 14: no crime, no clearance, counted apart (Penal Code art. 41)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson
from soken.route.juvenile import PUNISHABLE


class LawbreakingChild(OfPerson):
    """A child of whom it is established that they did under 14 what would be an offence; struck, never deleted."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="lawbreakings")
    group = models.CharField(_("group of offence"), max_length=30, help_text="code of soken.report.codes")
    act_on = models.DateField(_("last day of the act"))
    age_at_act = models.PositiveSmallIntegerField(_("age at the act"))
    guided_on = models.DateField(_("taken up"))
    guided_at = models.CharField(_("force that took it up"), max_length=20)
    measure = models.CharField(_("what was done"), max_length=30, help_text="code of soken.report.codes")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))
    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    struck_at = models.DateTimeField(_("struck"), null=True)
    struck_because = models.TextField(_("why it was struck"), blank=True)

    class Meta:
        """Under 14 at the act, else it would be no such child; a struck one says why."""

        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=models.Q(age_at_act__lt=PUNISHABLE), name="lawbreaking_under_fourteen"),
            models.CheckConstraint(
                condition=models.Q(guided_on__gte=models.F("act_on")), name="lawbreaking_taken_up_after_the_act"
            ),
            models.CheckConstraint(
                condition=models.Q(struck_at__isnull=True, struck_because="")
                | (models.Q(struck_at__isnull=False) & ~models.Q(struck_because="")),
                name="lawbreaking_struck_says_why",
            ),
        )
        verbose_name = _("lawbreaking child")
        verbose_name_plural = _("lawbreaking children")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.group}, {self.guided_on}"
