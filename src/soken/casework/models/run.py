"""A run of resolve: which inputs gave which proposals, and where its files lie."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.operation import Operation


class ResolveRun(models.Model):
    """One run; the operation's newest is the one whose proposals are shown."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="runs")
    run_id = models.CharField(_("run"), max_length=20)
    finished_at = models.DateTimeField(_("finished"))
    inputs = models.JSONField(_("inputs"), help_text=_("evidence id and reading number of each list, judgements used"))
    records = models.BigIntegerField(_("records"))
    persons = models.BigIntegerField(_("proposed persons"))
    same_links = models.BigIntegerField(_("links: same"))
    review_links = models.BigIntegerField(_("links to review"))
    further_links = models.BigIntegerField(_("further doubts"), default=0)
    seconds = models.JSONField(_("seconds a stage"))

    class Meta:
        """Newest first."""

        ordering = ("-pk",)
        get_latest_by = "pk"
        constraints = (models.UniqueConstraint(fields=("operation", "run_id"), name="run_id_once_an_operation"),)
        verbose_name = _("run of resolve")
        verbose_name_plural = _("runs of resolve")

    def __str__(self) -> str:
        return f"{self.operation} {self.run_id}"
