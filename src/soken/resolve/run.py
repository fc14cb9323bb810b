"""One run of resolve, from ``records.parquet`` to links, clusters and an account of the run."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa

import soken
from soken.core.clock import stamp
from soken.core.duck import at, connect, roomy
from soken.core.errors import DamagedStoreError
from soken.core.hashing import file_sha256
from soken.core.progress import Timings
from soken.resolve.blocking import block, names_only
from soken.resolve.closer import read_mails, settle_names
from soken.resolve.decide import decide
from soken.resolve.engine import DUCKDB, Engine
from soken.resolve.frozen import freeze, hold_records
from soken.resolve.judgements import Contradiction, Judgement, RowRef, Verdict, bind
from soken.resolve.persons import join_records
from soken.resolve.prepare import prepare
from soken.resolve.proposals import ask, name_persons, write_links
from soken.resolve.reliability import learn
from soken.resolve.reuse import add_known, known_mails, leave, recall
from soken.resolve.score import prior, score

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from soken.core.progress import Progress
    from soken.normalise.sources import Held
    from soken.resolve.engine import Connection


#: MiB that DuckDB may hold: two million records fit into the least with much on the disk, into the most with little.
_MEMORY: Final = (1900, 3500)


@dataclass(frozen=True, slots=True)
class ResolveResult:
    """What a run proposes, counted.

    Attributes:
        records: records compared.
        persons: proposed persons.
        pairs: pairs compared, those included whose levels the run before had found.
        pairs_weighed: pairs that this run weighed itself.
        same_links: links inside proposed persons.
        review_links: links that a person must look at.
        different_links: links kept because they speak against (a contradiction, a judgement, no room in the queue).
        contradictions: judgements that cannot all be true; "different" was kept.
        unplaced: judgements on rows that are not in these records.
        seconds: seconds a stage.
        model: prior, versions and settings, for the run's manifest.
    """

    records: int
    persons: int
    pairs: int
    pairs_weighed: int
    same_links: int
    review_links: int
    different_links: int
    contradictions: tuple[Contradiction, ...]
    unplaced: tuple[Judgement, ...]
    seconds: dict[str, float]
    model: dict[str, Any]


def resolve(
    records: Path,
    judgements: Sequence[Judgement],
    out: Path,
    *,
    before: Path | None = None,
    held: Sequence[Held] = (),
    engine: Engine = DUCKDB,
    seed: int = 1,
    progress: Progress | None = None,
    threads: int = 2,
    memory: str | None = None,
) -> ResolveResult:
    """Propose which records are one person.

    The same records and judgements give the same files: nothing is drawn at random, weights are rounded to 6 decimals.

    Args:
        records: folder with ``records.parquet`` and ``row_records.parquet``.
        judgements: all judgements in force, oldest first.
        out: folder to write ``links.parquet``, ``clusters.parquet`` and ``run.json`` to (made if new); temporary files
            stay inside it and are removed.
        before: folder of a run of these versions (`soken.resolve.reuse.can_go_on_from`) whose records these begin with:
            pairs of which it knows the levels are not weighed again. The result is the same without.
        held: rows whose links are frozen: their records are joined with none but those held together with them, and
            with all of these, whatever rows, weights and judgements say.
        engine: DuckDB, or Spark, which comes to the same links but goes on from no run and leaves nothing for one.
        seed: kept in the manifest; reserved for models that are trained on a sample.
        progress: told of each stage.
        threads: for DuckDB.
        memory: DuckDB's limit, beyond which it uses the disk; None for what suits the machine.

    Raises:
        DamagedStoreError: ``records.parquet`` is missing or is not a table of records.
    """
    timings = Timings(progress)
    out.mkdir(parents=True, exist_ok=True)
    scratch = out / "scratch"
    scratch.mkdir(exist_ok=True)
    memory = memory or roomy(*_MEMORY)
    try:
        if engine.spark:
            from soken.resolve.spark import spark_connection

            file = records / "records.parquet"
            if not file.is_file():
                raise DamagedStoreError(f"{file} is missing; take the evidence in again.")
            size = file.stat().st_size
            with spark_connection(engine.master, scratch, size) as spark:
                result = _run(spark, records, judgements, out, timings, None, held)
        else:
            with connect({"threads": threads, "memory_limit": memory, "temp_directory": str(scratch / "spill")}) as con:
                result = _run(con, records, judgements, out, timings, before, held)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    model = {**result.model, "seed": seed, "threads": threads, "memory": memory}
    _write_manifest(out, records, judgements, result, model)
    return result


def _run(
    con: Connection,
    folder: Path,
    judgements: Sequence[Judgement],
    out: Path,
    timings: Timings,
    before: Path | None,
    held: Sequence[Held],
) -> ResolveResult:
    """Go through the stages."""
    file = folder / "records.parquet"
    with timings.stage("prepare", unit="records"):
        count = prepare(con, file)
        holds = hold_records(con, folder, held)
        constraints = freeze(bind(judgements, _records_of(con, folder, judgements)), holds)
    with timings.stage("block", unit="pairs"):
        pairs = block(con)
    with timings.stage("weigh", pairs, "pairs"):
        fresh = _weigh(con, pairs, before)
    with timings.stage("decide", pairs, "pairs"):
        settle_names(con)
        if isinstance(con, duckdb.DuckDBPyConnection):
            add_known(con, before)
            read_mails(con, known_mails(con, before))
        else:
            read_mails(con, {})
        reliability = learn(con)
        decide(con, count, reliability, only_names=names_only(con))
    with timings.stage("join", count, "records"):
        join_records(con, count, constraints, reliability)
    with timings.stage("write", count, "records"):
        persons = name_persons(con, file)
        ask(con, constraints)
        bands = write_links(con, file, constraints, out)
        if isinstance(con, duckdb.DuckDBPyConnection):
            leave(con, out)
    return ResolveResult(
        records=count,
        persons=persons,
        pairs=pairs,
        pairs_weighed=fresh,
        same_links=bands.get("same", 0),
        review_links=bands.get("review", 0),
        different_links=bands.get("different", 0),
        contradictions=constraints.contradictions,
        unplaced=constraints.unplaced,
        seconds={name: round(seconds, 3) for name, seconds in timings.seconds.items()},
        model={
            "prior": prior(count),
            "learnt_from_pairs": reliability.pairs,
            "careless_columns": {locale: sorted(names) for locale, names in reliability.careless.items()},
            "weights": "weights.toml of 2026-11-23, fixed",
            "engine": f"splink {version('splink')} on duckdb {version('duckdb')}"
            if isinstance(con, duckdb.DuckDBPyConnection)
            else f"spark, pyspark {version('pyspark')}",
        },
    )


def _weigh(con: Connection, pairs: int, before: Path | None) -> int:
    """Weigh the pairs that nobody has weighed; return how many."""
    if isinstance(con, duckdb.DuckDBPyConnection):
        fresh = recall(con, before)
        score(con)
        return fresh
    from soken.resolve.spark import score_on_spark

    score_on_spark(con)
    return pairs


def _records_of(con: Connection, folder: Path, judgements: Sequence[Judgement]) -> dict[RowRef, int]:
    """Return the record of every row that a judgement names."""
    refs = sorted({ref for one in judgements for ref in (one.left, one.right)})
    if not refs:
        return {}
    con.register(
        "named",
        pa.table({"evidence": [ref.evidence for ref in refs], "row": pa.array([ref.row for ref in refs], pa.int64())}),
    )
    found = con.execute(
        'SELECT evidence, "row", record FROM read_parquet($path) JOIN named USING (evidence, "row")',
        {"path": at(folder / "row_records.parquet")},
    ).fetchall()
    con.unregister("named")
    return {RowRef(evidence, row): record for evidence, row, record in found}


def read_result(out: Path) -> ResolveResult:
    """Return what the run that was written to a folder came to.

    Args:
        out: as `resolve` was given it.
    """
    manifest = json.loads((out / "run.json").read_text("utf-8"))
    counts = {field.name: manifest[field.name] for field in fields(ResolveResult) if field.name in manifest}
    contradictions = tuple(
        Contradiction(one["kind"], tuple(_judgement(part) for part in one["judgements"]))
        for one in manifest["judgements_contradicting"]
    )
    unplaced = tuple(_judgement(one) for one in manifest["judgements_unplaced"])
    return ResolveResult(**counts, contradictions=contradictions, unplaced=unplaced)


def _judgement(told: dict[str, Any]) -> Judgement:
    """Return a judgement that was written to a manifest."""
    return Judgement(RowRef(**told["left"]), RowRef(**told["right"]), Verdict(told["verdict"]), told["reason"])


def _write_manifest(
    out: Path, folder: Path, judgements: Sequence[Judgement], result: ResolveResult, model: dict[str, Any]
) -> None:
    """Write ``run.json``: everything needed to run it again and to see that it is the same run."""
    counts = asdict(result)
    contradictions = counts.pop("contradictions")
    counts.pop("unplaced")
    counts.pop("model")
    manifest = {
        "finished_at": stamp(),
        "soken": soken.__version__,
        "records_sha256": file_sha256(folder / "records.parquet"),
        "judgements": [asdict(one) for one in judgements],
        "judgements_contradicting": contradictions,
        "judgements_unplaced": [asdict(one) for one in result.unplaced],
        "model": model,
        **counts,
    }
    (out / "run.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2), "utf-8")
