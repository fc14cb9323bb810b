"""Runs the peers on the same people as Soken: one environment for them, made from a hash-pinned file."""

from __future__ import annotations

import csv
import random
import sys
from typing import TYPE_CHECKING

from bench.measure import Measured, run
from bench.pipeline import OUT, ROOT
from bench.scores import Score, bcubed, pairwise

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PEERS = {
    "Splink, raw columns": "splink_raw",
    "recordlinkage, ECM": "recordlinkage_ecm",
    "dedupe, 300 + 300 labels": "dedupe_labels",
    "nomenklatura, 600 labels": "nomenklatura_xref",
}
#: Peers that want an environment of their own.
_APART = {"nomenklatura_xref": "nomenklatura"}
_COLUMNS = {
    "row": "注文ID",
    "family": "お名前(姓)",
    "given": "お名前(名)",
    "family_kana": "お名前(セイ)",
    "given_kana": "お名前(メイ)",
    "email": "メールアドレス",
    "phone": "TEL",
    "postal_code": "郵便番号",
}
#: A peer that wants more is stopped: the machine is not its own.
MEMORY_LIMIT_GIB = 16


def peers_python(name: str = "peers") -> Path:
    """Return the Python of an environment for others' programs; it is made at the first call.

    Args:
        name: of its hash-pinned file, ``requirements-NAME.txt``.

    Raises:
        RuntimeError: it cannot be made (no package index in reach).
    """
    folder = OUT / name
    marker = folder / "complete"
    if not marker.exists():
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            [
                str(folder / "bin/pip"),
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--require-hashes",
                "-r",
                str(ROOT / f"bench/requirements-{name}.txt"),
            ],
        ):
            made = run(command, timeout=900)
            if made.code != 0:
                raise RuntimeError(f"the environment of {name} cannot be made: {made.problem}")
        marker.touch()
    return folder / "bin/python"


def write_peer_list(source: Path, truth: Mapping[tuple[int, int], str], rows: int) -> tuple[Path, Path]:
    """Write the readable rows of a demo list (UTF-8) as peers read them, and labels of 600 rows; return both paths."""
    listed, labels = OUT / f"peers-{rows}.csv", OUT / f"peers-{rows}.labels.csv"
    with (
        source.open(encoding="cp932", errors="replace", newline="") as stream,
        listed.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out)
        writer.writerow((*_COLUMNS, "address"))
        headings = next(csv.reader([stream.readline()]))
        for number, line in enumerate(stream, start=1):
            if (0, number) in truth:
                cells = dict(zip(headings, next(csv.reader([line])), strict=True))
                address = cells["都道府県(名称)"] + cells["住所1"] + cells["住所2"]
                writer.writerow((*(cells[heading] for heading in _COLUMNS.values()), address))
    by_person: dict[str, list[int]] = {}
    for (_evidence, row), person in truth.items():
        by_person.setdefault(person, []).append(row)
    several = [person for person, members in by_person.items() if len(members) > 1]
    chosen = random.Random(1).sample(sorted(several), min(300, len(several)))
    with labels.open("w", encoding="ascii", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("row", "person"))
        writer.writerows((row, person) for person in chosen for row in by_person[person])
    return listed, labels


def run_peer(
    script: str, listed: Path, labels: Path, truth: Mapping[tuple[int, int], str], timeout: float
) -> tuple[Measured, Score | None, Score | None]:
    """Run one peer; return what it took, and its pairwise and row-by-row scores (None where it did not finish)."""
    found = OUT / f"{script}.found.csv"
    found.unlink(missing_ok=True)
    limit = f"import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_LIMIT_GIB << 30},) * 2);"
    start = limit + "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    path = ROOT / "bench" / "peers" / f"{script}.py"
    measured = run(
        [str(peers_python(_APART.get(script, "peers"))), "-c", start, str(path), str(listed), str(labels), str(found)],
        timeout=timeout,
    )
    if measured.code != 0:
        return measured, None, None
    with found.open(encoding="utf-8", newline="") as stream:
        groups = {(0, int(row["row"])): row["person"] for row in csv.DictReader(stream)}
    true = list(truth.values())
    proposed = [groups.get(key, f"alone-{key}") for key in truth]
    return measured, pairwise(true, proposed), bcubed(true, proposed)
