"""A person behind a set of records, as the newest run of resolve proposes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from soken.casework.models.of_person import OfPerson, joined
from soken.casework.models.operation import Operation

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from soken.casework.models.compartment import Compartment
    from soken.casework.models.force_sight import ForceSight


class Band(models.TextChoices):
    """How sure the machine is of a person's rows."""

    SAME = "same", _("same")
    REVIEW = "review", _("to review")


class Person(OfPerson):
    """A proposed person: the machine's proposal, replaced by a re-run; nothing here is a finding.

    Name, prefecture and the like are those of the record with most rows, shown for orientation; every value that
    the rows claim is on the person's page.
    """

    # Every index below begins with the operation; one of its own would only be kept up.
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="persons", db_index=False)
    code = models.CharField(_("person"), max_length=16)
    name = models.CharField(_("claimed name"), max_length=200, blank=True)
    kana = models.CharField(_("reading"), max_length=200, blank=True)
    prefecture = models.CharField(_("prefecture"), max_length=60, blank=True)
    band = models.CharField(_("band"), max_length=8, choices=Band.choices)
    review_with = models.TextField(_("may be the same as"), blank=True, help_text=_("person codes, parted by ';'"))
    rows = models.IntegerField(_("rows"))
    records = models.IntegerField(_("records"))
    items = models.IntegerField(_("items"))
    first_order = models.CharField(_("first order"), max_length=40, blank=True)
    last_order = models.CharField(_("last order"), max_length=40, blank=True)

    class Meta:
        """Indexed for the list's filters and orders (each ends in the primary key: keyset paging)."""

        constraints = (models.UniqueConstraint(fields=("operation", "code"), name="person_code_once_an_operation"),)
        indexes = (
            models.Index(fields=("operation", "-rows", "id"), name="person_rows"),
            models.Index(fields=("operation", "prefecture", "-rows", "id"), name="person_prefecture"),
            # One person in fifty: to look for them among all the others took the list a hundred times as long.
            models.Index(fields=("operation", "-rows", "id"), condition=Q(band=Band.REVIEW), name="person_review"),
            models.Index(
                fields=("operation", "prefecture", "-rows", "id"),
                condition=Q(band=Band.REVIEW),
                name="person_review_prefecture",
            ),
            models.Index(fields=("operation", "name", "id"), name="person_name"),
            models.Index(fields=("operation", "kana"), name="person_kana"),
            models.Index(fields=("operation", "-last_order", "id"), name="person_last_order"),
        )
        verbose_name = _("person")
        verbose_name_plural = _("persons")

    def __str__(self) -> str:
        return self.code

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        return joined(compartments, "person")

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row.

        Nobody knows whose a person is who sees their own alone: the list names everybody (R18, R22).
        """
        return None
