"""``soken board``: what you must do today."""

from __future__ import annotations

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, Json
from soken.commands.output import print_counts, print_json
from soken.commands.started import started


def board(by: By = "", json: Json = False) -> None:
    """Count what you must do today, in all your operations."""
    started()
    from soken.casework.selectors.notifications import digest_counts

    counts = digest_counts(acting_user(by))
    if json:
        print_json({"waiting": counts})
    elif counts:
        print_counts("What waits for you", counts)
    else:
        typer.echo("Nothing waits for you.")
