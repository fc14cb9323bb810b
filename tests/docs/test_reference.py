"""The reference is whole: every command, exit code and environment variable of the code stands in it."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from typing import Final

from soken.commands.main import INTERRUPTED, MISUNDERSTOOD
from soken.core.errors import SokenError
from tests.docs.named import COMMANDS, command_of
from tests.docs.pages import DOCS, ROOT
from tests.docs.synopsis import followers_in, said_in

REFERENCE: Final = DOCS / "reference"
#: Where code that reads the environment is.
READ: Final = ("src", "soken", "deploy", ".ci", "bench", "tests/*.py")


def test_every_environment_variable_of_the_code_is_in_the_reference_and_no_other() -> None:
    named = subprocess.run(
        ["git", "grep", "-hIoE", r"\bSOKEN_[A-Z][A-Z_]+\b", "--", *READ],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    said = re.findall(r"^\| `(SOKEN_[A-Z_]+)`", (REFERENCE / "environment.md").read_text("utf-8"), re.M)
    assert sorted(said) == sorted(set(named.stdout.split()))


def test_every_exit_code_of_the_code_is_in_the_reference_and_no_other() -> None:
    codes = {one.exit_code for one in _family(SokenError)} | {0, INTERRUPTED, MISUNDERSTOOD}
    text = (REFERENCE / "command-line.md").read_text("utf-8").split("## Exit codes")[1]
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.M)} == codes


def test_every_command_stands_in_the_table_of_commands() -> None:
    text = (REFERENCE / "command-line.md").read_text("utf-8")
    said = {*map(command_of, said_in(text)), *followers_in(text)}
    assert [name for name in COMMANDS if name and name not in said] == []


def test_no_command_stands_twice_in_the_table_of_commands() -> None:
    text = (REFERENCE / "command-line.md").read_text("utf-8")
    first_cells = re.findall(r"^\| (`soken .*?) \| ", text, re.M)
    told = Counter(name for cell in first_cells for name in (*map(command_of, said_in(cell)), *followers_in(cell)))
    assert [name for name, times in told.items() if times > 1] == []
    assert len(told) > len(COMMANDS) / 2, "the cells were read"


def _family(kind: type[SokenError]) -> list[type[SokenError]]:
    """Return a kind of error and those below it, but for the base, which is never raised."""
    return [kind, *(one for below in kind.__subclasses__() for one in _family(below))]
