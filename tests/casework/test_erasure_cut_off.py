"""An erasure that two people have agreed to: given up, cut off, finished, and what is decided of it meanwhile (R36)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from django.conf import settings as installation
from django.test import Client
from django.utils import translation
from typer.testing import CliRunner

from soken.casework.actions import carry_out_erasure as carry_out
from soken.casework.actions.carry_out_erasure import carry_out_erasure
from soken.casework.actions.record_verdict import withdraw_verdict
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.review_retention import give_up_erasure, propose_retention, settle_retention
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.actions.tell_due import tell_due
from soken.casework.models import (
    Dossier,
    DossierRow,
    FilteredPage,
    Notification,
    NotificationKind,
    Person,
    RetentionReview,
    SavedFilter,
)
from soken.casework.selectors.dossier import today
from soken.casework.selectors.retention import reviews_due, reviews_waiting
from soken.casework.selectors.traces import traces_of
from soken.commands.main import app
from soken.core import clock
from soken.core.errors import DamagedStoreError, RefusedError
from soken.core.progress import silent
from soken.intake import Acquisition
from soken.intake.erased import erased_of
from tests.casework.dossiers import AT, Room, decide, judge_in_court, make_room, refer

if TYPE_CHECKING:
    from pathlib import Path

    from soken.core.home import Home

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
PAGE = "/operations/heron/retention"
NAME, MAIL = "御手洗 薫子", "kaoruko.mitarai@mail.example"
LIST = (
    "氏名,フリガナ,メールアドレス,電話番号\n"
    "佐藤 一男,サトウ カズオ,kazuo@mail.example,090-1234-5001\n"
    f"{NAME},ミタライ カオルコ,{MAIL},090-9876-5432\n"
    "鈴木 花子,スズキ ハナコ,hanako@mail.example,090-1234-5002\n"
)


@pytest.fixture(autouse=True)
def at_home(home: Home, settings: Any) -> Home:
    settings.HOME = home
    return home


@pytest.fixture
def room(room_and_ready: tuple[Room, Dossier]) -> Room:
    return room_and_ready[0]


@pytest.fixture
def acquitted(room_and_ready: tuple[Room, Dossier], now: Any) -> Dossier:
    """A person of no rows, acquitted for good a month after the indictment."""
    room, dossier = room_and_ready
    refer(dossier, room, sent_on=AT.date())
    decide(dossier, room, "formal-trial")
    DossierRow.objects.filter(dossier=dossier).delete()
    now.shift(timedelta(days=30))
    judge_in_court(dossier, room, final_on=today())
    return dossier


@pytest.fixture
def listed(tmp_path: Path) -> tuple[Room, str]:
    """A list that was taken in and resolved, and one of its persons, of whom nobody has opened a dossier."""
    room, path = make_room("egret"), tmp_path / "list.csv"
    path.write_text(LIST, "utf-8")
    take_in_evidence(
        room.operation, path, home=installation.HOME, acquisition=Acquisition(), actor="tester", progress=silent()
    )
    path.unlink()
    resolve_operation(room.operation, home=installation.HOME, progress=silent())
    return room, Person.objects.get(operation=room.operation, name=NAME).code


def agreed(room: Room, code: str, ground: str = "acquitted") -> RetentionReview:
    made = propose_retention(room.operation, code, by=room.reviewer, choice="erase", ground=ground)
    return settle_retention(room.operation, made.pk, by=room.reviewer2, agree=True)


def carried_out(room: Room, review: RetentionReview, **said: Any) -> RetentionReview:
    return carry_out_erasure(room.operation, review.pk, by=room.reviewer, home=installation.HOME, **said)


def cut_off(room: Room, review: RetentionReview, at: str = "documents_erased") -> None:
    """Files are done, or begun; the database is not."""
    with patch.object(carry_out, at, side_effect=OSError("the power went")), pytest.raises(OSError, match="power"):
        carried_out(room, review)
    review.refresh_from_db()
    assert review.cut_off


# Given up


def test_an_agreed_erasure_is_given_up_by_one_person_and_the_review_is_due_again(
    acquitted: Dossier, room: Room
) -> None:
    made = agreed(room, acquitted.person_code)
    give_up_erasure(room.operation, made.pk, by=room.reviewer)
    assert reviews_waiting(room.operation) == []
    assert [(one.outcome, one.waiting) for one in reviews_due(room.operation)] == [("acquitted", None)]
    with pytest.raises(RefusedError, match="was given up on"):
        carried_out(room, made)
    assert Dossier.objects.filter(pk=acquitted.pk).exists()
    carried_out(room, agreed(room, acquitted.person_code))
    assert not Dossier.objects.filter(pk=acquitted.pk).exists()


@pytest.mark.parametrize("state", ["proposed", "refused", "kept", "given up", "erased"])
def test_nothing_but_an_agreed_erasure_is_given_up(state: str, acquitted: Dossier, room: Room) -> None:
    code, said = acquitted.person_code, {"by": room.reviewer}
    if state == "kept":
        day = today() + timedelta(days=9)
        made = propose_retention(room.operation, code, **said, choice="keep", ground="claim", review_on=day)
    else:
        made = propose_retention(room.operation, code, **said, choice="erase", ground="acquitted")
    if state != "proposed":
        settle_retention(room.operation, made.pk, by=room.reviewer2, agree=state != "refused")
    if state == "given up":
        give_up_erasure(room.operation, made.pk, **said)
    if state == "erased":
        carried_out(room, made)
    with pytest.raises(RefusedError, match="no erasure that is agreed"):
        give_up_erasure(room.operation, made.pk, **said)


def test_whoever_may_not_decide_gives_nothing_up(acquitted: Dossier, room: Room) -> None:
    made = agreed(room, acquitted.person_code)
    with pytest.raises(RefusedError, match="may not do this"):
        give_up_erasure(room.operation, made.pk, by=room.analyst)


@pytest.mark.parametrize("choice", ["keep", "erase"])
def test_what_two_people_agree_on_later_takes_the_place_of_an_erasure_that_is_not_done(
    choice: str, acquitted: Dossier, room: Room
) -> None:
    earlier = agreed(room, acquitted.person_code)
    if choice == "erase":
        agreed(room, acquitted.person_code, "order")
    else:
        made = propose_retention(
            room.operation, acquitted.person_code, by=room.reviewer, choice="keep", ground="claim",
            review_on=today() + timedelta(days=90),
        )  # fmt: skip
        settle_retention(room.operation, made.pk, by=room.reviewer2, agree=True)
    with pytest.raises(RefusedError, match="another took its place"):
        carried_out(room, earlier)
    assert len(reviews_waiting(room.operation)) == (choice == "erase")


def test_given_up_at_the_last_moment_nothing_is_changed(acquitted: Dossier, room: Room) -> None:
    made = agreed(room, acquitted.person_code)
    with pytest.raises(RefusedError, match="was given up on"):
        carried_out(room, made, tell=lambda _values: give_up_erasure(room.operation, made.pk, by=room.reviewer2))
    made.refresh_from_db()
    assert made.begun_at is None
    assert Dossier.objects.filter(pk=acquitted.pk).exists()


# Cut off


def test_what_has_begun_is_neither_given_up_nor_kept_and_is_finished_by_doing_it_again(
    acquitted: Dossier, room: Room
) -> None:
    code, day = acquitted.person_code, today() + timedelta(days=90)
    kept = {"by": room.reviewer, "choice": "keep", "ground": "claim", "review_on": day}
    made = agreed(room, code)
    before = propose_retention(room.operation, code, **kept)
    cut_off(room, made)
    for act in (
        lambda: give_up_erasure(room.operation, made.pk, by=room.reviewer),
        lambda: settle_retention(room.operation, before.pk, by=room.reviewer2, agree=True),
    ):
        with pytest.raises(RefusedError, match="has begun"):
            act()
    settle_retention(room.operation, before.pk, by=room.reviewer2, agree=False)
    with pytest.raises(RefusedError, match="has begun"):
        propose_retention(room.operation, code, **kept)
    carried_out(room, made)
    assert not Dossier.objects.filter(pk=acquitted.pk).exists()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_whose_ground_falls_half_way_is_erased_on_another_ground_that_two_people_agree_on(
    language: str, acquitted: Dossier, room: Room
) -> None:
    desk = Client(headers={"accept-language": language})
    desk.force_login(room.reviewer)
    begun, fallen, give_up = {
        "en": ("Erasing has begun and was cut off", "two people decide anew", "Give this erasure up"),
        "ja": ("消去は開始されましたが", "二人で改めて決定", "この消去を取りやめる"),
    }[language]
    made = agreed(room, acquitted.person_code)
    page = desk.get(PAGE).content.decode()
    assert (begun in page, fallen in page, give_up in page) == (False, False, True)
    cut_off(room, made)
    page = desk.get(PAGE).content.decode()
    assert (begun in page, fallen in page, give_up in page) == (True, False, False)
    withdraw_verdict(acquitted, by=room.liaison, reason="共犯者の判決")
    page = desk.get(PAGE).content.decode()
    assert (begun in page, fallen in page, f"carry-out {made.pk}" in page) == (True, True, False)
    with translation.override("en"), pytest.raises(RefusedError, match="no final verdict"):
        carried_out(room, made)
    carried_out(room, agreed(room, acquitted.person_code, "order"))
    assert not Dossier.objects.filter(pk=acquitted.pk).exists()
    assert reviews_waiting(room.operation) == []
    assert RetentionReview.objects.filter(erased_at__isnull=False).count() == 1


def test_rows_that_no_run_knows_any_more_go_along_with_the_new_proposal(listed: tuple[Room, str]) -> None:
    room, code = listed
    first = agreed(room, code, "unlawful")
    cut_off(room, first)
    second = agreed(room, code, "order")
    assert second.rows == first.rows != {}
    carried_out(room, second)
    assert traces_of([NAME, MAIL], installation.HOME).places == []


def test_a_filter_that_holds_what_the_person_alone_said_is_gone_though_the_rest_is_cut_off(
    listed: tuple[Room, str],
) -> None:
    room, code = listed
    for name, text in (("hers", MAIL), ("his", "kazuo@mail.example")):
        SavedFilter.objects.create(
            operation=room.operation,
            page=FilteredPage.PERSONS,
            by=room.analyst,
            name=name,
            query=f"q={text}",
            at=clock.now(),
        )
    cut_off(room, agreed(room, code, "unlawful"), at="redact")
    assert [one.name for one in SavedFilter.objects.all()] == ["his"]


def test_what_takes_the_place_of_a_begun_erasure_has_begun_too(listed: tuple[Room, str]) -> None:
    """Else one person could give it up, or two keep somebody, whom the files hold no more."""
    room, code = listed
    first = agreed(room, code, "unlawful")
    cut_off(room, first, at="erase_from_run")
    second = agreed(room, code, "order")
    first.refresh_from_db()
    assert (second.begun_at, second.rows) == (first.begun_at, first.rows)
    with pytest.raises(RefusedError, match="has begun"):
        give_up_erasure(room.operation, second.pk, by=room.reviewer)
    carried_out(room, second)
    assert traces_of([NAME, MAIL], installation.HOME).places == []


def test_what_was_proposed_before_another_began_takes_its_rows_too(listed: tuple[Room, str]) -> None:
    room, code = listed
    item, said = room.operation.evidence.get().evidence_id, {"by": room.reviewer, "choice": "erase"}
    made = propose_retention(room.operation, code, **said, ground="unlawful", further=[(item, 3)])
    first = settle_retention(room.operation, made.pk, by=room.reviewer2, agree=True)
    other = propose_retention(room.operation, code, **said, ground="order")
    assert other.rows != first.rows
    cut_off(room, first, at="erase_from_run")
    assert settle_retention(room.operation, other.pk, by=room.reviewer2, agree=True).rows == first.rows


def test_one_that_is_agreed_to_while_another_is_carried_out_ends_with_it(acquitted: Dossier, room: Room) -> None:
    first = agreed(room, acquitted.person_code)
    said = {"by": room.reviewer, "choice": "erase", "ground": "order"}
    other = propose_retention(room.operation, acquitted.person_code, **said)
    real = carry_out.acts_touching

    def meanwhile(*asked: Any) -> Any:
        settle_retention(room.operation, other.pk, by=room.reviewer2, agree=True)
        return real(*asked)

    with patch.object(carry_out, "acts_touching", side_effect=meanwhile):
        done = carried_out(room, first)
    assert (done.erased_at is not None, done.given_up_at) == (True, None)
    assert reviews_waiting(room.operation) == []


def test_whoever_looked_before_another_finished_changes_nothing_of_it(listed: tuple[Room, str]) -> None:
    room, code = listed
    first, told_values = agreed(room, code, "unlawful"), []
    real, by = carry_out.written_anew, []

    def late(home: Home) -> Any:
        if not by:
            by.append(room.reviewer)
            carried_out(room, first)
        return real(home)

    with patch.object(carry_out, "written_anew", side_effect=late):
        done = carry_out_erasure(
            room.operation, first.pk, by=room.reviewer2, home=installation.HOME, tell=told_values.append
        )
    assert (done.erased_by, told_values) == (room.reviewer, [])


def test_nobody_is_kept_who_is_erased_already(acquitted: Dossier, room: Room) -> None:
    first = agreed(room, acquitted.person_code)
    said = {"by": room.reviewer, "choice": "keep", "ground": "claim", "review_on": today() + timedelta(days=9)}
    other = propose_retention(room.operation, acquitted.person_code, **said)
    carried_out(room, first)
    assert reviews_waiting(room.operation) == []
    with pytest.raises(RefusedError, match="settled already"):
        settle_retention(room.operation, other.pk, by=room.reviewer2, agree=True)


def test_what_was_cut_off_before_it_was_noted_counts_as_begun(listed: tuple[Room, str]) -> None:
    """As in a database of an earlier version."""
    room, code = listed
    first, told_values = agreed(room, code, "unlawful"), []
    cut_off(room, first)
    RetentionReview.objects.filter(pk=first.pk).update(begun_at=None)
    with pytest.raises(RefusedError, match="has begun"):
        give_up_erasure(room.operation, first.pk, by=room.reviewer)
    carried_out(room, first, tell=told_values.append)
    assert told_values == []


@pytest.mark.parametrize("at", ["redact", "documents_erased"])
def test_nobody_else_takes_in_what_somebody_is_half_erased_from(
    at: str, listed: tuple[Room, str], tmp_path: Path
) -> None:
    room, code = listed
    first = agreed(room, code, "unlawful")
    cut_off(room, first, at=at)
    if at == "documents_erased":
        # As an earlier version left it.
        RetentionReview.objects.filter(pk=first.pk).update(begun_at=None)
    other, path = make_room("stork"), tmp_path / "again.csv"
    path.write_text(LIST, "utf-8")
    said = {"home": installation.HOME, "acquisition": Acquisition(), "actor": "tester", "progress": silent()}
    with pytest.raises(RefusedError, match="is being erased from"):
        take_in_evidence(other.operation, path, **said)
    carried_out(room, first)
    taken = take_in_evidence(other.operation, path, **said)
    assert taken.item.rows_erased == 1


def test_what_cannot_be_read_before_anything_has_gone_is_told_and_nothing_goes(listed: tuple[Room, str]) -> None:
    room, code = listed
    first = agreed(room, code, "unlawful")
    with (
        patch.object(carry_out, "values_of_person", side_effect=DamagedStoreError("a table is damaged")),
        pytest.raises(DamagedStoreError),
    ):
        carried_out(room, first)
    first.refresh_from_db()
    assert first.begun_at is None


# What is looked for afterwards


def erase(*words: str, room: Room) -> Any:
    said = ["--operation", room.operation.slug, "--by", room.reviewer.username]
    return CliRunner().invoke(app, ["erase", *words, *said], input="a long enough password\n")


@pytest.fixture
def listed_with_password(listed: tuple[Room, str]) -> tuple[Room, str]:
    room = listed[0]
    room.reviewer.set_password("a long enough password")
    room.reviewer.save()
    return listed


def test_the_values_are_written_before_anything_goes_and_not_at_all_where_nothing_goes(
    listed_with_password: tuple[Room, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    (room, code), outside = listed_with_password, tmp_path_factory.mktemp("outside")
    made, file = agreed(room, code, "unlawful"), outside / "values.txt"
    words = ["carry-out", str(made.pk), "--values-to", str(file)]
    with patch.object(carry_out, "check_nobody_elses", side_effect=RefusedError("another has it")):
        assert isinstance(erase(*words, room=room).exception, RefusedError)
    assert not file.exists()
    file.write_text("something else")
    done = erase(*words, room=room)
    assert isinstance(done.exception, RefusedError)
    assert "is there already" in done.exception.message
    made.refresh_from_db()
    item = room.operation.evidence.get().evidence_id
    assert (made.begun_at, erased_of(installation.HOME.evidence / item)) == (None, None)
    file.unlink()
    with patch.object(carry_out, "_begin", side_effect=RefusedError("given up")):
        assert isinstance(erase(*words, room=room).exception, RefusedError)
    assert not file.exists()
    with patch.object(carry_out, "redact", side_effect=OSError("the power went")):
        assert isinstance(erase(*words, room=room).exception, OSError)
    assert {NAME, MAIL} <= set(file.read_text("utf-8").splitlines())
    again = erase("carry-out", str(made.pk), "--values-to", str(outside / "again.txt"), room=room)
    assert again.exit_code == 0, again.output
    assert "look for what was written then" in again.stderr
    assert traces_of(file.read_text("utf-8").splitlines(), installation.HOME).places == []


def test_the_command_gives_up_and_lists_what_waits_and_whose_ground_has_fallen(acquitted: Dossier, room: Room) -> None:
    room.reviewer.set_password("a long enough password")
    room.reviewer.save()
    made = agreed(room, acquitted.person_code)
    withdraw_verdict(acquitted, by=room.liaison, reason="共犯者の判決")
    listed = CliRunner().invoke(app, ["erase", "list", "--operation", "heron", "--json"])
    [waiting] = json.loads(listed.stdout)["waiting"]
    assert (waiting["number"], waiting["state"], waiting["ground_stands"]) == (made.pk, "agreed", False)
    assert "ground no longer stands" in CliRunner().invoke(app, ["erase", "list", "--operation", "heron"]).stdout
    done = erase("give-up", str(made.pk), "--json", room=room)
    assert done.exit_code == 0, (done.output, done.exception)
    assert json.loads(done.stdout[done.stdout.index("{") :])["state"] == "given up"
    listed = CliRunner().invoke(app, ["erase", "list", "--operation", "heron", "--json"])
    assert json.loads(listed.stdout)["waiting"] == []


# Who is told


def told(kind: NotificationKind) -> list[str]:
    return sorted(one.user.username for one in Notification.objects.filter(kind=kind))


def test_that_erasing_has_become_the_default_is_told_to_who_decides_until_somebody_proposes(
    acquitted: Dossier, room: Room
) -> None:
    for _again in range(2):
        tell_due(room.operation)
    assert told(NotificationKind.RETENTION_ERASE) == ["heron-reviewer", "heron-reviewer2"]
    made = agreed(room, acquitted.person_code)
    tell_due(room.operation)
    assert len(told(NotificationKind.RETENTION_ERASE)) == 2
    assert told(NotificationKind.RETENTION_UNFINISHED) == ["heron-reviewer", "heron-reviewer2"]
    give_up_erasure(room.operation, made.pk, by=room.reviewer)
    tell_due(room.operation)
    assert len(told(NotificationKind.RETENTION_ERASE)) == 4
    address = Client()
    address.force_login(room.reviewer)
    assert f'href="{PAGE}"' in address.get("/notifications").content.decode()


def test_that_an_erasure_was_cut_off_is_told_again(acquitted: Dossier, room: Room) -> None:
    made = agreed(room, acquitted.person_code)
    tell_due(room.operation)
    cut_off(room, made)
    tell_due(room.operation)
    assert len(told(NotificationKind.RETENTION_UNFINISHED)) == 4


def test_of_a_case_that_is_merely_old_nobody_is_told(room: Room, now: Any) -> None:
    now.shift(timedelta(days=1000))
    assert [one.outcome for one in reviews_due(room.operation)] == ["open"]
    tell_due(room.operation)
    assert told(NotificationKind.RETENTION_ERASE) == []


def test_what_is_proposed_years_before_its_day_is_listed_and_not_counted_as_due(room: Room) -> None:
    dossier = Dossier.objects.get(operation=room.operation)
    DossierRow.objects.filter(dossier=dossier).delete()
    propose_retention(room.operation, dossier.person_code, choice="erase", ground="order", by=room.reviewer)
    said = CliRunner().invoke(app, ["erase", "list", "--operation", "heron"]).stdout
    assert dossier.person_code in said
    assert "0 due, 1 proposed or agreed, 0 erased." in said
