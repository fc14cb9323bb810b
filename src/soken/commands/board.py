"""``soken board``: what you must do today."""

from __future__ import annotations

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json
from soken.commands.output import print_counts, print_json
from soken.commands.started import started


def board(by: By = "", json: Json = False) -> None:
    """Count what you must do today, in all your operations."""
    started()
    from soken.casework.selectors.digest import waiting_for
    from soken.casework.selectors.notifications import unread_count

    user = acting_user(by)
    counts = {name: count for name, count in {"unread": unread_count(user), **waiting_for(user)}.items() if count}
    if json:
        print_json({"waiting": counts})
    elif counts:
        print_counts("What waits for you", counts)
    else:
        typer.echo("Nothing waits for you.")


def standing(operation: In, by: By = "", json: Json = False) -> None:
    """Count where everybody in an operation stands: by stage, and ages against targets by force and band."""
    started()
    from dataclasses import asdict

    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.standing import ages, stage_funnel

    asked = operation_named(operation)
    check_right(asked, acting_user(by), Act.SEE_DOSSIER)
    funnel, found = stage_funnel(asked), ages(asked)
    if json:
        print_json({**asdict(funnel), "adds_up": funnel.adds_up, "ages": [asdict(one) for one in found]})
        return
    print_counts("By stage", {"no dossier yet": funnel.unopened, **funnel.stages, "all persons": funnel.total})
    if funnel.joined:
        typer.echo(f"Joined into other persons' dossiers, and counted there once: {funnel.joined}.")
    late = {f"{one.force or 'no force'}, {one.band or 'not assessed'}": f"{one.late} of {one.persons}" for one in found}
    print_counts("Past the target", late)
