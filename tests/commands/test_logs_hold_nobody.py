"""A whole run, with everything that goes wrong in it: nobody of the list stands in what was logged."""

from __future__ import annotations

import csv
import http.cookiejar
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from soken.demo.lists import write_demo_list
from tests.home_database import told_of

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 300
#: Columns of the demo's list that say who somebody is.
PERSONAL = (
    "お名前(姓)", "お名前(名)", "お名前(セイ)", "お名前(メイ)", "住所1", "住所2", "メールアドレス", "TEL", "郵便番号",
)  # fmt: skip
#: What a defect says here: an error whose message holds what was looked for, as those of databases and parsers do.
FAULT = "provoke-a-defect"
#: Starts the command line with one selector that fails so: what no clean run shows.
START = f"""
import os
import sys
from soken.commands.started import started
if sys.argv[1] == "demo":
    os.environ["SOKEN_DEMO"] = "1"  # as the command itself does before it starts
if sys.argv[1] == "demo" or sys.argv[1] == "search":
    started()
    import soken.casework.selectors.search as search
    import soken.commands.search
    import soken.desk.views.search as page
    def failing(reader, text, **more):
        if "{FAULT}" in text:
            try:
                raise KeyError(text)
            except KeyError as problem:
                raise ValueError("cannot read " + text) from problem
        return real(reader, text, **more)
    real = search.search_everywhere
    page.search_everywhere = search.search_everywhere = failing
from soken.commands.main import run
run()
"""


@dataclass
class Ran:
    """What a run left.

    Attributes:
        values: what the list says of its persons.
        written: where it was written → what.
        lines: the log of the desk and its worker, line by line.
    """

    values: set[str] = field(default_factory=set)
    written: dict[str, str] = field(default_factory=dict)
    lines: list[dict[str, object]] = field(default_factory=list)


class Browser:
    """Enough of one to sign in and send forms."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._jar = http.cookiejar.CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar)).open

    def ask(self, path: str, form: dict[str, str] | None = None, file: bytes = b"", **headers: str) -> tuple[int, str]:
        """Get a page, or send a form with its token, and a file if one is given."""
        said = None
        if form is not None:
            token = next((one.value for one in self._jar if one.name == "csrftoken"), "")
            said, headers["Content-Type"] = _encoded({**form, "csrfmiddlewaretoken": token}, file)
        asked = urllib.request.Request(self.base + path, said, headers)  # noqa: S310 (our own server)
        try:
            with self._open(asked, timeout=120) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode(errors="replace")


def _encoded(form: dict[str, str], file: bytes) -> tuple[bytes, str]:
    if not file:
        return urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded"
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form.items()]
    head = '--x\r\nContent-Disposition: form-data; name="file"; filename="orders.csv"\r\n\r\n'
    return "".join([*parts, head]).encode() + file + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"


def _environment(home: Path) -> dict[str, str]:
    said = {name: value for name, value in os.environ.items() if not name.startswith(("SOKEN_", "DJANGO_"))}
    return said | told_of(home) | {
        "SOKEN_HOME": str(home), "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "SOKEN_LOG": "json",
        "SOKEN_METRICS": "1", "SOKEN_MAIL_URL": "smtp://127.0.0.1:9", "SOKEN_MAIL_FROM": "desk@soken.example",
        "PYTHONUNBUFFERED": "1",
    }  # fmt: skip


def _values(folder: Path) -> tuple[set[str], bytes]:
    """What the list says of its persons, in the spellings that a log might hold; and the list."""
    written = write_demo_list(folder / "list.csv", rows=ROWS, seed=2017).path.read_bytes()
    with (folder / "list.csv").open(encoding="cp932", errors="replace", newline="") as stream:
        said = {str(row.get(name) or "") for row in csv.DictReader(stream) for name in PERSONAL}
    # One sign alone stands in any text; digits in groups of three or four stand in any time or count.
    said = {one.strip() for one in said if len(one.strip()) > 1 and not re.fullmatch(r"[\d\- ]{1,8}", one.strip())}
    return said, written


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The demo with its cases and packets, the desk and its worker; asked for much, and for much that goes wrong."""
    folder = tmp_path_factory.mktemp("logs")
    found = Ran()
    found.values, listed = _values(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    out, log = folder / "out.txt", folder / "log.txt"
    environment = _environment(folder / "home")
    with out.open("wb") as stdout, log.open("wb") as stderr:
        command = [sys.executable, "-c", START, "demo", "--rows", str(ROWS), "--port", str(port)]
        desk = subprocess.Popen(command, env=environment, stdout=stdout, stderr=stderr, cwd=folder)
        try:
            _walk(Browser(f"http://127.0.0.1:{port}"), _sign_ins(out, desk), found, listed, port)
            _commands(environment, folder, found)
        finally:
            desk.terminate()
            desk.wait(timeout=60)
    found.written["standard error of desk and worker"] = log.read_text("utf-8", errors="replace")
    found.lines = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.startswith("{")]
    for path in (folder / "home").rglob("*"):
        if path.suffix in {".log", ".out", ".err"} or path.name.startswith("core"):
            found.written[path.name] = path.read_text("utf-8", errors="replace")
    return found


def _sign_ins(out: Path, desk: subprocess.Popen[bytes]) -> dict[str, str]:
    """The demo's users and their passwords, once it says them."""
    end = time.monotonic() + 300
    while "Sign in as:" not in out.read_text("utf-8") or not out.read_text("utf-8").endswith("\n"):
        assert desk.poll() is None
        assert time.monotonic() < end
        time.sleep(0.5)
    return dict(line.split() for line in out.read_text("utf-8").split("Sign in as:")[1].strip().splitlines())


def _walk(browser: Browser, sign_ins: dict[str, str], found: Ran, listed: bytes, port: int) -> None:
    """Look for people, open them, send what is refused, and have the desk fail."""
    end = time.monotonic() + 120
    while True:
        try:
            browser.ask("/sign-in")
            break
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert time.monotonic() < end
            time.sleep(0.3)
    somebody = sorted(value for value in found.values if "@" in value or not value.isascii())
    people = somebody[:: max(1, len(somebody) // 12)]
    for one in people[:3]:
        browser.ask("/sign-in", {"login": one, "password": one})
    analyst = next(name for name in sign_ins if "analyst" in name)
    status, page = browser.ask("/sign-in", {"login": analyst, "password": sign_ins[analyst]})
    assert status == 200
    assert "/sign-out" in page, "the analyst is in"
    base = f"/operations/{re.search(r'/operations/([a-z0-9-]+)', browser.ask('/operations')[1])[1]}"
    for one in people:
        typed = urllib.parse.quote(one)
        assert browser.ask(f"/search?q={typed}")[0] == 200
        browser.ask(f"{base}/persons?q={typed}")
        assert browser.ask(f"{base}/persons/{typed}")[0] == 404
        assert browser.ask(f"/{typed}?mail={typed}")[0] == 404
        assert browser.ask(f"/search?q={FAULT}{typed}")[0] == 500
        browser.ask(f"/api/persons?q={typed}", Authorization=f"Bearer {typed}")
        browser.ask("/language", {"language": one, "next": one})
    code = re.search(r"P-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", browser.ask(f"{base}/persons")[1])[0]
    browser.ask(f"{base}/persons/{code}", {"opened_for": "work", "opened_because": people[0]})
    browser.ask(f"{base}/persons/{code}/notes", {"act": "note", "text": people[0]})
    for file in (listed, listed[:5000], b"\x00\xff" * 400 + people[0].encode()):
        assert browser.ask(f"{base}/hand-in", {"warrant": people[0]}, file)[0] in {200, 422}
    for line in (f"GET /search?q={people[0]} HTTP/9", f"NAME {people[0]}", f"GET /x HTTP/1.1\r\nHost: {people[0]}\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as raw:
            raw.sendall(f"{line}\r\n\r\n".encode())
            raw.recv(4096)
    end = time.monotonic() + 240
    while (told := browser.ask("/metrics")[1]) and not re.search(r'"done"} [1-9]', told) and time.monotonic() < end:
        time.sleep(1)
    while not re.search(r'"(waiting|running)"} 0\n.*"(waiting|running)"} 0\n', told, re.S) and time.monotonic() < end:
        time.sleep(1)
        told = browser.ask("/metrics")[1]
    found.written["/metrics"], found.written["/ready"] = told, browser.ask("/ready")[1]


def _commands(environment: dict[str, str], folder: Path, found: Ran) -> None:
    """What timers run, with a mail server that is not there; and a command that meets a defect."""
    name = next(value for value in sorted(found.values) if not value.isascii())
    mail = (
        "from soken.access.models import User; from soken.commands.output import actor; "
        "User.objects.create(username=actor(), role='analyst', password='!'); "
        "User.objects.update(email='who@station.example')"
    )
    setting = {"DJANGO_SETTINGS_MODULE": "soken.desk.settings"}
    subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {mail}"], env=environment | setting, check=True,
    )  # fmt: skip
    for said, command in {
        "notify due": ["notify", "due"],
        "digest": ["notify", "digest", "--send", "--address", "https://soken.example"],
        "a defect": ["search", f"{FAULT} {name}"],
        "worker": ["worker", "--once"],
        "doctor": ["doctor"],
    }.items():
        done = subprocess.run(
            [sys.executable, "-c", START, *command], env=environment, capture_output=True, text=True, check=False,
            cwd=folder, timeout=300,
        )  # fmt: skip
        found.written[f"standard error of {said}"] = done.stderr


def spellings(value: str) -> set[str]:
    """How a value can stand in a log: as it is, escaped for JSON or Python, in an address, without what parts it."""
    return {
        value, value.encode("unicode_escape").decode(), json.dumps(value)[1:-1], urllib.parse.quote(value),
        re.sub(r"[\s\-]", "", value) if len(value) > 8 else value,
    }  # fmt: skip


def test_nobody_of_the_list_stands_in_anything_that_was_written(ran: Ran) -> None:
    assert len(ran.values) > 500
    wanted = {one for value in ran.values for one in spellings(value)}
    held = [(where, one) for where, text in ran.written.items() for one in wanted if one in text]
    assert held == []


def test_neither_does_a_query_an_address_or_a_host(ran: Ran) -> None:
    for where, text in ran.written.items():
        for sign in ("?q=", FAULT, "127.0.0.1", "P-", "@station.example"):
            if where not in {"/ready", "standard error of doctor"}:
                assert sign not in text, (where, sign)


def test_each_request_is_a_line_that_can_be_followed(ran: Ran) -> None:
    """And the search above looked at something: each kind of what happened stands in the log."""
    requests = [one for one in ran.lines if one["event"] == "request"]
    assert len(requests) > 90
    for one in requests:
        assert one.keys() >= {"at", "level", "request", "method", "route", "status", "ms", "user"}
    assert len({one["request"] for one in requests}) == len(requests)
    searched = [one for one in requests if one["route"] == "/search"]
    assert {one["status"] for one in searched} == {200, 500}
    assert all(isinstance(one["user"], int) for one in searched)
    assert any(one["route"] == "/operations/<slug:slug>/persons/<person:code>/notes" for one in requests)
    assert any(one["route"] == "" and one["status"] == 404 for one in requests)


def test_a_defect_is_told_by_kind_and_place_and_by_the_request_that_met_it(ran: Ran) -> None:
    defects = [one for one in ran.lines if "defect" in one and one["event"] == "django.request"]
    failed = {one["request"] for one in ran.lines if one["event"] == "request" and one["status"] == 500}
    assert {one["request"] for one in defects} == failed != set()
    assert all("builtins.ValueError" in str(one["defect"]) for one in defects)
    assert all("because of builtins.KeyError" in str(one["defect"]) for one in defects)
    assert all("soken/desk/views/search.py:" in str(one["defect"]) for one in defects)
    at_the_shell = ran.written["standard error of a defect"]
    assert at_the_shell.startswith("soken: a defect of Soken: builtins.ValueError at ")
    assert ", because of builtins.KeyError at " in at_the_shell
    assert at_the_shell.count("\n") == 1


def test_jobs_and_mails_that_fail_are_told(ran: Ran) -> None:
    jobs = [one for one in ran.lines if one["event"] == "job"]
    assert {"running", "done", "failed"} <= {one["state"] for one in jobs}
    assert "digests were not sent" in ran.written["standard error of digest"]
    assert "soken_jobs" in ran.written["/metrics"]
