"""A human's word on two rows, and the acts by which it is given and taken back; it outlives every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from soken.casework.models.of_person import OfPerson, rows_of
from soken.casework.models.operation import Operation

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from soken.casework.models.compartment import Compartment
    from soken.casework.models.force_sight import ForceSight


class Verdict(models.TextChoices):
    """What a person may say of two rows."""

    SAME = "same", _("same person")
    DIFFERENT = "different", _("different persons")
    UNSURE = "unsure", _("can't tell")
    WITHDRAWN = "withdrawn", _("taken back")


class ActKind(models.TextChoices):
    """By which act judgements came."""

    JUDGE = "judge", _("judged a pair")
    MERGE = "merge", _("joined two persons")
    SPLIT = "split", _("split a person")
    UNDO = "undo", _("undid an act")


class ReviewAct(OfPerson):
    """One act of a person on who is one person: one or many judgements, given and taken back together.

    Nothing is ever changed by a later act but the pointer to what superseded it.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="review_acts")
    kind = models.CharField(max_length=10, choices=ActKind.choices)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    code = models.CharField(_("coded reason"), max_length=30, blank=True)
    note = models.TextField(_("reason"), blank=True)
    persons = models.JSONField(_("persons"), help_text=_("codes of the persons concerned, as they were called then"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="review_acts")
    at = models.DateTimeField(_("when"))
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        """In the order in which they were done."""

        ordering = ("pk",)
        indexes = (models.Index(fields=("operation", "by", "at"), name="review_act_by"),)
        verbose_name = _("act on judgements")
        verbose_name_plural = _("acts on judgements")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        told = Judgement._base_manager.filter(Judgement.tells_of(compartments), act__isnull=False).values("act")
        return Q(pk__in=told) | Q(undoes__in=told)

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row.

        Whether two rows are one person's is a question of the lists, not of a dossier.
        """
        return None


class Judgement(OfPerson):
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
    act = models.ForeignKey(ReviewAct, on_delete=models.PROTECT, null=True, related_name="judgements")
    superseded_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supersedes"
    )

    class Meta:
        """In the order in which they were given."""

        ordering = ("at", "pk")
        indexes = (
            models.Index(fields=("operation", "left_evidence", "left_row"), name="judgement_left"),
            models.Index(fields=("operation", "right_evidence", "right_row"), name="judgement_right"),
        )
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")

    def __str__(self) -> str:
        return f"{self.left_evidence}:{self.left_row} {self.verdict} {self.right_evidence}:{self.right_row}"

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        return rows_of(compartments, "left") | rows_of(compartments, "right")

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row.

        Whether two rows are one person's is a question of the lists, not of a dossier.
        """
        return None
