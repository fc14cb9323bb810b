"""``soken case``: an operation, a person or a packet's contents in the form in which investigations are exchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import BadInputError

app = typer.Typer(help="Cases as CASE/UCO files.", no_args_is_help=True)


@app.command("export")
def export(
    operation: Annotated[str, typer.Option(help="The operation.")],
    recipient: Annotated[str, typer.Option(help="To whom the file goes; it stands in the ledger.")],
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
        raise BadInputError("A packet is one person's: say whose with --person P-….")
    if not recipient.strip():
        raise BadInputError("A file that leaves goes to somebody: say to whom with --recipient.")
    found = operation_named(operation)
    export_one = export_packet if packet else export_person
    count = export_one(found, code, out) if code else export_operation(found, out)
    if as_json:
        print_json({"operation": found.name, "person": code, "nodes": count, "file": str(out)})
    else:
        typer.echo(f"Wrote {count:,} nodes to {out}.")
