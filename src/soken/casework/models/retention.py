"""What two people decided on keeping or erasing a person; after an erasure the tombstone, which holds no content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson, closed_code, codes_of
from soken.casework.models.operation import Operation

if TYPE_CHECKING:
    from django.db.models import Q, QuerySet

    from soken.casework.models.compartment import Compartment
    from soken.casework.models.force_sight import ForceSight


class RetentionChoice(models.TextChoices):
    """What can be decided."""

    KEEP = "keep", pgettext_lazy("retention", "keep")
    ERASE = "erase", pgettext_lazy("retention", "erase")


def to_carry_out() -> models.Q:
    """Return the condition that two people have agreed to erase, and it is neither done nor given up."""
    agreed = models.Q(agreed=True, choice=RetentionChoice.ERASE)
    return agreed & models.Q(erased_at__isnull=True, given_up_at__isnull=True)


class RetentionReview(OfPerson):
    """One review: a code, codes of why, who and when. Nothing here is in words, so that nothing of a person stays.

    It points to nobody's dossier: it outlives the dossier.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="retention_reviews")
    person_code = models.CharField(_("person"), max_length=16)
    choice = models.CharField(_("decision"), max_length=5, choices=RetentionChoice.choices)
    ground = models.CharField(_("ground"), max_length=30, help_text="code of soken.review.retention")
    review_on = models.DateField(_("next review"), null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(_("decided"), null=True)
    agreed = models.BooleanField(_("agreed"), null=True)
    begun_at = models.DateTimeField(
        _("erasing begun"), null=True, help_text="from then on it is finished, not given up"
    )
    given_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    given_up_at = models.DateTimeField(_("given up"), null=True, help_text="agreed, and not to be carried out any more")
    erased_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    erased_at = models.DateTimeField(_("erased"), null=True)
    rows = models.JSONField(default=dict, help_text="evidence id → numbers of the rows that go; no values")
    backups = models.JSONField(default=list, help_text="backups made before, that hold the person still")

    class Meta:
        """The database itself refuses a second who is the first, and two proposals that wait at once."""

        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(second__isnull=True) | ~models.Q(second=models.F("by")), name="retention_two_people"
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(agreed=True, choice=RetentionChoice.ERASE),
                name="retention_erased_as_agreed",
            ),
            models.CheckConstraint(
                condition=models.Q(given_up_at__isnull=True)
                | models.Q(agreed=True, choice=RetentionChoice.ERASE, erased_at__isnull=True),
                name="retention_given_up_as_agreed",
            ),
            models.UniqueConstraint(
                fields=("operation", "person_code"),
                condition=models.Q(agreed__isnull=True),
                name="retention_waits_once",
            ),
        )
        indexes = (models.Index(fields=("operation", "person_code", "-id"), name="retention_person"),)
        verbose_name = _("review of retention")
        verbose_name_plural = _("reviews of retention")

    def __str__(self) -> str:
        return f"{self.person_code}: {self.choice}"

    @property
    def to_carry_out(self) -> bool:
        """Tell whether two people have agreed to erase, and it is neither done nor given up."""
        unfinished = self.erased_at is None and self.given_up_at is None
        return bool(self.agreed) and self.choice == RetentionChoice.ERASE and unfinished

    @property
    def cut_off(self) -> bool:
        """Tell whether the erasure has begun and is not done: files may hold the person's rows no more."""
        return self.to_carry_out and self.begun_at is not None

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        return codes_of(compartments, "person_code")

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row."""
        return closed_code(sight, Dossier)
