"""``soken persons``: the persons proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from soken.commands.alone import mark_alone
from soken.commands.language import gettext as _
from soken.commands.language import said
from soken.commands.output import print_json
from soken.commands.pages import PAGE_OF, beyond_a_page
from soken.commands.started import started
from soken.commands.whose_shown import named_whose, whose_as_json

if TYPE_CHECKING:
    from soken.casework.selectors.whose import Whose

app = typer.Typer(help="The persons proposed.", no_args_is_help=True)

_FIELDS = ("code", "name", "kana", "prefecture", "band", "rows", "records", "items", "first_order", "last_order")
#: Letters of a person's code.
_CODE: Final = 16


@app.command("list")
def list_all(
    operation: Annotated[str, typer.Option(help="The operation.")],
    limit: Annotated[
        int, typer.Option(min=0, help="At most so many; 0 for all. Above 50 it goes out: say to whom and why.")
    ] = PAGE_OF["persons list"],
    recipient: Annotated[str, typer.Option(help="To whom the list goes.")] = "",
    reason: Annotated[str, typer.Option(help="Why it goes out.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List an operation's proposed persons, those with most rows first; more than a page leaves as a marked copy."""
    started()
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.whose import anothers

    found = operation_named(operation)
    persons = found.persons.order_by("-rows", "pk").values(*_FIELDS, "review_with")
    shown = list(persons[:limit] if limit else persons)
    there_are = persons.count()
    known = anothers(found, [one["code"] for one in shown])
    rest = _rest(len(shown), there_are)
    # To whom and why a whole list goes was asked before it was read (`soken.commands.rights`).
    mark = mark_alone(recipient) if beyond_a_page("persons list", limit) else None
    if as_json:
        told = {"operation": found.name, "persons": there_are, "shown": len(shown), "rest": rest}
        marked = {"mark": mark.as_json()} if mark else {}
        print_json(told | marked | {"list": [_as_json(one, known.get(one["code"])) for one in shown]})
        return
    table = Table(title=_("%(operation)s: proposed persons") % {"operation": found.name})
    for name, heading in _headings().items():
        table.add_column(
            heading,
            justify="right" if name in {"rows", "records", "items"} else "left",
            # Other commands ask for the code: however narrow the window is, it stands there whole.
            no_wrap=name == "code",
            min_width=_CODE if name == "code" else None,
        )
    for one in shown:
        table.add_row(*(_shown(name, one[name], known.get(one["code"])) for name in _FIELDS))
    Console().print(table)
    for line in (rest, mark.line() if mark else ""):
        if line:
            typer.echo(line)


def _rest(shown: int, there_are: int) -> str:
    """Return how many persons are not shown, and how to get them; '' where all are."""
    if shown >= there_are:
        return ""
    return _(
        "%(shown)s of %(persons)s persons; for all, to somebody: --limit 0 --recipient WHOM --reason WHY; for programs "
        "of this machine: soken links export"
    ) % {"shown": f"{shown:,}", "persons": f"{there_are:,}"}


def _headings() -> dict[str, str]:
    """Return the heading of each field."""
    return {
        "code": _("code"),
        "name": _("name"),
        "kana": _("kana"),
        "prefecture": _("prefecture"),
        "band": _("band"),
        "rows": _("rows"),
        "records": _("records"),
        "items": _("items"),
        "first_order": _("first order"),
        "last_order": _("last order"),
    }


def _shown(name: str, value: object, anothers: Whose | None) -> str:
    """Return a field's value for people: a band in words, and under a name whose person it is, where that is said."""
    if name == "name":
        return named_whose(str(value), anothers)
    return said(str(value)) if name == "band" else str(value)


def _as_json(person: dict[str, Any], anothers: Whose | None) -> dict[str, Any]:
    """Return one person for JSON: the codes it may be the same as in a list, and whose it is, where that is said."""
    return {
        "person": person["code"],
        **{name: person[name] for name in _FIELDS[1:]},
        "review_with": [code for code in person["review_with"].split(";") if code],
        "anothers": whose_as_json(anothers),
    }
