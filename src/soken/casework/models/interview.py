"""A voluntary interview (任意の事情聴取): nobody is held, and it can cost a life as a search can (R31)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson


class Interview(OfPerson):
    """A voluntary interview that is arranged for a day, or was held on it; withdrawn, never deleted."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="interviews")
    held_on = models.DateField(_("day of the interview"))
    place = models.CharField(_("where"), max_length=200)
    who = models.CharField(_("who interviews"), max_length=200)
    unplanned = models.TextField(
        _("why without a plan"), blank=True, help_text=_("held in the past, while no welfare plan was in force")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        """In the order in which they were recorded; one that was withdrawn says by whom and why."""

        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~models.Q(withdrawn_reason="")),
                name="interview_withdrawn_says_why",
            ),
        )
        verbose_name = _("voluntary interview")
        verbose_name_plural = _("voluntary interviews")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.held_on}"
