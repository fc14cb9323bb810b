"""What concerns a person whom a force owns is done by its people or the centre's, and by no other force's (R19)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from soken.access.models import Role, User
from soken.casework.actions.end_warrant import end_warrant
from soken.casework.actions.record_warrant import record_warrant
from soken.casework.models import Dossier, Membership, Ownership, Warrant
from soken.casework.selectors.dossier import today
from soken.core.errors import RefusedError
from tests.casework.dossiers import AT, Room, make_dossier, open_the_door

pytestmark = pytest.mark.django_db


def of_force(room: Room, force: str) -> User:
    user = User.objects.create(username=force, role=Role.INVESTIGATOR, force=force, password="!")
    Membership.objects.create(operation=room.operation, user=user)
    return user


def search_of(room: Room, *dossiers: Dossier) -> Warrant:
    """Record a search that concerns these persons, or the shop's office."""
    for one in dossiers:
        open_the_door(one, room)
    codes = [one.person_code for one in dossiers]
    return record_warrant(
        room.operation, by=room.analyst, kind="search-seizure", reference="令和8年(む)第12号",
        issued_by="東京簡易裁判所 裁判官", issued_on=today(), scope="自宅", persons=codes,
        nobody="" if codes else "販売元の事務所",
    )  # fmt: skip


def end(room: Room, made: Warrant, by: User) -> Warrant:
    return end_warrant(room.operation, made.pk, by=by, outcome="executed", on=today())


def test_another_force_does_not_say_what_became_of_a_warrant(room: Room) -> None:
    made = search_of(room, make_dossier(room, force="tokyo"))
    with pytest.raises(RefusedError, match="another force"):
        end(room, made, of_force(room, "osaka"))
    made.refresh_from_db()
    assert made.state == "issued"
    assert end(room, made, of_force(room, "tokyo")).state == "executed"


def test_a_force_that_owns_one_of_those_named_may_say_it(room: Room) -> None:
    made = search_of(room, make_dossier(room, force="tokyo"), make_dossier(room, force="osaka"))
    assert end(room, made, of_force(room, "osaka")).state == "executed"


@pytest.mark.parametrize("force", ["osaka", ""], ids=["a force", "the centre"])
def test_a_warrant_that_names_nobody_is_anybodys_of_the_operation(force: str, room: Room) -> None:
    assert end(room, search_of(room), of_force(room, force) if force else room.analyst).state == "executed"


def test_the_centre_may_say_it_of_any(room: Room) -> None:
    assert end(room, search_of(room, make_dossier(room, force="tokyo")), room.analyst).state == "executed"


def test_the_database_lets_nobody_own_no_longer(room: Room) -> None:
    dossier = make_dossier(room, force="tokyo")
    Ownership.objects.filter(dossier=dossier).update(until=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(force="")
