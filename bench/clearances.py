"""How long any table of the statistics takes, at 10^3 to 10^6 clearances, and the whole report with its protection."""

from __future__ import annotations

import random
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soken.reference.forces import forces
from soken.report.annual import whole_year
from soken.report.codes import code_list
from soken.report.counting import Scope
from soken.report.tables import count_table, table_kinds
from soken.report.units import open_units, write_units
from soken.report.whole import Source, year_report

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = (1_000, 10_000, 100_000, 1_000_000)
_YEARS = 4


def measure_statistics() -> list[dict[str, Any]]:
    """Write invented clearances of four years, then count every table of one of them, and the report of it."""
    results = []
    for cases in SIZES:
        with tempfile.TemporaryDirectory(prefix="soken-bench-statistics-") as folder:
            started = time.perf_counter()
            write_units(Path(folder), _units(cases))
            written = time.perf_counter() - started
            con = open_units(Path(folder))
            seconds = {}
            for kind in table_kinds().values():
                started = time.perf_counter()
                count_table(con, kind, Scope(whole_year(2025)))
                seconds[kind.code] = time.perf_counter() - started
            started = time.perf_counter()
            source = Source("live", 1, final=True, cut_off=datetime(2026, 1, 1, tzinfo=UTC), sha256="0" * 64)
            year_report(con, source, list(table_kinds().values()), 2025, public=True)
            slowest = max(seconds, key=seconds.__getitem__)
            results.append(
                {
                    "cases": cases,
                    "written": written,
                    "slowest": slowest,
                    "slowest_seconds": seconds[slowest],
                    "tables": len(seconds),
                    "all_tables": sum(seconds.values()),
                    "report": time.perf_counter() - started,
                }
            )
            print(results[-1], flush=True)
    return results


def _units(cases: int) -> dict[str, Iterator[tuple[Any, ...]]]:
    """Return clearances with every attribute said, two cases for three, seven persons for ten, half as many victims."""
    chance = random.Random(25)
    groups, stages, forms, relations = (list(code_list(name)) for name in ("groups", "stages", "forms", "relations"))
    places, jobs = list(forces(date(2025, 1, 1))), list(code_list("occupations"))
    persons, victims = cases * 7 // 10, cases // 2
    first = date(2023, 1, 1)
    return {
        "cases": (
            (
                at, chance.choice(groups), first + timedelta(days=chance.randrange(365 * _YEARS)), "day",
                chance.choice(places), chance.choice(places), chance.choice(("yes", "no")),
                chance.choice(("", "heron")),
            )
            for at in range(cases)
        ),
        "case_persons": (
            (at, at % persons, chance.randrange(14, 80), chance.choice(jobs)) for at in range(cases)
        ),
        "case_victims": (
            (at, at % victims, chance.choice(stages), chance.choice(forms), chance.choice(relations))
            for at in range(cases)
        ),
    }  # fmt: skip
