"""``soken links``: every accepted row with the person proposed for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from soken.commands.alone import mark_alone
from soken.commands.language import gettext as _
from soken.commands.output import print_json
from soken.commands.started import started

app = typer.Typer(help="Rows and the persons proposed for them.", no_args_is_help=True)


@app.command("export")
def export(
    operation: Annotated[str, typer.Option(help="The operation.")],
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write every accepted row and its proposed person as CSV, for programs on this machine; marked and recorded."""
    home = started()
    from soken.casework.selectors.links import export_links
    from soken.casework.selectors.operations import operation_named

    found = operation_named(operation)
    rows = export_links(found, out, home=home, mark=mark_alone())
    if as_json:
        print_json({"operation": found.name, "rows": rows, "file": str(out)})
    else:
        typer.echo(_("Wrote %(count)s rows to %(path)s.") % {"count": f"{rows:,}", "path": out})
