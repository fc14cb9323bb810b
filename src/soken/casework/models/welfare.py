"""The welfare plan: made before anybody knocks, because the investigation itself is a danger to life (R31)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson


class WelfarePlan(OfPerson):
    """Who looks after the person and those around them before, during and after; the newest counts."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="welfare_plans")
    risks = models.TextField(_("known risks"))
    measures = models.TextField(_("before and during"), help_text=_("who is there, which service is told"))
    afterwards = models.TextField(_("afterwards"), help_text=_("who keeps in touch after search, interview or release"))
    good_until = models.DateField(_("good until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        """In the order in which they were made."""

        ordering = ("pk",)
        verbose_name = _("welfare plan")
        verbose_name_plural = _("welfare plans")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.good_until}"
