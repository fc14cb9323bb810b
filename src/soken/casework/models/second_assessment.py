"""A sample of assessed persons, and what another assessor comes to who is not shown the first assessment (R16)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson
from soken.casework.models.operation import Operation


class AssessmentSample(models.Model):
    """A sample that was drawn; with the seed and who could be drawn, it can be drawn again."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="assessment_samples")
    seed = models.BigIntegerField(_("seed"))
    wanted = models.PositiveIntegerField(_("asked for"))
    drawable = models.PositiveIntegerField(_("could be drawn"))
    left_out = models.PositiveIntegerField(
        _("left out"), help_text="assessed persons whom no other assessor can be given, or who are assessed otherwise"
    )
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """The newest first."""

        ordering = ("-pk",)
        verbose_name = _("sample of assessments")
        verbose_name_plural = _("samples of assessments")

    def __str__(self) -> str:
        return f"{self.operation}: {self.pk}"


class SecondAssessment(OfPerson):
    """One person of a sample, the first assessment, and what the second assessor answered; it sets no band.

    While it is open the second assessor is shown neither the first answers nor the score nor the band.
    """

    sample = models.ForeignKey(AssessmentSample, on_delete=models.PROTECT, related_name="seconds")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="second_assessments")
    first = models.ForeignKey("casework.Assessment", on_delete=models.PROTECT, related_name="+")
    first_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("given"))
    instrument_sha256 = models.CharField(max_length=64, blank=True)
    answers = models.JSONField(_("answers"), null=True)
    score = models.PositiveIntegerField(_("score"), null=True)
    band = models.CharField(_("band"), max_length=10, blank=True)
    note = models.TextField(_("note"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_because = models.TextField(_("why it was set aside"), blank=True)

    class Meta:
        """The second is never the first; one is open a person at a time; what was answered or set aside says so."""

        ordering = ("pk",)
        indexes = (
            models.Index(
                fields=("assessor", "dossier"),
                condition=models.Q(answered_at__isnull=True, ended_at__isnull=True),
                name="second_assessment_open_of",
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("sample", "dossier"), name="drawn_once_in_a_sample"),
            models.UniqueConstraint(
                fields=("dossier",),
                condition=models.Q(answered_at__isnull=True, ended_at__isnull=True),
                name="one_second_assessment_open",
            ),
            models.CheckConstraint(
                condition=~models.Q(assessor=models.F("first_by")), name="second_assessor_is_another"
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, band="", score__isnull=True)
                | (models.Q(answered_at__isnull=False, ended_at__isnull=True) & ~models.Q(band="")),
                name="second_assessment_answered_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True, ended_because="")
                | (models.Q(ended_at__isnull=False, ended_by__isnull=False) & ~models.Q(ended_because="")),
                name="second_assessment_set_aside_says_why",
            ),
        )
        verbose_name = _("second assessment")
        verbose_name_plural = _("second assessments")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.assessor}"
