"""How soon a person's turn is: every assessment, every change of band by people, and the band in force."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.blind import OfAssessment
from soken.casework.models.dossier import Dossier
from soken.casework.models.operation import Operation
from soken.prioritise.instrument import PriorityBand

BAND_NAMES = {
    PriorityBand.VERY_HIGH: pgettext_lazy("priority", "very high"),
    PriorityBand.HIGH: pgettext_lazy("priority", "high"),
    PriorityBand.MEDIUM: pgettext_lazy("priority", "medium"),
    PriorityBand.LOW: pgettext_lazy("priority", "low"),
}


class Assessment(OfAssessment):
    """One version of a person's assessment; none is ever changed (R14).

    It keeps what each answer counted then: a later instrument does not rewrite it.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="assessments")
    number = models.PositiveIntegerField(_("version"))
    instrument = models.CharField(_("instrument"), max_length=30)
    instrument_version = models.PositiveIntegerField()
    instrument_sha256 = models.CharField(max_length=64)
    answers = models.JSONField(_("answers"))
    contributions = models.JSONField(help_text="factor, group, answer, points, assumed; in the instrument's order")
    score = models.PositiveIntegerField(_("score"))
    band = models.CharField(_("band"), max_length=10, choices=[*BAND_NAMES.items()])
    lowest = models.CharField(max_length=10)
    highest = models.CharField(max_length=10)
    reason = models.TextField(_("reason"), blank=True, help_text=_("why it was made anew"))
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    next_on = models.DateField(_("again by"))

    class Meta:
        """In the order in which they were made; a version number stands once."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("dossier", "number"), name="assessment_version_once"),)
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.number}"


class ChangeState(models.TextChoices):
    """What became of a change of band."""

    WAITING = "waiting", pgettext_lazy("change of band", "waits for a second person")
    TAKEN = "taken", pgettext_lazy("change of band", "took effect")
    REFUSED = "refused", pgettext_lazy("change of band", "refused")
    SUPERSEDED = "superseded", pgettext_lazy("change of band", "superseded")


class BandChange(OfAssessment):
    """A change of band that is not simply the newest assessment's: by people, with a reason, both ways (R15).

    Raising takes effect at once. Lowering waits until two different people stand behind it: the one who proposed it and
    a second; where a machine's re-score proposed it (`by` is none), two people must still come.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="band_changes")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, null=True, related_name="+")
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(_("band"), max_length=10, choices=[*BAND_NAMES.items()])
    lowers = models.BooleanField()
    reason = models.TextField(_("reason"))
    state = models.CharField(max_length=10, choices=ChangeState.choices)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    second_reason = models.TextField(_("reason of the second"), blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """The database itself refuses a lowering with fewer than two people, and a second who is the first."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier",), condition=models.Q(state="waiting"), name="one_lowering_waits_a_dossier"
            ),
            models.CheckConstraint(
                condition=models.Q(second__isnull=True) | models.Q(by__isnull=True) | ~models.Q(second=models.F("by")),
                name="second_is_another",
            ),
            models.CheckConstraint(
                condition=models.Q(lowers=False)
                | ~models.Q(state="taken")
                | models.Q(by__isnull=False, second__isnull=False),
                name="lowering_takes_two",
            ),
        )
        verbose_name = _("change of band")
        verbose_name_plural = _("changes of band")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.before} → {self.after}"


class Priority(OfAssessment):
    """The band in force of a dossier and its dates, one row each, for lists and boards.

    A dossier has one from the moment that it is opened: while nobody has assessed the person, `band` is '' and the
    dates are those of the most urgent band, since unknown is not low.
    """

    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, primary_key=True, related_name="priority")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    band = models.CharField(_("band"), max_length=10, blank=True, choices=[*BAND_NAMES.items()])
    order = models.PositiveSmallIntegerField(default=0, help_text="0 is the most urgent; also where nobody assessed")
    due_on = models.DateField(_("due"))
    alarm_on = models.DateField()
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, null=True, related_name="+")
    change = models.ForeignKey(BandChange, on_delete=models.PROTECT, null=True, related_name="+")
    next_on = models.DateField(_("again by"), null=True)
    reassess_since = models.DateTimeField(_("to be made anew since"), null=True)
    reassess_because = models.CharField(max_length=40, blank=True)

    class Meta:
        """Indexed for the list of an operation: by band and due date, by due date, by what is to be made anew."""

        indexes = (
            models.Index(fields=("operation", "order", "due_on", "dossier"), name="priority_band_due"),
            models.Index(fields=("operation", "due_on", "dossier"), name="priority_due"),
            models.Index(fields=("operation", "next_on"), name="priority_next"),
        )
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.band}"
