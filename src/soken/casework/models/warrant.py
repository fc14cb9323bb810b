"""Warrants and other authorities: by what right evidence was obtained or a person is held."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

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

_BLANKS: Final = re.compile(r"\s+")


def folded(reference: str) -> str:
    """Return a reference as it is compared: full or half width, blanks and case make no difference."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", reference)).casefold()[:240]


class WarrantState(models.TextChoices):
    """What became of a warrant."""

    ISSUED = "issued", pgettext_lazy("warrant", "issued")
    EXECUTED = "executed", pgettext_lazy("warrant", "executed")
    RETURNED = "returned", pgettext_lazy("warrant", "returned unused")
    LAPSED = "lapsed", pgettext_lazy("warrant", "lapsed")


class Warrant(OfPerson):
    """One warrant or authority of an operation, by its reference; none is ever deleted.

    It covers the evidence items whose manifest names the same reference, and the persons to whose dossiers it is
    linked (`WarrantDossier`).
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="warrants")
    kind = models.CharField(_("kind"), max_length=30, help_text="code of soken.reference.warrants")
    reference = models.CharField(_("reference"), max_length=120)
    folded = models.CharField(max_length=240, help_text="the reference as it is compared")
    issued_by = models.CharField(_("issued by"), max_length=200)
    issued_on = models.DateField(_("issued"))
    good_until = models.DateField(_("good until"), null=True)
    scope = models.TextField(_("scope"))
    nobody = models.TextField(
        _("why it concerns nobody of the operation"),
        blank=True,
        help_text="'' where it names persons, or may name none",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    state = models.CharField(_("state"), max_length=10, choices=WarrantState.choices, default=WarrantState.ISSUED)
    ended_on = models.DateField(null=True)
    note = models.TextField(blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first; a reference stands once; what has ended says when and by whom."""

        ordering = ("-issued_on", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("operation", "folded"), name="warrant_once_an_operation"),
            models.CheckConstraint(
                condition=models.Q(good_until__isnull=True) | models.Q(good_until__gte=models.F("issued_on")),
                name="warrant_good_after_issue",
            ),
            models.CheckConstraint(
                condition=models.Q(state="issued", ended_on__isnull=True, ended_by__isnull=True)
                | (~models.Q(state="issued") & models.Q(ended_on__isnull=False, ended_by__isnull=False)),
                name="warrant_end_says_when",
            ),
        )
        indexes = (models.Index(fields=("operation", "state", "good_until"), name="warrant_open"),)
        verbose_name = _("warrant")
        verbose_name_plural = _("warrants")

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        return linked_alone(compartments, WarrantDossier, "warrant")

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row."""
        return closed_alone(sight, WarrantDossier, "warrant")


class WarrantDossier(OfPerson):
    """A warrant concerns a person."""

    warrant = models.ForeignKey(Warrant, on_delete=models.PROTECT, related_name="links")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="warrants")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """A person is named once in a warrant."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("warrant", "dossier"), name="warrant_dossier_once"),)

    def __str__(self) -> str:
        return f"{self.warrant}: {self.dossier}"
