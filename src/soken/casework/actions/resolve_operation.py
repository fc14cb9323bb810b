"""Propose the persons behind all of an operation's lists."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from soken.casework.actions.load_persons import load_persons
from soken.casework.actions.load_review import load_review, settle_answered
from soken.casework.models import Operation, ResolveRun
from soken.casework.selectors.review_rows import in_force
from soken.core import clock
from soken.core.errors import RefusedError
from soken.core.lock import only_one
from soken.core.progress import Timings
from soken.intake import current_reading
from soken.normalise.records import build_records
from soken.resolve import Judgement, ResolveResult, RowRef, Verdict, resolve
from soken.resolve.membership import RowsOf, write_membership

if TYPE_CHECKING:
    from pathlib import Path

    from soken.core.home import Home
    from soken.core.progress import Progress


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a run came to.

    Attributes:
        run: the run as stored.
        result: what resolve itself reports, judgements that contradict each other among it.
    """

    run: ResolveRun
    result: ResolveResult


def resolve_operation(operation: Operation, *, home: Home, progress: Progress) -> Resolved:
    """Resolve the current readings of all the operation's evidence and show the new proposals instead of the old.

    Judgements in force are constraints on the run. The old run's files stay; proposals change in one transaction, so
    that whoever reads sees either the old ones or the new ones.

    Raises:
        RefusedError: the operation holds no evidence, or another process resolves it now.
    """
    items = list(operation.evidence.all())
    if not items:
        raise RefusedError(
            f"{operation.name} holds no evidence yet; take a file in first: "
            f"soken intake FILE --operation {operation.slug}"
        )
    timings = Timings(progress)
    with (
        only_one(home.operations / operation.slug / "resolve.lock", f"Resolve for {operation.name}"),
        home.stage() as at,
    ):
        readings = [current_reading(home, item.evidence_id) for item in items]
        newest = operation.judgements.order_by("-pk").values_list("pk", flat=True).first() or 0
        judgements = judgements_in_force(operation)
        build_records([(r.evidence_id, r.rows, r.locale) for r in readings], at, progress=timings)
        result = resolve(at, judgements, at, progress=timings)
        with timings.stage("persons"):
            write_membership([RowsOf(r.evidence_id, r.rows) for r in readings], at)
        with timings.stage("load", result.persons, "persons"):
            inputs = {
                "evidence": [{"id": item.evidence_id, "reading": item.reading} for item in items],
                "judgements": len(judgements),
                "last_judgement": newest,
            }
            run = _publish(operation, inputs, at, home, result, timings)
    return Resolved(run, result)


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


def _publish(
    operation: Operation,
    inputs: dict[str, Any],
    built: Path,
    home: Home,
    result: ResolveResult,
    timings: Timings,
) -> ResolveRun:
    """Move the run's folder into place and make its persons the operation's, or change nothing."""
    runs = home.operations / operation.slug / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    target = runs / _next_run(runs)
    with transaction.atomic():
        load_persons(operation, built / "persons.parquet")
        # Whoever judges waits from here on; what was judged until now is settled below.
        Operation.objects.select_for_update(no_key=True).get(pk=operation.pk)
        further = load_review(operation, built)
        settle_answered(operation, built, inputs["last_judgement"])
        run = ResolveRun.objects.create(
            operation=operation,
            run_id=target.name,
            finished_at=clock.now(),
            inputs=inputs,
            records=result.records,
            persons=result.persons,
            same_links=result.same_links,
            review_links=result.review_links,
            further_links=further,
            seconds={name: round(seconds, 3) for name, seconds in timings.seconds.items()},
        )
        # Last, so that the database never names a folder that is not there; a folder that the database does not name
        # (the machine stopped right here) is reported by doctor and does no harm.
        os.rename(built, target)  # noqa: PTH104 (refuses a folder that is there and not empty, as it should)
    return run


def _next_run(runs: Path) -> str:
    """Return the name of the run after those whose folders exist."""
    numbers = [int(found[1]) for folder in runs.iterdir() if (found := re.fullmatch(r"R-(\d+)", folder.name))]
    return f"R-{max(numbers, default=0) + 1:04d}"
