"""Joint squads of several forces (合同捜査): agreement, one commander, whom it covers, what each HQ approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson, closed_alone, linked_alone
from soken.casework.models.operation import Operation

if TYPE_CHECKING:
    from django.db.models import Q, QuerySet

    from soken.casework.models.compartment import Compartment
    from soken.casework.models.force_sight import ForceSight


class SquadStep(models.TextChoices):
    """What each headquarters approves beforehand."""

    ACTION = "action", pgettext_lazy("squad step", "action (arrest or search)")
    REFERRAL = "referral", pgettext_lazy("squad step", "referral")


class Squad(OfPerson):
    """A squad of several forces on a written agreement; none is ever deleted.

    A squad that nobody has ended binds, also after the last day of its agreement: that day opens no gate.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="squads")
    reference = models.CharField(_("reference"), max_length=120)
    folded = models.CharField(max_length=240, help_text="the reference as it is compared")
    forces = models.JSONField(_("forces"), help_text="codes of soken.reference.forces, in order")
    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    ended_on = models.DateField(null=True)
    end_reason = models.TextField(blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first; an agreement stands once; what has ended says when and by whom."""

        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("operation", "folded"), name="squad_once_an_operation"),
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="squad_ends_after_it_begins"),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True, ended_by__isnull=True)
                | models.Q(ended_on__isnull=False, ended_by__isnull=False),
                name="squad_end_says_by_whom",
            ),
        )
        verbose_name = _("joint squad")
        verbose_name_plural = _("joint squads")

    def __str__(self) -> str:
        return self.reference

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        return linked_alone(compartments, SquadDossier, "squad")

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row."""
        return closed_alone(sight, SquadDossier, "squad")


class SquadCommander(models.Model):
    """Who commands a squad from a moment on; the newest does, those before stay on record."""

    squad = models.ForeignKey(Squad, on_delete=models.PROTECT, related_name="commanders")
    name = models.CharField(_("commander"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """In order; the newest commands."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.squad}: {self.name}"


class SquadEnd(models.Model):
    """A proposal to end a squad, and what a second person said to it; the squad binds until one agrees.

    The end lifts a gate for everybody whom the squad covers: one person alone cannot (R21).
    """

    squad = models.ForeignKey(Squad, on_delete=models.PROTECT, related_name="ends")
    on = models.DateField(_("last day"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    agreed = models.BooleanField(null=True, help_text="null while it waits; false: refused, or taken back")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    second_reason = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """One waits a squad; the database itself refuses an end without a second person who is another."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("squad",), condition=models.Q(agreed__isnull=True), name="squad_end_one_waits"
            ),
            models.CheckConstraint(
                condition=models.Q(agreed__isnull=True, second__isnull=True, settled_at__isnull=True)
                | models.Q(agreed=False, second__isnull=False, settled_at__isnull=False)
                | (
                    models.Q(agreed=True, second__isnull=False, settled_at__isnull=False)
                    & ~models.Q(second=models.F("by"))
                ),
                name="squad_end_takes_two",
            ),
        )

    def __str__(self) -> str:
        return f"{self.squad}: {self.on}"


class SquadDossier(OfPerson):
    """A squad works on a person."""

    squad = models.ForeignKey(Squad, on_delete=models.PROTECT, related_name="covered")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="squads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """A person is named once in a squad."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("squad", "dossier"), name="squad_dossier_once"),)

    def __str__(self) -> str:
        return f"{self.squad}: {self.dossier}"


class SquadApproval(OfPerson):
    """The head of one headquarters approved one step against one person."""

    squad = models.ForeignKey(Squad, on_delete=models.PROTECT, related_name="approvals")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="squad_approvals")
    force = models.CharField(_("force"), max_length=20)
    step = models.CharField(_("step"), max_length=10, choices=SquadStep.choices)
    given_by = models.CharField(_("who approved"), max_length=200)
    given_on = models.DateField(_("when"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        """One in force for a step, a person and a headquarters."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("squad", "dossier", "force", "step"),
                condition=models.Q(withdrawn_at__isnull=True),
                name="squad_approval_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dossier}: {self.force} {self.step}"
