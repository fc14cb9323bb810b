"""Notifications for a child's safety: a queue of their own that waits for no stage of a case (R17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson, closed_code, codes_of
from soken.casework.models.operation import Operation

if TYPE_CHECKING:
    from django.db.models import Q, QuerySet

    from soken.casework.models.compartment import Compartment
    from soken.casework.models.force_sight import ForceSight


class SafetyNotification(OfPerson):
    """That somebody told a body which looks after children, and what came back.

    It speaks of a person by code, with or without a dossier, so that no act on a dossier stands before it. What was
    said about the child stays with the body that was told: the note holds only what finds the matter there again.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="safety_notifications")
    person_code = models.CharField(_("person"), max_length=16)
    body = models.CharField(_("whom"), max_length=30, help_text="code of soken.prioritise.safety.bodies")
    office = models.CharField(_("which office"), max_length=200)
    method = models.CharField(_("how"), max_length=30, help_text="code of soken.prioritise.safety.methods")
    notified_at = models.DateTimeField(_("notified"))
    chase_at = models.DateTimeField(_("chase the answer from"))
    note = models.CharField(_("note"), max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered"))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    acknowledged_by = models.CharField(_("acknowledged by"), max_length=200, blank=True)
    acknowledgement_entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        """The open ones are found oldest first."""

        ordering = ("notified_at", "pk")
        indexes = (
            models.Index(
                fields=("operation", "notified_at", "id"),
                condition=models.Q(acknowledged_at__isnull=True, cancelled_at__isnull=True),
                name="safety_open",
            ),
            models.Index(fields=("operation", "person_code", "id"), name="safety_person"),
            models.Index(fields=("operation", "-id"), name="safety_newest"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(acknowledged_at__isnull=True) | models.Q(cancelled_at__isnull=True),
                name="safety_acknowledged_or_cancelled",
            ),
        )
        verbose_name = _("notification for a child's safety")
        verbose_name_plural = _("notifications for children's safety")

    def __str__(self) -> str:
        return f"{self.person_code}: {self.body}"

    @property
    def is_open(self) -> bool:
        """Tell whether an answer is still awaited."""
        return self.acknowledged_at is None and self.cancelled_at is None

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        return codes_of(compartments, "person_code")

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row."""
        return closed_code(sight, Dossier)
