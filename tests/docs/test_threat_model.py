"""Every threat names a mechanism and a test, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.docs.pages import DOCS

ROOT = DOCS.parent
TEXT = (DOCS / "explanation" / "threat-model.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith("| threat")
]
KINDS = (
    "Spoofing",
    "Tampering",
    "Repudiation",
    "Information disclosure",
    "Denial of service",
    "Elevation of privilege",
)


@cache
def _tests_of(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_threat_has_a_mechanism_and_tests_that_exist(row: list[str]) -> None:
    threat, mechanism, tests = row
    assert threat
    assert mechanism
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)
    assert named, "names no test"
    assert [f"{path}::{name}" for path, name in named if name not in _tests_of(path)] == []


def test_each_kind_of_threat_is_there() -> None:
    assert [kind for kind in KINDS if f"## {kind}:" not in TEXT] == []
    assert len(ROWS) > 45
