"""The review queue: pairs of a run that people must look at, and who has one before them now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.judgement import ReviewAct
from soken.casework.models.of_person import OfPerson, codes_of
from soken.casework.models.operation import Operation

if TYPE_CHECKING:
    from django.db.models import Q, QuerySet

    from soken.casework.models.compartment import Compartment
    from soken.casework.models.force_sight import ForceSight


class ReviewPair(OfPerson):
    """A question of the run that is shown: are these two one person. Replaced by every run, as the proposals are.

    The answer is a `Judgement` on two rows, which stays; this line only says whose turn it is.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="review_pairs", db_index=False)
    left_evidence = models.CharField(max_length=14)
    left_row = models.BigIntegerField()
    left_record = models.BigIntegerField()
    left_person = models.CharField(max_length=16)
    right_evidence = models.CharField(max_length=14)
    right_row = models.BigIntegerField()
    right_record = models.BigIntegerField()
    right_person = models.CharField(max_length=16)
    place = models.IntegerField(_("place"), help_text=_("1 for the answer that is worth most"))
    asked = models.BooleanField(help_text=_("whether the queue had room for it; else it is a further doubt"))
    weight = models.FloatField(_("weight"))
    reason = models.CharField(_("why it is asked"), max_length=40)
    leased_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    leased_until = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(ReviewAct, on_delete=models.PROTECT, null=True, related_name="settled")

    class Meta:
        """Taken in the order of places; found by either person."""

        constraints = (models.UniqueConstraint(fields=("operation", "place"), name="review_place_once"),)
        indexes = (
            models.Index(fields=("operation", "left_person"), name="review_pair_left"),
            models.Index(fields=("operation", "right_person"), name="review_pair_right"),
        )
        verbose_name = _("pair to review")
        verbose_name_plural = _("pairs to review")

    def __str__(self) -> str:
        return f"{self.left_evidence}:{self.left_row} ? {self.right_evidence}:{self.right_row}"

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        return codes_of(compartments, "left_person", "right_person")

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row.

        One buyer is several records, of several forces: whether they are is asked of everybody who judges.
        """
        return None
