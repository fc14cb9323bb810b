"""``soken backup`` and ``soken restore``: a list taken in here is there, its ledger and originals whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.commands.homes import Soken
from tests.commands.test_doctor import LIST

if TYPE_CHECKING:
    from pathlib import Path


def test_a_home_is_backed_up_and_put_back_elsewhere(soken: Soken, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    soken("operation", "new", "op")
    soken("intake", tmp_path / "list.csv", "--operation", "op")
    public = soken("backup-key", "--out", tmp_path / "secret").stdout.strip()
    soken("backup", "--out", tmp_path / "b", code=3)  # nobody is named who may open it
    made = json.loads(soken("backup", "--out", tmp_path / "b", "--to", public, "--with-keys", "--json").stdout)
    told = json.loads(
        soken("restore", tmp_path / "b", "--home", tmp_path / "new", "--identity", tmp_path / "secret", "--json").stdout
    )
    assert (told["rows_compared"], told["ledger"]) == (made["rows"], made["ledger"])
    there = Soken(tmp_path / "new")
    verdict = json.loads(there("ledger", "verify", "--json").stdout)
    assert verdict["whole"]
    assert json.loads(there("doctor", "--json").stdout)["ok"]
