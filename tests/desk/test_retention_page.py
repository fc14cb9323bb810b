"""The page of retention and its commands: who may, what is refused, and that the second is never the first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation
from typer.testing import CliRunner

from soken.access.models import Role
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.review_screening import review_screening
from soken.casework.actions.screen import screen
from soken.casework.models import Membership, RetentionReview
from soken.casework.selectors.dossier import today
from soken.commands.main import app
from soken.core.errors import RefusedError, SokenError
from tests.desk.factory import ALONE, PASSWORD, TAKAHASHI, World, make_user
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client

PAGE = "/operations/kingfisher/retention"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def reviewer(world: World) -> Client:
    second = make_user("kingfisher-second", Role.REVIEWER)
    Membership.objects.create(operation=world.operation, user=second)
    world.users["second"] = second
    return signed_in(world.users["reviewer"])


def test_a_proposal_waits_for_another_person_and_is_carried_out_by_command_alone(
    reviewer: Client, world: World
) -> None:
    dossier = open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    screen(dossier, by=world.users["analyst"], reason="items-not-covered")
    review_screening(dossier, by=world.users["reviewer"])
    end_dossier(dossier, by=world.users["analyst"], kind="deceased", basis="戸籍", on=today())
    assert "erase, unless a reason to keep is given" in text_of(reviewer.get(PAGE))
    assert reviewer.post(PAGE, {"act": "erase", "person": TAKAHASHI, "ground": "because"}).status_code == 422
    assert reviewer.post(PAGE, {"act": "erase", "person": TAKAHASHI, "ground": "order"}).status_code == 302
    made = RetentionReview.objects.get()
    assert reviewer.post(PAGE, {"act": "agree", "key": made.pk}).status_code == 409
    other = signed_in(world.users["second"])
    assert other.post(PAGE, {"act": "agree", "key": made.pk}).status_code == 302
    page = text_of(other.get(PAGE))
    assert f"soken erase carry-out {made.pk}" in page
    other.cookies["django_language"] = "ja"
    assert "いつまで" in text_of(other.get(PAGE)) or "保存" in text_of(other.get(PAGE))


def test_only_reviewers_come_in(desk: Client, world: World) -> None:
    assert desk.get(PAGE).status_code == 403


@pytest.mark.parametrize("said", [{"act": "carry-out"}, {"act": "agree", "key": "x"}, {}])
def test_a_form_that_the_page_has_not_is_not_found(said: dict[str, str], reviewer: Client) -> None:
    assert reviewer.post(PAGE, said).status_code == 404


def test_the_commands_propose_approve_and_list(reviewer: Client, world: World) -> None:
    made = run("propose", ALONE, "--ground", "unlawful", by="reviewer")
    assert (made["state"], made["rows"]) == ("waits for another person", 1)
    with pytest.raises(RefusedError, match="yourself"):
        run("approve", str(made["number"]), "--agree", by="reviewer")
    assert run("approve", str(made["number"]), "--agree", by="second")["state"] == "agreed"
    assert run("list")["erased"] == []


def test_verify_finds_what_is_there_and_ends_with_its_code(reviewer: Client, world: World, tmp_path: Path) -> None:
    values = tmp_path / "values.txt"
    values.write_text("ken.taka@mail.example\n", "utf-8")
    done = CliRunner().invoke(app, ["erase", "verify", "--values", str(values), "--json"])
    assert isinstance(done.exception, SokenError)
    assert done.exception.exit_code == 7
    found = json.loads(done.stdout[done.stdout.index("{") :])
    assert any("rows.parquet (decoded)" in one["where"] for one in found["found"])


def run(*words: str, by: str = "") -> dict[str, Any]:
    said = ["--by", f"kingfisher-{by}"] if by else []
    done = CliRunner().invoke(
        app, ["erase", *words, "--operation", "kingfisher", "--json", *said], input=f"{PASSWORD}\n"
    )
    if isinstance(done.exception, SokenError):
        raise done.exception
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    return found
