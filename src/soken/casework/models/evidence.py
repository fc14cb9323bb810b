"""An evidence item as an operation knows it; the item itself lies in the evidence store."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.operation import Operation


class EvidenceItem(models.Model):
    """One seized file, by its id in the evidence store, with the counts of its current reading."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="evidence")
    evidence_id = models.CharField(_("evidence id"), max_length=14)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    file_name = models.CharField(_("file name"), max_length=255)
    size = models.BigIntegerField(_("bytes"))
    received_at = models.DateTimeField(_("received"))
    reading = models.PositiveIntegerField(_("reading"))
    profile = models.CharField(_("profile"), max_length=80)
    locale = models.CharField(_("locale"), max_length=8)
    rows_read = models.BigIntegerField(_("rows read"))
    rows_accepted = models.BigIntegerField(_("rows accepted"))
    rows_set_aside = models.BigIntegerField(_("rows set aside"))
    rows_erased = models.BigIntegerField(_("rows erased"), default=0)

    class Meta:
        """In the order of receipt; the database itself refuses counts that do not add up (R8)."""

        ordering = ("received_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("operation", "evidence_id"), name="evidence_once_an_operation"),
            models.CheckConstraint(
                condition=models.Q(
                    rows_read=models.F("rows_accepted") + models.F("rows_set_aside") + models.F("rows_erased")
                ),
                name="evidence_rows_add_up",
            ),
        )
        verbose_name = _("evidence item")
        verbose_name_plural = _("evidence items")

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.file_name}"
