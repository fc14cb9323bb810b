"""``soken resolve``: propose the persons behind an operation's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.output import print_counts, print_json, print_seconds
from soken.commands.progress import shown_progress
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.casework.actions.resolve_operation import Resolved


def resolve(
    operation: Annotated[str, typer.Option(help="The operation.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Propose persons from all rows of an operation; people's judgements bind the proposal."""
    home = started()
    from soken.casework.actions.resolve_operation import resolve_operation
    from soken.casework.selectors.operations import operation_named

    found = operation_named(operation)
    done = resolve_operation(found, home=home, progress=shown_progress())
    if as_json:
        print_json({"operation": found.name, **counts(done), "seconds": done.run.seconds})
        return
    print_counts(
        f"{found.name}: {done.run.run_id}",
        {
            "records": done.run.records,
            "proposed persons": done.run.persons,
            "links: same": done.run.same_links,
            "links to review": done.run.review_links,
        },
    )
    for contradiction in done.result.contradictions:
        typer.echo(f"judgements contradict each other: {contradiction}", err=True)
    print_seconds(done.run.seconds)


def counts(done: Resolved) -> dict[str, Any]:
    """Return a run's counts for JSON."""
    return {
        "run": done.run.run_id,
        "records": done.run.records,
        "persons": done.run.persons,
        "same_links": done.run.same_links,
        "review_links": done.run.review_links,
        "contradicting_judgements": len(done.result.contradictions),
    }
