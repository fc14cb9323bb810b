"""Old cases that were taken over from a CSV: each import, and what became of each of its lines."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson
from soken.casework.models.operation import Operation


class LineOutcome(models.TextChoices):
    """What became of a line."""

    DONE = "done", pgettext_lazy("old case", "taken over")
    PART = "part", pgettext_lazy("old case", "taken over as far as the gates let")
    ASIDE = "aside", pgettext_lazy("old case", "set aside")


class OldCaseImport(models.Model):
    """One CSV of old cases, by its hash."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="old_case_imports")
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    lines_read = models.PositiveIntegerField()
    lines_done = models.PositiveIntegerField()
    lines_part = models.PositiveIntegerField()
    lines_aside = models.PositiveIntegerField()

    class Meta:
        """Newest first; the database itself refuses counts that do not add up."""

        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    lines_read=models.F("lines_done") + models.F("lines_part") + models.F("lines_aside")
                ),
                name="old_case_lines_add_up",
            ),
        )
        verbose_name = _("import of old cases")
        verbose_name_plural = _("imports of old cases")

    def __str__(self) -> str:
        return f"{self.operation}: {self.sha256[:12]}"


class OldCaseLine(OfPerson):
    """One line of it: the old case's own number, whose dossier it became, and what is still open and why."""

    batch = models.ForeignKey(OldCaseImport, on_delete=models.PROTECT, related_name="lines")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="line of the CSV, from 1 after the headings")
    reference = models.CharField(_("old case number"), max_length=120, blank=True)
    folded = models.CharField(max_length=240, blank=True, help_text="the number as it is compared")
    outcome = models.CharField(max_length=5, choices=LineOutcome.choices)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="old_cases")
    said = models.TextField(blank=True, help_text="why it was set aside, or what stays open")
    cells = models.JSONField(default=dict, help_text="what a line that was set aside said, to be mended")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        help_text="who is said to have reviewed the screening, and has still to do so",
    )  # fmt: skip

    class Meta:
        """In the order of the CSV; an old case becomes one dossier."""

        ordering = ("batch", "number")
        indexes = (models.Index(fields=("operation", "folded"), name="old_case_reference"),)
        constraints = (
            models.UniqueConstraint(fields=("batch", "number"), name="old_case_line_once"),
            models.UniqueConstraint(
                fields=("operation", "reference"), condition=models.Q(dossier__isnull=False), name="old_case_once"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="aside", dossier__isnull=True)
                | (~models.Q(outcome="aside") & models.Q(dossier__isnull=False)),
                name="old_case_aside_has_none",
            ),
        )

    def __str__(self) -> str:
        return f"{self.batch}:{self.number}"
