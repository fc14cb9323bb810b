"""A run of resolve that nobody has accepted yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.operation import Operation


class CandidateState(models.TextChoices):
    """What became of a candidate."""

    OPEN = "open", _("not decided")
    ACCEPTED = "accepted", _("accepted")
    DISCARDED = "discarded", _("discarded")


class RunCandidate(models.Model):
    """A run that was made to be looked at: what is shown changes only when somebody accepts it."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="candidates")
    folder = models.CharField(max_length=20, help_text="name of its folder among the operation's candidates")
    base_run = models.CharField(_("compared with"), max_length=20, blank=True)
    made_at = models.DateTimeField(_("made"))
    inputs = models.JSONField()
    counts = models.JSONField()
    seconds = models.JSONField()
    changes = models.JSONField(_("changes"))
    state = models.CharField(max_length=10, choices=CandidateState.choices, default=CandidateState.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first; one at a time is open."""

        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("operation",), condition=models.Q(state="open"), name="one_candidate_an_operation"
            ),
        )
        verbose_name = _("run to be accepted")
        verbose_name_plural = _("runs to be accepted")

    def __str__(self) -> str:
        return f"{self.operation} {self.folder}"
