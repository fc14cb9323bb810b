"""``soken persons``: the persons proposed."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from soken.commands.language import gettext as _
from soken.commands.language import said
from soken.commands.output import print_json
from soken.commands.started import started

app = typer.Typer(help="The persons proposed.", no_args_is_help=True)

_FIELDS = ("code", "name", "kana", "prefecture", "band", "rows", "records", "items", "first_order", "last_order")
#: Letters of a person's code.
_CODE: Final = 16


@app.command("list")
def list_all(
    operation: Annotated[str, typer.Option(help="The operation.")],
    limit: Annotated[int, typer.Option(min=0, help="At most so many; 0 for all.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List an operation's proposed persons, those with most rows first."""
    started()
    from soken.casework.selectors.operations import operation_named

    found = operation_named(operation)
    persons = found.persons.order_by("-rows", "pk").values(*_FIELDS, "review_with")
    shown = persons[:limit] if limit else persons
    if as_json:
        listed = [_as_json(one) for one in shown.iterator()]
        print_json({"operation": found.name, "persons": persons.count(), "list": listed})
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
    for one in shown.iterator():
        table.add_row(*(_shown(name, one[name]) for name in _FIELDS))
    Console().print(table)


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


def _shown(name: str, value: object) -> str:
    """Return a field's value for people; a band in words."""
    return said(str(value)) if name == "band" else str(value)


def _as_json(person: dict[str, Any]) -> dict[str, Any]:
    """Return one person for JSON, the codes it may be the same as in a list."""
    return {
        "person": person["code"],
        **{name: person[name] for name in _FIELDS[1:]},
        "review_with": [code for code in person["review_with"].split(";") if code],
    }
