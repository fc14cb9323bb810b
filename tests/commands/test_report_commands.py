"""``soken report``: one table in every shape, a vintage of an earlier moment, published figures out of date."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from soken.casework.actions.take_vintage import load_published
from soken.casework.models import Vintage
from soken.commands import report
from soken.commands.main import app
from soken.core.errors import BadInputError, RefusedError
from soken.core.home import Home, open_home

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.django_db
TABLE = ("table", "victims-form", "--year", "2017", "--language", "en")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    made = open_home(tmp_path / "home")
    monkeypatch.setattr(report, "started", lambda: made)
    return made


def run(*words: Any) -> Result:
    done = CliRunner().invoke(app, ["report", *map(str, words)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_a_table_is_written_as_json_csv_or_workbook(home: Home, tmp_path: Path) -> None:
    load_published(home)
    told = json.loads(run(*TABLE).stdout)
    assert (told["code"], told["total"]) == ("victims-form", 1216)
    lines = list(csv.reader(io.StringIO(run(*TABLE, "--format", "csv").stdout.removeprefix("\ufeff"))))
    assert [lines[0][0], *(line[0] for line in lines[2:4])] == [told["title"], told["filter"], told["cut_off"]]
    assert ["Self-generated under deceit or threat", "515", "515"] in lines
    out = tmp_path / "table.xlsx"
    run(*TABLE, "--format", "xlsx", "--out", out)
    (sheet,) = load_workbook(out)
    assert sheet.title == "victims-form"
    assert ("Total", 1216, 1216) in list(sheet.iter_rows(values_only=True))
    with pytest.raises(RefusedError, match="is there already"):
        run(*TABLE, "--format", "xlsx", "--out", out)


def test_a_vintage_can_be_taken_as_of_an_earlier_moment_with_its_zone(home: Home) -> None:
    told = json.loads(run("vintage", "--cut-off", "2026-06-30T23:59:59+0900", "--final", "--json").stdout)
    assert (told["cut_off"], told["state"]) == ("2026-06-30T14:59:59+00:00", "final")
    assert Vintage.objects.get().cut_off.isoformat() == told["cut_off"]
    assert run("vintage", "--cut-off", "2026-06-30T23:59:59").exit_code == 2, "without a zone nobody knows which moment"
    with pytest.raises(BadInputError, match="future"):
        run("vintage", "--cut-off", "2999-01-01T00:00:00+0900")


def test_published_figures_that_were_corrected_since_are_said_to_be(home: Home) -> None:
    loaded = load_published(home)
    asked = ("annual", "--year", "2017", "--format", "csv")
    assert run(*asked).stderr == ""
    Vintage.objects.filter(pk=loaded.pk).update(fingerprint="published.toml")  # as an earlier version marked it
    done = run(*asked)
    assert "cases,total,2413" in done.stdout
    assert "load them anew with: soken demo --published-tables." in done.stderr


def test_a_tag_names_no_operation_in_published_figures(home: Home) -> None:
    load_published(home)
    for words in (("annual", "--year", "2017"), TABLE):
        with pytest.raises(BadInputError, match="no operation of this installation"):
            run(*words, "--publish", "--tag", "heron=list-9")


@pytest.mark.parametrize("tag", ["heron", "heron=", "=list-9", "heron=list\x07", "heron=list\u202e"])
def test_a_tag_is_a_name_that_people_read(tag: str, home: Home) -> None:
    with pytest.raises(BadInputError, match="write OPERATION=TAG"):
        run("annual", "--year", "2017", "--publish", "--tag", tag)
