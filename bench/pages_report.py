"""What ``bench/README.md`` says of the case database in use: pages on PostgreSQL, and upgrades."""

from __future__ import annotations

from typing import Any

from bench.tables import NONE, table


def row_security_table(results: list[dict[str, Any]]) -> str:
    """Return what row-level security costs a page."""
    rows = [
        [
            result["name"],
            result["problem"] or f"{result['shut']:,} of {result['persons']:,}",
            *([NONE] * 2 if result["problem"] else [f"{result[one]:.1f} ms" for one in ("without_ms", "with_ms")]),
        ]
        for result in results
    ]
    text = (
        "PostgreSQL on this machine, a role that the policies bind; the median of 40 pages, made by the desk without a "
        "network. *Without*: no policies, and nothing told to the server.\n\n"
    )
    return text + table(["page", "persons shut away", "without", "with"], rows)


def users_table(results: list[dict[str, Any]]) -> str:
    """Return how long pages take while many users work, by size and page."""
    rows = [
        [
            f"{result['persons']:,}",
            page["name"],
            f"{page['opened']:,}",
            f"{page['failed']:,}",
            *(f"{page[one]:.0f}" for one in ("median_ms", "p95_ms", "worst_ms")),
            f"{page['a_second']:.1f}",
        ]
        for result in results
        if "pages" in result
        for page in result["pages"]
    ]
    return _users_told(results) + table(
        ["persons", "page", "opened", "failed", "median ms", "95th percentile ms", "worst ms", "a second"], rows
    )


def _users_told(results: list[dict[str, Any]]) -> str:
    """Return how it was measured, and what could not be."""
    problems = [f"Not measured: {result['problem']}.\n" for result in results if "problem" in result]
    if len(problems) == len(results):
        return "\n".join(problems) + "\n"
    first = next(result for result in results if "pages" in result)
    least, most = first["thinks"]
    text = (
        f"A platform's list, resolved into PostgreSQL; {first['users']} analysts at once (Locust) on `soken serve` "
        f"over loopback, server and users on the same two cores. Rows are bound to who looks. Each reads a page for "
        f"{least:.0f} to {most:.0f} s, then opens the next: one person 4 times in 12, the list with a filter and an "
        "order 3, the search box 2, the review queue 2, the overview once. The target is 200 ms for the 95th "
        "percentile.\n\n"
    )
    return text + "".join(problems)


def upgrade_table(results: list[dict[str, Any]]) -> str:
    """Return how long a full database takes to be brought up to date."""
    rows = [
        [f"{one['persons']:,}", one["name"], f"{one['seconds']:.1f}", f"{one['after']:.1f}", f"{one['peak_mib']:,.0f}"]
        for one in results
    ]
    text = (
        "A list of persons in the tables of the first release with a review queue, brought up to date by the first "
        "command of this one: every migration since then. *Next*: the same command once more, for what of it is its "
        "own.\n\n"
    )
    return text + table(["persons", "database", "upgrade and command, s", "next, s", "peak MiB"], rows)
