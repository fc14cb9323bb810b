"""Many users of the desk at once, on PostgreSQL with rows bound to who looks: how long their pages take.

A platform's list is taken in and resolved into a server of our own; ``soken serve`` answers on loopback; analysts
come from Locust. Each of them reads for a while before the next page; `THINKS` says how long.
"""

from __future__ import annotations

import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from bench.ledger import has_postgres
from bench.lists.platform import write_csv
from bench.peer_runs import peers_python
from bench.pipeline import OUT, ROOT, PipelineError, run_stages
from bench.scale import SEED, SIZES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

USERS = 50
#: Seconds that a user reads a page for, least and most.
THINKS = (2.0, 8.0)
#: Seconds that all of them work for, and in which they come one after the other.
_SECONDS, _COMING = 120, 10
_READY = 60.0


def measure_users(sizes: Sequence[tuple[int, int]] = SIZES) -> list[dict[str, Any]]:
    """Measure at each size; nothing where no server can be started."""
    if not has_postgres():
        return [{"problem": "PostgreSQL is not installed"}]
    from tests.on_postgres import postgres_server, whom_rows_bind

    results = []
    for accounts, orders in sizes:
        made = write_csv(OUT, accounts, orders, SEED)
        result: dict[str, Any] = {"accounts": accounts, "orders": orders, "users": USERS, "thinks": THINKS}
        with postgres_server(durable=True) as server:
            address = whom_rows_bind(server)
            try:
                proposal = run_stages([made.path], "users", timeout=3600, database=address)
                result["seconds"] = {name: stage.seconds for name, stage in proposal.stages.items()}
                result |= _pages({**os.environ, "SOKEN_HOME": str(proposal.home), "SOKEN_DATABASE_URL": address})
            except PipelineError as problem:
                result["problem"] = str(problem)
        print(result, flush=True)
        results.append(result)
    return results


def _pages(environment: Mapping[str, str]) -> dict[str, Any]:
    """Have the users work on a resolved operation; return how long their pages took, in milliseconds."""
    environment = {**environment, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    given = json.loads(_run([sys.executable, "-m", "bench.users_prepare", str(USERS)], environment))
    given["thinks"] = THINKS
    with tempfile.TemporaryDirectory(prefix="soken-bench-users-") as folder, _served(environment) as address:
        told = Path(folder) / "users.json"
        told.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
        words = [
            str(peers_python("users")), "-m", "locust", "--headless", "--only-summary", "--skip-log-setup",
            "-f", str(ROOT / "bench/peers/many_users.py"), "--host", address, "-u", str(USERS),
            "-r", str(USERS / _COMING), "-t", f"{_SECONDS}s", "--reset-stats", "--csv", f"{folder}/found",
        ]  # fmt: skip
        _run(words, {**environment, "SOKEN_BENCH_USERS": str(told)})
        with Path(folder, "found_stats.csv").open(encoding="utf-8") as stream:
            pages = [_page(row) for row in csv.DictReader(stream)]
    # A page that refuses or leads elsewhere is quick, and says nothing of the page that was asked for.
    if failed := sum(page["failed"] for page in pages if page["name"] == "all"):
        raise PipelineError(f"{failed} pages were not shown; what they took is no figure")
    return {"persons": given["persons"], "pages": pages}


def _page(row: Mapping[str, str]) -> dict[str, Any]:
    """Return what Locust counted for one page, or for all ('all')."""
    return {
        "name": "all" if row["Name"] == "Aggregated" else row["Name"],
        "opened": int(row["Request Count"]), "failed": int(row["Failure Count"]),
        "median_ms": float(row["50%"]), "p95_ms": float(row["95%"]), "worst_ms": float(row["Max Response Time"]),
        "a_second": float(row["Requests/s"]),
    }  # fmt: skip


@contextmanager
def _served(environment: Mapping[str, str]) -> Iterator[str]:
    """Serve the desk as in use on a free port; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    desk = subprocess.Popen([sys.executable, "-m", "soken", "serve", "--port", str(port)], cwd=ROOT, env=environment)
    try:
        _wait_for(f"{address}/ready", desk)
        yield address
    finally:
        desk.terminate()
        desk.wait()


def _wait_for(address: str, desk: subprocess.Popen[bytes]) -> None:
    """Wait until the desk answers.

    Raises:
        PipelineError: it does not, or ended.
    """
    until = time.monotonic() + _READY
    while time.monotonic() < until and desk.poll() is None:
        try:
            if httpx.get(address, timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise PipelineError(f"serve: nothing answered at {address}")


def _run(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run a command to its end; return what it printed.

    Raises:
        PipelineError: it failed.
    """
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    # Locust's exit code says whether a page failed; how many did stands in its table.
    if done.returncode and "locust" not in words:
        raise PipelineError(f"{words[1:3]}: {done.stderr.strip().splitlines()[-1][:200]}")
    return done.stdout
