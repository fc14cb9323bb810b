"""The demo's casework as data: who works on it, and how far which persons have come (``cases.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody who works on the demo's cases.

    Attributes:
        name: to sign in with.
        role: code of a role.
        force: code of the force they belong to; '' for the centre.
    """

    name: str
    role: str
    force: str = ""


@dataclass(frozen=True, slots=True)
class DemoCase:
    """Persons who are brought to a stage.

    Attributes:
        stage: code of the stage.
        prefecture: JIS code of where they live, which says whose they are.
        count: how many of them.
        answers: factor → answer of the priority instrument; none: not assessed.
        screened: whether somebody has screened, where the stage does not need it.
        reviewed: whether another has agreed.
        reason: coded reason of the screening, '' for the one that the stage needs.
        tell: child protection office that was told, '' for none.
        acknowledged: whether it has answered.
        offered: force that they have been offered to, '' for none.
        offered_days_ago: for how many days nobody has answered the offer.
    """

    stage: str
    prefecture: str
    count: int = 1
    answers: Mapping[str, str] = field(default_factory=dict)
    screened: bool = False
    reviewed: bool = True
    reason: str = ""
    tell: str = ""
    acknowledged: bool = False
    offered: str = ""
    offered_days_ago: int = 0


@dataclass(frozen=True, slots=True)
class DemoOldCase:
    """A line of the CSV of old cases.

    Attributes:
        prefecture: JIS code of where the person lives on whom the line is.
        said: column of `soken.casework.old_cases` → what stands in it; the person is filled in.
    """

    prefecture: str
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DemoCasework:
    """All of it.

    Attributes:
        received_days_ago: days since the list was received.
        people: who works on it.
        cases: what they have done.
        old_cases: what was taken over from before.
    """

    received_days_ago: int
    people: tuple[DemoUser, ...]
    cases: tuple[DemoCase, ...]
    old_cases: tuple[DemoOldCase, ...]


@cache
def demo_casework() -> DemoCasework:
    """Return the demo's casework."""
    told = tomllib.loads(files("soken.demo").joinpath("cases.toml").read_text("utf-8"))
    people = tuple(DemoUser(**one) for one in told["people"])
    cases = tuple(DemoCase(**one) for one in told["cases"])
    return DemoCasework(
        told["received_days_ago"], people, cases, tuple(DemoOldCase(**one) for one in told["old_cases"])
    )
