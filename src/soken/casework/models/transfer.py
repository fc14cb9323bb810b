"""A person's way from one force to another, with the handover form and its clocks; and named notices (R19, R20)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson
from soken.route.transfers import OPEN, TransferState

TRANSFER_STATES = {
    TransferState.OFFERED: pgettext_lazy("transfer", "offered"),
    TransferState.RECEIVED: pgettext_lazy("transfer", "received"),
    TransferState.ACCEPTED: pgettext_lazy("transfer", "accepted"),
    TransferState.RETURNED: pgettext_lazy("transfer", "returned"),
    TransferState.WITHDRAWN: pgettext_lazy("transfer", "withdrawn"),
}


class Transfer(OfPerson):
    """An offer of a person to another force, and what it said."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="transfers")
    kind = models.CharField(_("kind"), max_length=20)
    from_force = models.CharField(_("from"), max_length=20)
    to_force = models.CharField(_("to"), max_length=20)
    state = models.CharField(
        _("state"), max_length=10, default=TransferState.OFFERED, choices=[*TRANSFER_STATES.items()]
    )
    reason = models.TextField(_("reason"))
    form = models.JSONField(_("handover form"), help_text=_("box of form 5 → what it says"))
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(_("offered"))
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(_("received"), null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        """In the order in which they were offered; one at a time is open."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier",), condition=models.Q(state__in=[*OPEN]), name="one_open_transfer"
            ),
        )
        indexes = (
            models.Index(fields=("to_force", "state", "offered_at"), name="transfer_to"),
            models.Index(fields=("from_force", "state", "offered_at"), name="transfer_from"),
        )
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.from_force} → {self.to_force}"


class NamedNotice(OfPerson):
    """A request to another force to dispose of a named suspect without handing over custody (指名通報)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="notices")
    to_force = models.CharField(_("to"), max_length=20)
    purpose = models.TextField(_("what is asked"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_reason = models.TextField(_("why withdrawn"), blank=True)

    class Meta:
        """In the order in which they were sent; one in force a force."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier", "to_force"), condition=models.Q(withdrawn_at__isnull=True), name="one_notice_a_force"
            ),
        )
        verbose_name = _("named notice")
        verbose_name_plural = _("named notices")

    def __str__(self) -> str:
        return f"{self.dossier} → {self.to_force}"
