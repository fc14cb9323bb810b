"""Soken itself, from the command line as a user has it: files in, proposed persons out."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from bench.measure import Measured, run
from bench.scores import Score, bcubed, pairwise, settled
from soken.core.errors import SokenError
from soken.core.home import Home
from soken.core.progress import silent
from soken.intake import Acquisition, current_reading, take_in
from soken.normalise.records import build_records
from soken.resolve import resolve
from soken.resolve.membership import RowsOf, write_membership

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "bench" / "out"


class PipelineError(Exception):
    """A stage of the pipeline failed; the message says which and why."""


@dataclass(slots=True)
class Proposal:
    """What Soken proposed for one operation.

    Attributes:
        stages: stage to what it took.
        told: stage to the JSON object that it printed.
        rows: (evidence in order of intake from 0, row) to (person, band, persons to review with).
        home: the store it was done in.
        evidence: ids of the items, in order of intake.
    """

    stages: dict[str, Measured] = field(default_factory=dict)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[tuple[int, int], tuple[str, str, list[str]]] = field(default_factory=dict)
    home: Path = OUT
    evidence: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """All stages together."""
        return sum(stage.seconds for stage in self.stages.values())

    @property
    def peak_mib(self) -> float:
        """The hungriest stage."""
        return max(stage.peak_mib for stage in self.stages.values())


def run_stages(files: Sequence[Path], name: str, *, timeout: float = 900, database: str = "") -> Proposal:
    """Take files into a fresh store, resolve them and export ``links.csv``, each stage by its command.

    Args:
        files: seized files, each one evidence item, in this order.
        name: of the store under ``bench/out``; an older one of this name is removed.
        timeout: seconds for each stage.
        database: address of a case database on PostgreSQL; '' for SQLite in the store.

    Raises:
        PipelineError: a stage failed or took too long.
    """
    home = OUT / f"home-{name}"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    proposal = Proposal(home=home)
    env = {**os.environ, "SOKEN_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "SOKEN_DATABASE_URL": database}
    _stage(proposal, "operation", ["operation", "new", "bench"], env, timeout)
    for number, file in enumerate(files):
        label = "intake" if number == 0 else f"intake {number + 1}"
        told = _stage(proposal, label, ["intake", str(file), "--operation", "bench", "--json"], env, timeout)
        proposal.evidence.append(_evidence_id(told))
    _stage(proposal, "resolve", ["resolve", "--operation", "bench", "--json"], env, timeout)
    links = str(home / "links.csv")
    _stage(proposal, "export", ["links", "export", "--operation", "bench", "--out", links], env, timeout)
    return proposal


def take_further(proposal: Proposal, file: Path, *, timeout: float = 900) -> None:
    """Take a further file into a store that `run_stages` filled, resolve again and export ``further.csv``.

    Raises:
        PipelineError: a stage failed or took too long.
    """
    env = {**os.environ, "SOKEN_HOME": str(proposal.home), "PYTHONPATH": str(ROOT / "src")}
    _stage(proposal, "further intake", ["intake", str(file), "--operation", "bench", "--json"], env, timeout)
    _stage(proposal, "further resolve", ["resolve", "--operation", "bench", "--json"], env, timeout)
    links = str(proposal.home / "further.csv")
    _stage(proposal, "further export", ["links", "export", "--operation", "bench", "--out", links], env, timeout)


def propose(files: Sequence[Path], name: str, *, timeout: float = 900) -> Proposal:
    """Do the same and read what was proposed for each row; see `run_stages`."""
    proposal = run_stages(files, name, timeout=timeout)
    with (proposal.home / "links.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            others = [other for other in (row.get("review_with") or "").split(";") if other]
            where = (proposal.evidence.index(row["evidence"]), int(row["row"]))
            proposal.rows[where] = (row["person"], row["band"], others)
    return proposal


def propose_here(file: Path, name: str) -> Proposal:
    """Do the same with one file in this process, without case database and export: for how right, not for how fast.

    Args:
        file: a seized file.
        name: of the store under ``bench/out``; an older one of this name is removed.

    Raises:
        PipelineError: intake refuses the file.
    """
    root = OUT / f"home-{name}"
    shutil.rmtree(root, ignore_errors=True)
    home, run = Home(root), root / "run"
    for folder in (home.keys, home.evidence, home.operations, root / "staging", run):
        folder.mkdir(parents=True)
    try:
        taken = take_in(file, home=home, operation_slug="bench", acquisition=Acquisition(), actor="bench")
    except SokenError as problem:
        raise PipelineError(f"intake: {problem}") from problem
    reading = current_reading(home, taken.evidence_id)
    build_records([(reading.evidence_id, reading.rows, reading.locale)], run, progress=silent(), workers=0)
    resolve(run, [], run)
    write_membership([RowsOf(reading.evidence_id, reading.rows)], run)
    with duckdb.connect() as con:
        rows = con.execute(
            'SELECT "row", person, band, review_with FROM read_parquet($path) WHERE person IS NOT NULL',
            {"path": str(run / "membership.parquet")},
        ).fetchall()
    proposal = Proposal(home=root, evidence=[taken.evidence_id])
    for row, person, band, others in rows:
        proposal.rows[0, row] = (person, band, [other for other in (others or "").split(";") if other])
    return proposal


def _evidence_id(told: Mapping[str, Any]) -> str:
    """Find the evidence id in what intake printed."""
    if "evidence" in told:
        evidence = told["evidence"]
        first = evidence[0] if isinstance(evidence, list) else evidence
        return str(first["evidence"] if isinstance(first, dict) and "evidence" in first else first)
    return str(told.get("evidence_id", ""))


def _stage(proposal: Proposal, name: str, words: list[str], env: Mapping[str, str], timeout: float) -> dict[str, Any]:
    """Run one command of Soken and note what it took and told."""
    measured = run([sys.executable, "-m", "soken", *words], timeout=timeout, env=env)
    if measured.code != 0:
        raise PipelineError(f"{name}: {measured.problem or measured.code}")
    proposal.stages[name] = measured
    told: dict[str, Any] = json.loads(measured.output) if "--json" in words else {}
    proposal.told[name] = told
    return told


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How right a proposal is.

    Attributes:
        same: pairs of rows that carry one person.
        settled: the same after every review link has been decided rightly.
        rowwise: B-cubed.
        review_share: share of rows whose person has an open review link.
        rows: rows scored (those that the truth knows and that were accepted).
        missing: rows that the truth knows and that were not accepted.
    """

    same: Score
    settled: Score
    rowwise: Score
    review_share: float
    rows: int
    missing: int


def accuracy(proposal: Proposal, truth: Mapping[tuple[int, int], str]) -> Accuracy:
    """Score a proposal against the truth by (evidence, row)."""
    keys = [key for key in truth if key in proposal.rows]
    true = [truth[key] for key in keys]
    found = [proposal.rows[key][0] for key in keys]
    review: dict[Hashable, Iterable[Hashable]] = {
        proposal.rows[key][0]: proposal.rows[key][2] for key in keys if proposal.rows[key][2]
    }
    in_review = sum(proposal.rows[key][1] == "review" for key in keys)
    return Accuracy(
        same=pairwise(true, found),
        settled=pairwise(true, settled(true, found, review)),
        rowwise=bcubed(true, found),
        review_share=in_review / max(1, len(keys)),
        rows=len(keys),
        missing=len(truth) - len(keys),
    )


def read_truth(path: Path, evidence: int = 0) -> dict[tuple[int, int], str]:
    """Read a truth file (columns ``row`` and ``person``, further ones ignored)."""
    with path.open(encoding="utf-8", newline="") as stream:
        return {(evidence, int(row["row"])): row["person"] for row in csv.DictReader(stream)}
