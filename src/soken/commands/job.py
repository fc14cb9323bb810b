"""``soken job``: what a worker is asked to do in the background."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.language import in_words, said
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.casework.models import Job

app = typer.Typer(help="Background work, done by soken worker.", no_args_is_help=True)
In = Annotated[str, typer.Option("--operation", help="The operation.")]
By = Annotated[str, typer.Option("--by", help="Who acts, if not you.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("resolve")
def resolve(operation: In, by: By = "", json: Json = False) -> None:
    """Ask that a worker resolve the operation."""
    started()
    from soken.casework.actions.ask_job import ask_resolve
    from soken.casework.selectors.operations import operation_named

    _show([ask_resolve(operation_named(operation), by=acting_user(by))], json)


@app.command("reread")
def reread(
    evidence: Annotated[str, typer.Argument(help="The evidence item, e.g. E-0123456789ab.")],
    operation: In,
    mapping: Annotated[Path, typer.Option(help="File that says which column is what.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Ask that a worker read an evidence item anew with a corrected mapping."""
    started()
    from soken.casework.actions.ask_job import ask_reread
    from soken.casework.selectors.operations import operation_named
    from soken.intake import load_mapping

    asked = ask_reread(operation_named(operation), evidence, load_mapping(mapping), by=acting_user(by))
    _show([asked], json)


@app.command("list")
def list_all(operation: In, json: Json = False) -> None:
    """List the newest background work of an operation."""
    started()
    from soken.casework.selectors.jobs import newest_jobs
    from soken.casework.selectors.operations import operation_named

    _show(newest_jobs(operation_named(operation)), json)


@app.command("cancel")
def cancel(
    number: Annotated[int, typer.Argument(help="Number of the job.")], operation: In, by: By = "", json: Json = False
) -> None:
    """Leave background work; nothing that is shown changes."""
    started()
    from soken.casework.actions.ask_job import cancel_job
    from soken.casework.selectors.operations import operation_named

    _show([cancel_job(operation_named(operation), number, by=acting_user(by))], json)


def _show(jobs: list[Job], json: bool) -> None:
    """Print jobs, one a line or as JSON."""
    if json:
        print_json({"jobs": [_as_json(one) for one in jobs]})
        return
    for one in jobs:
        kind, state = in_words(one.kind, one.get_kind_display()), in_words(one.state, one.get_state_display())
        told = (str(one.pk), kind, state, said(one.stage), one.outcome, said(one.problem))
        typer.echo("\t".join(filter(None, told)))


def _as_json(job: Job) -> dict[str, Any]:
    """Return a job for JSON."""
    return {
        "job": job.pk, "kind": job.kind, "state": job.state, "attempt": job.attempt, "stage": job.stage,
        "done": job.stage_done, "of": job.stage_total, "outcome": job.outcome, "problem": job.problem,
    }  # fmt: skip
