"""When a person was held, by whom, and what happened since: the moments that the clocks of custody run from."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson


class Arrester(models.TextChoices):
    """Whose arrest it is: the clocks differ."""

    POLICE = "police", pgettext_lazy("arrest", "the police")
    PROSECUTOR = "prosecutor", pgettext_lazy("arrest", "a prosecutor")


class ArrestForm(models.TextChoices):
    """On what a person is held."""

    WARRANT = "warrant", pgettext_lazy("arrest", "on a warrant")
    URGENT = "urgent", pgettext_lazy("arrest", "urgent, the warrant afterwards")
    FLAGRANT = "flagrant", pgettext_lazy("arrest", "in the act")


class Restraint(OfPerson):
    """A person is held from a moment on; each arrest is one, with clocks of its own.

    Whoever is under no restraint is at liberty: nothing else says on which track a person is.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="restraints")
    began_at = models.DateTimeField(_("held since"))
    arrested_by = models.CharField(_("arrested by"), max_length=10, choices=Arrester.choices)
    form = models.CharField(_("form of arrest"), max_length=10, choices=ArrestForm.choices)
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    next_end = models.DateTimeField(
        null=True, help_text="when the next clock ends; null when none runs; for lists alone"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        """In order; the clocks of one arrest alone run at a time."""

        ordering = ("began_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("dossier",), condition=models.Q(next_end__isnull=False), name="restraint_one_runs"
            ),
        )
        indexes = (
            models.Index(
                fields=("next_end", "id"), condition=models.Q(next_end__isnull=False), name="restraint_next_end"
            ),
        )
        verbose_name = _("restraint")
        verbose_name_plural = _("restraints")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.began_at.isoformat()}"


class CustodyStep(OfPerson):
    """Something that happened to a person held."""

    whose: ClassVar[str] = "restraint"

    restraint = models.ForeignKey(Restraint, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(_("step"), max_length=12, help_text="code of soken.reference.custody")
    happened_at = models.DateTimeField(_("happened"))
    days = models.PositiveSmallIntegerField(_("days"), default=0, help_text=_("by how many days it was extended"))
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        """In the order in which they were entered, which is that in which they happened."""

        ordering = ("pk",)
        verbose_name = _("step of custody")
        verbose_name_plural = _("steps of custody")

    def __str__(self) -> str:
        return f"{self.restraint}: {self.kind}"
