"""Exhibits, and what each is there to show."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson


class Exhibit(OfPerson):
    """A thing or paper by its number and origin alone: Soken keeps no content and no description of it (R10)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="exhibits")
    number = models.CharField(_("exhibit number"), max_length=40)
    origin = models.CharField(_("origin"), max_length=30, help_text="code of soken.review.words.exhibit_origins")
    obtained_on = models.DateField(_("obtained"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        """A number is used once in a dossier."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("dossier", "number"), name="exhibit_once_a_dossier"),)
        verbose_name = _("exhibit")
        verbose_name_plural = _("exhibits")

    def __str__(self) -> str:
        return self.number


class Corroboration(OfPerson):
    """Independent evidence beside the purchase row, named by its exhibit (R7)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="corroborations")
    kind = models.CharField(_("kind"), max_length=30, help_text="code of soken.review.words.corroboration_kinds")
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        """In the order in which they were recorded; the same one once."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier", "kind", "exhibit"),
                condition=models.Q(withdrawn_at__isnull=True),
                name="corroboration_once",
            ),
        )
        verbose_name = _("corroboration")
        verbose_name_plural = _("corroborations")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.kind} {self.exhibit}"


class ElementExhibit(OfPerson):
    """An exhibit that backs an element of the offence (R29)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="element_exhibits")
    element = models.CharField(_("element"), max_length=30, help_text="code of soken.review.words.elements")
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="+")
    shown_on = models.DateField(_("shown for the day"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        """In the order in which they were recorded; the same one once."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier", "element", "exhibit"),
                condition=models.Q(withdrawn_at__isnull=True),
                name="element_exhibit_once",
            ),
        )
        verbose_name = _("backed element")
        verbose_name_plural = _("backed elements")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.element} {self.exhibit}"
