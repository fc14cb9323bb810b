"""Compartments: persons whom only few may see (R32, R33), and the people because of whom the machine shuts one.

Who is shut out is decided here, in `CompartmentQuerySet`, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soken.access.policy import Act, allows, sees_compartments_alone, supervises_cases
from soken.casework.models.operation import Operation

if TYPE_CHECKING:
    from soken.access.eyes import Eyes
    from soken.access.models import User


class Category(models.TextChoices):
    """Whom the list of protected people holds, besides the users of this system."""

    POLICE = "police", pgettext_lazy("protected", "police")
    PROSECUTOR = "prosecutor", pgettext_lazy("protected", "prosecutor")
    COURT = "court", pgettext_lazy("protected", "court official")


class Protected(models.Model):
    """Somebody whom a list may hold and whose colleagues work here; kept by the oversight group."""

    category = models.CharField(_("category"), max_length=12, choices=Category.choices)
    name = models.CharField(_("name"), max_length=200)
    kana = models.CharField(_("reading"), max_length=200, blank=True)
    mail = models.CharField(_("mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    born_on = models.DateField(_("born"), null=True, blank=True)
    force = models.CharField(_("force"), max_length=20, blank=True)
    colleagues = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("colleagues"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("entered"))
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_because = models.TextField(_("why it was withdrawn"), blank=True)

    class Meta:
        """Newest last."""

        ordering = ("pk",)
        verbose_name = _("protected person")
        verbose_name_plural = _("protected people")

    def __str__(self) -> str:
        return f"{self.category} {self.pk}"


class CompartmentKind(models.TextChoices):
    """Why few may see a person."""

    PROTECTED = "protected", pgettext_lazy("compartment", "protected person")
    CASE = "case", pgettext_lazy("compartment", "case kept to named people")


class CompartmentQuerySet(models.QuerySet["Compartment"]):
    """The one decision on who sees whom."""

    def shut(self) -> CompartmentQuerySet:
        """Keep those that are not lifted."""
        return self.filter(lifted_at__isnull=True)

    def open_to(self, user: User) -> CompartmentQuerySet:
        """Keep those that a user may look into.

        That is who was let in, the oversight group for protected people, and supervisors of the force for its cases;
        but never the subject, a colleague who is named, or whoever was shut out by name.
        """
        here = OuterRef("pk")
        admitted = Q(Exists(CompartmentAccess.objects.filter(compartment=here, user=user, ended_at__isnull=True)))
        if allows(user, Act.SEE_COMPARTMENT):
            admitted |= Q(kind=CompartmentKind.PROTECTED)
        if supervises_cases(user):
            others = CompartmentPerson.objects.filter(compartment=here).exclude(dossier__force__in=("", user.force))
            admitted |= Q(~Exists(others), kind=CompartmentKind.CASE) if user.force else Q(kind=CompartmentKind.CASE)
        matches = CompartmentMatch.objects.filter(compartment=here)
        return self.shut().filter(
            admitted,
            ~Exists(CompartmentBar.objects.filter(compartment=here, user=user)),
            ~Exists(matches.filter(user=user)),
            ~Exists(matches.filter(protected__colleagues=user)),
        )

    def shut_to(self, eyes: Eyes) -> CompartmentQuerySet:
        """Keep those into which whoever looks may not look."""
        if eyes.machine:
            return self.none()
        if eyes.user is None:
            return self.shut()
        return self.shut().exclude(pk__in=Compartment.objects.open_to(eyes.user).values("pk"))


def sees_compartments_only(eyes: Eyes) -> bool:
    """Tell whether whoever looks is shown the compartments that are open to them, and nothing else of a list."""
    return eyes.user is not None and sees_compartments_alone(eyes.user)


class Compartment(models.Model):
    """A person of an operation whom only few may see, under whatever code, by the rows that are theirs."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="compartments")
    kind = models.CharField(_("kind"), max_length=10, choices=CompartmentKind.choices)
    shut_at = models.DateTimeField(_("shut"))
    shut_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("shut by"),
        help_text="nobody for the machine",
    )  # fmt: skip
    reason = models.TextField(_("reason"), blank=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True)

    objects = CompartmentQuerySet.as_manager()

    class Meta:
        """Newest first."""

        ordering = ("-pk",)
        verbose_name = _("compartment")
        verbose_name_plural = _("compartments")

    def __str__(self) -> str:
        return f"C-{self.pk}"


class CompartmentMatch(models.Model):
    """Which protected person, or which user, a shut person was taken for, and by what: a proposal, no finding."""

    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="matches")
    protected = models.ForeignKey(Protected, on_delete=models.PROTECT, null=True, related_name="matches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    how = models.CharField(_("by"), max_length=20, help_text="mail, phone, name-birth, name-force")
    at = models.DateTimeField(_("when"))

    class Meta:
        """Each is either a protected person's or a user's."""

        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(protected__isnull=True) ^ Q(user__isnull=True), name="compartment_match_of_one"
            ),
        )
        verbose_name = _("match of a compartment")
        verbose_name_plural = _("matches of compartments")

    def __str__(self) -> str:
        return f"{self.compartment}: {self.how}"


class CompartmentPerson(models.Model):
    """A code under which the person of a compartment is proposed, or has a dossier."""

    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="persons")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("person"), max_length=16)
    # Joins by operation and code, whatever the row of the person is today: proposals are replaced by every run.
    person = models.ForeignObject(
        "casework.Person", models.DO_NOTHING, from_fields=("operation", "code"), to_fields=("operation", "code"),
        related_name="+", null=True,
    )  # fmt: skip
    dossier = models.ForeignObject(
        "casework.Dossier", models.DO_NOTHING, from_fields=("operation", "code"),
        to_fields=("operation", "person_code"), related_name="+", null=True,
    )  # fmt: skip

    class Meta:
        """A code stands once in a compartment."""

        constraints = (models.UniqueConstraint(fields=("compartment", "code"), name="compartment_person_once"),)
        indexes = (models.Index(fields=("operation", "code"), name="compartment_person_code"),)
        verbose_name = _("person of a compartment")
        verbose_name_plural = _("persons of compartments")

    def __str__(self) -> str:
        return self.code


class CompartmentRow(models.Model):
    """A row of the person of a compartment: what stays when a run gives the person another code."""

    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="rows")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    evidence = models.CharField(max_length=14)
    row = models.BigIntegerField()

    class Meta:
        """A row stands once in a compartment."""

        constraints = (models.UniqueConstraint(fields=("compartment", "evidence", "row"), name="compartment_row_once"),)
        indexes = (models.Index(fields=("evidence", "row"), name="compartment_row"),)
        verbose_name = _("row of a compartment")
        verbose_name_plural = _("rows of compartments")

    def __str__(self) -> str:
        return f"{self.evidence}:{self.row}"


class CompartmentAccess(models.Model):
    """That somebody was let into a compartment."""

    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="access")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        """Somebody is let in once at a time."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("compartment", "user"), condition=Q(ended_at__isnull=True), name="compartment_access_once"
            ),
        )
        verbose_name = _("access to a compartment")
        verbose_name_plural = _("access to compartments")

    def __str__(self) -> str:
        return f"{self.compartment}: {self.user}"


class CompartmentBar(models.Model):
    """That somebody is shut out by name, whatever their role: a colleague of the person."""

    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="bars")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        """Once is enough."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("compartment", "user"), name="compartment_bar_once"),)
        verbose_name = _("colleague shut out of a compartment")
        verbose_name_plural = _("colleagues shut out of compartments")

    def __str__(self) -> str:
        return f"{self.compartment}: {self.user}"


class OpeningKind(models.TextChoices):
    """How a compartment can be opened."""

    LET_IN = "let-in", pgettext_lazy("compartment", "let people in")
    LIFT = "lift", pgettext_lazy("compartment", "lift it")


class CompartmentOpening(models.Model):
    """A proposal to open a compartment, and what a second person said of it."""

    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="openings")
    kind = models.CharField(_("what is proposed"), max_length=10, choices=OpeningKind.choices)
    users = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("who is let in"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    second_reason = models.TextField(_("the second person's reason"), blank=True)
    second_at = models.DateTimeField(_("decided"), null=True)
    agreed = models.BooleanField(_("agreed"), null=True)

    class Meta:
        """The database itself refuses a second who is the first."""

        ordering = ("pk",)
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=models.F("by")), name="compartment_two_people"
            ),
            models.UniqueConstraint(
                fields=("compartment", "kind"), condition=Q(agreed__isnull=True), name="compartment_opening_waits_once"
            ),
        )
        verbose_name = _("opening of a compartment")
        verbose_name_plural = _("openings of compartments")

    def __str__(self) -> str:
        return f"{self.compartment}: {self.kind}"
