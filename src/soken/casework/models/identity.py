"""Who the person is: confirmations by people, and the roles that people stand in to the purchases."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson


class IdentityConfirmation(OfPerson):
    """Somebody's word that the dossier's rows are this real person's; it takes two of two different people (R3)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="confirmations")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    basis = models.TextField(_("basis"), help_text=_("what was compared with what"))
    born_on = models.DateField(_("birth date established"), null=True, blank=True)
    birth_unknown = models.BooleanField(_("the birth date cannot be established"), default=False)
    rows_sha256 = models.CharField(max_length=64, help_text="hash of the rows that were confirmed")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        """The database itself refuses a second confirmation in force by the same user."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier", "by"),
                condition=models.Q(withdrawn_at__isnull=True),
                name="identity_once_a_user",
            ),
        )
        verbose_name = _("confirmation of identity")
        verbose_name_plural = _("confirmations of identity")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.by}"


class Party(models.TextChoices):
    """What somebody is to the purchases; one person can be several, and several people one (R5)."""

    HOLDER = "account-holder", pgettext_lazy("party", "account holder")
    PAYER = "payer", pgettext_lazy("party", "payer")
    ADDRESSEE = "addressee", pgettext_lazy("party", "addressee")
    HOUSEHOLD = "household", pgettext_lazy("party", "household member")
    USER = "user", pgettext_lazy("party", "user")


class PartyRole(OfPerson):
    """A role, and whether this person or somebody else stands in it."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="party_roles")
    role = models.CharField(_("role"), max_length=20, choices=Party.choices)
    is_person = models.BooleanField(_("this person"), help_text=_("no: it is somebody else"))
    other = models.CharField(_("somebody else: name or person code"), max_length=200, blank=True)
    basis = models.TextField(_("basis"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        """In the order in which they were recorded; somebody else is named."""

        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(is_person=True, other="") | (models.Q(is_person=False) & ~models.Q(other="")),
                name="party_role_names_somebody",
            ),
        )
        verbose_name = _("party role")
        verbose_name_plural = _("party roles")

    def __str__(self) -> str:
        return f"{self.dossier}: {self.role}"
