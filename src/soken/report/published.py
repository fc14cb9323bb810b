"""Invented units made to published national figures, so that counting them must give those figures again.

Each unit is a row; only what was published is said of it, the rest is "unstated". Which person belongs to which case is
invented: of these units only the tables of `TABLES` mean something.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import DamagedStoreError
from soken.report.codes import UNSTATED, code_list
from soken.report.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FILE: Final = "published.toml"
#: Units of one year are numbered from this times the year on.
_NUMBERED: Final = 100_000
#: Tables that cross only what was published together.
TABLES: Final = ("cases-group-half", "cases-force", "cases-source-group", "persons-occupation", "victims-form")


@dataclass(frozen=True, slots=True)
class InventedCase:
    """A cleared case of the published figures.

    Attributes:
        number: from 1 in each year.
        group: code of its group.
        cleared_on: a day in the half or year that is known of it.
        precision: "half" or "year".
        cleared_at: code of the force, '' where nobody said.
        source: the seized list that it came from, '' where nobody published it.
        person: number of its person in the year.
        victims: numbers of its victims in the year.
    """

    number: int
    group: str
    cleared_on: date
    precision: str
    cleared_at: str
    source: str
    person: int
    victims: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InventedYear:
    """The units of a year.

    Attributes:
        year: which.
        cases: its cases.
        occupations: of its persons, by number from 1.
        forms: of its victims, by number from 1.
    """

    year: int
    cases: tuple[InventedCase, ...]
    occupations: tuple[str, ...]
    forms: tuple[str, ...]


def published_years() -> Iterator[InventedYear]:
    """Yield the units of each published year.

    Raises:
        DamagedStoreError: the parts of a figure are more than the whole.
    """
    for year, said in _file()["years"].items():
        yield _year(int(year), said)


def published_funnel() -> tuple[str, dict[str, int]]:
    """Return the seized list's name, and how many of its buyers came as far as each stage and no farther."""
    said = _file()["funnel"]
    return _file()["source"], {
        "listed": said["listed"] - said["chargeable"],
        "chargeable": said["chargeable"] - said["referred"],
        "referred": said["referred"],
    }


def published_units() -> dict[str, list[tuple[Any, ...]]]:
    """Return the units of all published years, as `soken.report.units.UNITS` has them."""
    units: dict[str, list[tuple[Any, ...]]] = {name: [] for name in UNITS}
    for said in published_years():
        first = said.year * _NUMBERED
        for case in said.cases:
            key = first + case.number
            units["cases"].append(
                (key, case.group, case.cleared_on, case.precision, case.cleared_at, "", None, case.source or UNSTATED)
            )
            units["case_persons"].append((key, first + case.person, None, said.occupations[case.person - 1]))
            units["case_victims"] += [(key, first + one, "", said.forms[one - 1], "") for one in case.victims]
    source, reached = published_funnel()
    units["listed"] = [(source, stage, many) for stage, many in reached.items()]
    return units


@cache
def published_mark() -> str:
    """Return the SHA-256 of the units: figures that are corrected, or told otherwise, have another."""
    return hashlib.sha256(json.dumps(published_units(), default=str).encode()).hexdigest()


def _year(year: int, said: Mapping[str, Any]) -> InventedYear:
    """Return the units of a year."""
    persons, victims = said["persons"], said["victims"]
    groups = _filled(f"cases of {year}", said["cases"], set(code_list("groups")))
    forces = _spread(f"forces of {year}", said.get("forces", {}), len(groups), "")
    drawn = [at for at, group in enumerate(groups) if group == "production"]
    shared: dict[int, list[int]] = {at: [] for at in drawn}
    for victim in range(victims["total"]):
        shared[drawn[victim % len(drawn)]].append(victim + 1)
    halves, left = dict(said.get("halves", {})), dict(said.get("source", {}))
    cases = []
    for at, group in enumerate(groups):
        half = _half(halves, group) if halves else 0
        source = ""
        if left.get("cases") and (group, half) == (left["group"], left["half"]):
            left["cases"] -= 1
            source = _file()["source"]
        cases.append(
            InventedCase(
                at + 1,
                group,
                date(year, {0: 7, 1: 3, 2: 9}[half], 1),
                "half" if half else "year",
                forces[at],
                source,
                at % persons["total"] + 1,
                tuple(shared.get(at, ())),
            )
        )
    return InventedYear(
        year,
        tuple(cases),
        tuple(_filled(f"persons of {year}", persons, set(code_list("occupations")))),
        tuple(_filled(f"victims of {year}", victims, set(code_list("forms")))),
    )


def _half(left: dict[str, int], group: str) -> int:
    """Return the half-year of the next case of a group: the first one until its figure is used up."""
    if left.get(group, 0) > 0:
        left[group] -= 1
        return 1
    return 2


def _filled(what: str, said: Mapping[str, int], known: set[str]) -> list[str]:
    """Return a code for each unit of a total: as many as were published, the rest unstated."""
    parts = {code: units for code, units in said.items() if code != "total"}
    if not parts.keys() <= known:
        raise DamagedStoreError(f"{_FILE}: {what} are said by a code that is not known; reinstall Soken.")
    return _spread(what, parts, said["total"], UNSTATED)


def _spread(what: str, parts: Mapping[str, int], whole: int, rest: str) -> list[str]:
    """Return as many of each code as its figure says, and the rest.

    Raises:
        DamagedStoreError: the parts are more than the whole.
    """
    made = [code for code, units in parts.items() for _ in range(units)]
    if len(made) > whole:
        raise DamagedStoreError(f"{_FILE}: {what} add up to more than their total; reinstall Soken.")
    return made + [rest] * (whole - len(made))


@cache
def _file() -> dict[str, Any]:
    """Return the file as it is."""
    return tomllib.loads(files("soken.report").joinpath(_FILE).read_text("utf-8"))
