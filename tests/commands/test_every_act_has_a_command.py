"""Whatever a page can do, the command line can do too, through the very same act."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "soken"
ACTIONS = ("soken.casework.actions.", "soken.access.actions")
#: Acts of pages that a command does by another name, and which.
OTHERWISE = {
    "hand_in": "soken intake: a file on this machine is taken in, not handed over a wire",
    "is_mine": "no act: whether a pair is before somebody",
    "strike_clearance_of": "soken clearance strike, by the number alone; a page names the dossier too",
    "lease_place": "soken review next leases the next pair; review judge names the rows of any",
}


def _called(folder: str) -> set[str]:
    """The acts that the modules of a folder import: functions of an act's module that say who acts."""
    found: set[str] = set()
    for path in (SOURCE / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(ACTIONS):
                module = importlib.import_module(node.module or "")
                found |= {one.name for one in node.names if _acts(getattr(module, one.name))}
    return found


def _acts(one: object) -> bool:
    return inspect.isfunction(one) and "by" in inspect.signature(one).parameters


def test_every_act_of_a_page_has_a_command() -> None:
    pages, commands = _called("desk"), _called("commands")
    assert len(pages) > 60, "the acts are found"
    assert pages - commands - OTHERWISE.keys() == set()


def test_what_is_done_otherwise_is_still_an_act_of_a_page() -> None:
    assert set(OTHERWISE) <= _called("desk") - _called("commands")
