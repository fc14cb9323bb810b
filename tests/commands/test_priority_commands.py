"""``soken priority`` and ``soken safety``: the same acts as on the desk, by people who are who they say."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from typer.testing import CliRunner

from soken.casework.selectors.instrument import OWN
from soken.commands.main import app
from soken.core.errors import BadInputError, NotFoundError, RefusedError, SokenError
from soken.prioritise.instrument_file import default_instrument
from tests.casework.dossiers import Room, make_dossier, make_room

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"
CLEAN = {
    code: next(one.code for one in factor.answers.values() if not one.points)
    for code, factor in default_instrument().factors.items()
}


@pytest.fixture
def room(settings: Settings) -> Room:
    found = make_room()
    for user in found.users.values():
        user.password = make_password(PASSWORD)
        user.save()
    return found


def run(*words: str, by: str = "") -> str:
    named = ["--by", f"heron-{by}"] if by else []
    done = CliRunner().invoke(app, [*words, "--operation", "heron", *named], input=f"{PASSWORD}\n")
    if isinstance(done.exception, SokenError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def soken(*words: str, by: str = "") -> Any:
    said = run(*words, "--json", by=by)
    return json.loads(said[said.index("{") :])


def answers(**changed: str) -> list[str]:
    said = {**CLEAN, **{code.replace("_", "-"): answer for code, answer in changed.items()}}
    return [word for code, answer in said.items() for word in ("--answer", f"{code}={answer}")]


def test_a_person_is_assessed_overridden_and_lowered_by_two(room: Room) -> None:
    code = make_dossier(room).person_code
    assert soken("priority", "show", code)["band"] is None
    assessed = soken("priority", "assess", code, *answers(access_work="regular"), by="analyst")
    assert (assessed["band"], assessed["assessments"][0]["score"]) == ("very-high", 60)
    waiting = soken("priority", "override", code, "--band", "low", "--reason", "長期入院", by="analyst")
    assert (waiting["band"], waiting["lowering_waits"]) == ("very-high", True)
    with pytest.raises(RefusedError):
        soken("priority", "approve", code, "--reason", "同意", by="analyst")
    assert soken("priority", "approve", code, "--reason", "同意", by="reviewer")["band"] == "low"
    assert [one["person"] for one in soken("priority", "list")["persons"]] == [code]


def test_a_lowering_is_refused(room: Room) -> None:
    code = make_dossier(room).person_code
    soken("priority", "assess", code, *answers(access_home="visits"), by="analyst")
    soken("priority", "override", code, "--band", "low", "--reason", "x", by="analyst")
    shown = soken("priority", "refuse", code, "--reason", "根拠不足", by="reviewer")
    assert (shown["band"], shown["changes"][0]["state"]) == ("high", "refused")


@pytest.mark.parametrize(
    ("answer", "says"),
    [("access-home", "FACTOR=ANSWER"), ("shoe-size=44", "has no factor"), ("access-home=often", "has no answer")],
)
def test_a_wrong_answer_is_one_sentence_and_changes_nothing(answer: str, says: str, room: Room) -> None:
    code = make_dossier(room).person_code
    with pytest.raises(BadInputError, match=says):
        soken("priority", "assess", code, "--answer", answer, by="analyst")
    assert soken("priority", "show", code)["assessments"] == []


@pytest.mark.parametrize("words", [("--band", "urgent"), ("--only", "late")])
def test_a_list_that_does_not_exist_is_refused(words: tuple[str, str], room: Room) -> None:
    with pytest.raises(BadInputError):
        soken("priority", "list", *words)


def test_people_read_the_band_with_what_it_rests_on(room: Room) -> None:
    code = make_dossier(room).person_code
    said = run("priority", "assess", code, "--answer", "access-home=visits", by="analyst")
    assert "conduct-danger = unknown (not known: counts in full)" in said
    assert "Unvalidated decision support" in said
    assert "assess again" not in run("priority", "list")


@pytest.mark.parametrize(("language", "word"), [("en", "Works or volunteers"), ("ja", "ボランティア")])
def test_the_instrument_is_shown_with_published_error_rates(language: str, word: str) -> None:
    said = CliRunner().invoke(app, ["priority", "instrument", "--language", language]).stdout
    assert word in said
    assert "37.7%" in said
    assert "unvalidated decision support" in said
    assert "Not the instrument that ships" not in said


def test_an_instrument_of_ones_own_says_so(room: Room) -> None:
    own = settings.HOME.root.joinpath(*OWN)
    own.parent.mkdir()
    shipped = files("soken.prioritise").joinpath("instruments/default.toml").read_text("utf-8")
    own.write_text(shipped.replace("from = 40", "from = 41"), encoding="utf-8")
    shown = CliRunner().invoke(app, ["priority", "instrument"]).stdout
    assert "Not the instrument that ships with Soken" in shown
    assert json.loads(CliRunner().invoke(app, ["priority", "instrument", "--json"]).stdout)["shipped"] is False


def test_child_protection_is_told_and_answers(room: Room) -> None:
    code = make_dossier(room).person_code
    words = ("--body", "child-guidance-centre", "--office", "中央児童相談所")
    number = soken("safety", "notify", code, *words, by="investigator")["number"]
    assert [one["number"] for one in soken("safety", "list")["waiting"]] == [number]
    soken("safety", "acknowledge", str(number), "--who", "当直", by="analyst")
    assert soken("safety", "list")["total"] == 0
    with pytest.raises(RefusedError):
        soken("safety", "cancel", str(number), "--reason", "x", by="analyst")
    with pytest.raises(NotFoundError):
        soken("safety", "acknowledge", "999999", "--who", "当直", by="analyst")
