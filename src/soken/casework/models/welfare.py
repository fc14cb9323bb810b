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


class WelfareCheck(OfPerson):
    """Somebody looked after a person to whom the police had come, or tried to; when next somebody will."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="welfare_checks")
    who = models.CharField(_("who looked after"), max_length=200)
    way = models.CharField(_("how"), max_length=30, help_text="code of soken.review.words.ways_of_looking_after")
    found = models.TextField(_("how they are"))
    checked_on = models.DateField(_("on which day"))
    next_on = models.DateField(_("next look"), null=True, help_text="null where none is needed any more")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        """In the order in which they were recorded."""

        ordering = ("pk",)
        verbose_name = _("look after a person")
        verbose_name_plural = _("looks after persons")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.checked_on}"
