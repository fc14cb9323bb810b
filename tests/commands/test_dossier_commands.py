"""``soken dossier``: the same acts, gates and words as on the desk, by people who are who they say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import translation
from typer.testing import CliRunner

from soken.casework.actions.advance import GateError
from soken.casework.actions.assess import assess
from soken.casework.selectors.dossier import today
from soken.commands.main import app
from soken.commands.main import run as run_as_typed
from soken.core.errors import BadInputError, NotFoundError, RefusedError, SokenError
from tests.casework.dossiers import Room, make_dossier, make_room

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"


@pytest.fixture
def room(settings: Settings) -> Room:
    room = make_room()
    for user in room.users.values():
        user.password = make_password(PASSWORD)
        user.save()
    return room


def soken(*words: str, by: str = "", password: str = PASSWORD) -> Any:
    """Run a command on a dossier as a user of the room; return the JSON that it prints."""
    return run("dossier", *words, by=by, password=password)


def run(*words: str, by: str = "", password: str = PASSWORD) -> Any:
    """Run a command as a user of the room; return the JSON that it prints."""
    named = ["--by", f"heron-{by}"] if by else []
    done = CliRunner().invoke(app, [*words, "--operation", "heron", *named, "--json"], input=f"{password}\n")
    if isinstance(done.exception, SokenError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout[done.stdout.index("{") :])


#: The way of a person whose case is sent, one command a line.
WAY = [
    ("screen", "--reason", "items-covered", "analyst"),
    ("review", "reviewer"),
    ("advance", "--to", "screened", "analyst"),
    ("advance", "--to", "assigned", "analyst"),
    ("advance", "--to", "under-investigation", "investigator"),
    ("confirm", "--basis", "住民票と照合", "--born-on", "1979-05-01", "analyst"),
    ("confirm", "--basis", "免許と照合", "--born-on", "1979-05-01", "investigator"),
    ("role", "--role", "user", "--basis", "会員登録", "analyst"),
    *(
        line
        for kind in ("name-used-by-another", "card-theft", "household-member", "wrong-join")
        for line in (
            ("rival", "--kind", kind, "--why", "必須の確認", "analyst"),
            ("rival", "--kind", kind, "--result", "該当なし", "analyst"),
        )
    ),
    ("exhibit", "--number", "甲1", "--origin", "bank", "--obtained-on", "2026-09-01", "analyst"),
    ("exhibit", "--number", "甲2", "--origin", "search", "--obtained-on", "2026-09-02", "analyst"),
    ("exhibit", "--number", "鑑1", "--origin", "examination", "--obtained-on", "2026-09-20", "analyst"),
    ("corroborate", "--kind", "payment", "--exhibit", "甲1", "analyst"),
    ("element", "--element", "possession", "--exhibit", "甲2", "--shown-on", "2026-09-02", "analyst"),
    *(("element", "--element", one, "--exhibit", "鑑1", "analyst") for one in ("material", "purpose", "will", "clear")),
    ("elsewhere", "analyst"),
    ("enquiry", "--question", "購入時の居住者", "analyst"),
]


def test_a_person_goes_the_whole_way_from_the_command_line(room: Room) -> None:
    dossier = make_dossier(room)
    assess(dossier, by=room.analyst, answers={})
    code = dossier.person_code
    for name, *said, by in WAY:
        soken(name, code, *said, by=by)
    run("track", "allege", code, "--offence", "7-1", "--last-on", "2026-09-02", "--basis", "甲2", by="investigator")
    with pytest.raises(GateError, match=r"“ready for action” yet\. There is no welfare plan\.$"):
        soken("advance", code, "--to", "ready-for-action", by="reviewer")

    from datetime import timedelta

    from soken.casework.selectors.dossier import today

    until = (today() + timedelta(days=30)).isoformat()
    plan = ("--risks", "不明", "--measures", "保健師同行", "--afterwards", "翌日に連絡", "--good-until", until)
    soken("welfare", code, *plan, by="investigator")
    soken("advance", code, "--to", "ready-for-action", by="reviewer")
    with pytest.raises(GateError, match="The referral is not recorded"):
        soken("advance", code, "--to", "referred", by="reviewer")
    shown = goes_to_the_prosecutor(code, today().isoformat())
    assert [step["after"] for step in shown["history"]][-4:] == ["ready-for-action", "referred", "decided", "referred"]


def goes_to_the_prosecutor(code: str, today: str) -> Any:
    """Refer, receive, decide, review and take up again from the command line; return the dossier."""
    sent = ("--kind", "papers", "--office", "tokyo", "--reference", "送致1号", "--liaison", "heron-liaison")
    assert run("referral", "send", code, *sent, "--on", today, by="reviewer")["stage"] == "referred"
    (waiting,) = run("referral", "list", "--waiting", by="liaison")["referrals"]
    assert (waiting["person"], waiting["waiting"], waiting["days"]) == (code, "receipt", 0)
    run("referral", "received", code, "--number", "検9号", "--on", today, by="liaison")
    decided = ("--kind", "suspension-of-prosecution", "--reference", "検9号")
    assert run("referral", "disposed", code, *decided, "--on", today, by="liaison")["stage"] == "decided"
    run("referral", "inquest", code, "--committee", "東京第一検察審査会", "--on", today, by="liaison")
    run("referral", "inquest", code, "--resolution", "not-proper", "--on", today, by="liaison")
    shown = run(
        "referral", "reopen", code, "--ground", "inquest", "--reason", "議決による", "--on", today, by="liaison"
    )
    (again,) = run("referral", "list", "--waiting", by="liaison")["referrals"]
    (lifted,) = again["dispositions"]
    assert (again["waiting"], lifted["lifted_ground"], lifted["inquests"][0]["resolution"]) == (
        "decision", "inquest", "not-proper",
    )  # fmt: skip
    return shown


def test_what_is_missing_is_shown_in_both_languages(room: Room) -> None:
    code = make_dossier(room).person_code
    english = soken("show", code)
    japanese = soken("show", code, "--language", "ja")
    (ahead,) = [one for one in english["next"] if one["stage"] == "screened"]
    (same,) = [one for one in japanese["next"] if one["stage"] == "screened"]
    assert ahead["missing"] == [
        {"code": "no-screening", "about": "", "says": "Nobody has screened yet whether a charge is possible."}
    ]
    assert same["missing"][0]["says"] == "立件可否の判断がまだ行われていません。"
    plain = CliRunner().invoke(app, ["dossier", "show", code, "--operation", "heron"])
    assert "→ screened: Take up" in plain.stdout
    assert "○ Nobody has screened yet" in plain.stdout


@pytest.mark.parametrize(
    ("act", "language", "says"),
    [
        ("advance", "en", "Nobody has screened yet whether a charge is possible."),
        ("interview", "en", "Nobody has confirmed the identity yet; two people must. There is no welfare plan."),
        ("interview", "ja", "保護計画がありません。"),
    ],
)
def test_every_command_that_meets_a_gate_says_in_words_what_is_missing(
    act: str, language: str, says: str, room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = make_dossier(room).person_code
    said = {
        "advance": ["--to", "screened"],
        "interview": ["--on", today().isoformat(), "--place", "署", "--who", "班長"],
    }[act]
    monkeypatch.setattr("soken.commands.acting.actor", lambda: room.investigator.username)
    monkeypatch.setenv("SOKEN_LANGUAGE", language)
    monkeypatch.setattr("sys.argv", ["soken", "dossier", act, code, "--operation", "heron", *said])
    with translation.override(language), pytest.raises(SystemExit) as ended:
        run_as_typed()
    error = capsys.readouterr().err
    assert ended.value.code not in {0, 2}
    assert says in error
    assert "no-" not in error, "a code is no sentence"


def test_one_person_cannot_act_as_another_without_the_password(room: Room) -> None:
    dossier = make_dossier(room)
    with pytest.raises(RefusedError, match="not the password"):
        soken("confirm", dossier.person_code, "--basis", "x", by="analyst", password="guessed")
    with pytest.raises(NotFoundError, match="--by NAME"):
        soken("confirm", dossier.person_code, "--basis", "x", by="nobody")
    assert not dossier.confirmations.exists()


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("advance", "--to", "somewhere"), BadInputError),
        (("screen", "--reason", "whim"), BadInputError),
        (("screen", "--reason", "items-covered", "--seen", "7"), RefusedError),
        (("corroborate", "--kind", "payment", "--exhibit", "甲9"), NotFoundError),
        (("enquiry", "--key", "1", "--result", "shown", "--found", "x"), RefusedError),
    ],
    ids=["no such stage", "no such reason", "somebody acted since", "no such exhibit", "no such line"],
)
def test_what_is_refused_changes_nothing(words: tuple[str, ...], refusal: type[SokenError], room: Room) -> None:
    dossier = make_dossier(room)
    with pytest.raises(refusal):
        soken(words[0], dossier.person_code, *words[1:], by="analyst")
    dossier.refresh_from_db()
    assert dossier.version == 1


def test_a_person_without_a_dossier_is_told_how_to_open_one(room: Room) -> None:
    with pytest.raises(NotFoundError, match="soken dossier open P-9999-9999-9999"):
        soken("show", "P-9999-9999-9999")
