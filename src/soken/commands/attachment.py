"""``soken attachment``: documents of a dossier."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, Person, Seen, do
from soken.commands.language import gettext as _
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import RefusedError

app = typer.Typer(help="Documents of a dossier; pictures and films are refused by content.", no_args_is_help=True)


@app.command("add")
def add(
    person: Person,
    operation: In,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The document.")],
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Attach a document."""
    started()
    from soken.casework.actions.attach import attach as act
    from soken.casework.content_check import LARGEST

    with file.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    do(act, person, operation, by, seen, json, name=file.name, content=content)


@app.command("get")
def get(
    person: Person,
    operation: In,
    key: Annotated[int, typer.Option(help="Number of the document.")],
    to: Annotated[Path, typer.Option(help="File to write; one that exists is not overwritten.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Write a document to a file, after checking it against its SHA-256."""
    started()
    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.dossier import dossier_of
    from soken.casework.selectors.notes import content_of
    from soken.casework.selectors.operations import operation_named

    asked = operation_named(operation)
    check_right(asked, acting_user(by), Act.SEE_DOSSIER)
    found, content = content_of(dossier_of(asked, person), key)
    try:
        with to.open("xb") as opened:
            opened.write(content)
    except FileExistsError as there:
        raise RefusedError(_("%(path)s exists already; name another file.") % {"path": to}) from there
    if json:
        print_json({"key": found.pk, "sha256": found.sha256, "size": found.size, "to": str(to)})
    else:
        typer.echo(_("Written to %(path)s.") % {"path": to})
