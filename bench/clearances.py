"""How long any table of the statistics takes, at 10^3 to 10^6 clearances, and the whole report with its protection."""

from __future__ import annotations

import random
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soken.reference.dispositions import disposition_kinds
from soken.reference.forces import forces
from soken.report.codes import code_list
from soken.report.counting import Place
from soken.report.span import Span
from soken.report.tables import table_kinds
from soken.report.units import open_units, write_units
from soken.report.whole import Counted, Source, one_table, whole_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
            kinds, span = list(table_kinds().values()), Span(2025)
            source = Source("live", 1, final=True, cut_off=datetime(2026, 1, 1, tzinfo=UTC), sha256="0" * 64)
            office, public = (Counted(span, source, Place.CLEARED_AT, public) for public in (False, True))
            told = {one.code: _seconds(partial(one_table, con, one, kinds, office)) for one in kinds}
            published = {one.code: _seconds(partial(one_table, con, one, kinds, public)) for one in kinds}
            slowest, slowest_public = (max(one, key=one.__getitem__) for one in (told, published))
            report, report_processor = _seconds(partial(whole_report, con, source, kinds, span, public=True))
            results.append(
                {
                    "cases": cases,
                    "written": written,
                    "slowest": slowest,
                    "slowest_seconds": told[slowest][0],
                    "slowest_published": slowest_public,
                    "slowest_published_seconds": published[slowest_public][0],
                    "most_processor": max(processor for _wall, processor in published.values()),
                    "tables": len(told),
                    "all_tables": sum(wall for wall, _processor in told.values()),
                    "report": report,
                    "report_processor": report_processor,
                }
            )
            print(results[-1], flush=True)
    return results


def _seconds(count: Callable[[], object]) -> tuple[float, float]:
    """Return how long something takes, and how long a processor was at it: on a busy machine the first says little."""
    started, processor = time.perf_counter(), time.process_time()
    count()
    return time.perf_counter() - started, time.process_time() - processor


def _units(cases: int) -> dict[str, Iterator[tuple[Any, ...]]]:
    """Return clearances with every attribute said, ten cases for seven persons and five victims.

    A prosecutor has decided on every person once, and for a hundred cases there is a child who was too young for one.
    """
    chance = random.Random(25)
    groups, stages, forms, relations = (list(code_list(name)) for name in ("groups", "stages", "forms", "relations"))
    places, jobs = list(forces(date(2025, 1, 1))), list(code_list("occupations"))
    kinds, measures = list(disposition_kinds()), list(code_list("measures"))
    persons, victims = cases * 7 // 10, cases // 2
    first = date(2023, 1, 1)

    def day() -> date:
        return first + timedelta(days=chance.randrange(365 * _YEARS))

    return {
        "cases": (
            (
                at, chance.choice(groups), day(), "day",
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
        "lawbreaking": (
            (at, at, chance.choice(groups), day(), chance.choice(places), chance.choice(measures), "")
            for at in range(cases // 100)
        ),
        "disposed": ((at, at, chance.choice(kinds), day(), chance.choice(("", "heron"))) for at in range(persons)),
    }  # fmt: skip
