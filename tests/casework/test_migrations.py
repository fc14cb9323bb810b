"""The migrations end where the models are: the tests' own database, made from the models, stands for both."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection

from tests.commands.homes import Soken
from tests.home_database import copy_home, opened, told_of
from tests.on_postgres import postgres_server

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


def schema(cursor: sqlite3.Cursor) -> dict[str, list[str]]:
    """Name of each table, index and trigger → its definition, the parts of a table in any order."""
    cursor.execute("select name, sql from sqlite_master where sql is not null and name not like 'sqlite_%'")
    return {name: sorted(_parts(sql)) for name, sql in cursor.fetchall() if name != "django_migrations"}


def _parts(sql: str) -> list[str]:
    """The columns and conditions of a definition, without the spaces and quotes that differ."""
    plain = re.sub(r"\s+", " ", sql.replace('"', "")).strip()
    found, depth, start = [], 0, plain.find("(") + 1
    for at, sign in enumerate(plain):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 1:
            found.append(plain[start:at].strip())
            start = at + 1
    return [*found, plain[start : plain.rfind(")")].strip()]


#: Walks through every migration after the other, as a case database that is in use has come to its tables. On the way
#: it makes two operations' cases as they stood before age and children belonged to a case, and tells at the end what
#: has become of them; then they are taken out again, so that what is left is what the migrations make.
_WALK = """
import gc, json
# Django makes every model anew at every step, and much memory is nothing to look for what can be thrown away in.
gc.set_threshold(200_000, 50, 50)
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

executor = MigrationExecutor(connection)
then = [("casework", "0036_sharing_persons")]
executor.migrate(then)
get = executor.loader.project_state(then).apps.get_model
now = timezone.now()
user = get("access", "User").objects.create(username="doi", role="liaison")
make = lambda model, **said: get("casework", model).objects.create(**said)
child, lost = (make("Victim", code=code, stage="primary") for code in ("V-1", "V-9"))
for at, slug in enumerate(("heron", "egret")):
    operation = make("Operation", name=slug, slug=slug, created_at=now)
    dossier = make("Dossier", operation=operation, person_code=f"P-{at}", name="x", opened_by=user, opened_at=now,
                   received_on=now.date())
    person = make("ClearedPerson", dossier=dossier, age=19 + at, occupation="teacher")
    for _each in range(2):
        case = make("ClearedCase", group="possession", cleared_on=now.date(), cleared_at="tokyo", network="yes",
                    operation=operation, recorded_by=user, recorded_at=now)
        case.persons.add(person)
        make("CaseVictim", case=case, victim=child, form="unstated", relation="unstated")
# As an installation has it that was in use: triggers of the ledger that know the columns of then.
for table, column in (("victim", "stage"), ("clearedperson", "age")):
    name, on = f"ledger_insert_casework_{table}", f"casework_{table}"
    trigger = f"create trigger {name} after insert on {on} "
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(trigger + f"begin select new.{column}; end")
        else:
            cursor.execute(f"create function {name}() returns trigger language plpgsql as "
                           f"$$ begin perform new.{column}; return new; end $$")
            cursor.execute(trigger + f"for each row execute function {name}()")
call_command("migrate", verbosity=0)
from soken.access.eyes import machine_sees_all
from soken.casework.models import CasePerson, CaseVictim, ClearedCase, Victim
with machine_sees_all():
    print(json.dumps({
        "people": [[one.person.dossier.person_code, one.age, one.occupation]
                   for one in CasePerson.objects.order_by("case")],
        "recorded": [[one.recorded_by.username, one.recorded_at == one.case.recorded_at, one.struck_at]
                     for one in CasePerson.objects.order_by("case")],
        "cases": [[one.pk for one in case.persons.all()] for case in ClearedCase.objects.order_by("pk")],
        "children": list(Victim.objects.values_list("code", "operation__slug")),
        "sufferings": list(CaseVictim.objects.values_list("stage", flat=True)),
    }))
    for model in ("CaseVictim", "CasePerson", "ClearedCase", "ClearedPerson", "Victim", "Dossier", "Operation"):
        get = django.apps.apps.get_model("casework", model)
        get._base_manager.all()._raw_delete("default")
    django.apps.apps.get_model("access", "User")._base_manager.all()._raw_delete("default")
"""


#: Goes back to an older migration, and leaves out what comes after one: a server looks into triggers that it is given,
#: and these name the columns of now.
_BACK = """
import sys
import django
django.setup()
from django.core.management.sql import emit_pre_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
emit_pre_migrate_signal(0, False, "default")
MigrationExecutor(connection).migrate([("casework", sys.argv[1])])
"""


def program(home: Path, *words: str, **environment: str) -> str:
    """Run Python on a home, with nothing of the tests' settings; return what it printed."""
    said = {**os.environ, "DJANGO_SETTINGS_MODULE": "soken.desk.settings"}
    said |= {"SOKEN_HOME": str(home), **told_of(home), **environment}
    said["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run([sys.executable, *words], env=said, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def at_once(home: Path) -> None:
    """Make a case database as a new installation's first command does."""
    Soken(home)("user", "list")


#: Asks for the name of each table.
_TABLES = {
    "sqlite": "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
    "postgresql": "select tablename from pg_tables where schemaname = 'public'",
}


def rows(home: Path) -> dict[str, list[str]]:
    """Name of each table → its rows, without their numbers and without what says when and by whom they were made."""
    found = {}
    with opened(home) as database:
        for (table,) in database.execute(_TABLES[connection.vendor]).fetchall():
            columns = sorted(one[0] for one in database.execute(f"select * from {table} limit 0").description)
            kept = [f'"{name}"' for name in columns if name != "applied" and not re.search(r"(^|_)id$", name)]
            if not table.startswith("ledger_entry"):
                found[table] = sorted(map(str, database.execute(f"select {', '.join(kept) or '1'} from {table}")))
    return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home that walked through every migration, and what became of the cases that were made on the way."""
    home = tmp_path_factory.mktemp("walked") / "home"
    return home, program(home, "-c", _WALK)


@pytest.fixture(scope="module")
def both_ways(told: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The home of a case database made by each of both ways."""
    at_once(home := tmp_path_factory.mktemp("at_once") / "home")
    return {"walked": told[0], "at_once": home}


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["walked", "at_once"])
def test_the_migrations_make_the_tables_that_the_models_say(way: str, both_ways: dict[str, Path]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own words for a table; what stands on a server is compared below")
    with connection.cursor() as cursor:
        from_models = schema(cursor)
    with opened(both_ways[way]) as migrated:
        by_migrations = schema(migrated.cursor())
    assert by_migrations.keys() == from_models.keys()
    differing = {name: (one, from_models[name]) for name, one in by_migrations.items() if one != from_models[name]}
    assert differing == {}


def test_a_new_installation_has_the_rows_that_the_migrations_make(both_ways: dict[str, Path]) -> None:
    expected, found = rows(both_ways["walked"]), rows(both_ways["at_once"])
    assert all(expected[table] for table in ("django_migrations", "django_content_type", "auth_permission"))
    assert found == expected


#: What stood with a person, taken over into each case (`_WALK`).
TAKEN_OVER = {
    "people": [["P-0", 19, "teacher"]] * 2 + [["P-1", 20, "teacher"]] * 2,
    "recorded": [["doi", True, None]] * 4,
    "cases": [[1], [1], [2], [2]],
    "children": [["V-1", "heron"]],
    "sufferings": ["primary"] * 4,
}


def test_what_stood_with_a_person_is_taken_over_into_each_case(told: tuple[Path, str]) -> None:
    assert json.loads(told[1]) == TAKEN_OVER


#: A definition of each thing on a server, without the names that Django makes up and without the order of columns.
_ON_A_SERVER = (
    "select table_name, column_name, data_type, character_maximum_length, is_nullable, is_identity, column_default "
    "from information_schema.columns where table_schema = 'public'",
    "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint "
    "where connamespace = 'public'::regnamespace",
    "select tablename, regexp_replace(indexdef, 'INDEX \\S+ ON', 'INDEX ON') from pg_indexes "
    "where schemaname = 'public'",
    "select tgrelid::regclass::text, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
    "select tablename, policyname, cmd, qual, with_check from pg_policies",
)


@pytest.mark.postgres
def test_on_a_server_both_ways_end_at_the_same_tables_and_take_over_the_same(tmp_path: Path) -> None:
    found: list[list[list[str]]] = []
    with postgres_server() as server:
        with psycopg.connect(server, autocommit=True) as con:
            con.execute("create database at_once")
        new = server.removesuffix("/postgres") + "/at_once"
        told = program(tmp_path / "walked", "-c", _WALK, SOKEN_DATABASE_URL=server)
        for address in (server, new):
            program(tmp_path / "commands", "-m", "soken", "user", "list", SOKEN_DATABASE_URL=address)
            with psycopg.connect(address) as con:
                found.append([sorted(map(str, con.execute(asked).fetchall())) for asked in _ON_A_SERVER])
    assert json.loads(told) == TAKEN_OVER
    assert all(found[0])
    assert found[0] == found[1]


def test_the_next_command_brings_an_older_database_up_to_date(both_ways: dict[str, Path], tmp_path: Path) -> None:
    home = tmp_path / "home"
    copy_home(both_ways["at_once"], home)
    *_others, before, newest = applied(home)
    program(home, "-c", _BACK, before)
    assert newest not in applied(home)
    at_once(home)
    assert applied(home)[-1] == newest


def applied(home: Path) -> list[str]:
    """The names of this app's migrations that a database has been through, in order."""
    with opened(home) as database:
        return [
            name
            for (name,) in database.execute("select name from django_migrations where app = 'casework' order by name")
        ]
