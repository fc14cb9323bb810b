"""Which force owns a person, since when and why; and the places that make a force competent (R18, R19)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson


class Ownership(OfPerson):
    """A stretch of time in which one force owned a dossier; the newest has no end."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="ownerships")
    force = models.CharField(_("force"), max_length=20)
    reason = models.TextField(_("reason"))
    proposed = models.JSONField(
        _("proposed"), default=list, help_text=_("which forces the machine proposed then, and on what grounds")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True)

    class Meta:
        """In order; one at a time, says the database."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier",), condition=models.Q(until__isnull=True), name="one_owner_at_a_time"
            ),
        )
        verbose_name = _("owner")
        verbose_name_plural = _("owners")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.force}"


class PlaceFact(OfPerson):
    """A place that people have established: where the person lives or is, or where the offence was committed."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="places")
    ground = models.CharField(_("what it is"), max_length=20)
    prefecture = models.CharField(_("prefecture"), max_length=60)
    basis = models.TextField(_("what shows it"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        """In the order in which they were recorded; the newest on each ground counts."""

        ordering = ("pk",)
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.ground} {self.prefecture}"


class ElsewhereCheck(OfPerson):
    """That somebody looked whether another operation holds the person's mail, phone or address (R22)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="elsewhere_checks")
    looked_at = models.CharField(max_length=64, help_text="hash of the runs and owners that there were then")
    sharing = models.JSONField(default=list, help_text="codes of the operation's other persons who share a value")
    rows_sha256 = models.CharField(max_length=64)
    found = models.BigIntegerField(_("other operations that hold a value"))
    note = models.TextField(_("what was agreed with them"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        """In the order in which they were made; the newest counts."""

        ordering = ("pk",)
        verbose_name = _("check of other operations")
        verbose_name_plural = _("checks of other operations")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.found}"
