"""Two people on the command line are two: nobody acts under another's name without that person's secrets."""

from __future__ import annotations

import os
import pwd
from datetime import timedelta

import pytest
import time_machine
import typer
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as steps_now
from typer.testing import CliRunner

from soken.access.lockout import FAILURES, LOCKED_FOR
from soken.access.models import User
from soken.commands.acting import acting_user
from soken.commands.output import actor
from soken.core.clock import now
from soken.core.errors import RefusedError

PASSWORD = "an invented password"


@pytest.fixture
def aoki(db: None) -> User:
    return User.objects.create_user("aoki", password=PASSWORD, role="analyst")


def act(*typed: str, by: str = "aoki") -> str:
    """Act by a command; return who acted, or why nobody did."""
    app = typer.Typer()

    @app.command()
    def who() -> None:
        typer.echo(f"acted: {acting_user(by)}")

    done = CliRunner().invoke(app, input="".join(f"{line}\n" for line in typed))
    if isinstance(done.exception, RefusedError):
        return done.exception.message
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("name", ["LOGNAME", "USER", "LNAME", "USERNAME"])
def test_the_environment_makes_nobody_another(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "aoki")
    assert actor() == pwd.getpwuid(os.getuid()).pw_name != "aoki"


def test_who_acts_under_another_name_gives_that_persons_password(aoki: User) -> None:
    assert act(PASSWORD) == "acted: aoki"
    assert act("a guess").startswith("This is not the password of aoki")


def test_guesses_lock_as_at_the_sign_in(aoki: User) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        for _guess in range(FAILURES):
            act("a guess")
        assert "is locked" in act(PASSWORD)
        clock.shift(LOCKED_FOR + timedelta(seconds=1))
        assert act(PASSWORD) == "acted: aoki"


def test_whoever_has_an_authenticator_app_shows_its_code_once(aoki: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(aoki, secret)
    with time_machine.travel(now(), tick=False):
        code = format_hotp_value(hotp_value(secret, next(iter(steps_now()))))
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        assert act(PASSWORD, wrong).endswith("does not show this code now; nothing was changed.")
        assert act(PASSWORD, code) == "acted: aoki"
        assert act(PASSWORD, code).endswith("does not show this code now; nothing was changed.")
