"""``soken note, task, notify``: what people tell each other, as who they are; the digest names nobody."""

from __future__ import annotations

import json
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from typer.testing import CliRunner

from soken.access.models import User
from soken.casework.actions import send_digest
from soken.casework.selectors.dossier import today
from soken.commands.main import app
from soken.core.errors import BadInputError, EnvironmentProblemError, NotFoundError, RefusedError, SokenError
from tests.casework.dossiers import Room, make_dossier, make_room

if TYPE_CHECKING:
    from pytest_django import Settings

    from soken.casework.models import Dossier

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"
DESK = "https://soken.example"


@pytest.fixture
def room(settings: Settings) -> Room:
    settings.EMAIL_HOST = "mail.example"
    room = make_room()
    for user in room.users.values():
        user.password = make_password(PASSWORD)
        user.save()
    return room


@pytest.fixture
def dossier(room: Room) -> Dossier:
    return make_dossier(room)


def run(*words: str) -> str:
    """Run a command; return what it prints."""
    done = CliRunner().invoke(app, [*words], input=f"{PASSWORD}\n")
    if isinstance(done.exception, SokenError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def told(*words: str, by: User) -> Any:
    """Run a command as a user; return the JSON that it prints."""
    said = run(*words, "--by", by.username, "--json")
    return json.loads(said[said.index("{") :])


def about(dossier: Dossier) -> tuple[str, ...]:
    return (dossier.person_code, "--operation", dossier.operation.slug)


def given(dossier: Dossier, room: Room, **changes: str) -> Any:
    """Have the analyst give the investigator a task."""
    said = {"what": "住民票の照会", "who": room.investigator.username, "due": today().isoformat(), **changes}
    options = [word for name, value in said.items() for word in (f"--{name}", value)]
    return told("task", "give", *about(dossier), *options, by=room.analyst)


def test_a_note_is_written_and_corrected_by_a_new_one(room: Room, dossier: Dossier) -> None:
    told("note", "write", *about(dossier), "--text", "第一報", by=room.analyst)
    wrong = dossier.notes.get()
    told("note", "write", *about(dossier), "--text", "訂正", "--corrects", str(wrong.pk), by=room.analyst2)
    listed = told("note", "list", *about(dossier), by=room.analyst)
    assert listed["total"] == 2
    assert [(one["text"], one["corrects"], one["by"]) for one in listed["notes"]] == [
        ("訂正", wrong.pk, room.analyst2.username),
        ("第一報", None, room.analyst.username),
    ]
    assert "第一報" in run("note", "list", *about(dossier), "--by", room.analyst.username)
    with pytest.raises(RefusedError, match="corrected already"):
        told("note", "write", *about(dossier), "--text", "再訂正", "--corrects", str(wrong.pk), by=room.analyst)


@pytest.mark.parametrize(("who", "error"), [("stranger", NotFoundError), ("auditor", RefusedError)])
def test_who_has_no_part_in_the_dossier_writes_no_note(
    who: str, error: type[SokenError], room: Room, dossier: Dossier
) -> None:
    with pytest.raises(error):
        told("note", "write", *about(dossier), "--text", "記録", by=room.users[who])
    assert not dossier.notes.exists()


def test_who_is_no_member_reads_no_note(room: Room, dossier: Dossier) -> None:
    told("note", "write", *about(dossier), "--text", "記録", by=room.analyst)
    with pytest.raises(NotFoundError):
        told("note", "list", *about(dossier), by=room.users["stranger"])


def test_a_task_goes_to_its_doer_and_back_to_its_giver(room: Room, dossier: Dossier) -> None:
    given(dossier, room)
    task = dossier.tasks.get()
    assert told("task", "mine", by=room.investigator) == {
        "tasks": [
            {"key": task.pk, "operation": "heron", "person": dossier.person_code, "what": "住民票の照会",
             "due": today().isoformat()}
        ]
    }  # fmt: skip
    assert told("task", "mine", by=room.analyst) == {"tasks": []}
    (came,) = told("notify", "list", by=room.investigator)["notifications"]
    assert (came["kind"], came["person"], came["read"]) == ("task-given", dossier.person_code, False)
    told("task", "done", *about(dossier), "--key", str(task.pk), "--outcome", "回答あり", by=room.investigator)
    assert told("task", "mine", by=room.investigator) == {"tasks": []}
    assert [one["kind"] for one in told("notify", "list", by=room.analyst)["notifications"]] == ["task-done"]


@pytest.mark.parametrize(
    "changes",
    [{"who": "nobody-of-this-name"}, {"who": "heron-stranger"}, {"what": " "}, {"due": "yesterday"}],
    ids=["unknown doer", "doer who is no member", "nothing to do", "a day already past"],
)
def test_a_task_that_cannot_be_done_is_not_given(changes: dict[str, str], room: Room, dossier: Dossier) -> None:
    if "due" in changes:
        changes = {"due": (today() - timedelta(days=1)).isoformat()}
    with pytest.raises((BadInputError, NotFoundError, RefusedError)):
        given(dossier, room, **changes)
    assert not dossier.tasks.exists()


def test_a_notification_is_read_by_whom_it_is_for(room: Room, dossier: Dossier) -> None:
    given(dossier, room)
    given(dossier, room, what="決済記録の照会")
    first, second = (one["key"] for one in told("notify", "list", by=room.investigator)["notifications"])
    assert told("notify", "read", "--key", str(first), by=room.investigator) == {"marked": 1}
    assert told("notify", "read", by=room.analyst) == {"marked": 0}, "nobody reads for another"
    unread = [one["key"] for one in told("notify", "list", by=room.investigator)["notifications"] if not one["read"]]
    assert unread == [second]
    assert told("notify", "read", by=room.investigator) == {"marked": 1}


def test_the_digest_counts_and_names_nobody(room: Room, dossier: Dossier) -> None:
    User.objects.filter(pk=room.investigator.pk).update(email="investigator@police.example")
    given(dossier, room)
    printed = run("notify", "digest", "--address", f"{DESK}/")
    assert "To: investigator@police.example" in printed
    assert f"- a task was given to you: 1 ({dossier.person_code})" in printed
    assert "- tasks due: 1" in printed
    assert "- 期限の来たタスク: 1" in printed, "in Japanese as well"
    assert f"{DESK}/\n" in printed
    assert mail.outbox == [], "printed, not sent"
    for said in (dossier.name, "住民票", room.operation.name, room.operation.slug, room.analyst.username):
        assert said not in printed


def test_the_digest_is_sent_to_those_with_work_and_an_address_alone(room: Room, dossier: Dossier) -> None:
    given(dossier, room)
    run("notify", "digest", "--address", DESK, "--send")
    assert mail.outbox == [], "nobody has an address"
    for user in (room.investigator, room.users["stranger"]):
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@police.example")
    run("notify", "digest", "--address", DESK, "--send")
    (sent,) = mail.outbox
    assert sent.to == [f"{room.investigator.username}@police.example"]
    assert sent.subject == "Soken"
    assert "- tasks due: 1" in sent.body
    assert dossier.name not in sent.body


def test_one_mail_that_is_not_taken_keeps_nobody_else_from_theirs(
    room: Room, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in (room.investigator, room.analyst):
        given(dossier, room, who=user.username)
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@police.example")
    send, refused = send_digest.send_mail, f"{room.analyst.username}@police.example"

    def choosy(subject: str, text: str, sender: None, to: list[str]) -> int:
        if to == [refused]:
            raise SMTPRecipientsRefused({refused: (550, b"no such user")})
        return send(subject, text, sender, to)

    monkeypatch.setattr(send_digest, "send_mail", choosy)
    with pytest.raises(EnvironmentProblemError, match=r"1 digests were not sent.*heron-analyst"):
        run("notify", "digest", "--address", DESK, "--send")
    assert [one.to for one in mail.outbox] == [[f"{room.investigator.username}@police.example"]]


def test_without_a_mail_server_the_digest_says_so_and_sends_nothing(
    room: Room, dossier: Dossier, settings: Settings
) -> None:
    settings.EMAIL_HOST = ""
    User.objects.filter(pk=room.investigator.pk).update(email="investigator@police.example")
    given(dossier, room)
    with pytest.raises(EnvironmentProblemError, match="SOKEN_MAIL_URL"):
        run("notify", "digest", "--address", DESK, "--send")
    assert mail.outbox == []


def test_what_is_due_is_told_from_a_timer_once(room: Room, dossier: Dossier) -> None:
    given(dossier, room)
    due = json.loads(run("notify", "due", "--operation", "heron", "--json"))["operations"]
    assert [(one["operation"], one["nobody"]) for one in due] == [("heron", 0)]
    assert due[0]["told"]["task-soon"] == 1
    assert "Nothing new to tell." in run("notify", "due")
    kinds = [one["kind"] for one in told("notify", "list", by=room.investigator)["notifications"]]
    assert kinds.count("task-soon") == 1


def test_what_is_due_in_an_unknown_operation_is_not_found(room: Room) -> None:
    with pytest.raises(NotFoundError):
        run("notify", "due", "--operation", "no-such")
