"""Copies that leave (R33): one asks, another releases, the first takes what was released, marked and recorded."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import translation
from typer.testing import CliRunner

from soken.access.models import Role, User
from soken.casework.actions.ask_disclosure import ask_disclosure, withdraw_disclosure
from soken.casework.actions.erase_rows import delete_person
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.release_disclosure import refuse_disclosure, release_disclosure
from soken.casework.actions.take_disclosure import take_disclosure
from soken.casework.actions.write_note import write_note
from soken.casework.models import Disclosure, DisclosureTaking, Dossier, Membership, Person, Referral
from soken.casework.selectors.boards import board
from soken.casework.selectors.digest import waiting_for
from soken.casework.selectors.disclosed import content_sha256
from soken.casework.selectors.dossier import today
from soken.casework.selectors.packet_signer import packet_signer
from soken.casework.selectors.referral_contents import contents_of
from soken.casework.selectors.wrong_persons import copies_in_ledger
from soken.commands.main import app
from soken.commands.options import commands
from soken.commands.rights import CARRIES_AWAY
from soken.core.errors import BadInputError, NotFoundError, RefusedError, SokenError
from soken.desk.packet_words import packet_in_words
from soken.exchange.signature import verify
from soken.ledger.entries import Kind
from soken.ledger.models import Entry
from soken.ledger.reading import opened
from soken.refer.contents import digest_of
from tests.desk.factory import ALONE, PASSWORD, RELATIVE, TAKAHASHI, World, make_user, make_world
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

    from soken.casework.selectors.disclosed import Copy
    from soken.exchange.packet import Packet

pytestmark = pytest.mark.django_db
AT = "2026-11-28T03:00:00+00:00"
SAID = {"recipient": "東京地検", "reason": "送致2026-42"}
#: Form → the person whom it holds. A CASE/UCO file of a person needs a real run: test_case_file.py.
FORMS: dict[str, str] = {"packet": TAKAHASHI, "case-packet": TAKAHASHI, "links": "", "persons": ""}


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller, translation.override("en"):
        yield traveller


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> World:
    from soken.core.home import open_home

    settings.HOME = open_home(tmp_path / "home")
    made = make_world()
    made.users["second"] = make_user("kingfisher-second", Role.REVIEWER)
    Membership.objects.create(operation=made.operation, user=made.users["second"])
    open_dossier(made.operation, TAKAHASHI, by=made.users["analyst"])
    return made


def ask(world: World, form: str = "packet", who: str = "analyst", **said: Any) -> Disclosure:
    given = {"person": FORMS.get(form, ""), **SAID, **said}
    return ask_disclosure(world.operation, by=world.users[who], form=form, **given)


def release(world: World, one: Disclosure, who: str = "reviewer", **said: Any) -> Disclosure:
    return release_disclosure(world.operation, one.pk, by=world.users[who], packet=packet_in_words, **said)


def take(world: World, one: Disclosure, who: str = "analyst") -> Copy:
    return take_disclosure(world.operation, one.pk, by=world.users[who], packet=packet_in_words)


def text_of(copy: Copy) -> str:
    if copy.media_type != "application/pdf":
        return copy.file.read().decode()
    document = pypdfium2.PdfDocument(copy.file.read())
    pages = "".join(page.get_textpage().get_text_range() for page in document)
    return pages + document.get_metadata_value("Keywords")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", FORMS)
def test_a_copy_in_each_form_takes_two_people_and_bears_who_took_it_and_when(form: str, world: World) -> None:
    asked = ask(world, form)
    with pytest.raises(RefusedError, match="not released"):
        take(world, asked)
    release(world, asked)
    copy = take(world, asked)
    mark = f"disclosure: {asked.number}; taken by: kingfisher-analyst; at: {AT}; released by: kingfisher-reviewer"
    assert mark in text_of(copy)
    told = Entry.objects.get(kind=Kind.DISCLOSURE)
    facts = json.loads(told.facts)
    assert (told.by, told.person, told.recipient, told.about) == (
        "kingfisher-analyst", FORMS[form], "東京地検", asked.number,
    )  # fmt: skip
    assert (facts["second"], facts["form"]) == ("kingfisher-reviewer", form)
    assert opened(told)["because"] == "送致2026-42"
    with pytest.raises(RefusedError, match="over"):
        take(world, asked)
    # Whoever is taken for another is in this copy too.
    assert [one.recipient for one in copies_in_ledger(world.operation, TAKAHASHI)] == ["東京地検"]


def test_the_mark_can_be_read_by_programs(world: World) -> None:
    copies = {}
    for form in FORMS:
        asked = ask(world, form)
        release(world, asked)
        copies[form] = take(world, asked)
    nodes = json.loads(copies["case-packet"].file.read())["@graph"]
    (node,) = [one for one in nodes if one.get("soken:part") == "mark"]
    assert (node["soken:taken_by"], node["soken:released_by"]) == ("kingfisher-analyst", "kingfisher-reviewer")
    assert (node["soken:taken_at"], node["soken:recipient"]) == (AT, "東京地検")
    for form in ("links", "persons"):
        rows = list(csv.DictReader(io.StringIO(copies[form].file.read().decode())))
        assert rows
        assert all("taken by: kingfisher-analyst" in one["mark"] for one in rows)
    keywords = pypdfium2.PdfDocument(copies["packet"].file.read()).get_metadata_value("Keywords")
    assert "taken by: kingfisher-analyst" in keywords


def test_the_packet_that_is_taken_is_signed_with_its_mark(world: World, settings: Settings) -> None:
    asked = ask(world)
    release(world, asked)
    copy = take(world, asked)
    certificate = packet_signer(settings.HOME).certificate
    data = copy.file.read()
    assert verify(data, certificate).whole
    forged = data.replace(b"kingfisher-analyst", b"kingfisher-anybody")
    assert forged == data or not verify(forged, certificate).whole


def test_the_list_of_persons_names_everybody_and_no_cell_is_a_formula(world: World) -> None:
    Person.objects.create(
        operation=world.operation, code="P-9999-0000-0001", name="=cmd()", band="same", rows=1, records=1, items=1
    )
    asked = ask(world, "persons")
    release(world, asked)
    rows = list(csv.DictReader(io.StringIO(take(world, asked).file.read().decode())))
    assert {one["person"] for one in rows} == set(world.operation.persons.values_list("code", flat=True))
    assert [one["name"] for one in rows if one["person"] == "P-9999-0000-0001"] == ["'=cmd()"]


def test_nobody_releases_what_they_asked_for_and_the_database_holds_it_too(world: World) -> None:
    asked = ask(world, who="reviewer")
    with pytest.raises(RefusedError, match="yourself"):
        release(world, asked, "reviewer")
    with pytest.raises(IntegrityError), transaction.atomic():
        Disclosure.objects.filter(pk=asked.pk).update(second=asked.asked_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disclosure.objects.filter(pk=asked.pk).update(state="released")
    assert release(world, asked, "second").state == "released"


def test_only_a_supervisor_releases(world: World) -> None:
    asked = ask(world, who="second")
    for role in set(Role) - {Role.REVIEWER}:
        with pytest.raises(RefusedError, match="role"):
            release(world, asked, role)


def test_who_sees_no_person_cannot_ask_for_one(world: World) -> None:
    for role in (Role.STATISTICIAN, Role.AUDITOR, Role.ADMINISTRATOR):
        for form in FORMS:
            with pytest.raises(RefusedError, match="role"):
                ask(world, form, role)


def test_a_stranger_finds_nothing(world: World) -> None:
    asked = ask(world)
    for act in (lambda: ask(world, who="stranger"), lambda: release(world, asked, "stranger")):
        with pytest.raises(NotFoundError):
            act()
    with pytest.raises(NotFoundError, match="number"):
        release(world, Disclosure(pk=asked.pk + 1))


def test_only_who_asked_takes_it(world: World) -> None:
    asked = ask(world)
    release(world, asked)
    with pytest.raises(RefusedError, match="Somebody else asked"):
        take(world, asked, "investigator")


def test_a_role_that_was_taken_away_takes_nothing(world: World) -> None:
    asked = ask(world)
    release(world, asked)
    user: User = world.users["analyst"]
    user.role = Role.STATISTICIAN
    user.save()
    with pytest.raises(RefusedError, match="role"):
        take(world, asked)


def test_what_changed_since_the_release_is_not_taken(world: World) -> None:
    for form, change in (
        ("packet", lambda: Dossier.objects.update(name="another name")),
        ("persons", lambda: Person.objects.filter(code=ALONE).update(rows=9)),
    ):
        asked = ask(world, form)
        release(world, asked)
        before = content_sha256(asked, packet_in_words)
        change()
        assert content_sha256(asked, packet_in_words) != before
        with pytest.raises(RefusedError, match="has changed"):
            take(world, asked)
        asked.refresh_from_db()
        assert not asked.takings.exists()


def test_what_is_no_part_of_it_may_change(world: World) -> None:
    asked = ask(world)
    release(world, asked)
    write_note(Dossier.objects.get(), by=world.users["analyst"], text="a note, which no packet holds")
    assert take(world, asked).file.read().startswith(b"%PDF")


def test_until_a_day_copies_are_taken_and_not_after(world: World, now: Any) -> None:
    asked = ask(world)
    with pytest.raises(BadInputError, match="past"):
        release(world, asked, until=today() - timedelta(days=1))
    release(world, asked, until=today() + timedelta(days=1))
    take(world, asked)
    now.shift(timedelta(days=1))
    take(world, asked)
    now.shift(timedelta(days=1))
    with pytest.raises(RefusedError, match="over"):
        take(world, asked)
    assert asked.takings.count() == 2


def test_what_is_decided_stays_decided(world: World) -> None:
    refused, back = ask(world), ask(world)
    refuse_disclosure(world.operation, refused.pk, by=world.users["reviewer"])
    withdraw_disclosure(world.operation, back.pk, by=world.users["analyst"])
    for one in (refused, back):
        with pytest.raises(RefusedError, match="decided already"):
            release(world, one)
        with pytest.raises(RefusedError, match="not released"):
            take(world, one)
        with pytest.raises(RefusedError, match="take"):
            withdraw_disclosure(world.operation, one.pk, by=world.users["analyst"])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"form": "letter"}, "letter"),
        ({"form": "packet", "person": ""}, "one person"),
        ({"form": "links", "person": TAKAHASHI}, "everybody"),
        ({"form": "packet", "person": TAKAHASHI, "recipient": " "}, "To whom"),
        ({"form": "packet", "person": TAKAHASHI, "reason": ""}, "Why"),
        ({"form": "packet", "person": TAKAHASHI, "language": "fr"}, "fr"),
    ],
)
def test_what_is_not_said_rightly_is_not_asked(said: dict[str, str], words: str, world: World) -> None:
    with pytest.raises(BadInputError, match=words):
        ask_disclosure(world.operation, by=world.users["analyst"], **{**SAID, **said})
    assert not Disclosure.objects.exists()


def test_a_packet_needs_a_dossier_and_a_person_is_somebody(world: World) -> None:
    with pytest.raises(NotFoundError, match="dossier"):
        ask(world, "packet", person=ALONE)
    with pytest.raises(NotFoundError):
        ask(world, "case-packet", person="P-0000-0000-0000")


def test_an_erased_person_leaves_no_request(world: World) -> None:
    asked, other = ask(world), ask(world, "links")
    release(world, asked)
    take(world, asked)
    with transaction.atomic():
        delete_person(world.operation, TAKAHASHI, [])
    assert list(Disclosure.objects.values_list("pk", flat=True)) == [other.pk]


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_a_copy_is_written_outside_the_home(
    form: str, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no folder for everybody"))
    assert take(world, release(world, ask(world, form))).file.read(1)


# Commands


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


def test_every_command_that_writes_a_file_is_accounted_for() -> None:
    """A new command with ``--out`` has to say here, and in the reference, how what it writes is held."""
    held = {"disclosure take", *CARRIES_AWAY}
    no_person = {
        "backup",
        "backup-key",
        "docs",
        "key make",
        "ledger checkpoint",
        "report annual",
        "report half-year",
        "report month",
    }
    between_installations = {name for name in commands() if name.startswith("handover ")}
    writing = {name for name, one in commands().items() if any(each.name == "out" for each in one.params)}
    assert writing - held - no_person - between_installations == set()
    page = (ROOT / "docs/explanation/copies-that-leave.md").read_text("utf-8")
    assert [one for one in sorted(writing - between_installations) if f"soken {one}" not in page] == []


@pytest.mark.django_db(transaction=True)
def test_all_packets_go_out_under_one_disclosure_each_signed_and_marked(world: World, settings: Settings) -> None:
    with pytest.raises(BadInputError, match="name no person"):
        ask(world, "packets", person=TAKAHASHI)
    asked = ask(world, "packets", person="")
    with pytest.raises(NotFoundError, match="has been referred"):
        release(world, asked)
    one, two = (refer_person(world, code) for code in (TAKAHASHI, RELATIVE))
    with pytest.raises(RefusedError, match="not released"):
        take(world, asked)
    release(world, asked)
    copy = take(world, asked)
    assert (copy.media_type, copy.name) == ("application/zip", f"{asked.number}-{world.operation.slug}.zip")
    bundle = zipfile.ZipFile(io.BytesIO(copy.file.read()))
    wanted = [f"{packet_in_words(Dossier.objects.get(pk=key), 'ja').number}.pdf" for key in (one, two)]
    assert bundle.namelist() == wanted
    certificate = packet_signer(settings.HOME).certificate
    for name in wanted:
        pdf = bundle.read(name)
        assert verify(pdf, certificate).whole
        keywords = pypdfium2.PdfDocument(pdf).get_metadata_value("Keywords")
        assert f"disclosure: {asked.number}; taken by: kingfisher-analyst" in keywords
        assert "released by: kingfisher-reviewer" in keywords
    told = Entry.objects.get(kind=Kind.DISCLOSURE, about=asked.number)
    assert (told.person, told.recipient, json.loads(told.facts)["form"]) == ("", "東京地検", "packets")
    # Who is taken for another is in this copy too.
    for code in (TAKAHASHI, RELATIVE):
        assert "東京地検" in {each.recipient for each in copies_in_ledger(world.operation, code)}


def test_many_packets_are_made_once_and_not_held_in_memory(world: World) -> None:
    for code in (TAKAHASHI, RELATIVE):
        refer_person(world, code)
    asked = ask(world, "packets", person="")
    release(world, asked)
    made: list[str] = []

    def packet(dossier: Dossier, language: str) -> Packet:
        made.append(dossier.person_code)
        return packet_in_words(dossier, language)

    copy = take_disclosure(world.operation, asked.pk, by=world.users["analyst"], packet=packet)
    assert sorted(made) == sorted([TAKAHASHI, RELATIVE]), "each once, for the copy and its hash"
    assert not isinstance(copy.file, io.BytesIO), "a file, however many there are"
    assert DisclosureTaking.objects.get().file_sha256 == hashlib.sha256(copy.file.read()).hexdigest()


def test_one_more_referral_and_what_was_released_is_no_longer_what_would_be_taken(world: World) -> None:
    refer_person(world, TAKAHASHI)
    asked = ask(world, "packets", person="")
    release(world, asked)
    refer_person(world, RELATIVE)
    with pytest.raises(RefusedError, match="has changed since"):
        take(world, asked)


def refer_person(world: World, code: str) -> int:
    """Somebody whose referral stands, with what was sent; what led there is another test's."""
    users = world.users
    dossier = Dossier.objects.filter(operation=world.operation, person_code=code).first() or open_dossier(
        world.operation, code, by=users["analyst"]
    )
    contents = contents_of(dossier).as_json()
    Referral.objects.create(
        dossier=dossier, kind="papers", office="tokyo-dppo", reference=f"送致 {code}", folded=f"送致 {code}",
        sent_on=today(), contents=contents, contents_sha256=digest_of(contents), liaison=users["analyst"],
        by=users["analyst"], at=AT,
    )  # fmt: skip
    return dossier.pk


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


def test_whoever_may_release_is_told_that_a_release_waits_until_somebody_has_decided(world: World) -> None:
    def waits(who: str) -> tuple[int, int]:
        user = world.users[who]
        found = board(user)
        return (found.releases.total if found else -1, waiting_for(user).get("releases", 0))

    assert waits("reviewer") == (0, 0)
    asked = ask(world)
    assert (waits("reviewer"), waits("second"), waits("analyst")) == ((1, 1), (1, 1), (0, 0))
    own = ask(world, who="reviewer")
    assert (waits("reviewer"), waits("second")) == ((1, 1), (2, 2)), "nobody is told of what they asked for"
    release(world, asked)
    refuse_disclosure(world.operation, own.pk, by=world.users["second"])
    assert (waits("reviewer"), waits("second")) == ((0, 0), (0, 0))
