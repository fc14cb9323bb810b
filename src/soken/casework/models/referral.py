"""A case at the prosecutor's: what was sent when, its receipt, what was decided, taken up again and reviewed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson
from soken.casework.models.restraint import Restraint


class ReferralKind(models.TextChoices):
    """How a case reaches the prosecutor."""

    PAPERS = "papers", pgettext_lazy("referral", "on papers")
    CUSTODY = "custody", pgettext_lazy("referral", "with the person in custody")


class Referral(OfPerson):
    """A person's case sent to a prosecutors' office; none is ever deleted.

    What was sent is kept as it was on that day, with facts, assessments and persons' categories apart.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="referrals")
    kind = models.CharField(_("kind"), max_length=10, choices=ReferralKind.choices)
    office = models.CharField(_("prosecutors' office"), max_length=20, help_text="code of soken.reference.forces")
    reference = models.CharField(_("reference number"), max_length=120)
    folded = models.CharField(max_length=240, help_text="the reference as it is compared")
    sent_on = models.DateField(_("sent"))
    restraint = models.ForeignKey(Restraint, on_delete=models.PROTECT, null=True, related_name="+")
    contents = models.JSONField(help_text="what was sent: facts, assessments, categories")
    contents_sha256 = models.CharField(max_length=64)
    liaison = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    received_on = models.DateField(_("received by the office"), null=True)
    received_number = models.CharField(_("the office's number"), max_length=120, blank=True)
    received_folded = models.CharField(max_length=240, blank=True, help_text="the office's number as it is compared")
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True, help_text="when the police took the closed case up again; null before")

    class Meta:
        """One stands at a time; received means when, by which number, and recorded by whom."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier",), condition=models.Q(over_at__isnull=True), name="referral_one_stands"
            ),
            models.CheckConstraint(
                condition=models.Q(received_on__isnull=True, received_by__isnull=True, received_number="")
                | (
                    models.Q(received_on__gte=models.F("sent_on"), received_by__isnull=False)
                    & ~models.Q(received_number="")
                ),
                name="referral_receipt_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="papers", restraint__isnull=True)
                | models.Q(kind="custody", restraint__isnull=False),
                name="referral_in_custody_names_it",
            ),
        )
        indexes = (
            models.Index(fields=("office", "sent_on", "id"), name="referral_office"),
            models.Index(fields=("folded",), name="referral_reference"),
            models.Index(fields=("received_folded",), name="referral_receipt"),
        )
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.reference}"


class WithdrawnReceipt(OfPerson):
    """A receipt that was recorded by mistake, as it stood, and why it does not count."""

    whose: ClassVar[str] = "referral"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="withdrawn_receipts")
    received_on = models.DateField(_("received by the office"))
    received_number = models.CharField(_("the office's number"), max_length=120)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        """In order."""

        ordering = ("pk",)
        verbose_name = _("withdrawn receipt")
        verbose_name_plural = _("withdrawn receipts")

    def __str__(self) -> str:
        return f"{self.referral}: {self.received_on}"


class Disposition(OfPerson):
    """What the prosecutor decided on a referral; lifted when the case is taken up again.

    One that was recorded by mistake is withdrawn: it stays to be read, and counts for nothing.
    """

    whose: ClassVar[str] = "referral"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="dispositions")
    kind = models.CharField(_("disposition"), max_length=30, help_text="code of soken.reference.dispositions")
    final = models.BooleanField(help_text="as the code list had it when it was recorded")
    decided_on = models.DateField(_("decided"))
    reference = models.CharField(_("the office's number"), max_length=120)
    folded = models.CharField(max_length=240, blank=True, help_text="the number as it is compared")
    office = models.CharField(_("goes to the office"), max_length=20, blank=True)
    words = models.TextField(_("ground in words"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    lifted_on = models.DateField(_("taken up again"), null=True)
    lifted_ground = models.CharField(max_length=30, blank=True)
    lifted_reason = models.TextField(blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        """One final disposition stands on a referral; a lifted or withdrawn one says when, why and by whom."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("referral",),
                condition=models.Q(final=True, lifted_on__isnull=True, withdrawn_at__isnull=True),
                name="disposition_one_stands",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~models.Q(withdrawn_reason="")),
                name="disposition_withdrawal_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_on__isnull=True, lifted_by__isnull=True, lifted_ground="")
                | (
                    models.Q(lifted_on__gte=models.F("decided_on"), lifted_by__isnull=False)
                    & ~models.Q(lifted_ground="")
                ),
                name="disposition_lift_is_whole",
            ),
        )
        indexes = (
            models.Index(fields=("kind", "decided_on"), name="disposition_kind"),
            models.Index(fields=("folded",), name="disposition_reference"),
        )
        verbose_name = _("disposition")
        verbose_name_plural = _("dispositions")

    def __str__(self) -> str:
        return f"{self.referral}: {self.kind}"


class InquestReview(OfPerson):
    """A non-prosecution before a Committee for the Inquest of Prosecution."""

    whose: ClassVar[str] = "disposition"

    disposition = models.ForeignKey(Disposition, on_delete=models.PROTECT, related_name="inquests")
    committee = models.CharField(_("committee"), max_length=120)
    asked_on = models.DateField(_("asked"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    resolution = models.CharField(_("resolution"), max_length=30, blank=True)
    resolved_on = models.DateField(_("resolved"), null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        """One is open at a time; a resolution says when and who recorded it."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("disposition",), condition=models.Q(resolved_on__isnull=True), name="inquest_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(resolved_on__isnull=True, resolved_by__isnull=True, resolution="")
                | (
                    models.Q(resolved_on__gte=models.F("asked_on"), resolved_by__isnull=False)
                    & ~models.Q(resolution="")
                ),
                name="inquest_resolution_is_whole",
            ),
        )
        verbose_name = _("inquest review")
        verbose_name_plural = _("inquest reviews")

    def __str__(self) -> str:
        return f"{self.disposition}: {self.committee}"
