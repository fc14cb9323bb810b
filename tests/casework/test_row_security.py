"""PostgreSQL itself shows nothing that whoever looks may not see, whatever it is asked (ADR 13).

Run on a server by tests/casework/test_rows_on_postgres.py; nothing here goes through a manager that narrows.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.test import Client

from soken.access.eyes import (
    acting_for_installation,
    beyond_operations,
    compartments_changed,
    machine_sees_all,
    viewing,
)
from soken.access.models import Role, User
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.shut_matches import shut
from soken.casework.actions.write_note import write_note
from soken.casework.models import (
    CompartmentKind,
    Dossier,
    Membership,
    Note,
    Operation,
    Ownership,
    Person,
    Squad,
    SquadDossier,
)
from soken.casework.postgresql.base import ANSWERED
from soken.casework.row_answer import row_answer
from soken.casework.row_policies import OPEN, bind_rows, is_bound_by_rows, not_bound, policies, unbind_rows
from soken.core.home import open_home
from tests.desk.factory import ALONE, AT, PASSWORD, TAKAHASHI, World, make_world

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL binds rows to who looks"),
]


HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "postgresql.md"
#: What the how-to has the tables' owner grant to the desk's role: the tests do the same.
GRANTS = re.search(r"```sql\n(grant usage.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)[1].split(";")[:-1]


@pytest.fixture(autouse=True)
def own_home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = open_home(tmp_path / "home")


@pytest.fixture
def ours() -> World:
    """An operation with some work on two of its persons."""
    return _worked_on(make_world(slug="ours"))


@pytest.fixture
def theirs() -> World:
    """Another, with the same done, whose members are others."""
    return _worked_on(make_world(slug="theirs"))


def _worked_on(world: World) -> World:
    analyst = world.users[Role.ANALYST]
    for code in (TAKAHASHI, ALONE):
        dossier = open_dossier(world.operation, code, by=analyst)
        write_note(dossier, by=analyst, text=f"{world.operation.slug}: a note on {code}")
        notify_safety(world.operation, code, by=analyst, body="child-guidance-centre", office="Office", method="phone")
    return world


def _asked(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the server gives for plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _counts() -> dict[str, int]:
    return {table: _asked(f"select count(*) from {table}")[0][0] for table in policies()}


def test_the_server_binds_whoever_this_process_is() -> None:
    assert is_bound_by_rows()
    assert not_bound() == []


def test_every_table_is_bound_or_named_as_open_with_a_reason() -> None:
    tables = {one._meta.db_table for one in apps.get_app_config("casework").get_models(include_auto_created=True)}
    assert set(policies()) | set(OPEN) == tables
    assert set(policies()) & set(OPEN) == set()
    assert all(OPEN.values())


def test_plain_sql_shows_a_member_nothing_of_an_operation_that_is_not_theirs(ours: World, theirs: World) -> None:
    with viewing(ours.users[Role.ANALYST]):
        seen = _counts()
        assert _asked("select distinct operation_id from casework_person") == [(ours.operation.pk,)]
        assert _asked("select text from casework_note where text like 'theirs%%'") == []
        assert _asked("select slug from casework_operation") == [("ours",)]
    with machine_sees_all():
        everything = _counts()
    assert seen["casework_person"] == 3
    assert everything["casework_person"] == 6
    filled = {table for table, rows in everything.items() if rows}
    assert {"casework_dossier", "casework_note", "casework_safetynotification", "casework_stagechange"} & filled
    assert {table for table in filled if seen[table] * 2 != everything[table]} == set()


def test_a_query_that_somebody_forgot_to_narrow_leaks_nothing(ours: World, theirs: World) -> None:
    """The page's own condition and the manager are walked round; what comes back is still the reader's."""
    shut(ours.operation, TAKAHASHI, CompartmentKind.PROTECTED, by=None, reason="")
    with viewing(ours.users[Role.ANALYST]):
        assert {(one.operation_id, one.code) for one in Person._base_manager.all()} == {(ours.operation.pk, ALONE)}
        assert [one.text for one in Note._base_manager.all()] == [f"ours: a note on {ALONE}"]
        assert Person._base_manager.filter(pk=_key(theirs)).update(name="X") == 0
        assert Person._base_manager.filter(pk=_key(theirs))._raw_delete("default") == 0
    with machine_sees_all():
        assert Person._base_manager.get(pk=_key(theirs)).name != "X"


def _key(world: World) -> int:
    with machine_sees_all():
        key: int = world.operation.persons.get(code=ALONE).pk
        return key


def test_nothing_is_written_into_an_operation_that_is_not_the_writers(ours: World, theirs: World) -> None:
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with viewing(ours.users[Role.ANALYST]), refused, transaction.atomic():
        Person._base_manager.create(
            operation=theirs.operation, code="P-9", name="N", band="same", rows=1, records=1, items=0
        )


def test_whoever_is_shut_away_is_in_no_table(ours: World) -> None:
    shut(ours.operation, TAKAHASHI, CompartmentKind.PROTECTED, by=None, reason="")
    with viewing(ours.users[Role.ANALYST]):
        assert _asked("select code from casework_person") == [(ALONE,)]
        assert _asked("select person_code from casework_dossier") == [(ALONE,)]
        assert _asked("select person_code from casework_safetynotification") == [(ALONE,)]
        assert _asked("select text from casework_note") == [(f"ours: a note on {ALONE}",)]
    with viewing(ours.users[Role.OVERSIGHT]):
        assert ALONE not in {code for (code,) in _asked("select code from casework_person")}
        assert _asked("select text from casework_note") == [(f"ours: a note on {TAKAHASHI}",)]
    with acting_for_installation():
        assert _asked("select text from casework_note") == [(f"ours: a note on {ALONE}",)]


def _squad_on(world: World, code: str) -> int:
    """A squad that works on one person alone; its key."""
    by, dossier = world.users[Role.ANALYST], Dossier.objects.get(operation=world.operation, person_code=code)
    squad = Squad.objects.create(
        operation=world.operation, reference=code, folded=code, forces=["osaka", "tokyo"], since=AT.date(),
        until=AT.date(), by=by, at=AT,
    )  # fmt: skip
    SquadDossier.objects.create(squad=squad, dossier=dossier, by=by, at=AT)
    key: int = squad.pk
    return key


def test_what_concerns_only_who_is_shut_away_is_in_no_table_however_many_are(ours: World, theirs: World) -> None:
    """Each answer is of its own persons: one, then another in their place, then both."""
    squads = {code: _squad_on(ours, code) for code in (TAKAHASHI, ALONE)}
    for gone in ((TAKAHASHI,), (ALONE,), (ALONE, TAKAHASHI)):
        with transaction.atomic():
            for code in gone:
                shut(ours.operation, code, CompartmentKind.PROTECTED, by=None, reason="")
            with viewing(ours.users[Role.ANALYST]):
                seen = {key for (key,) in _asked("select id from casework_squad")}
            transaction.set_rollback(True)
        compartments_changed()
        assert seen == {key for code, key in squads.items() if code not in gone}, gone


def test_shutting_counts_from_the_next_statement_of_the_same_page(ours: World) -> None:
    with viewing(ours.users[Role.ANALYST]):
        assert len(_asked("select 1 from casework_dossier")) == 2
        with transaction.atomic():
            shut(ours.operation, TAKAHASHI, CompartmentKind.PROTECTED, by=None, reason="")
            assert len(_asked("select 1 from casework_dossier")) == 1
        assert len(_asked("select 1 from casework_dossier")) == 1


def test_whoever_is_nobody_sees_nothing(ours: World) -> None:
    with viewing(None):
        assert set(_counts().values()) == {0}


@transaction.atomic
def _undone() -> None:
    """Ask, and have all of it undone."""
    _asked("select 1 from casework_person")
    _asked("select 1 / 0")


def test_an_undone_part_of_a_transaction_takes_no_telling_with_it(ours: World, theirs: World) -> None:
    with viewing(ours.users[Role.ANALYST]):
        with pytest.raises(DatabaseError):
            _undone()
        assert len(_asked("select 1 from casework_person")) == 3
    with viewing(theirs.users[Role.ANALYST]):
        assert _asked("select distinct operation_id from casework_person") == [(theirs.operation.pk,)]


def test_a_step_of_the_machine_ends_with_its_block(ours: World, theirs: World) -> None:
    with viewing(ours.users[Role.ANALYST]):
        with machine_sees_all():
            assert len(_asked("select 1 from casework_person")) == 6
        assert len(_asked("select 1 from casework_person")) == 3
        with beyond_operations():
            assert len(_asked("select 1 from casework_person")) == 6
        assert len(_asked("select 1 from casework_person")) == 3


def test_a_new_member_sees_from_the_next_page_on(ours: World, theirs: World) -> None:
    analyst = ours.users[Role.ANALYST]
    with viewing(analyst):
        assert len(_asked("select 1 from casework_person")) == 3
        Membership.objects.create(operation=theirs.operation, user=analyst)
    with viewing(analyst):
        assert len(_asked("select 1 from casework_person")) == 6


def test_a_connection_that_is_kept_is_left_to_nobody(ours: World) -> None:
    browser = Client()
    browser.login(username=ours.users[Role.ANALYST].username, password=PASSWORD)
    assert browser.get("/operations/ours/persons").status_code == 200
    with viewing(ours.users[Role.ANALYST]):
        assert len(_asked("select 1 from casework_person")) == 3
    in_block, connection.in_atomic_block = connection.in_atomic_block, False
    connection._take_back()
    connection.in_atomic_block = in_block
    raw = connection.connection.cursor()
    raw.execute("select count(*) from casework_person")
    assert raw.fetchone() == (0,)


def test_policies_of_another_version_are_noticed_and_renewed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("comment on policy soken_rows on casework_person is 'an earlier version'")
    assert not_bound() == ["casework_person"]
    bind_rows()
    assert not_bound() == []
    unbind_rows()
    assert set(not_bound()) == set(policies())
    bind_rows()
    assert not_bound() == []


def _of_the_desk() -> psycopg.Connection[Any]:
    """A connection of its own as the role that the IT department makes for the desk: it owns nothing."""
    with machine_sees_all(), connection.cursor() as cursor:
        for statement in GRANTS:
            cursor.execute(statement)
    known = connection.get_connection_params()
    return psycopg.connect(
        host=known["host"], port=known["port"], dbname=known["dbname"], user="soken_desk", autocommit=True
    )


@pytest.mark.django_db(transaction=True)
def test_where_nothing_is_told_the_desks_own_role_sees_nothing(ours: World) -> None:
    """SQL from outside this program, on a connection that was told nothing, and on one that was told of nobody."""
    with _of_the_desk() as con:
        for told in ("select 1", "select set_config('soken.operations', '', false)", "reset all"):
            con.execute(told)
            assert {con.execute(f"select count(*) from {table}").fetchone() for table in policies()} == {(0,)}
        con.execute("select set_config('soken.operations', %s, false)", [str(ours.operation.pk)])
        assert con.execute("select count(*) from casework_person").fetchone() == (3,)
        con.execute("select set_config('soken.operations', '0', false)")
        assert con.execute("select count(*) from casework_person").fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_another_forces_dossiers_are_in_no_table_for_the_desks_own_role(ours: World) -> None:
    """Plain SQL from outside this program, told what the desk would tell for an investigator of another force."""
    with machine_sees_all():
        Operation.objects.filter(pk=ours.operation.pk).update(by_force=True)
        User.objects.filter(pk=ours.users[Role.ANALYST].pk).update(force="osaka")
        for code, force in ((TAKAHASHI, "tokyo"), (ALONE, "osaka")):
            theirs = Dossier.objects.get(person_code=code)
            Ownership.objects.create(dossier=theirs, force=force, reason="r", by=theirs.opened_by, since=AT)
            Dossier.objects.filter(pk=theirs.pk).update(force=force)
    analyst = User.objects.get(pk=ours.users[Role.ANALYST].pk)
    with viewing(analyst):
        answer = row_answer()
    assert (answer.by_force, answer.force, answer.let_in) == (str(ours.operation.pk), "osaka", "")
    with _of_the_desk() as con:
        for name, said in zip(ANSWERED, answer.told(), strict=True):
            con.execute("select set_config(%s, %s, false)", [f"soken.{name}", said])
        assert con.execute("select person_code from casework_dossier").fetchall() == [(ALONE,)]
        assert con.execute("select text from casework_note").fetchall() == [(f"ours: a note on {ALONE}",)]
        assert con.execute("select person_code from casework_safetynotification").fetchall() == [(ALONE,)]
        assert con.execute("select count(*) from casework_person").fetchone() == (3,), "the list is everybody's"
        assert con.execute("select soken_has_dossier(%s, %s)", [ours.operation.pk, TAKAHASHI]).fetchone() == (True,)
        assert con.execute("select current_setting('soken.by_force')").fetchone() == (answer.by_force,), (
            "told as before"
        )
        assert con.execute("select count(*) from casework_dossier").fetchone() == (1,)
        changed = con.execute("update casework_dossier set name = 'X' where person_code = %s", [TAKAHASHI])
        assert changed.rowcount == 0


@pytest.mark.django_db(transaction=True)
def test_the_desks_own_role_cannot_take_the_policies_down(ours: World) -> None:
    with _of_the_desk() as con:
        for attempt in (
            "alter table casework_person disable row level security",
            "drop policy soken_rows on casework_person",
            "truncate casework_person",
            "set role soken",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                con.execute(attempt)
        con.execute("set row_security to off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            con.execute("select count(*) from casework_person")
