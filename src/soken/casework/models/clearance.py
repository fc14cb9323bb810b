"""Clearances for the statistics: cases, cleared persons and victims, three counts that belong to one another (R38)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

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


class Dataset(models.TextChoices):
    """What a vintage holds; units made to published figures never stand among the records of this installation."""

    LIVE = "live", pgettext_lazy("statistics", "this installation's clearances")
    PUBLISHED = "published", pgettext_lazy("statistics", "units made to published national figures")


class ClearedPerson(OfPerson):
    """A suspect as statistics know one: who it is stays with the dossier, what is said of them with each case."""

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="cleared_person")

    class Meta:
        """One a dossier."""

        verbose_name = _("cleared person")
        verbose_name_plural = _("cleared persons")

    def __str__(self) -> str:
        return f"{self.dossier}"


class Victim(models.Model):
    """A child, by a code that names nobody; nothing else is held of one (R38)."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=20)

    class Meta:
        """A code stands for one child of an operation: two operations that both say V-1 speak of two children."""

        constraints = (models.UniqueConstraint(fields=("operation", "code"), name="victim_code_once"),)
        verbose_name = _("victim")
        verbose_name_plural = _("victims")

    def __str__(self) -> str:
        return self.code


class ClearedCase(OfPerson):
    """A case that the police cleared; struck where it was entered wrongly, never deleted."""

    group = models.CharField(_("group of offence"), max_length=30, help_text="code of soken.report.codes")
    cleared_on = models.DateField(_("cleared"))
    cleared_at = models.CharField(_("force that cleared"), max_length=20)
    occurred_at = models.CharField(_("force where it happened"), max_length=20, blank=True)
    act_on = models.DateField(_("last day of the act"), null=True)
    network = models.CharField(_("network use"), max_length=10, help_text="code of soken.report.codes")
    operation = models.ForeignKey(
        Operation, on_delete=models.PROTECT, related_name="+", verbose_name=_("source operation")
    )
    persons = models.ManyToManyField(ClearedPerson, through="CasePerson", related_name="cases")
    victims = models.ManyToManyField(Victim, through="CaseVictim", related_name="cases")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))
    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    struck_at = models.DateTimeField(_("struck"), null=True)
    struck_because = models.TextField(_("why it was struck"), blank=True)

    class Meta:
        """A struck case says why."""

        ordering = ("pk",)
        indexes = (
            models.Index(fields=("recorded_at",), name="cleared_case_recorded"),
            models.Index(fields=("struck_at",), name="cleared_case_struck"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(struck_at__isnull=True, struck_because="")
                | (models.Q(struck_at__isnull=False) & ~models.Q(struck_because="")),
                name="cleared_case_struck_says_why",
            ),
        )
        verbose_name = _("cleared case")
        verbose_name_plural = _("cleared cases")

    def __str__(self) -> str:
        return f"{self.operation}: {self.group}, {self.cleared_on}"

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        return linked_alone(compartments, CasePerson, "case", "person__dossier", struck_at__isnull=True)

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row."""
        return closed_alone(sight, CasePerson, "case", struck_at__isnull=True)


class CasePerson(OfPerson):
    """A cleared person in a case: age and occupation as they were then, which another case can find otherwise.

    A case has a row for each of its suspects. One who turns out not to belong to it is struck, never deleted.
    """

    whose: ClassVar[str] = "person"

    case = models.ForeignKey(ClearedCase, on_delete=models.CASCADE, related_name="clearings")
    person = models.ForeignKey(ClearedPerson, on_delete=models.PROTECT, related_name="clearings")
    age = models.PositiveSmallIntegerField(_("age"), null=True)
    occupation = models.CharField(_("occupation"), max_length=30, help_text="code of soken.report.codes")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))
    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    struck_at = models.DateTimeField(_("struck"), null=True)
    struck_because = models.TextField(_("why it was struck"), blank=True)

    class Meta:
        """A person stands once in a case; one who was struck says why."""

        constraints = (
            models.UniqueConstraint(
                fields=("case", "person"),
                condition=models.Q(struck_at__isnull=True),
                name="person_once_in_a_case",
            ),
            models.CheckConstraint(
                condition=models.Q(struck_at__isnull=True, struck_because="")
                | (models.Q(struck_at__isnull=False) & ~models.Q(struck_because="")),
                name="case_person_struck_says_why",
            ),
        )
        verbose_name = _("cleared person of a case")
        verbose_name_plural = _("cleared persons of a case")

    def __str__(self) -> str:
        return f"{self.case}: {self.person}"


class CaseVictim(OfPerson):
    """What a child suffered in a case, as codes; the school stage is that of the time, another case finds another."""

    whose: ClassVar[str] = "case"

    case = models.ForeignKey(ClearedCase, on_delete=models.CASCADE, related_name="sufferings")
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="sufferings")
    stage = models.CharField(_("school stage"), max_length=30, help_text="code of soken.report.codes")
    form = models.CharField(_("form"), max_length=30, help_text="code of soken.report.codes")
    relation = models.CharField(_("relation"), max_length=30, help_text="code of soken.report.codes")

    class Meta:
        """A child once in a case."""

        constraints = (models.UniqueConstraint(fields=("case", "victim"), name="victim_once_in_a_case"),)
        verbose_name = _("victim of a case")
        verbose_name_plural = _("victims of a case")

    def __str__(self) -> str:
        return f"{self.case}: {self.victim}"


class Vintage(models.Model):
    """The units as they stood at a moment, counted from for good: provisional or final (R39)."""

    dataset = models.CharField(max_length=10, choices=Dataset.choices)
    number = models.PositiveIntegerField(_("number"))
    final = models.BooleanField(_("final"), default=False)
    cut_off = models.DateTimeField(_("cut-off"))
    made_at = models.DateTimeField(_("made"), null=True, help_text="null: before moments of making were kept")
    sha256 = models.CharField(max_length=64, help_text="of the digests of its files")
    cases = models.PositiveIntegerField(_("cases"))
    fingerprint = models.CharField(max_length=80, help_text="of the records that it holds: is there anything newer?")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """Numbered from 1 in each data set."""

        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("dataset", "number"), name="vintage_number_once"),)
        verbose_name = _("vintage")
        verbose_name_plural = _("vintages")

    def __str__(self) -> str:
        return f"{self.dataset} {self.number}"
