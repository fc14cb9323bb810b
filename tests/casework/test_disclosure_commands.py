"""Copies that leave, by command: asked for, released and taken, or taken alone by the machine's own account (R33)."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from soken.access.models import Role, User
from soken.commands import pages
from soken.commands.main import app
from soken.commands.options import commands
from soken.commands.rights import CARRIES_AWAY
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError, SokenError
from soken.ledger.entries import Kind
from soken.ledger.models import Entry
from tests.casework import disclosing
from tests.casework.disclosing import refer_person
from tests.desk.factory import PASSWORD, TAKAHASHI, World
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db
#: Fixtures.
now, world = disclosing.now, disclosing.world


def run(*words: str, by: str = "") -> Any:
    said = ["--by", f"kingfisher-{by}"] if by else []
    done = CliRunner().invoke(app, [*words, *said], input=f"{PASSWORD}\n")
    if isinstance(done.exception, SokenError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout[done.stdout.index("{") :]) if "--json" in words else done.stdout


def test_the_commands_ask_release_take_and_list(world: World, tmp_path: Path) -> None:
    within = ("--operation", "kingfisher", "--json")
    asked = run(
        "disclosure", "ask", "--form", "packet", "--person", TAKAHASHI, "--recipient", "東京地検", "--reason", "送致",
        *within, by="analyst",
    )  # fmt: skip
    number, out = str(asked["number"]), tmp_path / "packet.pdf"
    with pytest.raises(RefusedError, match="not released"):
        run("disclosure", "take", number, "--out", str(out), *within, by="analyst")
    assert not out.exists()
    assert run("disclosure", "release", number, *within, by="reviewer")["second"] == "kingfisher-reviewer"
    run("disclosure", "take", number, "--out", str(out), *within, by="analyst")
    assert out.read_bytes().startswith(b"%PDF")
    with pytest.raises(RefusedError, match="there already"):
        run("disclosure", "take", number, "--out", str(out), *within, by="analyst")
    (told,) = run("disclosure", "list", *within)["disclosures"]
    assert (told["state"], told["taken"][0]["by"]) == ("taken", "kingfisher-analyst")
    for step in ("refuse", "withdraw"):
        with pytest.raises(RefusedError):
            run("disclosure", step, number, *within, by={"refuse": "reviewer", "withdraw": "analyst"}[step])


@pytest.mark.django_db(transaction=True)
def test_the_account_of_the_machine_takes_alone_and_ledger_and_copy_say_so(world: World, tmp_path: Path) -> None:
    out = tmp_path / "links.csv"
    run("links", "export", "--operation", "kingfisher", "--out", str(out))
    head, *rows = out.read_text("utf-8").splitlines()
    assert head == "evidence,row,person,band,review_with,record,kind,item_code,ordered_on,mark"
    assert rows
    assert all("disclosure: no second person; taken by: " in one for one in rows)
    (told,) = Entry.objects.filter(kind=Kind.DISCLOSURE)
    assert json.loads(told.facts) == {"alone": True}


#: Commands that the machine's own account takes persons out by.
BY_ONE = {
    "links": ("links", "export", "--out", "{out}"),
    "case": (
        "case",
        "export",
        "--person",
        TAKAHASHI,
        "--packet",
        "--out",
        "{out}",
        "--recipient",
        "x",
        "--reason",
        "y",
    ),
    "packet": ("packet", "make", "--person", TAKAHASHI, "--out", "{out}", "--recipient", "x", "--reason", "y"),
}


def goes_out(what: str, folder: Path) -> bool:
    """Whether the machine's own account gets a copy; else nothing is written, and it is told of the other way."""
    out = folder / "out"
    out.unlink(missing_ok=True)
    said = [one.format(out=out) for one in BY_ONE[what]]
    done = CliRunner().invoke(app, [*said, "--operation", "kingfisher"])
    assert done.exception is None or "soken disclosure ask" in str(done.exception)
    assert out.exists() is (done.exception is None)
    return out.exists()


@pytest.mark.parametrize(
    ("setting", "out"),
    [("two", set()), ("", {"links"}), ("one", {"links", "case", "packet"})],
    ids=["always two", "by default", "the account alone"],
)
def test_what_goes_to_somebody_takes_two_people_where_there_are_two(
    setting: str, out: set[str], world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R33. Links move results between programs of one machine, and go on unless the installation shuts them too."""
    monkeypatch.setenv("SOKEN_EXPORTS", setting)
    assert {what for what in BY_ONE if goes_out(what, tmp_path)} == out


def test_where_nobody_else_could_release_and_in_the_demo_the_account_goes_alone(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOKEN_EXPORTS", raising=False)
    assert not goes_out("packet", tmp_path)
    releasers = User.objects.filter(role=Role.REVIEWER)
    names = dict(releasers.values_list("pk", "username"))
    for key, name in names.items():
        User.objects.filter(pk=key).update(username=f"demo-{name}")
    assert goes_out("packet", tmp_path), "only the demo's users could release"
    for key, name in names.items():
        User.objects.filter(pk=key).update(username=name, is_active=False)
    assert goes_out("packet", tmp_path), "nobody could release"
    User.objects.filter(pk__in=names).update(is_active=True)
    User.objects.exclude(pk=min(names)).update(is_active=False)
    assert goes_out("packet", tmp_path), "who may both ask and release is still one person"


@pytest.mark.django_db(transaction=True)
def test_a_packet_made_again_with_the_moment_of_its_mark_is_the_same_bytes(
    world: World, now: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger states when each was really made."""
    monkeypatch.setenv("SOKEN_EXPORTS", "one")
    refer_person(world, TAKAHASHI)
    said = ("packet", "make", "--person", TAKAHASHI, "--operation", "kingfisher", "--recipient", "x", "--reason", "y")
    taken_at = ("--taken-at", f"{clock.now():%Y-%m-%dT%H:%M:%S%z}")
    made = []
    for name, further in (("one", taken_at), ("two", taken_at), ("now", ())):
        now.shift(timedelta(hours=1))
        printed = run(*said, "--out", str(tmp_path / name), *further)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1] != made[2]
    told = re.search(r"--taken-at (\S+) it is the same bytes", printed)
    assert told, "whoever makes one twice is told why it differs, and what makes it the same"
    run(*said, "--out", str(tmp_path / "again"), "--taken-at", told[1])
    assert (tmp_path / "again").read_bytes() == made[2]
    assert Entry.objects.filter(through="command packet make").values("at").distinct().count() == 3
    with pytest.raises(BadInputError, match="future"):
        run(*said, "--out", str(tmp_path / "later"), "--taken-at", "2100-01-01T00:00:00+0000")


#: A whole list of persons, with names, as a copy.
WHOLE_LIST = ("persons", "list", "--limit", "0", "--operation", "kingfisher")


@pytest.mark.django_db(transaction=True)
def test_a_list_longer_than_a_page_says_to_whom_and_why_and_is_marked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R33. Scripts go on reading the first page, and are told how many there are and how to get them."""
    monkeypatch.setattr(pages, "PAGE_OF", {"persons list": 1})
    page = run("persons", "list", "--limit", "1", "--operation", "kingfisher", "--json")
    assert (page["shown"], len(page["list"])) == (1, 1) < (page["persons"], page["persons"])
    assert f"1 of {page['persons']}" in page["rest"]
    assert "--limit 0 --recipient" in page["rest"]
    assert "mark" not in page
    assert not Entry.objects.filter(kind=Kind.DISCLOSURE).exists(), "looking at a page takes nothing out"
    monkeypatch.setenv("SOKEN_EXPORTS", "one")
    for unsaid in ((), ("--recipient", "東京地検"), ("--reason", "照会")):
        with pytest.raises(BadInputError):
            run(*WHOLE_LIST, *unsaid)
    whole = run(*WHOLE_LIST, "--recipient", "東京地検", "--reason", "照会", "--json")
    assert (len(whole["list"]), whole["rest"]) == (whole["persons"], "")
    assert whole["mark"]["recipient"] == "東京地検"
    (told,) = Entry.objects.filter(kind=Kind.DISCLOSURE)
    assert (told.through, json.loads(told.facts)) == ("command persons list", {"alone": True})
    assert "disclosure: no second person; taken by: " in run(*WHOLE_LIST, "--recipient", "x", "--reason", "y")


def test_a_list_longer_than_a_page_takes_two_people_where_there_are_two(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ("--recipient", "東京地検", "--reason", "照会")
    monkeypatch.delenv("SOKEN_EXPORTS", raising=False)
    for limit in ("0", "51"):
        with pytest.raises(RefusedError, match="soken disclosure ask"):
            run("persons", "list", "--limit", limit, "--operation", "kingfisher", *said)
    assert run("persons", "list", "--limit", "50", "--operation", "kingfisher", "--json")["list"]


def test_every_command_that_writes_a_file_is_accounted_for() -> None:
    """A new command with ``--out`` has to say here, and in the reference, how what it writes is held."""
    held = {"disclosure take", *CARRIES_AWAY}
    no_person = {
        "backup",
        "backup-key",
        "docs",
        "key make",
        "ledger ask-stamp",
        "ledger checkpoint",
        "report annual",
        "report half-year",
        "report month",
        "report table",
    }
    between_installations = {name for name in commands() if name.startswith("handover ")}
    writing = {name for name, one in commands().items() if any(each.name == "out" for each in one.params)}
    assert writing - held - no_person - between_installations == set()
    page = (ROOT / "docs/explanation/copies-that-leave.md").read_text("utf-8")
    assert [one for one in sorted(writing - between_installations) if f"soken {one}" not in page] == []


@pytest.mark.django_db(transaction=True)
def test_by_command_all_packets_are_one_zip(world: World, tmp_path: Path) -> None:
    refer_person(world, TAKAHASHI)
    within = ("--operation", "kingfisher", "--json")
    said = ("--form", "packets", "--recipient", "東京地検", "--reason", "送致")
    asked = run("disclosure", "ask", *said, *within, by="analyst")
    assert (asked["form"], asked["person"]) == ("packets", "")
    run("disclosure", "release", str(asked["number"]), *within, by="reviewer")
    run("disclosure", "take", str(asked["number"]), "--out", str(tmp_path / "all.zip"), *within, by="analyst")
    assert len(zipfile.ZipFile(tmp_path / "all.zip").namelist()) == 1
