"""What the image and the units of systemd name is there: files of this repository, commands, options, variables."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Final

import pytest

from tests.docs.named import COMMANDS, command_of
from tests.docs.pages import DOCS, ROOT

if TYPE_CHECKING:
    from pathlib import Path

DEPLOY: Final = ROOT / "deploy"
UNITS: Final = sorted(DEPLOY.glob("soken-*.service"))
TIMERS: Final = sorted(DEPLOY.glob("soken-*.timer"))
#: Where an installation puts this repository.
INSTALLED: Final = "/opt/soken"


def settings(text: str) -> list[tuple[str, str]]:
    """The settings of a unit, each as its name and what it says."""
    return re.findall(r"^([A-Z][A-Za-z]+)=(.*)$", text, re.M)


def steps() -> list[tuple[str, str]]:
    """The steps of the image, each as its word and what follows; lines that go on made one."""
    text = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    return re.findall(r"^([A-Z]+) (.*)$", text, re.M)


def started(command: list[str]) -> list[str]:
    """What is wrong with a command line of ``soken``, given without its program."""
    name = command_of(shlex.join(command))
    if name is None:
        return [f"no command: {command}"]
    has = {option for one in COMMANDS[name].params for option in (*one.opts, *one.secondary_opts)}
    return [one for one in command if one.startswith("--") and one.split("=")[0] not in has]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_there_is(unit: Path) -> None:
    said = dict(settings(unit.read_text("utf-8")))
    program, *command = shlex.split(said["ExecStart"])
    assert program == f"{INSTALLED}/soken"
    assert said["WorkingDirectory"] == INSTALLED
    assert (ROOT / "soken").is_file()
    assert started(command) == []


@pytest.mark.parametrize("timer", TIMERS, ids=lambda timer: timer.name)
def test_a_timer_has_its_service(timer: Path) -> None:
    assert timer.with_suffix(".service") in UNITS


def test_what_runs_once_has_its_timer_and_what_lasts_is_wanted_at_start() -> None:
    for unit in UNITS:
        said = dict(settings(unit.read_text("utf-8")))
        once = said.get("Type") == "oneshot"
        assert (unit.with_suffix(".timer") in TIMERS) == once, unit.name
        assert ("WantedBy" in said) == (not once), unit.name


@pytest.mark.parametrize("place", [*UNITS, DEPLOY / "Containerfile"], ids=lambda place: place.name)
def test_every_variable_is_in_the_reference(place: Path) -> None:
    known = set(re.findall(r"`(SOKEN_[A-Z_]+)`", (DOCS / "reference" / "environment.md").read_text("utf-8")))
    assert set(re.findall(r"\bSOKEN_[A-Z_]+\b", place.read_text("utf-8"))) <= known


def test_the_image_copies_what_is_there_and_starts_a_command_that_there_is() -> None:
    said = steps()
    copied = [words.split()[:-1] for step, words in said if step == "COPY"]
    assert copied
    assert [one for words in copied for one in words if not (ROOT / one).exists()] == []
    [program] = [json.loads(words) for step, words in said if step == "ENTRYPOINT"]
    [command] = [json.loads(words) for step, words in said if step == "CMD"]
    assert program == ["python", "-m", "soken"]
    assert (ROOT / "src" / "soken" / "__main__.py").is_file()
    assert started(command) == []
    for line in re.findall(r"^#\s+\w+:\s+soken (.*?)(?:\s{2,}|$)", (DEPLOY / "Containerfile").read_text("utf-8"), re.M):
        assert started(shlex.split(line)) == []


def test_whatever_installs_from_a_lock_leaves_pip_nothing_to_choose() -> None:
    """Left to resolve, pip may look at a newer release that has no hash in the lock, and stop."""
    places = [
        ROOT / "soken", ROOT / ".ci" / "run", DEPLOY / "Containerfile", ROOT / "bench" / "peer_runs.py",
        *DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md",
    ]  # fmt: skip
    installs = [
        (place.name, said)
        for place in places
        for said in re.findall(r"\binstall\b(?:[^\n]|\n\s+\")*?--require-hashes[^\n]*", place.read_text("utf-8"))
    ]
    assert {name for name, _said in installs} >= {"soken", "run", "Containerfile", "peer_runs.py", "spark.md"}
    assert [name for name, said in installs if "--no-deps" not in said] == []
