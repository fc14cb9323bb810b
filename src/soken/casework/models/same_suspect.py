"""Statements that two persons are one suspect, of two operations as a rule: what no run can know (R38)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson

if TYPE_CHECKING:
    from django.db.models import Q, QuerySet

    from soken.casework.models.compartment import Compartment
    from soken.casework.models.force_sight import ForceSight


class SameSuspect(OfPerson):
    """Somebody says that two confirmed persons are one suspect; withdrawn, never deleted.

    It joins nothing but the count: each dossier keeps its rows, its owner and its case.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="same_suspects")
    other = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="said_the_same")
    because = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_because = models.TextField(_("why it was withdrawn"), blank=True)

    class Meta:
        """Two dossiers, once; a withdrawal says why."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier", "other"),
                condition=models.Q(withdrawn_at__isnull=True),
                name="same_suspect_said_once",
            ),
            models.CheckConstraint(condition=~models.Q(dossier=models.F("other")), name="same_suspect_of_two_dossiers"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_because="")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_because="")),
                name="same_suspect_withdrawn_says_why",
            ),
        )
        verbose_name = _("statement that two are one suspect")
        verbose_name_plural = _("statements that two are one suspect")

    def __str__(self) -> str:
        return f"{self.dossier} = {self.other}"

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments: of either of the two."""
        shut = Dossier._base_manager.filter(Dossier.tells_of(compartments)).values("pk")
        return models.Q(dossier__in=shut) | models.Q(other__in=shut)

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read: of both of the two.

        Who reads either is told that it is said of them.
        """
        closed = sight.closed()
        either = (
            Dossier._base_manager.filter(closed, pk=models.OuterRef(f"{side}_id")) for side in ("dossier", "other")
        )
        return models.Q(*(models.Exists(one) for one in either))
