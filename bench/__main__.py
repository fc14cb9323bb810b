"""The one command: ``.venv/bin/python -m bench [section …]``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from bench import report, sections  # noqa: E402 - the checkout's own source comes first
from bench.case_files import ROWS, measure_case  # noqa: E402
from bench.clearances import measure_statistics  # noqa: E402
from bench.encryption import measure_encryption  # noqa: E402
from bench.further import measure_further  # noqa: E402
from bench.ledger import measure_ledger  # noqa: E402
from bench.measure import yardstick  # noqa: E402
from bench.normalise_speed import measure_normalise  # noqa: E402
from bench.packets import measure_packets  # noqa: E402
from bench.pipeline import OUT  # noqa: E402
from bench.row_security import measure_row_security  # noqa: E402
from bench.scale import SIZES, platforms  # noqa: E402
from bench.search import measure_search  # noqa: E402
from bench.upgrade import measure_upgrade  # noqa: E402
from bench.users import measure_users  # noqa: E402


def main() -> None:
    """Run the chosen sections, keep their results, write the table."""
    words = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    words.add_argument("section", nargs="*", help=f"of {', '.join(report.SECTIONS)}; all of them if none is named")
    words.add_argument(
        "--sizes", type=int, nargs="+", default=[7_000, 100_000, 1_000_000], help="rows of the demo list"
    )
    words.add_argument("--read-sizes", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    words.add_argument("--timeout", type=float, default=600, help="seconds for each run of a peer")
    words.add_argument("--kinds", nargs="+", default=[], help="held-out kinds; all of them if none is named")
    words.add_argument("--seeds", type=int, nargs="+", help="of the held-out lists, first to fourth or fresh")
    words.add_argument("--rows", type=int, help="rows of each held-out list (first: 4000, others: 7000)")
    words.add_argument("--platforms", type=int, default=len(SIZES), help="how many of the sizes, smallest first")
    words.add_argument("--report-only", action="store_true", help="write the table from the results that are there")
    chosen = words.parse_args()
    runs: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "demo": lambda: sections.demo_and_peers(chosen.sizes, chosen.timeout),
        "heldout": lambda: sections.held_out(
            chosen.rows or 4_000, chosen.seeds or sections.HELD_OUT_SEEDS, chosen.kinds
        ),
        "second": lambda: sections.second(chosen.rows or 7_000, chosen.seeds or sections.SECOND_SEEDS, chosen.kinds),
        "third": lambda: sections.third(chosen.rows or 7_000, chosen.seeds or sections.THIRD_SEEDS, chosen.kinds),
        "fourth": lambda: sections.fourth(chosen.rows or 7_000, chosen.seeds or sections.FOURTH_SEEDS, chosen.kinds),
        "fresh": lambda: sections.fresh(chosen.rows or 7_000, chosen.seeds or sections.FRESH_SEEDS, chosen.kinds),
        "febrl": sections.febrl,
        "normalise": measure_normalise,
        "ledger": measure_ledger,
        "row-security": measure_row_security,
        "encryption": measure_encryption,
        "search": measure_search,
        "statistics": measure_statistics,
        "packets": measure_packets,
        "case": lambda: measure_case(chosen.rows or ROWS),
        "platform": lambda: platforms("csv", SIZES[: chosen.platforms]),
        "dump": lambda: platforms("dump", SIZES[: chosen.platforms][-1:]),
        "upgrade": measure_upgrade,
        "users": lambda: measure_users(SIZES[: chosen.platforms]),
        "further": lambda: measure_further(SIZES[: chosen.platforms]),
        "readers": lambda: sections.readers(chosen.read_sizes),
    }
    unknown = set(chosen.section) - set(runs)
    if unknown:
        words.error(f"no section {', '.join(sorted(unknown))}")
    OUT.mkdir(exist_ok=True)
    store = OUT / "results.json"
    for name in [] if chosen.report_only else chosen.section or list(runs):
        print(f"== {name}", flush=True)
        made, data = report.machine(), runs[name]()
        made["yardstick"].append(round(yardstick(), 1))
        # Read again before each writing: another run may have finished another section in the meantime.
        store.write_text(
            json.dumps({**_stored(store), name: {"machine": made, "data": data}}, ensure_ascii=False, indent=1)
        )
    report.write_readme(_stored(store))


def _stored(store: Path) -> dict[str, Any]:
    """Return the results of all sections so far."""
    results: dict[str, Any] = json.loads(store.read_text()) if store.exists() else {}
    return results


if __name__ == "__main__":
    main()
