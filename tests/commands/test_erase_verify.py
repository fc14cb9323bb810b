"""``soken erase verify`` claims a proof only where it could look into everything."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from soken.commands.output import actor
from tests.commands.homes import Soken
from tests.home_database import copy_home

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def soken(tmp_path: Path, empty_home: Path) -> Soken:
    copy_home(empty_home, tmp_path / "home")
    (tmp_path / "values.txt").write_text("御手洗 薫子\n", "utf-8")
    return Soken(tmp_path / "home")


def put(soken: Soken, content: bytes) -> None:
    """Lay a document where those of dossiers lie."""
    folder = soken.home / "attachments" / ("ab" * 32)
    folder.mkdir(parents=True)
    (folder / "document").write_bytes(content)


def test_nothing_found_and_everything_looked_into_is_a_proof(soken: Soken) -> None:
    told = json.loads(soken("erase", "verify", "--values", "values.txt", "--json").stdout)
    assert (told["found"], told["not_looked_into"], told["proven"]) == ([], [], True)


def test_nothing_found_where_something_could_not_be_looked_into_is_none(soken: Soken) -> None:
    put(soken, b"%PDF-1.7\n")
    done = soken("erase", "verify", "--values", "values.txt", code=9)
    assert f"could not be looked into: attachments/{'ab' * 32}/document" in done.stdout
    assert "not proven: 1 places could not be looked into" in done.stderr
    told = json.loads(soken("erase", "verify", "--values", "values.txt", "--json", code=9).stdout)
    assert (told["found"], told["proven"]) == ([], False)


def test_what_is_found_weighs_more_than_what_is_closed(soken: Soken) -> None:
    put(soken, "%PDF-1.7\n御手洗 薫子".encode())
    told = json.loads(soken("erase", "verify", "--values", "values.txt", "--json", code=7).stdout)
    assert (len(told["found"]), len(told["not_looked_into"]), told["proven"]) == (1, 1, False)


def test_a_saved_filter_is_named_by_its_owner_and_one_that_looks_for_a_beginning_is_no_trace(soken: Soken) -> None:
    name = json.loads(soken("operation", "new", "Heron", "--json").stdout)["slug"]
    soken.typed("a long enough password\n" * 2, "user", "new", actor(), "--role", "analyst", "--operation", name)
    within = ("--operation", name)
    soken("filter", "save", "prefix", *within, "--text", "御手洗")
    found = soken("erase", "verify", "--values", "values.txt", "--json")
    assert json.loads(found.stdout)["filters"] == [{"operation": name, "by": actor(), "line": 1}]
    assert json.loads(found.stdout)["proven"]
    shown = soken("erase", "verify", "--values", "values.txt").stdout
    assert f"a filter that {actor()} saved in {name} looks for what line 1 begins with" in shown
    soken("filter", "save", "whole", *within, "--text", "御手洗 薫子")
    shown = soken("erase", "verify", "--values", "values.txt", code=7).stdout
    assert f"a filter that {actor()} saved in {name}: they alone can delete it" in shown


def test_no_command_rewrites_what_people_wrote(soken: Soken) -> None:
    assert "No such command" in soken("erase", "mask", "1", code=2).stderr
