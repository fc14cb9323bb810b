"""``soken search``: the desk's one box, on the command line, within what the user may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from soken.commands.acting import acting_user
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.casework.selectors.search import SearchPage


def search(
    text: Annotated[
        str, typer.Argument(help="A name in any letters, mail, phone, address, item code, person code, E-…:row.")
    ],
    operation: Annotated[str, typer.Option(help="The operation; without it, all that are open to you.")] = "",
    page: Annotated[int, typer.Option(min=1, help="Which page of hits (with --operation).")] = 1,
    by: Annotated[str, typer.Option("--by", help="Who looks; the password is asked for.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Find persons; each hit says what was found and how."""
    started()
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.search import search as find
    from soken.casework.selectors.search import search_everywhere

    user = acting_user(by)
    one = operation_named(operation) if operation else None
    found = [find(user, one, text, page=page)] if one else search_everywhere(user, text)
    if as_json:
        print_json({"text": text, "operations": [_as_json(one) for one in found]})
        return
    _print(found)


def _print(found: list[SearchPage]) -> None:
    """Print hits as a table an operation."""
    console = Console()
    if not any(one.hits for one in found):
        console.print("Nobody was found.")
    for one in found:
        table = Table(title=one.operation.name, title_justify="left")
        for name in ("person", "name", "found by", "in"):
            table.add_column(name)
        for hit in one.hits:
            table.add_row(hit.person.code, hit.person.name, hit.how, hit.shown)
        if one.hits:
            console.print(table)
        if one.more:
            console.print(f"There are more: --operation {one.operation.slug} --page {one.page + 1}")


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
    }
