"""``soken search``: the desk's one box, on the command line, within what the user may see."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from soken.commands.acting import acting_user
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.casework.selectors.references import Reference
    from soken.casework.selectors.search import SearchPage


def search(
    text: Annotated[
        str,
        typer.Argument(help="A name in any letters, mail, phone, address, item or person code, E-…:row, a reference."),
    ],
    operation: Annotated[str, typer.Option(help="The operation; without it, all that are open to you.")] = "",
    page: Annotated[int, typer.Option(min=1, help="Which page of hits; without --operation, which 20 operations.")] = 1,
    by: Annotated[str, typer.Option("--by", help="Who looks; the password is asked for.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Find persons and what a reference names; each hit says what was found and how."""
    started()
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.search import search as find
    from soken.casework.selectors.search import search_everywhere

    user = acting_user(by)
    one = operation_named(operation) if operation else None
    if one:
        alone = find(user, one, text, page=page)
        found, named, looked = [alone], alone.references, {}
    else:
        all_ = search_everywhere(user, text, page=page)
        found, named = [*all_.pages], all_.references
        looked = {"from": all_.first, "to": all_.last, "of": all_.operations}
    if as_json:
        said = {
            "text": text,
            "operations": [_as_json(one) for one in found],
            "references": [asdict(one) for one in named],
        }
        print_json(said | ({"looked_into": looked} if looked else {}))
        return
    _print(found, named)
    if looked and looked["to"] < looked["of"]:
        typer.echo(
            f"Operations {looked['from']} to {looked['to']} of {looked['of']} were looked into: --page {page + 1}"
        )


def _print(found: list[SearchPage], named: tuple[Reference, ...]) -> None:
    """Print what a reference names, and hits as a table an operation."""
    console = Console()
    for one in named:
        console.print(f"{one.said}: {one.kind}, {one.slug} {one.person}".rstrip())
    if not named and not any(one.any for one in found):
        console.print("Nobody was found.")
    for page in found:
        table = Table(title=page.operation.name, title_justify="left")
        for name in ("person", "name", "found by", "in"):
            table.add_column(name)
        for hit in page.hits:
            table.add_row(hit.person.code, hit.person.name, hit.how, hit.shown)
        if page.hits:
            console.print(table)
        for dossier in page.gone:
            console.print(f"{dossier.person_code}: a dossier, no longer proposed; see soken dossier show")
        if page.more:
            console.print(f"There are more: --operation {page.operation.slug} --page {page.page + 1}")


def _as_json(found: SearchPage) -> dict[str, Any]:
    """Return an operation's hits for JSON."""
    return {
        "operation": found.operation.slug,
        "page": found.page,
        "more": found.more,
        "hits": [
            {"person": one.person.code, "name": one.person.name, "how": one.how, "shown": one.shown}
            for one in found.hits
        ],
        "dossiers_no_longer_proposed": [one.person_code for one in found.gone],
    }
