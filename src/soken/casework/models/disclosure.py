"""What one asks to take out of the installation and another releases (R33): what, to whom, why, and each taking."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.casework.models.dossier import Dossier
from soken.casework.models.of_person import OfPerson, closed_code, codes_of
from soken.casework.models.operation import Operation

if TYPE_CHECKING:
    from django.db.models import Q, QuerySet
    from django.utils.functional import _StrOrPromise as StrOrPromise

    from soken.casework.models.compartment import Compartment
    from soken.casework.models.force_sight import ForceSight


class DisclosureForm(models.TextChoices):
    """In which form it goes out."""

    PACKET = "packet", pgettext_lazy("disclosure", "packet of a referral (signed PDF)")
    CASE = "case", pgettext_lazy("disclosure", "CASE/UCO file")
    CASE_PACKET = "case-packet", pgettext_lazy("disclosure", "CASE/UCO file of what is referred")
    LINKS = "links", pgettext_lazy("disclosure", "every row with its proposed person (CSV)")
    PERSONS = "persons", pgettext_lazy("disclosure", "list of all proposed persons (CSV)")


#: Code by which the packets of everybody who was referred are asked for, in one file: a packet of no one person.
ALL_PACKETS: Final = "packets"
#: What can be asked for: code → words.
ASKED_FOR: Final = {
    DisclosureForm.PACKET.value: DisclosureForm.PACKET.label,
    ALL_PACKETS: pgettext_lazy("disclosure", "packets of all who were referred (ZIP of signed PDFs)"),
    **{one.value: one.label for one in DisclosureForm if one is not DisclosureForm.PACKET},
}


class DisclosureState(models.TextChoices):
    """Where it stands."""

    ASKED = "asked", pgettext_lazy("disclosure", "waits for another person")
    RELEASED = "released", pgettext_lazy("disclosure", "released, to be taken")
    REFUSED = "refused", pgettext_lazy("disclosure", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("disclosure", "withdrawn")
    TAKEN = "taken", pgettext_lazy("disclosure", "taken")


class Disclosure(OfPerson):
    """A request; what was released is held by its hash, so that nothing else can be taken under it."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="disclosures")
    person_code = models.CharField(_("person"), max_length=16, blank=True, help_text="'' for the whole operation")
    form = models.CharField(_("form"), max_length=12, choices=DisclosureForm.choices)
    language = models.CharField(_("language"), max_length=2, help_text="of the words of a packet: ja or en")
    recipient = models.CharField(_("to whom it goes"), max_length=200)
    reason = models.TextField(_("why it goes out"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=9, choices=DisclosureState.choices, default=DisclosureState.ASKED)
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(_("decided"), null=True)
    content_sha256 = models.CharField(max_length=64, blank=True, help_text="of what was released, without its mark")
    until = models.DateField(_("last day"), null=True, help_text="last day it can be taken; null: once, on any day")

    class Meta:
        """The database itself refuses a second who is the first, and a release without a hash."""

        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(second__isnull=True) | ~models.Q(second=models.F("asked_by")),
                name="disclosure_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=(DisclosureState.RELEASED, DisclosureState.TAKEN))
                | (models.Q(second__isnull=False) & ~models.Q(content_sha256="")),
                name="disclosure_released_as_it_stood",
            ),
        )
        indexes = (models.Index(fields=("operation", "state", "-id"), name="disclosure_open"),)
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")

    def __str__(self) -> str:
        return self.number

    @property
    def asked_for(self) -> str:
        """Code of what was asked for; see `ASKED_FOR`."""
        return ALL_PACKETS if self.form == DisclosureForm.PACKET and not self.person_code else self.form

    @property
    def asked_for_said(self) -> StrOrPromise:
        """What was asked for, in words."""
        return ASKED_FOR[self.asked_for]

    @property
    def number(self) -> str:
        """What people call it, and what stands in each copy's mark."""
        return f"D-{self.pk}"

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        return codes_of(compartments, "person_code")

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row."""
        return closed_code(sight, Dossier)


class DisclosureTaking(OfPerson):
    """One copy that was made."""

    whose: ClassVar[str] = "disclosure"

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="takings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    file_sha256 = models.CharField(max_length=64, help_text="of the copy with its mark")

    class Meta:
        """The oldest first."""

        ordering = ("pk",)
        verbose_name = _("copy taken")
        verbose_name_plural = _("copies taken")

    def __str__(self) -> str:
        return f"{self.disclosure_id}: {self.at:%Y-%m-%d}"
