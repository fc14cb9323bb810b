"""Transfers between installations: whom we trust, what has left here, what has arrived, and how each stands."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson
from soken.casework.models.operation import Operation
from soken.route.handover import OPEN, Incoming, Outgoing

OUTGOING_STATES = {
    Outgoing.OFFERED: pgettext_lazy("handover", "prepared"),
    Outgoing.APPROVED: pgettext_lazy("handover", "approved"),
    Outgoing.SENT: pgettext_lazy("handover", "sent"),
    Outgoing.RECEIVED: pgettext_lazy("handover", "received there"),
    Outgoing.WITHDRAWING: pgettext_lazy("handover", "withdrawal asked"),
    Outgoing.ACCEPTED: pgettext_lazy("handover", "accepted there"),
    Outgoing.RETURNED: pgettext_lazy("handover", "returned"),
    Outgoing.WITHDRAWN: pgettext_lazy("handover", "withdrawn"),
}
INCOMING_STATES = {
    Incoming.ARRIVED: pgettext_lazy("handover", "arrived"),
    Incoming.RECEIVED: pgettext_lazy("handover", "received"),
    Incoming.ACCEPTED: pgettext_lazy("handover", "accepted"),
    Incoming.RETURNED: pgettext_lazy("handover", "returned"),
    Incoming.WITHDRAWN: pgettext_lazy("handover", "withdrawn"),
}


class Peer(models.Model):
    """Another installation and its public keys; trusted from the second person's comparison until revoked."""

    name = models.CharField(_("name"), max_length=80)
    signing = models.CharField(_("signing key"), max_length=64)
    recipient = models.CharField(_("encryption key"), max_length=80)
    fingerprint = models.CharField(_("fingerprint"), max_length=40)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("registered"))
    compared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    compared_at = models.DateTimeField(_("compared"), null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        """A name and a key stand for one installation at a time; the second person is not the first."""

        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("name",), condition=models.Q(revoked_at__isnull=True), name="peer_name_once"
            ),
            models.UniqueConstraint(
                fields=("signing",), condition=models.Q(revoked_at__isnull=True), name="peer_key_once"
            ),
            models.CheckConstraint(
                condition=models.Q(compared_by__isnull=True) | ~models.Q(compared_by=models.F("added_by")),
                name="peer_compared_by_another",
            ),
        )
        verbose_name = _("installation that is trusted")
        verbose_name_plural = _("installations that are trusted")

    def __str__(self) -> str:
        return self.name

    @property
    def is_trusted(self) -> bool:
        """Tell whether two people have compared the fingerprint and nobody has revoked it."""
        return self.compared_at is not None and self.revoked_at is None


class OutgoingHandover(OfPerson):
    """A person's way to another installation, as this one, the sender, knows it."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="handovers_out")
    transfer = models.CharField(_("transfer"), max_length=14, unique=True)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField(_("to"), max_length=80, help_text="name of the installation, for the ledger")
    kind = models.CharField(_("kind"), max_length=20)
    from_force = models.CharField(_("from"), max_length=20)
    to_force = models.CharField(_("to the force"), max_length=20)
    reason = models.TextField(_("reason"))
    form = models.JSONField(_("handover form"), help_text=_("box of form 5 → what it says"))
    state = models.CharField(_("state"), max_length=12, default=Outgoing.OFFERED, choices=[*OUTGOING_STATES.items()])
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(_("prepared"))
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("approved"), null=True)
    content_sha256 = models.CharField(max_length=64, blank=True, help_text="of what was approved, and is sent")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(_("sent"), null=True)
    sealed = models.BinaryField(null=True, help_text="the file as it was sent, to be sent again")
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawal"), null=True)
    withdrawn_reason = models.TextField(_("why withdrawn"), blank=True)
    heard_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    heard_at = models.DateTimeField(_("answer taken in"), null=True)
    said_at = models.DateTimeField(_("answered there"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        """One at a time is open; whoever sends is not whoever approved, who is not whoever prepared (R33)."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier",), condition=models.Q(state__in=[*OPEN]), name="one_open_handover"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("offered_by")),
                name="handover_approved_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_by__isnull=True)
                | (models.Q(approved_by__isnull=False) & ~models.Q(approved_by=models.F("sent_by"))),
                name="handover_sent_by_another",
            ),
        )
        indexes = (models.Index(fields=("state", "sent_at"), name="handover_out"),)
        verbose_name = _("handover to another installation")
        verbose_name_plural = _("handovers to other installations")

    def __str__(self) -> str:
        return f"{self.transfer}: {self.dossier} → {self.recipient}"


class IncomingHandover(OfPerson):
    """A person's way from another installation, as this one, the receiver, knows it."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="handovers_in")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="handovers_in")
    transfer = models.CharField(_("transfer"), max_length=14)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=[*INCOMING_STATES.items()])
    content_sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    from_force = models.CharField(_("from"), max_length=20, blank=True)
    to_force = models.CharField(_("to the force"), max_length=20, blank=True)
    sealed = models.BinaryField(null=True, help_text="the file as it came; gone once it was returned or withdrawn")
    sent_at = models.DateTimeField(_("sent"), null=True)
    taken_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_in_at = models.DateTimeField(_("arrived"))
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(_("received"), null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        """A transfer of an installation is known once, wherever it was taken in; who accepts has a dossier."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("transfer",), name="handover_in_once"),
            models.CheckConstraint(
                condition=models.Q(state=Incoming.ACCEPTED, dossier__isnull=False)
                | (~models.Q(state=Incoming.ACCEPTED) & models.Q(dossier__isnull=True)),
                name="handover_accepted_has_dossier",
            ),
        )
        indexes = (models.Index(fields=("operation", "state", "sent_at"), name="handover_in"),)
        verbose_name = _("handover from another installation")
        verbose_name_plural = _("handovers from other installations")

    def __str__(self) -> str:
        return f"{self.transfer}: {self.peer} → {self.operation}"
