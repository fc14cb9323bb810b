"""Words about others that name somebody who was erased: found, named with page and command, blanked one by one."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as installation
from django.db import connection

from soken.casework.actions.carry_out_erasure import carry_out_erasure
from soken.casework.actions.mask_words import MASK, mask_words
from soken.casework.actions.review_retention import propose_retention, settle_retention
from soken.casework.actions.save_filter import save_filter
from soken.casework.actions.write_note import write_note
from soken.casework.models import Dossier, Job, JobKind, Note, RetentionReview, SavedFilter
from soken.casework.selectors.dossier import today
from soken.casework.selectors.persons import PersonQuery
from soken.casework.selectors.traces import traces_of, words_of
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.core.home import open_home
from soken.ledger.models import EntryKey
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


@pytest.fixture
def erased(room: Room, other: Dossier) -> RetentionReview:
    """The review by which the person was erased."""
    code = make_dossier(room, rows=0).person_code
    made = propose_retention(room.operation, code, by=room.reviewer, choice="erase", ground="order")
    settle_retention(room.operation, made.pk, by=room.reviewer2, agree=True)
    return carry_out_erasure(room.operation, made.pk, by=room.reviewer, home=installation.HOME)


def places(*values: str) -> list[str]:
    """Where the case database still says values."""
    return sorted(
        {where for where, _number in traces_of(values, installation.HOME).places if where.startswith("table")}
    )


def test_a_note_on_somebody_else_is_named_with_its_page_and_blanked(
    room: Room, other: Dossier, erased: RetentionReview
) -> None:
    [where] = [one for one in places(NAME) if "casework_note" in one]
    words = words_of(where)
    assert words is not None
    note = Note.objects.get()
    assert (words.place, words.operation) == (f"casework_note/{note.pk}/text", room.operation.slug)
    assert words.person == other.person_code
    assert mask_words(room.operation, erased.pk, place=words.place, values=[NAME, MAIL], by=room.reviewer) == 3
    note.refresh_from_db()
    assert note.text == f"{MASK}（{MASK}）とは別人。{MASK}に確認"
    assert [one for one in places(NAME, MAIL) if "casework_note" in one] == []
    assert not EntryKey.objects.filter(subject=f"{room.operation.slug}/{erased.person_code}").exists()


def test_what_a_job_was_asked_with_is_found_and_blanked(room: Room, erased: RetentionReview) -> None:
    job = Job.objects.create(
        operation=room.operation, kind=JobKind.INTAKE, asked_by=room.analyst, asked_at=clock.now(),
        arguments={"name": f"{NAME}.csv", "acquisition": {"scope": ["all", NAME]}, "rows": 3},
    )  # fmt: skip
    [where] = [one for one in places(NAME) if "casework_job" in one]
    words = words_of(where)
    assert words is not None
    assert (words.person, words.place) == ("", f"casework_job/{job.pk}/arguments")
    mask_words(room.operation, erased.pk, place=words.place, values=[NAME], by=room.reviewer)
    job.refresh_from_db()
    assert job.arguments == {"name": f"{MASK}.csv", "acquisition": {"scope": ["all", MASK]}, "rows": 3}


@pytest.mark.parametrize(
    ("place", "values", "problem"),
    [
        ("casework_note/{note}/text", ["何か"], NotFoundError),
        ("casework_note/{note}/text", ["薫"], BadInputError),
        ("casework_note/{note}/text", [" "], BadInputError),
        ("casework_note/{note}/by_id", [NAME], BadInputError),
        ("casework_note/{note}/nothing", [NAME], BadInputError),
        ("casework_note/0/text", [NAME], NotFoundError),
        ("casework_note/x/text", [NAME], NotFoundError),
        ("ledger_entry/1/facts", [NAME], NotFoundError),
        ("", [NAME], NotFoundError),
    ],
)
def test_nothing_else_is_blanked(
    place: str, values: list[str], problem: type[Exception], room: Room, erased: RetentionReview
) -> None:
    before = Note.objects.get().text
    with pytest.raises(problem):
        mask_words(
            room.operation, erased.pk, place=place.format(note=Note.objects.get().pk), values=values, by=room.reviewer
        )
    assert Note.objects.get().text == before


def test_it_takes_an_erasure_that_was_carried_out_the_right_to_erase_and_the_same_operation(
    room: Room, other: Dossier, erased: RetentionReview
) -> None:
    place = f"casework_note/{Note.objects.get().pk}/text"
    with pytest.raises(RefusedError, match="may not do this"):
        mask_words(room.operation, erased.pk, place=place, values=[NAME], by=room.analyst)
    with pytest.raises(NotFoundError, match="no review"):
        mask_words(room.operation, erased.pk + 9, place=place, values=[NAME], by=room.reviewer)
    kept = propose_retention(
        room.operation, other.person_code, by=room.reviewer, choice="keep", ground="claim",
        review_on=today() + timedelta(days=9),
    )  # fmt: skip
    with pytest.raises(RefusedError, match="Nobody was erased"):
        mask_words(room.operation, kept.pk, place=place, values=[NAME], by=room.reviewer)
    away = Note.objects.get()
    Dossier.objects.filter(pk=away.dossier_id).update(operation=make_room(slug="egret").operation)
    with pytest.raises(NotFoundError, match="no place"):
        mask_words(room.operation, erased.pk, place=place, values=[NAME], by=room.reviewer)


def test_what_the_database_keeps_is_said_to_be_kept(
    room: Room, erased: RetentionReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = Note.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("create trigger kept before update on casework_note begin select raise(abort, 'kept'); end")
    with pytest.raises(RefusedError, match="keeps casework_note/"):
        mask_words(room.operation, erased.pk, place=f"casework_note/{note.pk}/text", values=[NAME], by=room.reviewer)


def test_a_filter_that_looks_for_the_person_goes_and_one_that_looks_for_others_stays(room: Room) -> None:
    dossier = make_dossier(room, rows=0)
    for name, text in (("the person", dossier.person_code), (dossier.person_code, "山"), ("others", "山")):
        save_filter(room.operation, by=room.analyst, name=name, query=PersonQuery(text=text))
    made = propose_retention(room.operation, dossier.person_code, by=room.reviewer, choice="erase", ground="order")
    settle_retention(room.operation, made.pk, by=room.reviewer2, agree=True)
    carry_out_erasure(room.operation, made.pk, by=room.reviewer, home=installation.HOME)
    assert [one.name for one in SavedFilter.objects.all()] == ["others"]


def test_a_filter_is_found_though_it_is_kept_as_an_address_is_written(room: Room) -> None:
    save_filter(room.operation, by=room.analyst, name="one", query=PersonQuery(text=NAME))
    assert not re.search(NAME, SavedFilter.objects.get().query)
    assert [one for one in places(NAME) if "casework_savedfilter" in one]
