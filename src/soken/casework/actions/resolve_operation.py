"""Propose the persons behind all of an operation's lists."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from soken.access.eyes import machine_sees_all
from soken.casework.actions.begun_run import BegunRun
from soken.casework.actions.load_persons import load_persons
from soken.casework.actions.load_review import load_review, settle_answered
from soken.casework.actions.shut_matches import follow_run, look_at_run
from soken.casework.models import Operation, ResolveRun
from soken.casework.protected_lock import bringing_rows
from soken.casework.selectors import store
from soken.casework.selectors.base_run import BaseRun, base_run
from soken.casework.selectors.held import held_digest, held_rows
from soken.casework.selectors.review_rows import in_force
from soken.core import clock
from soken.core.duck import Halt
from soken.core.errors import RefusedError
from soken.core.lock import only_one
from soken.core.progress import Timings
from soken.core.vault import encrypt_tables
from soken.intake import current_reading
from soken.normalise.lists import REUSE
from soken.normalise.records import build_records
from soken.normalise.search_index import write_terms
from soken.resolve import Judgement, ResolveResult, RowRef, Verdict, resolve
from soken.resolve.engine import DUCKDB, Engine
from soken.resolve.membership import RowsOf, write_membership
from soken.resolve.reuse import made_by
from soken.resolve.run import read_result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from soken.casework.selectors.protected_looked import Looked
    from soken.core.home import Home
    from soken.core.progress import Progress
    from soken.intake import Reading
    from soken.normalise.sources import Held


#: What the records depend on; judgements come later.
_OF_THE_RECORDS: Final = ("evidence", "went_on_from", "held")
_GOING_ON: Final = "go on where it was cut off"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a run came to.

    Attributes:
        run: the run as stored.
        result: what resolve itself reports, judgements that contradict each other among it.
    """

    run: ResolveRun
    result: ResolveResult


def _unobserved(_name: str) -> None:
    """Do nothing: nobody has asked to be told in the run's own transaction."""


def resolve_operation(
    operation: Operation,
    *,
    home: Home,
    progress: Progress,
    kept: Callable[[str], None] = _unobserved,
    full: bool | None = None,
    engine: Engine = DUCKDB,
) -> Resolved:
    """Resolve the current readings of all the operation's evidence and show the new proposals instead of the old.

    Judgements in force are constraints on the run. The old run's files stay; proposals change in one transaction, so
    that whoever reads sees either the old ones or the new ones. `propose_run` shows what would change first.

    Args:
        operation: what is resolved.
        home: the installation's folders.
        progress: told of each stage.
        kept: called with the run's name in the transaction that keeps it; raising keeps nothing.
        full: see `building`.
        engine: see `building`.

    Raises:
        RefusedError: the operation holds no evidence, there is no run to go on from where one must be, or another
            process resolves it now.
    """
    timings = Timings(progress)
    with building(operation, home, timings, full=full, engine=engine) as built:
        with timings.stage("load", built.result.persons, "persons"), _indexing(built) as indexed:
            if built.before is not None and connection.vendor == "sqlite":
                indexed()  # whoever writes there waits as soon as loading has begun, and of a further list it is short
            run = publish(
                operation, built.folder, home, counts_of(built.result), built.inputs, timings.seconds, kept,
                loaded=indexed,
            )  # fmt: skip
        return Resolved(run, built.result)


@contextmanager
def _indexing(built: Built) -> Iterator[Callable[[], None]]:
    """Make the index for searching while the case database loads, which keeps one processor busy; give what waits.

    Where loading ends before that (Ctrl-C, a refusal), nobody waits for an index that nobody will see.
    """
    halt = Halt()
    with ThreadPoolExecutor(1, thread_name_prefix="index") as beside:
        index = beside.submit(write_terms, built.folder, before=built.before, halt=halt)
        try:
            yield index.result
        finally:
            halt.until(index.done)


@dataclass(frozen=True, slots=True)
class Built:
    """A run that nobody sees yet.

    Attributes:
        folder: its folder, still in the staging.
        before: folder of the run that it went on from, None if it began anew.
        inputs: readings and judgements that it was made from, as a run keeps them.
        result: what resolve itself reports.
    """

    folder: Path
    before: Path | None
    inputs: dict[str, Any]
    result: ResolveResult


@contextmanager
def building(
    operation: Operation, home: Home, timings: Timings, *, full: bool | None = None, engine: Engine = DUCKDB
) -> Iterator[Built]:
    """Make a run of the current readings under the judgements in force; it is gone afterwards unless moved away.

    Where one of just the same was cut off, it goes on from what that had finished (`soken.casework.actions.begun_run`).

    Args:
        operation: what is resolved.
        home: the installation's folders.
        timings: told of each stage.
        full: True to read every list and weigh every pair again; False to go on from the run that is shown, or refuse;
            None to go on from it where that can be done. All come to the same proposals.
        engine: what weighs and decides; Spark always does so in full.

    Raises:
        RefusedError: the operation holds no evidence, there is no run to go on from where one must be, or another
            process resolves it now.
    """
    items = list(operation.evidence.all())
    if not items:
        raise RefusedError(
            f"{operation.name} holds no evidence yet; take a file in first: "
            f"soken intake FILE --operation {operation.slug}"
        )
    with only_one_resolves(operation, home), home.stage() as at, machine_sees_all():
        newest = operation.judgements.order_by("-pk").values_list("pk", flat=True).first() or 0
        made = _MadeFrom(
            [current_reading(home, item.evidence_id) for item in items], judgements_in_force(operation),
            BaseRun(why_not="Spark goes on from no run.") if full or engine.spark else base_run(operation, items),
            held_rows(operation), engine,
        )  # fmt: skip
        if full is False and made.base.folder is None:
            raise RefusedError(
                f"{made.base.why_not} Resolve in full: soken resolve --operation {operation.slug} --full"
            )
        inputs = {
            "evidence": [{"id": item.evidence_id, "reading": item.reading} for item in items],
            "judgements": len(made.judgements),
            "last_judgement": newest,
            "went_on_from": made.base.run,
            "held": held_digest(made.held),
        }
        begun = BegunRun(home, operation.slug)
        if full:
            begun.forget()
        yield Built(at, made.base.folder, inputs, _build(made, inputs, begun, at, timings))
        begun.forget()


@dataclass(frozen=True, slots=True)
class _MadeFrom:
    """What a run is made from.

    Attributes:
        readings: of all lists, in the order of receipt.
        judgements: those in force, oldest first.
        base: the run to go on from.
        held: rows whose links are frozen.
        engine: what weighs and decides.
    """

    readings: Sequence[Reading]
    judgements: Sequence[Judgement]
    base: BaseRun
    held: Sequence[Held]
    engine: Engine


def _build(made: _MadeFrom, inputs: dict[str, Any], begun: BegunRun, at: Path, timings: Timings) -> ResolveResult:
    """Make a run, or take the whole one that was cut off after that."""
    whole = {
        "made_by": made_by(), "spark": made.engine.spark, "judged": _digest(made.judgements), "inputs": inputs,
    }  # fmt: skip
    if begun.holds(whole):
        with timings.stage(_GOING_ON):
            begun.lay(at, as_it_is=True)
        return read_result(at)
    _records(made, inputs, begun, at, timings)
    before = made.base.folder
    result = resolve(at, made.judgements, at, progress=timings, before=before, held=made.held, engine=made.engine)
    with timings.stage("persons"):
        rows = [RowsOf(r.evidence_id, r.rows) for r in made.readings]
        write_membership(rows, at, before=before, known=made.base.lists)
        encrypt_tables(at)
    begun.keep(whole, at)
    return result


def _records(made: _MadeFrom, inputs: dict[str, Any], begun: BegunRun, at: Path, timings: Timings) -> None:
    """Build the records of a run, or take those that one had built which was cut off after that."""
    lists = {"made_by": made_by(), **{name: inputs[name] for name in _OF_THE_RECORDS}}
    if begun.holds(lists):
        with timings.stage(_GOING_ON):
            begun.lay(at)
        return
    new = [(r.evidence_id, r.rows, r.locale) for r in made.readings[made.base.lists :]]
    build_records(new, at, progress=timings, before=made.base.folder, held=made.held)
    begun.keep(lists, at)


def _digest(judgements: Sequence[Judgement]) -> str:
    """Return what tells these judgements from any others."""
    return hashlib.sha256(json.dumps([asdict(one) for one in judgements]).encode()).hexdigest()


def only_one_resolves(operation: Operation, home: Home) -> AbstractContextManager[None]:
    """Keep others from resolving the operation, or from accepting a run of it, for the length of a block."""
    return only_one(home.operations / operation.slug / "resolve.lock", f"Resolve for {operation.name}")


def counts_of(result: ResolveResult) -> dict[str, int]:
    """Return the counts that a run keeps."""
    return {
        "records": result.records,
        "persons": result.persons,
        "same_links": result.same_links,
        "review_links": result.review_links,
    }


def judgements_in_force(operation: Operation) -> list[Judgement]:
    """Return the operation's judgements that bind: not superseded, not taken back; oldest first."""
    return [
        Judgement(
            RowRef(one.left_evidence, one.left_row),
            RowRef(one.right_evidence, one.right_row),
            Verdict(one.verdict),
        )
        for one in in_force(operation)
    ]


@machine_sees_all()
def publish(
    operation: Operation,
    built: Path,
    home: Home,
    counts: dict[str, int],
    inputs: dict[str, Any],
    seconds: Mapping[str, float],
    kept: Callable[[str], None] = _unobserved,
    looked: Looked | None = None,
    loaded: Callable[[], object] | None = None,
) -> ResolveRun:
    """Move a run's folder into place and make its persons and questions the operation's, or change nothing.

    Args:
        operation: whose run.
        built: its folder.
        home: the installation's folders.
        counts: what `counts_of` gives.
        inputs: what it was made from.
        seconds: how long each stage took; read at the end, when loading is under way.
        kept: called with the run's name before anything is final; raising changes nothing.
        looked: what `look_at_run` found in it, from whoever calls this inside a transaction; None to look now.
        loaded: called when the persons are loaded, on PostgreSQL before anybody who judges has to wait.
    """
    runs = home.operations / operation.slug / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    target = runs / next_folder(runs, "R")
    shown = operation.runs.first()
    before = store.run_folder(operation, shown) if shown else None
    looked = look_at_run(built) if looked is None else looked
    with bringing_rows():
        load_persons(operation, built / "persons.parquet", shown=before and before / "persons.parquet")
        if loaded is not None:
            loaded()
        # Whoever judges waits from here on; what was judged until now is settled below.
        Operation.objects.select_for_update(no_key=True).get(pk=operation.pk)
        check_still_held(operation, inputs)
        further = load_review(operation, built)
        settle_answered(operation, built, inputs["last_judgement"])
        run = ResolveRun.objects.create(
            operation=operation,
            run_id=target.name,
            finished_at=clock.now(),
            inputs=inputs,
            further_links=further,
            seconds={name: round(number, 3) for name, number in seconds.items()},
            **counts,
        )
        follow_run(operation, built, looked)
        kept(target.name)
        # Last, so that the database never names a folder that is not there; a folder that the database does not name
        # (the machine stopped right here) is reported by doctor and does no harm.
        os.rename(built, target)  # noqa: PTH104 (refuses a folder that is there and not empty, as it should)
    if before is not None:
        # The next run goes on from this one.
        shutil.rmtree(before / REUSE, ignore_errors=True)
    return run


def check_still_held(operation: Operation, inputs: Mapping[str, Any]) -> None:
    """Refuse a run that was made before links were frozen or released; called with the operation locked.

    Raises:
        RefusedError: it was.
    """
    if inputs.get("held", "") != held_digest(held_rows(operation)):
        raise RefusedError(
            f"Links in {operation.name} were frozen or released while this run was made; resolve again: "
            f"soken resolve --operation {operation.slug}"
        )


def next_folder(folder: Path, letter: str) -> str:
    """Return the name of the run after those whose folders exist: R-0001, or C-0001 for candidates."""
    numbers = [int(found[1]) for one in folder.iterdir() if (found := re.fullmatch(rf"{letter}-(\d+)", one.name))]
    return f"{letter}-{max(numbers, default=0) + 1:04d}"
