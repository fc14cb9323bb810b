"""``soken filter``: filters of the list of persons under a name."""

from __future__ import annotations

from typing import Annotated

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json
from soken.commands.language import gettext as _
from soken.commands.output import print_json
from soken.commands.started import started

app = typer.Typer(help="Saved filters of the list of persons.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of the filter.")]


@app.command("save")
def save(
    name: Name,
    operation: In,
    text: Annotated[str, typer.Option(help="Beginning of a name, a reading or a code.")] = "",
    prefecture: Annotated[str, typer.Option(help="JIS code of the prefecture; - for none.")] = "",
    band: Annotated[str, typer.Option(help="same or review.")] = "",
    least: Annotated[int, typer.Option(min=1, help="Rows, at least.")] = 1,
    order: Annotated[str, typer.Option(help="rows, name, last or prefecture.")] = "rows",
    shared: Annotated[bool, typer.Option("--shared", help="For everybody in the operation.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="In the place of your filter of this name.")] = False,
    by: By = "",
    json: Json = False,
) -> None:
    """Save a filter."""
    started()
    from soken.casework.actions.save_filter import save_filter
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.saved_filters import query_of

    asked = {"q": text, "prefecture": prefecture, "band": band, "least": str(least), "order": order}
    made = save_filter(
        operation_named(operation), by=acting_user(by), name=name, query=query_of(asked), shared=shared, replace=replace
    )
    if json:
        print_json({"name": made.name, "query": made.query, "shared": made.shared})
    else:
        typer.echo(_("Saved “%(name)s”.") % {"name": made.name})


@app.command("list")
def list_filters(operation: In, by: By = "", json: Json = False) -> None:
    """List your filters and those that are shared."""
    started()
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.saved_filters import saved_filters

    found = [
        {"name": one.name, "by": one.by.username, "shared": one.shared, "query": one.query}
        for one in saved_filters(operation_named(operation), acting_user(by))
    ]
    if json:
        print_json({"filters": found})
        return
    for one in found:
        shared = f", {_('shared')}" if one["shared"] else ""
        typer.echo(f"{one['name']}  ({one['by']}{shared})  {one['query']}")


@app.command("delete")
def delete(name: Name, operation: In, by: By = "") -> None:
    """Delete your filter."""
    started()
    from soken.casework.actions.save_filter import delete_filter
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.saved_filters import filter_named

    where, user = operation_named(operation), acting_user(by)
    delete_filter(where, filter_named(where, user, name).pk, by=user)
    typer.echo(_("Deleted “%(name)s”.") % {"name": name})
