"""``soken search``: the desk's one box, on the command line, within what the user may see."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from soken.commands.acting import acting_user
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json
from soken.commands.started import started
from soken.commands.whose_shown import named_whose, whose_as_json

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
        further = _("Operations %(from)s to %(to)s of %(of)s were looked into: --page %(page)s")
        typer.echo(further % {**looked, "page": page + 1})


def _print(found: list[SearchPage], named: tuple[Reference, ...]) -> None:
    """Print what a reference names, and hits as a table an operation."""
    from soken.desk.templatetags.search import found_by, reference_word

    console = Console()
    for one in named:
        kind = in_words(one.kind, reference_word(one.kind))
        console.print(f"{one.said}: {kind}, {one.slug} {one.person}".rstrip())
    if not named and not any(one.any for one in found):
        console.print(_("Nobody was found."))
    for page in found:
        table = Table(title=page.operation.name, title_justify="left")
        for name in (_("person"), _("name"), _("found by"), _("in")):
            table.add_column(name)
        for hit in page.hits:
            table.add_row(
                hit.person.code,
                named_whose(hit.person.name, hit.anothers),
                in_words(hit.how, found_by(hit.how)),
                hit.shown,
            )
        if page.hits:
            console.print(table)
        for dossier in page.gone:
            gone = _("%(person)s: a dossier, no longer proposed; see soken dossier show")
            console.print(gone % {"person": dossier.person_code})
        if page.more:
            more = f"--operation {page.operation.slug} --page {page.page + 1}"
            console.print(_("There are more: %(options)s") % {"options": more})


def _as_json(found: SearchPage) -> dict[str, Any]:
    """Return an operation's hits for JSON."""
    return {
        "operation": found.operation.slug,
        "page": found.page,
        "more": found.more,
        "hits": [
            {
                "person": one.person.code,
                "name": one.person.name,
                "how": one.how,
                "shown": one.shown,
                "anothers": whose_as_json(one.anothers),
            }
            for one in found.hits
        ],
        "dossiers_no_longer_proposed": [one.person_code for one in found.gone],
    }
