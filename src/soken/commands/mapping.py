"""``soken mapping``: correct what the columns of an evidence item were taken for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from soken.commands.language import gettext as _
from soken.commands.output import actor, print_counts, print_json
from soken.commands.progress import shown_progress
from soken.commands.started import started
from soken.core.progress import Timings

app = typer.Typer(help="What columns are taken for.", no_args_is_help=True)


@app.callback()
def _parts() -> None:
    """What columns are taken for."""


@app.command("correct")
def correct(
    evidence: Annotated[str, typer.Argument(help="The evidence item, e.g. E-0123456789ab.")],
    operation: Annotated[str, typer.Option(help="The operation that it belongs to.")],
    mapping: Annotated[Path, typer.Option(help="File that says which column is what.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Read a sealed original anew with a corrected mapping; the reading before it is kept."""
    home = started()
    from soken.casework.actions.correct_mapping import correct_mapping
    from soken.casework.selectors.operations import operation_named
    from soken.intake import load_mapping

    found = operation_named(operation)
    timings = Timings(shown_progress())
    item = correct_mapping(
        found, evidence, load_mapping(mapping), home=home, actor=actor(), progress=timings
    )  # fmt: skip
    if as_json:
        print_json(
            {
                "operation": found.name,
                "evidence": item.evidence_id,
                "reading": item.reading,
                "rows_read": item.rows_read,
                "rows_accepted": item.rows_accepted,
                "rows_set_aside": item.rows_set_aside,
            }
        )
        return
    print_counts(
        _("%(evidence)s, reading %(number)s") % {"evidence": item.evidence_id, "number": item.reading},
        {
            _("rows read"): item.rows_read,
            _("accepted"): item.rows_accepted,
            _("set aside"): item.rows_set_aside,
        },
    )
    again = f"soken resolve --operation {found.slug}"
    typer.echo(_("Resolve again to use it: %(command)s") % {"command": again})
