"""Work that a worker does in the background: the queue is this table, and no broker stands beside it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.operation import Operation


class JobKind(models.TextChoices):
    """What is to be done."""

    RESOLVE = "resolve", _("resolve again")
    INTAKE = "intake", _("take a file in")
    REREAD = "reread", _("read a file anew")
    BULK = "bulk", _("one act on many persons")


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("waiting for a worker")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    FAILED = "failed", _("could not be done")
    CANCELLED = "cancelled", _("cancelled")


#: Work that takes evidence in: one at a time an operation, of whichever kind.
ON_EVIDENCE = (JobKind.INTAKE, JobKind.REREAD)
#: A job in one of these states is still to be done, or being done.
UNFINISHED = (JobState.WAITING, JobState.RUNNING)


class Job(models.Model):
    """One piece of background work.

    A worker that has taken it renews ``beat_at`` while it works. Who finds that nobody has for long puts the job back;
    a worker that was only slow then finds the job no longer its own, and its result is not kept.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(_("work"), max_length=12, choices=JobKind.choices)
    arguments = models.JSONField(default=dict, help_text="what the kind of work needs to know")
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked for"))
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    worker = models.CharField(max_length=120, blank=True, help_text="which worker holds it: host, process, and a token")
    started_at = models.DateTimeField(_("begun"), null=True)
    beat_at = models.DateTimeField(null=True, help_text="when its worker was last heard of")
    stage = models.CharField(max_length=40, blank=True)
    stage_done = models.BigIntegerField(default=0)
    stage_total = models.BigIntegerField(null=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(
        max_length=20, blank=True, help_text="name of what it made: a run, a candidate, an evidence item"
    )
    problem = models.TextField(_("why not"), blank=True)

    class Meta:
        """Newest first; resolve is not asked for twice at once."""

        ordering = ("-pk",)
        indexes = (models.Index(fields=("state", "id"), name="job_by_state"),)
        constraints = (
            models.UniqueConstraint(
                fields=("operation",),
                condition=models.Q(kind=JobKind.RESOLVE, state__in=UNFINISHED),
                name="one_resolve_asked",
            ),
        )
        verbose_name = _("background work")
        verbose_name_plural = _("background work")

    def __str__(self) -> str:
        return f"{self.operation} {self.kind} {self.pk}"

    @property
    def unfinished(self) -> bool:
        """Whether it is still to be done, or being done."""
        return self.state in UNFINISHED
