"""Resolve again, and show what would change before anybody accepts it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.db import transaction

from soken.casework.actions.resolve_operation import building, counts_of, next_folder
from soken.casework.models import CandidateState, Operation, RunCandidate
from soken.casework.selectors.run_changes import changes_of
from soken.core import clock
from soken.core.errors import RefusedError
from soken.core.progress import Timings
from soken.normalise.search_index import write_terms
from soken.resolve.engine import DUCKDB, Engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from soken.core.home import Home
    from soken.core.progress import Progress


def propose_run(
    operation: Operation,
    *,
    home: Home,
    progress: Progress,
    kept: Callable[[str], None] | None = None,
    full: bool | None = None,
    engine: Engine = DUCKDB,
) -> RunCandidate:
    """Make a run and keep it as a candidate: what is shown stays as it is until somebody accepts it.

    A candidate that nobody has decided gives way to the new one, which knows more.

    Args:
        operation: what is resolved.
        home: the installation's folders.
        progress: told of each stage.
        kept: called with the candidate's name in the transaction that keeps it; raising keeps nothing.
        full: see `soken.casework.actions.resolve_operation.building`.
        engine: see there.

    Raises:
        RefusedError: nothing is shown yet that it could be compared with; no evidence; or another process resolves.
    """
    shown = operation.runs.first()
    if shown is None:
        raise RefusedError(
            f"{operation.name} has no run to compare with; run: soken resolve --operation {operation.slug}"
        )
    timings = Timings(progress)
    with building(operation, home, timings, full=full, engine=engine) as built:
        with timings.stage("index"):
            write_terms(built.folder, before=built.before)
        with timings.stage("compare"):
            changes = changes_of(operation, shown, built.folder)
        candidates = candidates_folder(operation, home)
        candidates.mkdir(parents=True, exist_ok=True)
        target = candidates / next_folder(candidates, "C")
        with transaction.atomic():
            Operation.objects.select_for_update(no_key=True).get(pk=operation.pk)
            operation.candidates.filter(state=CandidateState.OPEN).update(
                state=CandidateState.DISCARDED, decided_at=clock.now()
            )
            made = RunCandidate.objects.create(
                operation=operation, folder=target.name, base_run=shown.run_id, made_at=clock.now(),
                inputs=built.inputs, counts=counts_of(built.result), changes=changes,
                seconds={name: round(seconds, 3) for name, seconds in timings.seconds.items()},
            )  # fmt: skip
            if kept is not None:
                kept(target.name)
            os.rename(built.folder, target)  # noqa: PTH104 (refuses a folder that is there, as it should)
    return made


def candidates_folder(operation: Operation, home: Home) -> Path:
    """Return the folder that holds an operation's candidates."""
    return home.operations / operation.slug / "candidates"
