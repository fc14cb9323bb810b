"""Thousands of persons at once on the page and the command: a worker does them, the page follows and reports each."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from typer.testing import CliRunner

from soken.casework.actions.bulk import MOST
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.run_job import run_job
from soken.casework.actions.take_job import take_job
from soken.casework.models import BulkPerson, Job, JobState, Screening
from soken.commands.main import app
from tests.desk.factory import TAKAHASHI, World
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

#: A worker gives its signs of life on a connection of its own, to which what a test has not kept is not there.
KEPT = pytest.mark.django_db(transaction=True)
PAGE = "/operations/kingfisher/bulk"
#: One more than a page does at once; nobody is behind any but the first.
CODES = [TAKAHASHI, *(f"P-0000-0000-{number:04d}" for number in range(MOST))]
SAID = {"act": "screen", "reason": "items-covered", "codes": "\n".join(CODES)}


def work() -> None:
    job = take_job("a worker")
    assert job is not None
    run_job(job, home=settings.HOME, stop=threading.Event())


def test_up_to_the_boundary_a_page_does_it_at_once(desk: Client, world: World) -> None:
    open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    answer = desk.post(PAGE, {**SAID, "step": "apply", "codes": "\n".join(CODES[:MOST])})
    assert answer.status_code == 200
    assert Screening.objects.count() == 1
    assert not Job.objects.exists()


@KEPT
@pytest.mark.parametrize(("language", "words", "done"), [
    ("en", "501 persons are named", "done"), ("ja", "501人が指定されています", "済み"),
])  # fmt: skip
def test_beyond_it_a_worker_does_it_and_the_page_reports_each(
    language: str, words: str, done: str, desk: Client, world: World
) -> None:
    open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    desk.cookies["django_language"] = language
    assert words in text_of(desk.post(PAGE, {**SAID, "step": "preview"}))
    assert not Job.objects.exists()
    answer = desk.post(PAGE, {**SAID, "step": "apply"})
    job = Job.objects.get()
    assert answer["Location"] == f"{PAGE}/{job.pk}"
    assert not Screening.objects.exists()
    assert "0 / 501" in text_of(desk.get(answer["Location"]))
    followed = desk.get(answer["Location"], headers={"HX-Request": "true"})
    assert "0 / 501" in text_of(followed)
    assert TAKAHASHI not in text_of(followed), "what follows by itself is not recorded, and names nobody"
    work()
    page = desk.get(answer["Location"])
    assert "501 / 501" in text_of(page)
    assert f"{done} 1" in text_of(page)
    assert "every 2s" not in page.content.decode()
    refused = text_of(desk.get(f"{answer['Location']}?state=refused"))
    assert CODES[1] in refused
    assert TAKAHASHI not in refused
    assert f"{PAGE}/{job.pk}" in desk.get(PAGE).content.decode()


def test_the_rest_is_left_from_the_page(desk: Client, world: World) -> None:
    location = desk.post(PAGE, {**SAID, "step": "apply"})["Location"]
    assert signed_in(world.users["reviewer"]).post(location).status_code == 409
    assert desk.post(location).status_code == 302
    assert Job.objects.get().state == JobState.CANCELLED
    assert desk.post(location).status_code == 409
    assert set(BulkPerson.objects.values_list("state", flat=True)) == {"waiting"}
    assert desk.get(f"{PAGE}/99").status_code == 404


@KEPT
def test_the_command_asks_for_it_too_and_reports_it(world: World, tmp_path: Path) -> None:
    csv = tmp_path / "persons.csv"
    csv.write_text("person\n" + "\n".join(CODES), encoding="utf-8")
    by = ["--operation", "kingfisher", "--by", "kingfisher-analyst", "--json"]
    words = ["dossier", "bulk", "--act", "screen", "--reason", "items-covered", "--csv", str(csv), "--apply", *by]
    asked = CliRunner().invoke(app, words, input="a long enough password\n")
    told = json.loads(asked.stdout[asked.stdout.index("{") :])
    assert (told["applied"], told["persons"]) == (False, MOST + 1)
    work()
    shown = CliRunner().invoke(
        app, ["dossier", "bulk-report", str(told["job"]), *by], input="a long enough password\n"
    )  # fmt: skip
    report = json.loads(shown.stdout[shown.stdout.index("{") :])
    assert report["state"] == "done"
    assert report["counts"] == {"waiting": 0, "done": 0, "refused": MOST + 1}
    assert [one["person"] for one in report["persons"]] == CODES
