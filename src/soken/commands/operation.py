"""``soken operation``: open and list operations."""

from __future__ import annotations

from typing import Annotated

import typer

from soken.commands.language import gettext as _
from soken.commands.output import print_json
from soken.commands.started import started

app = typer.Typer(help="Open and list operations.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("new")
def new(name: Annotated[str, typer.Argument(help="The operation's name.")], as_json: Json = False) -> None:
    """Open an operation."""
    started()
    from soken.casework.actions.open_operation import open_operation

    operation = open_operation(name)
    if as_json:
        print_json({"operation": operation.name, "slug": operation.slug})
    else:
        typer.echo(_("Opened %(name)s (short name %(slug)s).") % {"name": operation.name, "slug": operation.slug})


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List the operations."""
    started()
    from soken.casework.models import Operation

    operations = list(Operation.objects.all())
    if as_json:
        print_json({"operations": [{"operation": one.name, "slug": one.slug} for one in operations]})
        return
    for one in operations:
        typer.echo(f"{one.slug}\t{one.name}")
