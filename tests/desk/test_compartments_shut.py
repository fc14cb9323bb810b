"""Whom the machine shuts away, at once and by what; and that nothing of them is found afterwards (R32)."""

from __future__ import annotations

from datetime import date

import pytest

from soken.access.eyes import machine_sees_all, viewing
from soken.access.models import Role, User
from soken.casework.actions.shut_matches import follow_run, shut_matches
from soken.casework.models import Category, Compartment, Person, Protected, ReviewPair
from soken.casework.selectors import store
from soken.casework.selectors.protected import Wanted, wanted_of, wanted_of_user
from soken.casework.selectors.protected_looked import Looked
from soken.core import clock
from soken.normalise.name_split import KnownNames
from soken.normalise.names import parse_name
from tests.desk.factory import ALONE, RELATIVE, TAKAHASHI, World


def _entry(world: World, **said: object) -> Protected:
    return Protected.objects.create(
        category=Category.POLICE, by=world.users[Role.OVERSIGHT], at=clock.now(), **{"name": "誰か", **said}
    )


@pytest.mark.parametrize(
    ("said", "how"),
    [
        ({"mail": "Jonas@post.example"}, "mail"),
        ({"mail": "ＪＯＮＡＳ＠post.example"}, "mail"),
        ({"name": "Keller Jonas", "force": "tokyo"}, None),  # the list says Bavaria
        ({"name": "Keller Jonas", "born_on": date(1970, 1, 1)}, None),  # the list says no birth date
        ({"name": "Jonas Keller"}, None),  # a name alone says nothing
        ({"mail": "jonas@other.example"}, None),
    ],
)
def test_a_person_is_shut_away_by_what_is_exactly_theirs(world: World, said: dict, how: str | None) -> None:
    shut_matches([wanted_of(_entry(world, **said))])
    found = Compartment.objects.first()
    assert (found and found.matches.get().how) == how
    assert Person.objects.filter(code=ALONE).exists() is (how is None)


def test_a_name_and_the_force_of_the_home_shut_away(world: World) -> None:
    shut_matches([wanted_of(_entry(world, name="髙橋 健一", force="tokyo"))])
    assert Compartment.objects.get().matches.get().how == "name-force"


def test_who_may_be_the_same_is_shut_away_with_them(world: World) -> None:
    shut_matches([wanted_of(_entry(world, mail="ken.taka@mail.example"))])
    assert {one.code for one in Person.objects.all()} == {ALONE}
    assert not ReviewPair.objects.filter(left_person=RELATIVE).exists()
    with machine_sees_all():
        assert Person.objects.filter(code__in=[TAKAHASHI, RELATIVE]).count() == 2


def test_the_tables_of_the_evidence_store_hold_nothing_of_them(world: World) -> None:
    shut_matches([wanted_of(_entry(world, mail="ken.taka@mail.example"))])
    folder = store.run_folder(world.operation, world.run)

    def lines(path: object) -> int:
        return store.ask("select count(*) as n from read_parquet($path)", path=path)[0]["n"]

    rows = store.reading_folder(world.item) / "rows.parquet"
    names = ("membership", "records", "clusters", "links", "persons", "row_records")
    assert [lines(rows), *(lines(folder / f"{name}.parquet") for name in names)] == [1, 1, 1, 1, 0, 1, 1]
    with machine_sees_all():
        assert lines(rows) == 5


def test_a_user_of_the_system_is_known_by_their_account_and_never_looks_into_their_own(world: World) -> None:
    user = world.users[Role.OVERSIGHT]
    User.objects.filter(pk=user.pk).update(email="jonas@post.example")
    user.refresh_from_db()
    shut_matches([wanted_of_user(user)])
    other = User.objects.create_user("other-oversight", role=Role.OVERSIGHT)
    with viewing(user):
        assert not Person.objects.exists()
    with viewing(other):
        assert [one.code for one in Person.objects.all()] == [ALONE]
    with viewing(world.users[Role.REVIEWER]):
        assert not Person.objects.filter(code=ALONE).exists()


def test_a_new_run_keeps_shut_who_was_shut_under_another_code(world: World) -> None:
    shut_matches([wanted_of(_entry(world, mail="jonas@post.example"))])
    made = Compartment.objects.get()
    made.persons.update(code="P-OLD")
    follow_run(world.operation, store.run_folder(world.operation, world.run), Looked())
    assert {one.code for one in made.persons.all()} == {"P-OLD", ALONE}


@pytest.mark.parametrize("listed", ["Nguyen Van An", "AN VAN NGUYEN", "Van An Nguyen"])
def test_a_latin_name_of_three_words_is_known_by_what_a_run_compares_of_it(listed: str) -> None:
    wanted = Wanted(None, None, "Nguyen Van An", "", "", "", date(1990, 1, 2), "")
    found = parse_name(listed, None, None, (None, None, None), KnownNames.empty())
    assert {("name", found.key), *(("reading", one) for one in found.full_typed)} & set(wanted.known_by())
