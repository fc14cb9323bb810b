"""Where an operation is read by force, nothing tells an outsider of a dossier that a force owns (R33, ADR 16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection

from soken.access.eyes import acting_for_installation, compartments_changed, machine_sees_all, viewing
from soken.access.models import Role, User
from soken.access.policy import reads_across_forces
from soken.casework.actions.restrict_case import restrict_case
from soken.casework.actions.shut_matches import shut
from soken.casework.models import (
    CompartmentKind,
    Dossier,
    Judgement,
    Membership,
    NamedNotice,
    Operation,
    Person,
    ReviewAct,
    ReviewPair,
    Squad,
    SquadDossier,
    Transfer,
)
from soken.casework.models.force_sight import ForceSight
from tests.casework.dossiers import AT, Room, make_dossier
from tests.casework.every_table import EveryTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from soken.casework.models.of_person import OfPerson

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

#: Proposals and questions about them are everybody's who works on the lists.
OF_THE_LISTS = {Person, ReviewPair, Judgement, ReviewAct}


def member(room: Room, force: str, role: Role = Role.REVIEWER) -> User:
    """Somebody of a force who works on the operation."""
    made = User.objects.create(username=f"{force or 'centre'}-{role}-{User.objects.count()}", role=role, force=force)
    Membership.objects.create(operation=room.operation, user=made)
    return made


def by_force(operation: Operation, *, on: bool = True) -> None:
    with machine_sees_all():
        Operation.objects.filter(pk=operation.pk).update(by_force=on)
    operation.by_force = on
    compartments_changed()


def seen_of(rows: dict[type[OfPerson], int], user: User) -> set[str]:
    """The models of which a user sees the row, by manager; on PostgreSQL the server says the same to plain SQL."""
    with viewing(user):
        found = {model.__name__ for model, key in rows.items() if model.objects.filter(pk=key).exists()}
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                for model, key in rows.items():
                    at = f"{model._meta.db_table} where {model._meta.pk.column}"
                    cursor.execute(f"select count(*) from {at} = %s", [key])
                    assert (cursor.fetchone()[0] == 1) is (model.__name__ in found), model
    return found


@pytest.fixture
def rows(room: Room) -> dict[type[OfPerson], int]:
    """A row in every table on a person of Tokyo's, and one beside who is Tokyo's too."""
    with machine_sees_all():
        dossier, other = make_dossier(room), make_dossier(room)
        return EveryTable(dossier, room.reviewer, other).rows()


def _whose(rows: dict[type[OfPerson], int]) -> Dossier:
    with machine_sees_all():
        return Dossier.objects.get(pk=rows[Dossier])


def _nothing(_dossier: Dossier, _user: User) -> None:
    """Nothing lets an outsider in."""


def _squad(dossier: Dossier, user: User, *, ended: bool = False) -> None:
    made = Squad.objects.create(
        operation=dossier.operation, reference="S 2", folded="s2", forces=["tokyo", user.force], since=AT.date(),
        until=AT.date(), by=dossier.opened_by, at=AT, ended_on=AT.date() if ended else None,
        ended_by=dossier.opened_by if ended else None,
    )  # fmt: skip
    SquadDossier.objects.create(squad=made, dossier=dossier, by=dossier.opened_by, at=AT)


def _ended_squad(dossier: Dossier, user: User) -> None:
    _squad(dossier, user, ended=True)


def _transfer(dossier: Dossier, user: User, *, state: str = "offered") -> None:
    Transfer.objects.create(
        dossier=dossier, kind="handover", from_force="tokyo", to_force=user.force, state=state, reason="r", form={},
        offered_by=dossier.opened_by, offered_at=AT,
    )  # fmt: skip


def _returned_transfer(dossier: Dossier, user: User) -> None:
    _transfer(dossier, user, state="returned")


def _notice(dossier: Dossier, user: User) -> None:
    NamedNotice.objects.create(dossier=dossier, to_force=user.force, purpose="p", by=dossier.opened_by, at=AT)


def _named(dossier: Dossier, user: User) -> None:
    tokyo = User.objects.create(username="tokyo-chief", role=Role.REVIEWER, force="tokyo")
    Membership.objects.create(operation=dossier.operation, user=tokyo)
    with viewing(tokyo):
        restrict_case(dossier.operation, dossier.person_code, by=tokyo, users=[user], reason="works on it with us")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.STATISTICIAN, Role.ADMINISTRATOR])
def test_who_opens_no_dossier_counts_and_audits_them_all(
    room: Room, rows: dict[type[OfPerson], int], role: Role
) -> None:
    by_force(room.operation)
    assert reads_across_forces(member(room, "osaka", role))
    assert seen_of(rows, member(room, "osaka", role)) == {one.__name__ for one in rows}


@pytest.mark.parametrize("role", [Role.ANALYST, Role.INVESTIGATOR, Role.LIAISON, Role.REVIEWER])
def test_whoever_opens_dossiers_is_held_to_their_force(room: Room, rows: dict[type[OfPerson], int], role: Role) -> None:
    by_force(room.operation)
    assert not reads_across_forces(member(room, "osaka", role))
    assert seen_of(rows, member(room, "osaka", role)) == {one.__name__ for one in OF_THE_LISTS}


def test_nobody_sees_what_a_force_owns_and_the_installation_all(room: Room, rows: dict[type[OfPerson], int]) -> None:
    by_force(room.operation)
    with viewing(None):
        seen = {one for one, key in rows.items() if one.objects.filter(pk=key).exists()}
    assert seen == (OF_THE_LISTS if connection.vendor != "postgresql" else set())
    with acting_for_installation():
        assert {one for one, key in rows.items() if one.objects.filter(pk=key).exists()} == set(rows)


def test_whoever_is_shut_out_of_a_compartment_reads_nothing_of_it_whatever_their_force(
    room: Room, rows: dict[type[OfPerson], int]
) -> None:
    dossier, tokyo = _whose(rows), member(room, "tokyo", Role.INVESTIGATOR)
    by_force(room.operation)
    assert "Dossier" in seen_of(rows, tokyo)
    with machine_sees_all():
        shut(room.operation, dossier.person_code, CompartmentKind.PROTECTED, by=None, reason="")
    compartments_changed()
    assert {"Dossier", "Person", "Note"}.isdisjoint(seen_of(rows, tokyo))


@pytest.mark.parametrize("operation", ["by force", "by all"])
@pytest.mark.parametrize("owner", ["", "tokyo", "osaka", "kyoto"])
def test_a_dossier_is_shut_in_memory_as_in_the_database(room: Room, owner: str, operation: str) -> None:
    dossier, let_in = make_dossier(room, force=owner), make_dossier(room, force=owner)
    sight = ForceSight((room.operation.pk,) if operation == "by force" else (), "osaka", (let_in.pk,))
    with machine_sees_all():
        closed = set(Dossier.objects.filter(sight.closed()).values_list("pk", flat=True))
    for one in (dossier, let_in):
        assert sight.shuts(room.operation, one.pk, owner) is (one.pk in closed)
    assert (dossier.pk in closed) is (owner in {"tokyo", "kyoto"} and operation == "by force")
    assert let_in.pk not in closed


@pytest.mark.parametrize(
    ("force", "let_in", "sees"),
    [
        ("osaka", _nothing, False),
        ("osaka", _ended_squad, False),
        ("osaka", _returned_transfer, False),
        ("tokyo", _nothing, True),
        ("", _nothing, True),
        ("osaka", _squad, True),
        ("osaka", _transfer, True),
        ("osaka", _notice, True),
        ("osaka", _named, True),
    ],
    ids=["outsider", "squad of once", "offer of once", "owner", "centre", "squad", "offer", "notice", "let in by name"],
)
def test_a_dossier_that_a_force_owns_is_in_no_table_to_whom_it_is_shut(
    room: Room, rows: dict[type[OfPerson], int], force: str, let_in: Callable[[Dossier, User], None], sees: bool
) -> None:
    user = member(room, force)
    with machine_sees_all():
        let_in(_whose(rows), user)
    assert seen_of(rows, user) == {one.__name__ for one in rows}, "before it is set, all read all"
    by_force(room.operation)
    assert seen_of(rows, user) == {one.__name__ for one in (rows if sees else OF_THE_LISTS)}
    by_force(room.operation, on=False)
    assert seen_of(rows, user) == {one.__name__ for one in rows}
