"""Why work on a person ended: nobody to charge, the wrong one, or one who died, also after a decision."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson
from soken.review.facts import Ending

ENDING_NAMES = {
    Ending.MISIDENTIFIED: pgettext_lazy("ending", "the wrong person"),
    Ending.NOT_IDENTIFIABLE: pgettext_lazy("ending", "cannot be identified"),
    Ending.DECEASED: pgettext_lazy("ending", "has died"),
    Ending.JOINED: pgettext_lazy("ending", "is the same person as in another dossier"),
}


class DossierEnding(OfPerson):
    """The record that froze a dossier; lifted when a supervisor takes the person up again."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="endings")
    kind = models.CharField(_("ending"), max_length=20, choices=[*ENDING_NAMES.items()])
    basis = models.TextField(_("basis"))
    on = models.DateField(_("day of death"), null=True, blank=True)
    into = models.ForeignKey(
        Dossier, on_delete=models.PROTECT, null=True, related_name="joined", help_text="the dossier that goes on"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """One ending is in force at a time; what was joined says into which other dossier, and nothing else does."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier",), condition=models.Q(lifted_at__isnull=True), name="ending_once"
            ),
            models.CheckConstraint(
                condition=(models.Q(kind=Ending.JOINED, into__isnull=False) & ~models.Q(into=models.F("dossier")))
                | (~models.Q(kind=Ending.JOINED) & models.Q(into__isnull=True)),
                name="ending_joined_names_another",
            ),
        )
        verbose_name = _("ending")
        verbose_name_plural = _("endings")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.kind}"
