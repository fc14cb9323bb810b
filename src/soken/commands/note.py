"""``soken note``: notes on a dossier."""

from __future__ import annotations

from typing import Annotated

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, Person, Seen, do
from soken.commands.output import print_json
from soken.commands.started import started

app = typer.Typer(help="Notes on a dossier: added to, never changed.", no_args_is_help=True)


@app.command("write")
def write(
    person: Person,
    operation: In,
    text: Annotated[str, typer.Option(help="The note.")],
    corrects: Annotated[int | None, typer.Option(help="Number of the note that it corrects.")] = None,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Write a note, or correct one by a new one."""
    started()
    from soken.casework.actions.write_note import write_note as act

    do(act, person, operation, by, seen, json, text=text, corrects=corrects)


@app.command("list")
def list_(person: Person, operation: In, by: By = "", json: Json = False) -> None:
    """List a person's notes, the newest first."""
    started()
    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.dossier import dossier_of
    from soken.casework.selectors.notes import desk_work
    from soken.casework.selectors.operations import operation_named

    asked = operation_named(operation)
    check_right(asked, acting_user(by), Act.SEE_DOSSIER)
    found = desk_work(dossier_of(asked, person))
    lines = [
        {"key": one.pk, "text": one.text, "corrects": one.corrects_id, "by": one.by.username, "at": one.at.isoformat()}
        for one in found.notes
    ]
    if json:
        print_json({"total": found.note_count, "notes": lines})
        return
    for line in lines:
        typer.echo(f"{line['key']:>6}  {line['at']}  {line['by']}  {line['text']}")
