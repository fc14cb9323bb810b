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
from django.db import IntegrityError, transaction

from soken.access.models import Role, User
from soken.casework.actions.ask_disclosure import ask_disclosure, withdraw_disclosure
from soken.casework.actions.erase_rows import delete_person
from soken.casework.actions.release_disclosure import refuse_disclosure
from soken.casework.actions.take_disclosure import take_disclosure
from soken.casework.actions.write_note import write_note
from soken.casework.models import Disclosure, DisclosureTaking, Dossier, Person
from soken.casework.selectors.boards import board
from soken.casework.selectors.digest import waiting_for
from soken.casework.selectors.disclosed import content_sha256
from soken.casework.selectors.dossier import today
from soken.casework.selectors.packet_signer import packet_signer
from soken.casework.selectors.wrong_persons import copies_in_ledger
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.desk.packet_words import packet_in_words
from soken.exchange.signature import verify
from soken.ledger.entries import Kind
from soken.ledger.models import Entry
from soken.ledger.reading import opened
from tests.casework import disclosing
from tests.casework.disclosing import AT, FORMS, SAID, ask, refer_person, release, take
from tests.desk.factory import ALONE, RELATIVE, TAKAHASHI, World

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from soken.casework.selectors.disclosed import Copy
    from soken.exchange.packet import Packet

pytestmark = pytest.mark.django_db
#: Fixtures.
now, world = disclosing.now, disclosing.world


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
    refused = ask(world)
    refuse_disclosure(world.operation, refused.pk, by=world.users["reviewer"])
    back = ask(world)
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


def test_a_form_sent_twice_is_one_request_and_another_is_its_own(world: World) -> None:
    first = ask(world, "packet")
    assert ask(world, "packet") == first
    assert ask(world, "packet", who="investigator") != first
    assert ask(world, "packet", recipient="大阪地方検察庁") != first
    refuse_disclosure(world.operation, first.pk, by=world.users["reviewer"])
    assert ask(world, "packet") != first, "a new request after a refusal"
