"""``soken backup`` and ``soken restore``: a list taken in here is there, its ledger and originals whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from soken.commands.main import app
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
    there = Soken(tmp_path / "new")
    told = json.loads(
        there("restore", tmp_path / "b", "--home", tmp_path / "new", "--identity", tmp_path / "secret", "--json").stdout
    )
    assert (told["rows_compared"], told["ledger"]) == (made["rows"], made["ledger"])
    verdict = json.loads(there("ledger", "verify", "--json").stdout)
    assert verdict["whole"]
    assert json.loads(there("doctor", "--json").stdout)["ok"]


def test_a_secret_key_is_closed_with_a_passphrase_that_no_command_line_holds(soken: Soken, tmp_path: Path) -> None:
    secret, said = tmp_path / "secret", "four words of one's own"
    asked = CliRunner().invoke(app, ["backup-key", "--out", str(secret), "--passphrase"], input="short\nshort\n")
    assert "at least 12 characters" in str(asked.exception)
    assert not secret.exists()
    made = CliRunner().invoke(app, ["backup-key", "--out", str(secret), "--passphrase"], input=f"{said}\n{said}\n")
    public = next(line for line in made.stdout.splitlines() if line.startswith("age1"))
    assert b"AGE-SECRET-KEY" not in secret.read_bytes()
    assert said not in made.output
    soken("operation", "new", "op")
    soken("backup", "--out", tmp_path / "b", "--to", public)
    restore = ["restore", str(tmp_path / "b"), "--identity", str(secret), "--home"]
    wrong = CliRunner().invoke(app, [*restore, str(tmp_path / "no")], input="another passphrase\n")
    assert "does not open secret" in str(wrong.exception)
    assert not (tmp_path / "no").exists()
    done = CliRunner().invoke(app, [*restore, str(tmp_path / "new")], input=f"{said}\n")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "new").is_dir()


def test_a_file_without_a_key_is_named_in_a_sentence(soken: Soken, tmp_path: Path) -> None:
    (tmp_path / "nothing").write_text("no key here\n")
    (tmp_path / "b").write_bytes(b"")
    said = soken(
        "restore", tmp_path / "b", "--home", tmp_path / "new", "--identity", tmp_path / "nothing", code=3
    ).stderr
    assert "nothing holds no secret key" in said
