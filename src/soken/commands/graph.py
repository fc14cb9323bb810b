"""``soken graph``: a person's neighbourhood as lines, the same as on the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, Person
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.casework.selectors.graph_parts import LinkGraph

app = typer.Typer(help="Who shares a mail, a phone or an address with a person.", no_args_is_help=True)


@app.callback()
def about() -> None:
    """Who shares a mail, a phone or an address with a person, and whom it may be the same as."""


@app.command("show")
def show(
    person: Person,
    operation: In,
    steps: Annotated[int, typer.Option(min=1, max=2, help="How far to go.")] = 1,
    on: Annotated[
        list[str] | None, typer.Option(help="Mark of a value to follow although many share it, or all.")
    ] = None,
    elsewhere: Annotated[bool, typer.Option("--elsewhere", help="Look also into your other operations.")] = False,
    by: By = "",
    json: Json = False,
) -> None:
    """Show a person's neighbourhood."""
    started()
    from soken.casework.selectors.link_graph import link_graph
    from soken.casework.selectors.operations import operation_named

    found = link_graph(
        acting_user(by), operation_named(operation), person, steps=steps, on=on or (), elsewhere=elsewhere
    )
    if json:
        print_json(_as_json(found))
    else:
        _print(found)


def _print(found: LinkGraph) -> None:
    """Print the edges as a table, and what is switched off or left out."""
    from soken.desk.graph_words import NODE_WORDS, edge_words

    names = {one.key: " ".join(filter(None, [one.operation, one.shown, one.name])) for one in found.nodes}
    table = Table(title=_("Around %(person)s") % {"person": found.person}, title_justify="left")
    for name in (_("person"), _("joined with"), _("why")):
        table.add_column(name)
    for edge in found.edges:
        table.add_row(names[edge.left], edge.typed or names[edge.right], edge_words(edge))
    console = Console()
    console.print(table)
    for one in found.off:
        kind = in_words(one.kind, NODE_WORDS[one.kind])
        said = {"count": one.persons, "kind": kind, "value": one.shown, "mark": one.mark}
        typer.echo(_("Switched off, %(count)s persons share it: %(kind)s %(value)s (--on %(mark)s)") % said)
    for kind, count in found.left_out.items():
        said = {"count": count, "kind": in_words(kind, NODE_WORDS.get(kind, kind))}
        typer.echo(_("Left out: %(count)s of %(kind)s; the graph is full.") % said)


def _as_json(found: LinkGraph) -> dict[str, Any]:
    """Return the graph for programs."""
    return {
        "person": found.person,
        "shared_by": found.shared_by,
        "nodes": [
            {"key": one.key, "kind": one.kind, "shown": one.shown, "step": one.column, "persons": one.persons,
             "name": one.name, "stage": one.stage, "operation": one.operation}
            for one in found.nodes
        ],
        "edges": [
            {"left": one.left, "right": one.right, "kind": one.kind, "typed": one.typed, "rows": one.rows,
             "band": one.band, "weight": one.weight, "why": one.why,
             "reason": f"{one.reason.comparison}:{one.reason.level}" if one.reason else ""}
            for one in found.edges
        ],
        "crowded": [
            {"mark": one.mark, "kind": one.kind, "shown": one.shown, "persons": one.persons, "on": one.on}
            for one in found.crowded
        ],
        "left_out": found.left_out,
    }  # fmt: skip
