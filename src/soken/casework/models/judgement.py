"""A human's word on two rows; it outlives every run."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.operation import Operation


class Verdict(models.TextChoices):
    """What a person may say of two rows."""

    SAME = "same", _("same person")
    DIFFERENT = "different", _("different persons")
    UNSURE = "unsure", _("can't tell")


class Judgement(models.Model):
    """A verdict on two rows, named by evidence and row number because records and persons change with each run."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="judgements")
    left_evidence = models.CharField(max_length=14)
    left_row = models.BigIntegerField()
    right_evidence = models.CharField(max_length=14)
    right_row = models.BigIntegerField()
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="judgements")
    at = models.DateTimeField(_("when"))
    superseded_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supersedes"
    )

    class Meta:
        """In the order in which they were given."""

        ordering = ("at", "pk")
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")

    def __str__(self) -> str:
        return f"{self.left_evidence}:{self.left_row} {self.verdict} {self.right_evidence}:{self.right_row}"
