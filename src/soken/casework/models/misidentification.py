"""The register of wrong persons: frozen links, copies to recall, the review and what two people decided (R35)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson
from soken.casework.models.operation import Operation


class Misidentification(OfPerson):
    """That somebody was taken for the person behind rows who is not; from the first moment the links are frozen."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="misidentifications")
    basis = models.TextField(_("basis"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    released_at = models.DateTimeField(_("released"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """In order; one freeze of a person is in force at a time."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier",), condition=models.Q(released_at__isnull=True), name="misidentified_once"
            ),
        )
        verbose_name = _("entry in the register of wrong persons")
        verbose_name_plural = _("register of wrong persons")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.at:%Y-%m-%d}"


class FrozenRow(OfPerson):
    """A row that no run joins with others or takes away until two people release it."""

    whose: ClassVar[str] = "misidentification"

    misidentification = models.ForeignKey(Misidentification, on_delete=models.PROTECT, related_name="rows")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    evidence = models.CharField(max_length=14)
    row = models.BigIntegerField()

    class Meta:
        """A row stands once in an entry."""

        constraints = (
            models.UniqueConstraint(fields=("misidentification", "evidence", "row"), name="frozen_row_once"),
        )
        indexes = (models.Index(fields=("operation", "evidence", "row"), name="frozen_row"),)
        verbose_name = _("frozen row")
        verbose_name_plural = _("frozen rows")

    def __str__(self) -> str:
        return f"{self.evidence}:{self.row}"


class Recall(OfPerson):
    """A copy that somebody holds, and what became of asking for it back."""

    whose: ClassVar[str] = "misidentification"

    misidentification = models.ForeignKey(Misidentification, on_delete=models.PROTECT, related_name="recalls")
    source = models.CharField(_("kind of copy"), max_length=20, help_text="code of soken.review.misidentified.copies")
    recipient = models.CharField(_("who holds it"), max_length=200)
    sent_at = models.DateTimeField(_("first sent"), null=True)
    entries = models.JSONField(_("entries of the ledger"), default=list)
    asked_at = models.DateTimeField(_("asked back"), null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    method = models.CharField(_("how"), max_length=20, blank=True)
    due_at = models.DateTimeField(_("answer due"), null=True)
    answer = models.CharField(_("answer"), max_length=20, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.CharField(_("who answered there"), max_length=200, blank=True)
    answer_entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        """The oldest first; a kind of copy with one recipient stands once."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("misidentification", "source", "recipient"), name="recall_once"),
        )
        indexes = (
            models.Index(fields=("due_at", "id"), condition=models.Q(answered_at__isnull=True), name="recall_open"),
        )
        verbose_name = _("recall of a copy")
        verbose_name_plural = _("recalls of copies")

    def __str__(self) -> str:
        return f"{self.source}: {self.recipient}"


class MisidentificationAnswer(OfPerson):
    """An answer to a question of the review; a later answer to the same question replaces an earlier one."""

    whose: ClassVar[str] = "misidentification"

    misidentification = models.ForeignKey(Misidentification, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(_("question"), max_length=30)
    answer = models.TextField(_("answer"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        """In the order in which they were given."""

        ordering = ("pk",)
        verbose_name = _("answer in a review of a wrong person")
        verbose_name_plural = _("answers in reviews of wrong persons")

    def __str__(self) -> str:
        return self.question


class DecisionKind(models.TextChoices):
    """What two people decide of somebody who was the wrong person."""

    NOTICE = "notice", pgettext_lazy("wrong person", "apology and notice")
    RELEASE = "release", pgettext_lazy("wrong person", "release of the links")


class MisidentificationDecision(OfPerson):
    """What one proposed and another agreed to, or refused."""

    whose: ClassVar[str] = "misidentification"

    misidentification = models.ForeignKey(Misidentification, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(_("what about"), max_length=10, choices=DecisionKind.choices)
    choice = models.CharField(_("what"), max_length=30)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(_("decided"), null=True)
    agreed = models.BooleanField(_("agreed"), null=True)
    done_at = models.DateTimeField(_("carried out"), null=True)
    done_note = models.TextField(_("how"), blank=True)

    class Meta:
        """The database itself refuses a second who is the first, and two that stand at once."""

        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(second__isnull=True) | ~models.Q(second=models.F("by")),
                name="wrong_person_two_people",
            ),
            models.UniqueConstraint(
                fields=("misidentification", "kind"),
                condition=models.Q(agreed__isnull=True) | models.Q(agreed=True),
                name="wrong_person_decision_once",
            ),
        )
        verbose_name = _("decision on a wrong person")
        verbose_name_plural = _("decisions on wrong persons")

    def __str__(self) -> str:
        return f"{self.kind}: {self.choice}"
