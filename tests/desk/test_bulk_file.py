"""Bulk work from a file: previewed first, and what is previewed is what is done."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from soken.casework.actions.open_dossier import open_dossier
from soken.casework.models import Dossier
from soken.commands.dossier_bulk import codes_of
from soken.commands.main import app
from soken.desk.views.bulk import _LONGEST
from tests.desk.factory import ALONE, TAKAHASHI, World

if TYPE_CHECKING:
    from pathlib import Path

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


def test_a_file_over_the_limit_is_refused_and_nobody_is_cut_off_silently(desk: Client, world: World) -> None:
    file = csv_file(f"person,remark\n{TAKAHASHI},{'x' * _LONGEST}\n{ALONE},\n", "utf-8")
    answer = desk.post(PAGE, {"act": "open", "step": "preview", "file": file})
    assert answer.status_code == 400
    assert f"larger than {_LONGEST} bytes" in answer.content.decode()
    assert TAKAHASHI not in answer.content.decode()


def test_the_page_takes_the_column_that_the_command_takes(desk: Client, world: World, tmp_path: Path) -> None:
    text = f"number,person\n1,{TAKAHASHI}\n2,{ALONE}\n"
    answer = desk.post(PAGE, {"act": "open", "step": "preview", "file": csv_file(text, "utf-8")})
    kept = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.content.decode(), re.DOTALL)
    (tmp_path / "persons.csv").write_text(text, encoding="utf-8")
    assert kept is not None
    assert kept[1].split() == codes_of(tmp_path / "persons.csv") == [TAKAHASHI, ALONE]


def test_many_are_taken_on_from_the_page_with_what_each_gate_says_first(desk: Client, world: World) -> None:
    open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    asked = {"act": "own", "codes": f"{TAKAHASHI}\n{ALONE}", "force": "tokyo", "why": "住所地"}
    tried = desk.post(PAGE, {**asked, "step": "preview"}).content.decode()
    assert "1 of 2 go through" in tried
    assert "has no dossier yet" in tried
    assert Dossier.objects.get().force == ""
    desk.post(PAGE, {**asked, "step": "apply"})
    assert Dossier.objects.get().force == "tokyo"
    assert Dossier.objects.get().ownerships.get().reason == "住所地"


def test_a_csv_is_taken_on_by_command(world: World, tmp_path: Path) -> None:
    open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    file = tmp_path / "persons.csv"
    file.write_text(f"person\n{TAKAHASHI}\n", encoding="utf-8")
    said = ["dossier", "bulk", "--act", "own", "--operation", "kingfisher", "--csv", str(file), "--force", "tokyo"]
    said += ["--reason", "住所地", "--by", "kingfisher-analyst", "--json"]
    for apply, owner in (([], ""), (["--apply"], "tokyo")):
        answer = CliRunner().invoke(app, said + apply, input="a long enough password\n")
        assert answer.exit_code == 0, answer.output
        assert Dossier.objects.get().force == owner
