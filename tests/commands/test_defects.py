"""A defect of Soken is one line at the shell: its kind and place, how to see more, never what it says; code 1."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.home_database import told_of

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = "佐藤 太郎"
#: The command line, where opening an operation fails as databases and parsers do: a message that holds a name.
START = f"""
from soken.commands.started import started
started()
from soken.casework.models import Operation
def failing(**said):
    try:
        raise KeyError("{NOBODY}")
    except KeyError as problem:
        raise ValueError("cannot read {NOBODY}") from problem
Operation.objects.create = failing
from soken.commands.main import run
run()
"""


def failed(tmp_path: Path, *before: str, language: str = "en") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", START, *before, "operation", "new", "op"],
        env={
            **os.environ, **told_of(tmp_path / "home"), "SOKEN_HOME": str(tmp_path / "home"), "SOKEN_LANGUAGE": language
        },
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(("language", "says"), [("en", "a defect of Soken: "), ("ja", "ソフトウェアの欠陥です: ")])
def test_it_is_one_line_of_kind_and_place_without_what_it_says(language: str, says: str, tmp_path: Path) -> None:
    code, out, err = failed(tmp_path, language=language)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(f"soken: {says}builtins.ValueError at soken/casework/actions/open_operation.py:")
    assert ", because of builtins.KeyError at " in err
    assert "soken --debug" in err
    assert NOBODY not in err
    assert "Traceback" not in err


def test_with_debug_its_stack_trace_and_its_message_are_shown(tmp_path: Path) -> None:
    code, _out, err = failed(tmp_path, "--debug")
    assert code == 1
    assert err.startswith("Traceback (most recent call last):")
    assert f"ValueError: cannot read {NOBODY}" in err
