"""``soken task``: what somebody is to do about a person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, Person, Seen, do
from soken.commands.output import print_json
from soken.commands.started import started

app = typer.Typer(help="Tasks: who does what about a person, by when.", no_args_is_help=True)


@app.command("give")
def give(
    person: Person,
    operation: In,
    what: Annotated[str, typer.Option(help="What is to be done.")],
    who: Annotated[str, typer.Option(help="Name of the user who is to do it.")],
    due: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="By which day, as 2026-11-23.")],
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Give somebody a task."""
    started()
    from soken.casework.actions.give_task import give_task as act

    do(act, person, operation, by, seen, json, what=what, who=who, due_on=due.date())


@app.command("done")
def done(
    person: Person,
    operation: In,
    key: Annotated[int, typer.Option(help="Number of the task.")],
    outcome: Annotated[str, typer.Option(help="What was done.")],
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Say that a task is done."""
    started()
    from soken.casework.actions.finish_task import finish_task as act

    do(act, person, operation, by, seen, json, key=key, outcome=outcome)


@app.command("mine")
def mine(by: By = "", json: Json = False) -> None:
    """List your tasks that are late or due within a week."""
    started()
    from soken.casework.selectors.boards import tasks_due

    lines = [
        {"key": one.pk, "operation": one.dossier.operation.slug, "person": one.dossier.person_code, "what": one.what,
         "due": one.due_on.isoformat()}
        for one in tasks_due(acting_user(by))[:200]
    ]  # fmt: skip
    if json:
        print_json({"tasks": lines})
        return
    for line in lines:
        typer.echo(f"{line['key']:>6}  {line['due']}  {line['operation']}  {line['person']}  {line['what']}")
