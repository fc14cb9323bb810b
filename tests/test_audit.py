"""The audit of what the locks install: a hole stops, and nobody is told that what was not asked is without one."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
AUDIT = runpy.run_path(str(ROOT / ".ci" / "audit.py"))
read, verdict = AUDIT["read"], AUDIT["verdict"]


def answer(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


GOOD = {"name": "django", "version": "5.2", "vulns": []}
BAD = {"name": "lxml", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "xmlsec", "skip_reason": "Dependency not found on PyPI and could not be audited: xmlsec (1.3.17)"}


@pytest.mark.parametrize(
    ("answers", "required", "code", "said"),
    [
        ([answer(GOOD), answer(GOOD)], True, 0, "audited: a: 1 packages."),
        ([answer(GOOD), answer(BAD, GOOD)], False, 1, "HOLE: lxml 1.0 PYSEC-2026-1"),
        ([answer(GOOD), answer(UNKNOWN, UNKNOWN)], False, 0, "NOT AUDITED: b: no service"),
        ([answer(GOOD), answer(UNKNOWN, GOOD)], False, 0, "NOT WHOLLY AUDITED: b: not known there: xmlsec."),
        (["", "Traceback"], False, 0, "NOT AUDITED: a: no service"),
        (["", answer(BAD)], False, 1, "HOLE: lxml"),
        (["", answer(GOOD)], True, 2, "NOT AUDITED: a"),
        ([answer(UNKNOWN, GOOD), answer(GOOD)], True, 2, "NOT WHOLLY AUDITED: a"),
    ],
    ids=["all known", "a hole", "one lock unknown", "one package unknown", "nobody reached",
         "a hole in what was reached", "nobody reached where it must", "one package unknown where none may"],
)  # fmt: skip
def test_what_an_audit_may_claim(answers: list[str], required: bool, code: int, said: str) -> None:
    found, told = verdict(dict(zip("ab", map(read, answers), strict=True)), required=required)
    assert found == code
    assert any(one.startswith(said) for one in told), told


def test_bandit_finds_nothing_in_our_code() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-c", "pyproject.toml", "-r", "src", "-f", "json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert told["errors"] == []
    assert [f"{one['filename']}:{one['line_number']} {one['test_id']}" for one in told["results"]] == []
    assert told["metrics"]["_totals"]["loc"] > 10_000, "it looked"


def test_what_bandit_passes_over_says_which_check_and_why() -> None:
    bare = []
    for path in (ROOT / "src").rglob("*.py"):
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines):
            if "nosec" not in line:
                continue
            above = lines[number - 1].strip() if number else ""
            why = re.search(r"noqa: S\d+ (\(\w|- \w)|# nosec B\d+(, B\d+)*  # \w", line) or above.startswith("# ")
            if not (why and re.search(r"# nosec B\d+", line)):
                bare.append(f"{path.name}:{number + 1}")
    assert bare == []
