"""Notes are only added to; tasks have somebody who does them; notifications name nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from soken.casework.actions.finish_task import finish_task
from soken.casework.actions.give_task import give_task
from soken.casework.actions.mark_read import mark_read
from soken.casework.actions.write_note import write_note
from soken.casework.models import Dossier, Note, Notification, Task
from soken.casework.selectors.boards import tasks_due
from soken.casework.selectors.digest import digest_of
from soken.casework.selectors.dossier import today
from soken.casework.selectors.notifications import notifications_of, unread_count
from soken.core.errors import BadInputError, NotFoundError, RefusedError, SokenError
from tests.casework.dossiers import Room, make_dossier, make_room


@pytest.fixture
def room(db: None) -> Room:
    return make_room()


@pytest.fixture
def dossier(room: Room) -> Dossier:
    return make_dossier(room)


def test_a_wrong_note_stays_and_is_corrected_by_a_new_one(room: Room, dossier: Dossier) -> None:
    wrong = write_note(dossier, by=room.analyst, text="第一報")
    right = write_note(dossier, by=room.analyst2, text="訂正", corrects=wrong.pk)
    wrong.refresh_from_db()
    assert (wrong.text, wrong.corrected_by) == ("第一報", right)
    with pytest.raises(RefusedError, match="corrected already"):
        write_note(dossier, by=room.analyst, text="もう一度", corrects=wrong.pk)


def test_no_note_is_changed_or_deleted(room: Room, dossier: Dossier) -> None:
    note = write_note(dossier, by=room.analyst, text="記録")
    for attempt in (note.delete, Note.objects.all().delete, lambda: Note.objects.update(text="別")):
        with pytest.raises(RefusedError):
            attempt()
    note.refresh_from_db()
    assert note.text == "記録"


def test_a_note_of_another_dossier_is_not_corrected_here(room: Room, dossier: Dossier) -> None:
    elsewhere = write_note(make_dossier(room), by=room.analyst, text="別件")
    with pytest.raises(RefusedError):
        write_note(dossier, by=room.analyst, text="訂正", corrects=elsewhere.pk)
    assert not dossier.notes.exists()


@pytest.mark.parametrize(
    ("who", "error"),
    [("stranger", NotFoundError), ("auditor", RefusedError)],
)
def test_who_has_no_part_in_the_dossier_writes_nothing(
    who: str, error: type[SokenError], room: Room, dossier: Dossier
) -> None:
    with pytest.raises(error):
        write_note(dossier, by=room.users[who], text="記録")
    with pytest.raises(error):
        give_task(dossier, by=room.users[who], what="照会", who=room.analyst.username, due_on=today())
    assert (dossier.notes.count(), dossier.tasks.count()) == (0, 0)


def test_a_task_stands_on_its_doers_board_until_it_is_done(room: Room, dossier: Dossier) -> None:
    task = give_task(dossier, by=room.analyst, what="住民票の照会", who=room.investigator.username, due_on=today())
    assert list(tasks_due(room.investigator)) == [task]
    assert list(tasks_due(room.analyst)) == []
    finish_task(dossier, by=room.investigator, key=task.pk, outcome="回答あり")
    assert list(tasks_due(room.investigator)) == []
    with pytest.raises(RefusedError):
        finish_task(dossier, by=room.investigator, key=task.pk, outcome="もう一度")


@pytest.mark.parametrize("days", [-1, 5000], ids=["past", "far off"])
def test_a_task_is_due_on_a_day_that_can_be(days: int, room: Room, dossier: Dossier) -> None:
    with pytest.raises(BadInputError):
        give_task(
            dossier, by=room.analyst, what="照会", who=room.analyst.username, due_on=today() + timedelta(days=days)
        )


def test_giver_and_doer_are_notified_and_nobody_of_what_they_did_themselves(room: Room, dossier: Dossier) -> None:
    task = give_task(dossier, by=room.analyst, what="照会", who=room.investigator.username, due_on=today())
    finish_task(dossier, by=room.investigator, key=task.pk, outcome="済")
    own = give_task(dossier, by=room.analyst, what="整理", who=room.analyst.username, due_on=today())
    finish_task(dossier, by=room.analyst, key=own.pk, outcome="済")
    told = [(one.user, one.kind) for one in Notification.objects.order_by("pk")]
    assert told == [(room.investigator, "task-given"), (room.analyst, "task-done")]


def test_one_marks_only_ones_own_notifications_as_read(room: Room, dossier: Dossier) -> None:
    give_task(dossier, by=room.analyst, what="照会", who=room.investigator.username, due_on=today())
    (one,) = notifications_of(room.investigator)
    assert mark_read(by=room.analyst, keys=[one.pk]) == 0
    assert unread_count(room.investigator) == 1
    assert mark_read(by=room.investigator) == 1
    assert unread_count(room.investigator) == 0


def test_who_leaves_an_operation_is_told_no_more_of_it(room: Room, dossier: Dossier) -> None:
    give_task(dossier, by=room.analyst, what="照会", who=room.investigator.username, due_on=today())
    room.investigator.memberships.all().delete()
    assert notifications_of(room.investigator) == []
    assert digest_of(room.investigator) is None


def test_a_digest_holds_counts_and_codes_and_nothing_else(room: Room, dossier: Dossier) -> None:
    give_task(dossier, by=room.analyst, what="照会", who=room.investigator.username, due_on=today())
    digest = digest_of(room.investigator)
    assert digest is not None
    assert digest.waiting["tasks"] == 1
    assert [(one.kind, one.total, one.codes) for one in digest.unread] == [("task-given", 1, (dossier.person_code,))]


def test_the_database_refuses_a_task_done_by_nobody(room: Room, dossier: Dossier) -> None:
    task = give_task(dossier, by=room.analyst, what="照会", who=room.analyst.username, due_on=today())
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(done_at=task.at)
