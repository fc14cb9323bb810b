"""Bulk work from a file: previewed first, and what is previewed is what is done."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest

from soken.casework.models import Dossier
from tests.desk.factory import ALONE, TAKAHASHI, World

if TYPE_CHECKING:
    from django.test import Client

PAGE = "/operations/kingfisher/bulk"


def csv_file(text: str, encoding: str) -> io.BytesIO:
    file = io.BytesIO(text.encode(encoding))
    file.name = "persons.csv"
    return file


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
@pytest.mark.parametrize("step", ["preview", "apply"])
def test_a_file_is_previewed_first_whichever_button_was_pressed(
    step: str, encoding: str, desk: Client, world: World
) -> None:
    file = csv_file(f"person,氏名\n{TAKAHASHI},髙橋\n{ALONE},某\n".replace("髙", "高"), encoding)
    answer = desk.post(PAGE, {"act": "open", "step": step, "file": file})
    assert answer.status_code == 200
    assert not Dossier.objects.exists()
    kept = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.content.decode(), re.DOTALL)
    assert kept is not None
    assert kept[1].split() == [TAKAHASHI, ALONE]
    desk.post(PAGE, {"act": "open", "step": "apply", "codes": kept[1]})
    assert Dossier.objects.count() == 2


def test_a_file_that_is_no_text_changes_nothing_and_says_so(desk: Client, world: World) -> None:
    file = io.BytesIO(b"\xff\x81\xff\x81")
    file.name = "persons.csv"
    assert desk.post(PAGE, {"act": "open", "step": "apply", "file": file}).status_code == 400
    assert not Dossier.objects.exists()
