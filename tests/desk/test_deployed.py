"""The desk as a real installation runs it, behind a proxy that ends TLS: what only a process of its own can show."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.home_database import told_of
from tests.on_postgres import postgres_server, whom_rows_bind

if TYPE_CHECKING:
    from pathlib import Path

_ASK = """
import json, django
django.setup()
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
# The tables as the models say: that the migrations come to the same has a test of its own.
settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
call_command("migrate", verbosity=0, run_syncdb=True)
from django.test import Client
secure = {"secure": True, "headers": {"host": "soken.example"}}
plain = Client().get("/sign-in", headers={"host": "soken.example"})
page = Client()
signed = page.get("/sign-in", **secure)
spoken = page.post("/language", {"language": "ja", "next": "/"}, **secure)
health = Client().get("/health", headers={"host": "soken.example"})
proxied = Client().get("/sign-in", headers={"host": "soken.example", "x-forwarded-proto": "https"})
print(json.dumps({
    "plain": [plain.status_code, plain.headers.get("Location")],
    "hsts": signed.headers.get("Strict-Transport-Security"),
    "cookies": {name: bool(one["secure"]) for name, one in page.cookies.items()},
    "health": health.status_code,
    "proxied": proxied.status_code,
}))
"""


def run(home: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python as an installation would, with nothing of the tests' settings."""
    said = {name: value for name, value in os.environ.items() if not name.startswith(("SOKEN_", "DJANGO_"))}
    said |= told_of(home)
    said |= {"SOKEN_HOME": str(home), "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment}
    said["DJANGO_SETTINGS_MODULE"] = "soken.desk.settings"
    return subprocess.run(
        [sys.executable, *command], env=said, capture_output=True, text=True, check=False, timeout=600
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    done = run(tmp_path_factory.mktemp("deployed"), "-c", _ASK, SOKEN_TLS="1", SOKEN_HOSTS="soken.example")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


SERVICES = """
[[oidc]]
id = "police-id"
name = "Police ID"
client_id = "soken"
secret_file = "oidc.secret"
server_url = "https://id.example"
"""


def nothing_found(home: Path, **environment: str) -> None:
    done = run(
        home, "-m", "django", "check", "--deploy", "--fail-level", "INFO", "--database", "default",
        SOKEN_TLS="1", **environment,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


@pytest.mark.parametrize("vouching", [False, True], ids=["by password", "by a service that vouches"])
def test_nothing_is_left_that_django_warns_of(vouching: bool, tmp_path: Path) -> None:
    if vouching:
        (tmp_path / "keys").mkdir()
        (tmp_path / "keys" / "sign-in.toml").write_text(SERVICES)
        (tmp_path / "keys" / "oidc.secret").write_text("an invented secret")
    nothing_found(tmp_path, SOKEN_HOSTS="soken.example", SOKEN_LARGEST_UPLOAD="8", SOKEN_LOG="json")


@pytest.mark.postgres
def test_nor_with_a_database_on_a_server(tmp_path: Path) -> None:
    with postgres_server() as superuser:
        nothing_found(tmp_path, SOKEN_DATABASE_URL=whom_rows_bind(superuser), SOKEN_HOSTS="soken.example")


@pytest.mark.parametrize(
    ("environment", "ok", "says"),
    [
        ({"SOKEN_TLS": "1", "SOKEN_HOSTS": "soken.example"}, True, "finds nothing; silenced: none"),
        ({}, True, "without TLS, which is for browsers of this machine alone"),
        ({"SOKEN_HOSTS": "soken.example"}, False, "served without TLS"),
    ],
    ids=["behind a proxy", "for one machine", "for others without TLS"],
)
def test_the_doctor_says_in_words_what_django_finds(
    environment: dict[str, str], ok: bool, says: str, tmp_path: Path
) -> None:
    done = run(tmp_path, "-m", "soken", "doctor", "--json", **environment)
    (found,) = [one for one in json.loads(done.stdout)["checks"] if one["name"] == "settings of the desk"]
    assert (found["ok"], done.returncode) == (ok, 0 if ok else 7)
    assert says in found["found"]


def test_the_check_would_say_so(tmp_path: Path) -> None:
    """Without TLS it warns: the check above can fail."""
    done = run(tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 1
    assert "SESSION_COOKIE_SECURE" in done.stderr


def test_browsers_are_told_to_use_tls_alone(told: dict[str, Any]) -> None:
    assert told["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert told["plain"] == [301, "https://soken.example/sign-in"]
    assert (told["proxied"], told["health"]) == (200, 200)


def test_every_cookie_travels_by_tls_alone(told: dict[str, Any]) -> None:
    assert {"csrftoken", "django_language"} <= told["cookies"].keys()
    assert all(told["cookies"].values())


@pytest.mark.parametrize("said", ["0", "-1", "1.5", "viele", "９", "9999999"])
def test_a_limit_that_is_none_stops_the_start(said: str, tmp_path: Path) -> None:
    done = run(tmp_path, "-m", "django", "check", SOKEN_LARGEST_UPLOAD=said)
    assert "SOKEN_LARGEST_UPLOAD is" in done.stderr
    assert "write a whole number of GiB" in done.stderr
