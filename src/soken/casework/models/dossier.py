"""A dossier: what people have established about a proposed person, and how far it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.of_person import OfPerson, joined
from soken.casework.models.operation import Operation
from soken.review.stages import Stage

if TYPE_CHECKING:
    from django.db.models import Q, QuerySet

    from soken.casework.models.compartment import Compartment
    from soken.casework.models.force_sight import ForceSight

STAGE_NAMES = {
    Stage.PROPOSED: pgettext_lazy("stage", "proposed"),
    Stage.SCREENED: pgettext_lazy("stage", "screened"),
    Stage.ASSIGNED: pgettext_lazy("stage", "assigned"),
    Stage.UNDER_INVESTIGATION: pgettext_lazy("stage", "under investigation"),
    Stage.READY: pgettext_lazy("stage", "ready for action"),
    Stage.REFERRED: pgettext_lazy("stage", "referred"),
    Stage.DECIDED: pgettext_lazy("stage", "decided"),
    Stage.CLOSED: pgettext_lazy("stage", "closed"),
    Stage.NOT_CHARGEABLE: pgettext_lazy("stage", "not chargeable"),
    Stage.MISIDENTIFIED: pgettext_lazy("stage", "misidentified"),
    Stage.NOT_IDENTIFIABLE: pgettext_lazy("stage", "not identifiable"),
    Stage.DECEASED: pgettext_lazy("stage", "deceased"),
    Stage.JOINED: pgettext_lazy("stage", "joined with another"),
}


class Dossier(OfPerson):
    """One person's dossier in an operation, opened by the first human act on the person.

    A `Person` is the machine's proposal and is replaced by every run; a dossier is people's work and never is. It keeps
    the rows that it was opened on (`DossierRow`), so that a run which would move rows is seen, not suffered.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="dossiers")
    person_code = models.CharField(_("person"), max_length=16)
    name = models.CharField(_("claimed name"), max_length=200, blank=True)
    prefecture = models.CharField(_("prefecture"), max_length=60, blank=True)
    stage = models.CharField(_("stage"), max_length=20, default=Stage.PROPOSED, choices=[*STAGE_NAMES.items()])
    force = models.CharField(_("force"), max_length=20, blank=True, help_text=_("code of the one force that owns it"))
    received_on = models.DateField(_("received"), help_text=_("the day the list was received: all ages run from it"))
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, help_text="goes up with each act; a stale one is refused")

    class Meta:
        """One for a person; indexed for boards (by force and age, by stage)."""

        constraints = (models.UniqueConstraint(fields=("operation", "person_code"), name="dossier_once_a_person"),)
        indexes = (
            models.Index(fields=("operation", "stage", "received_on", "id"), name="dossier_stage"),
            models.Index(fields=("force", "stage", "received_on", "id"), name="dossier_force"),
        )
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")

    def __str__(self) -> str:
        return self.person_code

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        return joined(compartments, "dossier")

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row."""
        return sight.closed()


class DossierRow(OfPerson):
    """A row that people have accepted as this person's."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="rows")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    evidence = models.CharField(max_length=14)
    row = models.BigIntegerField()

    class Meta:
        """A row is one person's."""

        constraints = (models.UniqueConstraint(fields=("operation", "evidence", "row"), name="row_in_one_dossier"),)

    def __str__(self) -> str:
        return f"{self.evidence}:{self.row}"


class StageChange(OfPerson):
    """One step of a dossier from a stage to another."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="stage_changes")
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        """In the order in which they were made."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.before} → {self.after}"
