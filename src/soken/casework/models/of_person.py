"""What tells of a person is read through one manager, which leaves out whom the reader may not see (R32, R33).

Every model of this app that leads to a person derives from `OfPerson`; a test holds it to that. Default deny: where
nobody is named who looks, nobody sees a person of a compartment (`soken.access.eyes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar, cast

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from soken.access.eyes import eyes, kept_for
from soken.casework.models.compartment import Compartment, CompartmentPerson, CompartmentRow, sees_compartments_only
from soken.casework.models.force_sight import force_sight

if TYPE_CHECKING:
    from typing import Self

    from soken.access.eyes import Eyes
    from soken.casework.models.compartment import CompartmentQuerySet
    from soken.casework.models.force_sight import ForceSight

M = TypeVar("M", bound="OfPerson")
#: So many compartments are named one by one; of more the database is asked each time.
FEW: Final = 100


class Seen(models.Manager[M]):
    """What whoever looks now may see, as `soken.access.eyes` says; Django's related managers come from it too."""

    def get_queryset(self) -> QuerySet[M]:
        """Return what may be seen."""
        everything, looks = super().get_queryset(), eyes()
        if looks.machine:
            return everything
        if sees_compartments_only(looks) and looks.user is not None:
            return everything.filter(self.model.tells_of(Compartment.objects.open_to(looks.user)))
        shut, sight = shut_to(looks), force_sight(looks)
        seen = everything if shut is None else everything.filter(~self.model.tells_of(shut))
        closed = None if sight is None else self.model.kept_from(sight)
        return seen if closed is None else seen.filter(~closed)


def shut_to(looks: Eyes) -> CompartmentQuerySet | None:
    """Return the compartments into which whoever looks may not look, None where there are none.

    Found out once a page or command, and once a second where a program looks for days: to ask again with every query
    would cost more than the query itself.
    """
    if looks.kept is None:
        return Compartment.objects.shut_to(looks)
    found = kept_for(looks, shut_now)
    if len(found) > FEW:
        return Compartment.objects.shut_to(looks)
    return Compartment.objects.filter(pk__in=found) if found else None


def shut_now() -> list[int]:
    """Find the compartments that are shut to whoever looks; more than `FEW` are not all found."""
    return list(Compartment.objects.shut_to(eyes()).order_by().values_list("pk", flat=True)[: FEW + 1])


class OfPerson(models.Model):
    """Base of whatever tells of a person.

    Attributes:
        whose: the foreign key that leads to the person's dossier, or to another model that does.
    """

    whose: ClassVar[str] = "dossier"

    objects: ClassVar[Seen[Self]] = Seen()

    class Meta:
        """Has no table of its own."""

        abstract = True

    @classmethod
    def tells_of(cls, compartments: QuerySet[Compartment]) -> Q:
        """Return the condition that a row tells of the person of one of some compartments."""
        leads = cast("type[OfPerson]", cls._meta.get_field(cls.whose).related_model)
        told = cast("Any", leads)._base_manager.filter(leads.tells_of(compartments))
        return Q(**{f"{cls.whose}__in": told.values("pk")})

    @classmethod
    def kept_from(cls, sight: ForceSight) -> Q | None:
        """Return the condition that a row tells of a dossier that is another force's to read; None for no such row.

        Asked of each row by its own key: what other forces hold is not gone through.
        """
        leads = cast("type[OfPerson]", cls._meta.get_field(cls.whose).related_model)
        closed = leads.kept_from(sight)
        if closed is None:
            return None
        told = cast("Any", leads)._base_manager.filter(closed, pk=OuterRef(f"{cls.whose}_id"))
        return Q(Exists(told))


def codes_of(compartments: QuerySet[Compartment], *columns: str) -> Q:
    """Return the condition that a row of an operation names a person of one of some compartments by code.

    Args:
        compartments: which.
        columns: the columns that may name one.
    """
    condition = Q()
    for column in columns:
        named = CompartmentPerson.objects.filter(compartment__in=compartments.values("pk"))
        condition |= Q(Exists(named.filter(operation=OuterRef("operation"), code=OuterRef(column))))
    return condition


def joined(compartments: QuerySet[Compartment], to: str) -> Q:
    """Return the condition that a row is the proposed person, or the dossier, of one of some compartments.

    Args:
        compartments: which.
        to: the join of `CompartmentPerson` that leads there; it begins at the few that are shut away.
    """
    named = CompartmentPerson.objects.filter(compartment__in=compartments.values("pk"))
    return Q(pk__in=named.filter(**{f"{to}__isnull": False}).values(f"{to}__pk"))


def rows_of(compartments: QuerySet[Compartment], side: str) -> Q:
    """Return the condition that one side of a pair is a row of the person of one of some compartments.

    Args:
        compartments: which.
        side: ``left`` or ``right``: beginning of the names of its columns.
    """
    own = CompartmentRow.objects.filter(compartment__in=compartments.values("pk"))
    return Q(Exists(own.filter(evidence=OuterRef(f"{side}_evidence"), row=OuterRef(f"{side}_row"))))


def linked_alone(
    compartments: QuerySet[Compartment], link: type[models.Model], to: str, dossier: str = "dossier", **stands: Any
) -> Q:
    """Return the condition that something concerns persons of some compartments, and nobody else.

    What concerns others too is theirs as well; the link to the person is left out of it.

    Args:
        compartments: which.
        link: the model that links it to persons.
        to: the link's foreign key to it.
        dossier: the link's way to the dossier.
        stands: the condition under which a link counts; one that was struck makes it nobody's.
    """
    named = CompartmentPerson.objects.filter(compartment__in=compartments.values("pk"), dossier__isnull=False)
    links = link._base_manager.filter(**{to: OuterRef("pk")}, **stands)
    shut = {f"{dossier}__in": named.values("dossier__pk")}
    return Q(Exists(links.filter(**shut))) & ~Q(Exists(links.exclude(**shut)))


def closed_code(sight: ForceSight, dossiers: type[OfPerson]) -> Q | None:
    """Return the condition that the person whom a row of an operation names by code has a dossier that is shut.

    Args:
        sight: to what dossiers the reader is held.
        dossiers: the model of dossiers.
    """
    closed = dossiers.kept_from(sight)
    if closed is None:
        return None
    told = cast("Any", dossiers)._base_manager.filter(
        closed, operation=OuterRef("operation"), person_code=OuterRef("person_code")
    )
    return Q(Exists(told))


def closed_alone(sight: ForceSight, link: type[OfPerson], to: str, **stands: Any) -> Q | None:
    """Return the condition that something concerns dossiers that are shut, and nobody whom the reader sees.

    Args:
        sight: to what dossiers the reader is held.
        link: the model that links it to persons.
        to: the link's foreign key to it.
        stands: the condition under which a link counts.
    """
    closed = link.kept_from(sight)
    if closed is None:
        return None
    here = {to: OuterRef("pk"), **stands}
    shut = cast("Any", link)._base_manager.filter(closed, **here)
    return Q(Exists(shut)) & ~Q(Exists(link.objects.filter(**here)))
