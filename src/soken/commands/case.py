"""``soken case``: an operation, a person or a packet's contents in the form in which investigations are exchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from soken.commands.alone import mark_alone
from soken.commands.language import gettext as _
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import BadInputError

app = typer.Typer(help="Cases as CASE/UCO files.", no_args_is_help=True)


@app.command("export")
def export(
    operation: Annotated[str, typer.Option(help="The operation.")],
    recipient: Annotated[str, typer.Option(help="To whom the file goes; it stands in the ledger.")],
    reason: Annotated[str, typer.Option(help="Why it goes out; the ledger keeps it closed.")],
    out: Annotated[Path, typer.Option(help="The JSON-LD file to write.")],
    person: Annotated[str, typer.Option(help="Code of one person (P-…); without it, the whole operation.")] = "",
    packet: Annotated[bool, typer.Option("--packet", help="Only what is referred to the prosecutor.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write an operation, a person or a packet's contents as CASE/UCO."""
    started()
    from soken.casework.selectors.case_file import export_operation, export_packet, export_person
    from soken.casework.selectors.operations import operation_named

    code = person.strip().upper()
    if packet and not code:
        raise BadInputError(_("A packet is one person's: say whose with --person P-…."))
    found, mark = operation_named(operation), mark_alone(recipient)
    export_one = export_packet if packet else export_person
    count = export_one(found, code, out, mark) if code else export_operation(found, out, mark)
    if as_json:
        print_json({"operation": found.name, "person": code, "nodes": count, "file": str(out)})
    else:
        typer.echo(_("Wrote %(count)s nodes to %(path)s.") % {"count": f"{count:,}", "path": out})


@app.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(help="The CASE/UCO file.", metavar="FILE")],
    operation: Annotated[str, typer.Option(help="The operation that it belongs to.")],
    warrant: Annotated[str, typer.Option(help="Reference of the warrant or other authority.")] = "",
    received_at: Annotated[str, typer.Option(help="When your unit received it; ages run from it.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Take a CASE/UCO file in as an evidence item: sealed, each node a row, Soken's own rows as they were."""
    from soken.commands.intake import intake
    from soken.intake.events import Source
    from soken.intake.formats import recognise

    found = recognise(Source(file, "", file.name)) if file.is_file() else None
    if found is None or found.name != "case":
        raise BadInputError(
            _("%(file)s is no CASE/UCO file in JSON-LD; other lists are taken in by: soken intake FILE")
            % {"file": file}
        )
    intake([file], operation, warrant=warrant, received_at=received_at, as_json=as_json)
