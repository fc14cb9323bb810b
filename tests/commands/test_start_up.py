"""A command loads what it needs: DuckDB, Splink and Django take longer to load than most commands take to run."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from soken.access.models import Role
from tests.commands.homes import Soken
from tests.loaded import HANGS

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_heavy_is_loaded_before_a_command_asks_for_it() -> None:
    asked = "import sys, soken.commands.main; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "typer" in loaded
    assert loaded & {"django", "duckdb", "numpy", "pandas", "pyarrow", "rapidfuzz", "splink"} == set()


@pytest.mark.parametrize(
    ("words", "language", "says"),
    [(("operation", "list"), "en", "cannot be opened"), (("doctor",), "ja", "開けません")],
)
def test_a_server_that_does_not_answer_is_said_in_one_sentence(
    tmp_path: Path, words: tuple[str, ...], language: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOKEN_DATABASE_URL", "postgresql://nobody:hidden@127.0.0.1:1/x")
    monkeypatch.setenv("SOKEN_LANGUAGE", language)
    process = Soken(tmp_path / "home").start(*words)
    _out, err = process.communicate(timeout=HANGS)
    assert process.returncode == 8, err
    assert err.count("\n") == 1
    assert says in err
    assert "hidden" not in err


def test_the_help_of_a_new_user_names_every_role(tmp_path: Path) -> None:
    told = " ".join(Soken(tmp_path / "home")("user", "new", "--help").stdout.replace("│", " ").split())
    for role in Role.values:
        assert role in told
