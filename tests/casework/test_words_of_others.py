"""Words of others that name somebody who was erased: found, named with page and way, and never changed by a machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as installation

from soken.access.eyes import acting_for_installation
from soken.casework.actions.add_party_role import add_party_role
from soken.casework.actions.carry_out_erasure import carry_out_erasure
from soken.casework.actions.erase_filters import filters_for
from soken.casework.actions.review_retention import propose_retention, settle_retention
from soken.casework.actions.save_filter import delete_filter, save_filter
from soken.casework.actions.withdraw_finding import withdraw_finding
from soken.casework.actions.write_note import write_note
from soken.casework.models import Dossier, Job, JobKind, Note, PartyRole, Person, SavedFilter
from soken.casework.selectors.persons import PersonQuery
from soken.casework.selectors.saved_filters import beginning_as
from soken.casework.selectors.traces import Way, Words, traces_of, words_of
from soken.core import clock
from soken.core.home import open_home
from tests.casework.dossiers import Room, make_dossier, make_room

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

NAME, MAIL = "御手洗 薫子", "kaoruko.mitarai@mail.example"


@pytest.fixture
def room(db: None, settings: Settings, tmp_path: Path) -> Room:
    settings.HOME = open_home(tmp_path / "home")
    return make_room()


@pytest.fixture
def other(room: Room) -> Dossier:
    """Somebody else, on whom a note names the person."""
    made = make_dossier(room)
    write_note(made, by=room.analyst, text=f"{NAME}（{MAIL}）とは別人。{NAME}に確認")
    return made


def erase(room: Room, code: str) -> None:
    """Erase a person, by two people."""
    made = propose_retention(room.operation, code, by=room.reviewer, choice="erase", ground="order")
    settle_retention(room.operation, made.pk, by=room.reviewer2, agree=True)
    carry_out_erasure(room.operation, made.pk, by=room.reviewer, home=installation.HOME)


def place(value: str, table: str) -> str:
    """Return the one place of a table that still says a value."""
    [where] = [one for one, _number in traces_of([value], installation.HOME).places if f"table {table}," in one]
    return where


def test_an_erasure_leaves_what_people_wrote_on_others_and_says_that_it_stays(room: Room, other: Dossier) -> None:
    before = [*Note.objects.values()]
    erase(room, make_dossier(room, rows=0).person_code)
    assert [*Note.objects.values()] == before
    assert words_of(place(NAME, "casework_note")) == Words(room.operation.slug, other.person_code, Way.NONE)


def test_what_was_recorded_of_another_can_be_withdrawn_once_and_stays_to_be_read(room: Room, other: Dossier) -> None:
    add_party_role(other, by=room.analyst, role="payer", basis=f"{NAME}の供述")
    where = place(NAME, "casework_partyrole")
    assert words_of(where) == Words(room.operation.slug, other.person_code, Way.WITHDRAW)
    withdraw_finding(other, by=room.analyst, finding="role", key=PartyRole.objects.get().pk, reason="誤り")
    assert words_of(place(NAME, "casework_partyrole")) == Words(room.operation.slug, other.person_code, Way.NONE)


def test_what_a_job_was_asked_with_is_found_and_nothing_changes_it(room: Room) -> None:
    Job.objects.create(
        operation=room.operation, kind=JobKind.INTAKE, asked_by=room.analyst, asked_at=clock.now(),
        arguments={"name": f"{NAME}.csv", "rows": 3},
    )  # fmt: skip
    assert words_of(place(NAME, "casework_job")) == Words(room.operation.slug, "", Way.NONE)


def test_a_filter_is_found_as_an_address_writes_it_and_its_owner_deletes_it(room: Room) -> None:
    saved = save_filter(room.operation, by=room.analyst, name="one", query=PersonQuery(text=NAME))
    assert not re.search(NAME, saved.query)
    assert words_of(place(NAME, "casework_savedfilter")) == Words(
        room.operation.slug, "", Way.DELETE, room.analyst.username
    )
    delete_filter(room.operation, saved.pk, by=room.analyst)
    assert not [one for one, _ in traces_of([NAME], installation.HOME).places if one.startswith("table casework")]


def person(room: Room, code: str, name: str) -> None:
    Person.objects.create(
        operation=room.operation, code=code, name=name, kana="", rows=1, records=1, items=1, band="same"
    )


def test_filters_that_hold_the_code_or_a_whole_value_go_and_a_colleagues_prefix_stays(room: Room) -> None:
    code = "P-8XPS-7R6F-8B4A"
    person(room, code, "佐藤 葵")
    asked = {
        "code": code, "mail": "ＡＯＩ@mail.example", "whole name": "佐藤　葵",
        "prefix": "佐", "family": "佐藤", "others": "山", "beginning of the code": "P-8X",
    }  # fmt: skip
    for name, text in asked.items():
        save_filter(room.operation, by=room.analyst, name=name, query=PersonQuery(text=text))
    save_filter(room.operation, by=room.analyst, name=f"about {code}", query=PersonQuery(text="山"))
    save_filter(room.operation, by=room.analyst, name="no text", query=PersonQuery(least=3))
    gone = {one.name for one in filters_for(room.operation, code, ["aoi@mail.example"])}
    assert gone == {"code", "mail", "whole name", f"about {code}"}


def test_a_name_that_others_have_too_takes_no_filter(room: Room) -> None:
    for code in ("P-8XPS-7R6F-8B4A", "P-RBP4-WBZP-9690"):
        person(room, code, "佐藤 葵")
    save_filter(room.operation, by=room.analyst, name="name", query=PersonQuery(text="佐藤 葵"))
    assert filters_for(room.operation, "P-8XPS-7R6F-8B4A", []) == []


def test_the_erasure_takes_such_a_filter_and_no_other(room: Room) -> None:
    code = make_dossier(room, rows=0).person_code
    for name, text in (("the person", code), ("others", "山")):
        save_filter(room.operation, by=room.analyst, name=name, query=PersonQuery(text=text))
    erase(room, code)
    assert [one.name for one in SavedFilter.objects.all()] == ["others"]


@pytest.mark.django_db(transaction=True)
def test_the_ledger_holds_no_more_of_it_after_an_erasure_than_before(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = open_home(tmp_path / "home")
    with acting_for_installation():
        room = make_room()
        write_note(make_dossier(room), by=room.analyst, text=f"{NAME}とは別人")
        code = make_dossier(room, rows=0).person_code
        save_filter(room.operation, by=room.analyst, name=f"{NAME} {code}", query=PersonQuery(text="御"))
        before = traces_of([NAME], installation.HOME).places
        erase(room, code)
        after = traces_of([NAME], installation.HOME).places
    assert {where for where, _ in before if "ledger" in where} == {where for where, _ in after if "ledger" in where}
    assert {where.split(",")[0] for where, _ in before if where not in dict(after)} == {"table casework_savedfilter"}


def test_a_filter_that_looks_for_the_beginning_of_a_value_is_named(room: Room) -> None:
    for name, text in (("one", "御手洗"), ("wide", "ＫＡＯＲＵＫＯ"), ("others", "山")):
        save_filter(room.operation, by=room.analyst, name=name, query=PersonQuery(text=text))
    save_filter(room.operation, by=room.analyst, name="no text", query=PersonQuery(least=3))
    assert [(one.name, number) for one, number in beginning_as(["x", NAME, MAIL])] == [("one", 1), ("wide", 2)]
