"""A PostgreSQL server that goes away in the middle of a command is told in one sentence, not as a defect of Soken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from soken.commands.server_lost import server_lost
from soken.core.errors import EnvironmentProblemError
from tests.commands.homes import Soken
from tests.on_postgres import postgres_server, whom_rows_bind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[str, str]]:
    """The address of a server as its superuser, and of a database as its owner."""
    with postgres_server() as superuser:
        yield superuser, whom_rows_bind(superuser)


def end_connections(superuser: str) -> None:
    """What a server does to everybody as it is stopped."""
    with psycopg.connect(superuser, autocommit=True) as con:
        con.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'soken'")


def test_a_command_whose_server_goes_away_ends_with_one_sentence_and_code_8(
    servers: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    superuser, owner = servers
    monkeypatch.setenv("SOKEN_DATABASE_URL", owner)
    soken = Soken(tmp_path / "home")
    soken("operation", "new", "Heron")
    soken.typed("a long enough password\n" * 2, "user", "new", "aoki", "--role", "analyst", "--operation", "heron")
    running = soken.start("transfer", "list", "--by", "aoki", stdin=-1)
    assert running.stdin is not None
    assert running.stderr is not None
    asked = ""
    while "Password" not in asked:  # it has asked the database who aoki is, and waits
        read = running.stderr.read(1)
        assert read, asked
        asked += read
    end_connections(superuser)
    _out, said = running.communicate("a long enough password\n", timeout=60)
    told = [line for line in said.splitlines() if "soken: " in line]
    assert running.returncode == EnvironmentProblemError.exit_code, said
    assert len(told) == 1, said
    assert "The case database was lost in the middle of this command" in told[0]
    assert "defect" not in said


def test_what_else_a_server_refuses_is_no_loss_of_it(servers: tuple[str, str]) -> None:
    for asked in ("select 1 / 0", "select nothing", "set statement_timeout = 1; select pg_sleep(1)"):
        with psycopg.connect(servers[1]) as con, pytest.raises(psycopg.Error) as problem:
            con.execute(asked)
        assert not server_lost(problem.value), asked
    assert not server_lost(ValueError("anything"))


def test_a_loss_is_known_whatever_it_led_to(servers: tuple[str, str]) -> None:
    superuser, owner = servers
    with psycopg.connect(owner, autocommit=True) as con:
        end_connections(superuser)
        with pytest.raises(psycopg.OperationalError) as first:
            con.execute("select 1")
        with pytest.raises(psycopg.OperationalError) as again:
            con.execute("select 1")
    assert server_lost(first.value)
    assert server_lost(again.value)
    with pytest.raises(KeyError) as other:
        _fails_while(first.value)
    assert server_lost(other.value)


def _fails_while(problem: BaseException) -> Any:
    try:
        raise problem
    except psycopg.OperationalError:
        return {}["nothing"]


def test_a_server_that_is_not_there_is_still_told_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOKEN_DATABASE_URL", "postgresql://soken@127.0.0.1:1/soken")
    assert "cannot be opened" in Soken(tmp_path / "home")("doctor", code=8).stderr
