"""Whom a large act on many persons is asked of, and what came of each; a worker does them one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.job import Job
from soken.casework.models.of_person import OfPerson, closed_code, codes_of
from soken.casework.models.operation import Operation

if TYPE_CHECKING:
    from django.db.models import Q, QuerySet

    from soken.casework.models.compartment import Compartment
    from soken.casework.models.force_sight import ForceSight


class BulkState(models.TextChoices):
    """What became of one person."""

    WAITING = "waiting", pgettext_lazy("bulk", "not done")
    DONE = "done", pgettext_lazy("bulk", "done")
    REFUSED = "refused", pgettext_lazy("bulk", "refused")


class BulkPerson(OfPerson):
    """One person of a large act: entered in the very transaction in which the act went through or was refused."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="bulk_persons")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    person_code = models.CharField(_("person"), max_length=16)
    state = models.CharField(max_length=10, choices=BulkState.choices, default=BulkState.WAITING)
    said = models.TextField(blank=True, help_text="the refusal, or what is to be noted all the same")
    missing = models.JSONField(default=list, help_text="at the gate that refused: code and what it is about")

    class Meta:
        """In the order in which they were named, each once."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("job", "person_code"), name="bulk_person_once"),)
        indexes = (models.Index(fields=("job", "state", "id"), name="bulk_person_state"),)
        verbose_name = _("person of an act on many")
        verbose_name_plural = _("persons of acts on many")

    def __str__(self) -> str:
        return f"{self.job}: {self.person_code}"

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        return codes_of(compartments, "person_code")

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row."""
        return closed_code(sight, Dossier)
