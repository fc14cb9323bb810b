"""``soken resolve``: propose the persons behind an operation's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.language import gettext as _
from soken.commands.language import said
from soken.commands.output import print_counts, print_json, print_seconds
from soken.commands.progress import shown_progress
from soken.commands.review_shown import candidate_json, print_candidate
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.casework.actions.resolve_operation import Resolved
    from soken.casework.models import Operation
    from soken.core.home import Home
    from soken.resolve.engine import Engine


def resolve(
    operation: Annotated[str, typer.Option(help="The operation.")],
    accept: Annotated[
        bool, typer.Option("--accept", help="Show the new proposals at once, also where people have worked on the old.")
    ] = False,
    full: Annotated[
        bool | None,
        typer.Option(
            "--full/--incremental",
            help="Read and weigh everything again, or only what came since the last run (else an error); "
            "by itself Soken goes on from the last run where it can. The proposals are the same.",
        ),
    ] = None,
    engine: Annotated[
        str, typer.Option(help="duckdb, or spark (needs requirements/spark.txt and Java): the same links.")
    ] = "duckdb",
    master: Annotated[
        str, typer.Option(help="With spark: local[N], or the address of a cluster that sees this store's folders.")
    ] = "local[2]",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Propose persons from all rows of an operation; people's judgements bind the proposal.

    Where people have judged pairs or opened dossiers, a re-run only says what it would change until it is accepted.
    After a further list or new judgements only pairs with a new or changed record are weighed.
    """
    home = started()
    from soken.casework.actions.resolve_operation import resolve_operation
    from soken.casework.actions.run_job import worked_on
    from soken.casework.selectors.funnel import run_counts
    from soken.casework.selectors.operations import operation_named
    from soken.resolve.engine import Engine

    where = Engine(engine, master)
    found = operation_named(operation)
    if not accept and worked_on(found):
        _propose(found, home, as_json, full, where)
        return
    done = resolve_operation(found, home=home, progress=shown_progress(), full=full, engine=where)
    seen = run_counts(found, done.run)
    if as_json:
        print_json({"operation": found.name, **counts(done), "seconds": done.run.seconds})
        return
    print_counts(
        f"{found.name}: {done.run.run_id}",
        {
            _("records"): seen.records,
            _("pairs compared"): done.result.pairs,
            _("of them weighed in this run"): done.result.pairs_weighed,
            _("proposed persons"): seen.persons,
            _("links: same"): done.run.same_links,
            _("links to review"): seen.review_links,
            _("further doubts"): done.run.further_links,
        },
    )
    for contradiction in done.result.contradictions:
        typer.echo(_("judgements contradict each other: %(which)s") % {"which": said(str(contradiction))}, err=True)
    print_seconds(done.run.seconds)


def _propose(operation: Operation, home: Home, as_json: bool, full: bool | None, engine: Engine) -> None:
    """Make a run that waits to be accepted, and say what it would change."""
    from soken.casework.actions.propose_run import propose_run

    made = propose_run(operation, home=home, progress=shown_progress(), full=full, engine=engine)
    if as_json:
        print_json({"operation": operation.name, "accepted": False, **candidate_json(made)})
    else:
        print_candidate(made)


def counts(done: Resolved) -> dict[str, Any]:
    """Return a run's counts for JSON, without what is shut away."""
    from soken.casework.selectors.funnel import run_counts

    seen = run_counts(done.run.operation, done.run)
    return {
        "run": done.run.run_id,
        "went_on_from": done.run.inputs["went_on_from"],
        "pairs": done.result.pairs,
        "pairs_weighed": done.result.pairs_weighed,
        "records": seen.records,
        "persons": seen.persons,
        "same_links": done.run.same_links,
        "review_links": seen.review_links,
        "further_doubts": done.run.further_links,
        "contradicting_judgements": len(done.result.contradictions),
    }
