"""The page on which old cases are taken over: a preview first, then the very lines that were previewed."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from soken.casework.dossier_words import missing_words
from soken.casework.models import Dossier, OldCaseImport
from soken.review.guards import Missing
from tests.desk.factory import ALONE, TAKAHASHI, World
from tests.desk.reading import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse
    from django.test import Client

PAGE = "/operations/kingfisher/old-cases"
CSV = (
    "旧事件番号,人物符号,立件可否,確認者,段階\r\n"
    f"旧1,{TAKAHASHI},items-covered,kingfisher-reviewer,screened\r\n旧2,P-9,,,\r\n旧3,{ALONE},,,\r\n"
)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def mark_of(answer: HttpResponse) -> str:
    found = re.search(r'name="previewed" value="([0-9a-f]+)"', answer.content.decode())
    assert found
    return found[1]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_file_is_previewed_and_then_taken_over(encoding: str, desk: Client, world: World) -> None:
    seen = desk.post(PAGE, {"file": SimpleUploadedFile("old.csv", CSV.encode(encoding))})
    said = text_of(seen)
    assert "taken over 1 · taken over as far as the gates let 1 · set aside 1" in said
    assert "waits for kingfisher-reviewer" in said
    assert not Dossier.objects.exists()
    typed = re.search(r"<textarea[^>]*>(.*?)</textarea>", seen.content.decode(), re.DOTALL)
    assert typed
    # As a browser sends it: the first line break of the element left out, the others as CR LF.
    lines = unescape(typed[1]).removeprefix("\r\n").removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")
    done = desk.post(PAGE, {"step": "apply", "previewed": mark_of(seen), "text": lines})
    assert done.status_code == 200
    assert "What was done" in text_of(done)
    assert Dossier.objects.count() == 2
    kept = desk.get(f"{PAGE}?import={OldCaseImport.objects.get().pk}")
    assert "3 lines: 1 taken over, 1 in part, 1 set aside" in text_of(kept)


def test_lines_changed_after_the_preview_are_not_taken_over(desk: Client) -> None:
    mark = mark_of(desk.post(PAGE, {"text": CSV}))
    answer = desk.post(PAGE, {"step": "apply", "previewed": mark, "text": CSV.replace("旧1", "旧9")})
    assert answer.status_code == 422
    assert "look at its preview first" in text_of(answer)
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("text", ["", "x", "reference,person\n", "名前\n佐藤\n"])
def test_what_is_no_such_list_says_why(text: str, desk: Client) -> None:
    assert desk.post(PAGE, {"text": text}).status_code == 422


def test_the_past_reviewer_finds_it_on_the_page(desk: Client, world: World) -> None:
    seen = desk.post(PAGE, {"text": CSV})
    desk.post(PAGE, {"step": "apply", "previewed": mark_of(seen), "text": CSV})
    assert "Waiting for your review" not in text_of(desk.get(PAGE))
    desk.force_login(world.users["reviewer"])
    assert "Waiting for your review" in text_of(desk.get(PAGE))


def test_the_page_is_japanese(desk: Client) -> None:
    desk.cookies["django_language"] = "ja"
    said = text_of(desk.post(PAGE, {"text": CSV}))
    assert "関門の許すところまで引継ぎ" in said
    assert "kingfisher-reviewerの確認待ち" in said


@pytest.mark.parametrize(("language", "heading"), [("ja", "事件番号"), ("en", "reference")])
def test_what_was_missing_is_kept_as_codes_and_said_in_the_readers_words(
    language: str, heading: str, desk: Client
) -> None:
    seen = desk.post(PAGE, {"text": CSV})
    desk.post(PAGE, {"step": "apply", "previewed": mark_of(seen), "text": CSV})
    batch = OldCaseImport.objects.get()
    assert "missing:screening-unreviewed" in batch.lines.get(outcome="part").said
    desk.cookies["django_language"] = language
    page = text_of(desk.get(f"{PAGE}?import={batch.pk}"))
    with translation.override(language):
        assert missing_words(Missing("screening-unreviewed")) in page
    assert "screening-unreviewed" not in page
    assert heading in page
