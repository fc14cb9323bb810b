"""The pages of the register of wrong persons and its command: what is shown, what is refused, who may."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation
from typer.testing import CliRunner

from soken.commands.main import app
from soken.core.errors import SokenError
from tests.desk.factory import PASSWORD, TAKAHASHI, World
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

REGISTER = "/operations/kingfisher/wrong-persons"
PAGE = f"/operations/kingfisher/persons/{TAKAHASHI}/wrong-person"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_a_report_on_the_page_freezes_and_the_dossier_says_so(desk: Client) -> None:
    assert "Report the wrong person" in text_of(desk.get(PAGE))
    assert desk.post(PAGE, {"act": "report", "basis": ""}).status_code == 422
    assert desk.post(PAGE, {"act": "report", "basis": "下線の欠落"}).status_code == 302
    page = text_of(desk.get(PAGE))
    assert "links frozen 3 rows stay with this person and no other joins them." in page
    assert "Until the review can be closed:" in page
    dossier = text_of(desk.get(PAGE.replace("wrong-person", "dossier")))
    assert "the links are frozen, and no coercive step is taken" in dossier
    desk.cookies["django_language"] = "ja"
    assert "照合凍結中" in text_of(desk.get(PAGE))


def test_a_copy_is_listed_asked_back_and_answered_on_the_page(desk: Client) -> None:
    desk.post(PAGE, {"act": "report", "basis": "下線の欠落"})
    assert desk.post(PAGE, {"act": "copy", "source": "print", "recipient": "大阪府警", "note": ""}).status_code == 302
    assert "1 copy without an answer" in text_of(desk.get(REGISTER))
    key = desk.get(PAGE).context["recalls"][0][0].recall.pk
    assert desk.post(PAGE, {"act": "answered", "key": key, "answer": "destroyed", "who": "井上"}).status_code == 409
    assert desk.post(PAGE, {"act": "ask", "key": key, "method": "document", "at": ""}).status_code == 302
    refused = desk.post(PAGE, {"act": "answered", "key": key, "answer": "refused", "who": "井上", "note": ""})
    assert refused.status_code == 422
    assert 'value="井上"' in refused.content.decode()
    assert desk.post(PAGE, {"act": "answered", "key": key, "answer": "destroyed", "who": "井上"}).status_code == 302
    assert "0 copies without an answer" in text_of(desk.get(REGISTER))


def test_only_reviewers_see_the_decisions_and_the_first_is_never_the_second(desk: Client, world: World) -> None:
    desk.post(PAGE, {"act": "report", "basis": "下線の欠落"})
    assert "Propose to release the links" not in text_of(desk.get(PAGE))
    assert desk.post(PAGE, {"act": "release", "reason": "本人"}).status_code == 409
    reviewer = signed_in(world.users["reviewer"])
    assert reviewer.post(PAGE, {"act": "release", "reason": "本人"}).status_code == 302
    assert "Agree to the release" not in text_of(reviewer.get(PAGE))
    assert reviewer.post(PAGE, {"act": "agree-release"}).status_code == 409


@pytest.mark.parametrize("said", [{"act": "erase"}, {"act": "ask", "key": "x"}, {}])
def test_a_form_that_the_page_has_not_is_not_found(said: dict[str, str], desk: Client) -> None:
    assert desk.post(PAGE, said).status_code == 404


def test_the_command_does_the_same(world: World) -> None:
    found = run("report", TAKAHASHI, "--basis", "下線の欠落")
    assert found["frozen_rows"] == 3
    found = run("copy", TAKAHASHI, "--kind", "print", "--recipient", "大阪府警")
    key = str(found["copies"][-1]["copy"])
    run("ask", TAKAHASHI, "--copy", key)
    assert run("list", by="")["open"][0]["state"] == "asked"
    found = run("answered", TAKAHASHI, "--copy", key, "--answer", "returned", "--who", "井上")
    assert found["copies"][-1]["state"] == "gone"
    found = run("propose", TAKAHASHI, "--kind", "release", "--reason", "本人", by="reviewer")
    assert found["decisions"][0]["state"] == "waits for another person"


def run(*words: str, by: str = "analyst") -> dict[str, Any]:
    said = ["--by", f"kingfisher-{by}"] if by else []
    done = CliRunner().invoke(
        app, ["wrong-person", *words, "--operation", "kingfisher", "--json", *said], input=f"{PASSWORD}\n"
    )
    if isinstance(done.exception, SokenError):
        raise done.exception
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    return found
