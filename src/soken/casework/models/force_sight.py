"""What forces of one operation read of each other's dossiers, where it is set that each reads its own alone (R33).

Decided here and nowhere else, from the dossier's own columns: the setting of its operation, and the force that owns it.
Besides that force a dossier is read by the forces of a joint squad that works on the person, by both sides of an open
transfer, by a force to which a named notice on the person is out, by whoever a compartment let in by name, and by
whoever reads across forces (`soken.access.policy`). Where no force owns a dossier, all read it.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from soken.access.eyes import eyes, kept_for, with_all_forces_eyes
from soken.access.policy import reads_across_forces
from soken.casework.models.compartment import CompartmentAccess, CompartmentPerson
from soken.casework.models.operation import Operation
from soken.route.transfers import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from soken.access.eyes import Eyes
    from soken.access.models import User


class ReadingChange(models.Model):
    """That an operation was set to be read by force, or is to be read by all again; none is ever deleted.

    One supervisor sets it on. Off lays the dossiers of every force open: it waits for a second person of another force.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="reading_changes")
    by_force = models.BooleanField(_("each force reads its own persons alone"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    agreed = models.BooleanField(null=True, help_text="null while it waits; false: refused, or taken back")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    second_reason = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """One waits an operation; the database itself refuses to lay open what no second person agreed to."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("operation",), condition=Q(agreed__isnull=True), name="reading_change_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(by_force=True, agreed=True, second__isnull=True, settled_at__isnull=False)
                | Q(by_force=False, agreed__isnull=True, second__isnull=True, settled_at__isnull=True)
                | Q(by_force=False, agreed=False, second__isnull=False, settled_at__isnull=False)
                | (
                    Q(by_force=False, agreed=True, second__isnull=False, settled_at__isnull=False)
                    & ~Q(second=models.F("by"))
                ),
                name="reading_laid_open_by_two",
            ),
        )
        verbose_name = _("change of what forces read")
        verbose_name_plural = _("changes of what forces read")

    def __str__(self) -> str:
        return f"{self.operation}: {self.by_force}"


@dataclass(frozen=True, slots=True)
class ForceSight:
    """To what dossiers whoever looks is held.

    Attributes:
        operations: keys of the operations that are read by force; None: whichever the database says with each question.
        force: code of the reader's force, '' for nobody's: what a force owns is then shut.
        let_in: keys of other forces' dossiers that are open to the reader all the same.
    """

    operations: tuple[int, ...] | None
    force: str = ""
    let_in: tuple[int, ...] = ()

    def binds(self, operation: Operation) -> bool:
        """Tell whether the reader is held to their own force's dossiers in an operation."""
        return operation.by_force if self.operations is None else operation.pk in self.operations

    def shuts(self, operation: Operation, dossier: int, force: str) -> bool:
        """Tell whether a dossier is shut to the reader; `closed` is the same for the database.

        Args:
            operation: where.
            dossier: its key.
            force: code of the force that owns it.
        """
        return self.binds(operation) and force not in {"", self.force} and dossier not in self.let_in

    def closed(self) -> Q:
        """Return the condition that a dossier is shut to the reader."""
        by_force = self.operations
        if by_force is None:
            condition = Q(operation__in=Operation._base_manager.filter(by_force=True).values("pk"))
        else:
            condition = Q(operation__in=by_force)
        condition &= ~Q(force__in=("", self.force))
        return condition & ~Q(pk__in=self.let_in) if self.let_in else condition


def force_sight(looks: Eyes) -> ForceSight | None:
    """Return to what dossiers whoever looks is held; None where to all of them.

    Found out once a page or command: one question to the database, and two more where an operation is read by force.
    """
    if looks.machine or looks.installation or looks.across:
        return None
    if looks.user is None:
        return ForceSight(None)
    return None if reads_across_forces(looks.user) else kept_for(looks, _sight_now)


@contextmanager
def across_forces() -> Iterator[None]:
    """Read what other forces keep to themselves: for what tells of their persons whose each is and how far, no more.

    And for what an act must look at whole, lest it takes a row or a person that is another's.
    """
    with nullcontext() if force_sight(eyes()) is None else with_all_forces_eyes():
        yield


def sight_of(user: User) -> ForceSight | None:
    """Find out to what dossiers a user is held; None where to all of them."""
    if reads_across_forces(user):
        return None
    operations = tuple(Operation._base_manager.filter(by_force=True).values_list("pk", flat=True))
    return ForceSight(operations, user.force, tuple(_let_in(user, operations))) if operations else None


def _sight_now() -> ForceSight | None:
    """Find out to what dossiers the user who looks is held."""
    user = eyes().user
    return sight_of(user) if user is not None else ForceSight(None)


def _let_in(user: User, operations: tuple[int, ...]) -> list[int]:
    """Return the keys of other forces' dossiers that are open to a user, in two questions."""
    # By name, because these models are made from this one's neighbours.
    squads, covered, transfers, notices = (_rows(name) for name in ("Squad", "SquadDossier", "Transfer", "NamedNotice"))
    standing = squads.filter(operation__in=operations, ended_on__isnull=True).values_list("pk", "forces")
    ours = [key for key, forces in standing if user.force in forces]
    there = Q(dossier__operation__in=operations) & ~Q(dossier__force=user.force)
    sides = Q(from_force=user.force) | Q(to_force=user.force)
    access = CompartmentAccess.objects.filter(compartment=OuterRef("compartment"), user=user, ended_at__isnull=True)
    named = CompartmentPerson.objects.filter(Exists(access), there, compartment__lifted_at__isnull=True)
    found = covered.filter(there, squad__in=ours).order_by().values_list("dossier_id")
    return sorted(
        key
        for (key,) in found.union(
            transfers.filter(there, sides, state__in=[*OPEN]).order_by().values_list("dossier_id"),
            notices.filter(there, to_force=user.force, withdrawn_at__isnull=True).order_by().values_list("dossier_id"),
            named.order_by().values_list("dossier__pk"),
        )
        if key is not None
    )


def _rows(name: str) -> QuerySet[Any]:
    """Return all rows of a model of this app."""
    found: QuerySet[Any] = apps.get_model("casework", name)._base_manager.all()
    return found
