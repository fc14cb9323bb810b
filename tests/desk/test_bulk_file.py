"""Bulk work from a file: previewed first, and what is previewed is what is done."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from soken.access.models import Role, User
from soken.casework.actions.bulk import bulk
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.models import Dossier
from soken.commands.dossier_bulk import codes_of
from soken.commands.main import app
from soken.core.errors import BadInputError
from soken.desk.views.bulk import _LONGEST
from tests.desk.factory import ALONE, RELATIVE, TAKAHASHI, World
from tests.desk.reading import signed_in

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


@pytest.fixture
def tokyo(world: World) -> User:
    """The supervisor of a force, who takes persons on for it."""
    user = world.users[Role.REVIEWER]
    User.objects.filter(pk=user.pk).update(force="tokyo")
    return User.objects.get(pk=user.pk)


def test_many_are_taken_on_from_the_page_with_what_each_gate_says_first(world: World, tokyo: User) -> None:
    client = signed_in(tokyo)
    open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    asked = {"act": "own", "codes": f"{TAKAHASHI}\n{ALONE}", "why": "住所地"}
    tried = client.post(PAGE, {**asked, "step": "preview"}).content.decode()
    assert "1 of 2 go through" in tried
    assert "has no dossier yet" in tried
    assert Dossier.objects.get().force == ""
    client.post(PAGE, {**asked, "step": "apply"})
    assert Dossier.objects.get().force == "tokyo"
    assert Dossier.objects.get().ownerships.get().reason == "住所地"


def test_a_csv_is_taken_on_by_command(world: World, tokyo: User, tmp_path: Path) -> None:
    open_dossier(world.operation, TAKAHASHI, by=world.users["analyst"])
    file = tmp_path / "persons.csv"
    file.write_text(f"person\n{TAKAHASHI}\n", encoding="utf-8")
    said = ["dossier", "bulk", "--act", "own", "--operation", "kingfisher", "--csv", str(file), "--force", "tokyo"]
    said += ["--reason", "住所地", "--by", tokyo.get_username(), "--json"]
    for apply, owner in (([], ""), (["--apply"], "tokyo")):
        answer = CliRunner().invoke(app, said + apply, input="a long enough password\n")
        assert answer.exit_code == 0, answer.output
        assert Dossier.objects.get().force == owner


def test_the_preview_of_opening_says_what_opening_does_and_asks_no_more_for_more(world: World) -> None:
    """Of three proposed persons one has a dossier; of three codes one is nobody's."""
    by = world.users["analyst"]
    open_dossier(world.operation, RELATIVE, by=by)
    codes = [TAKAHASHI, RELATIVE, ALONE, "P-9999-9999-9999"]
    counts = {}
    for some in ([TAKAHASHI, RELATIVE], [TAKAHASHI, RELATIVE, ALONE]):
        with CaptureQueriesContext(connection) as queries:
            bulk(world.operation, some, by=by, act="open", apply=False)
        counts[len(some)] = len(queries)
    assert counts[2] == counts[3]
    tried = bulk(world.operation, codes, by=by, act="open", apply=False)
    assert Dossier.objects.count() == 1
    assert tried == bulk(world.operation, codes, by=by, act="open", apply=True)
    assert [one.done for one in tried] == [True, False, True, False]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("heading", ["person", "人物", "コード", "人物コード"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_the_command_reads_what_japanese_spreadsheets_save(
    encoding: str, heading: str, separator: str, tmp_path: Path
) -> None:
    file = tmp_path / "persons.csv"
    lines = [["氏名", heading], ["高橋, 健一", TAKAHASHI], ["某", ALONE]]
    file.write_bytes("\r\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines).encode(encoding))
    assert codes_of(file) == [TAKAHASHI, ALONE]


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"There is no file .*persons"):
        codes_of(tmp_path / "persons.csv")
