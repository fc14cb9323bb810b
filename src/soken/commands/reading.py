"""``soken reading``: whether each force of an operation reads its own persons alone, and who set it so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json
from soken.commands.language import gettext as _
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.casework.models import ReadingChange

app = typer.Typer(help="What forces read of each other's dossiers.", no_args_is_help=True)

Why = Annotated[str, typer.Option(help="Why.")]


@app.command("by-force")
def by_force(reason: Why, operation: In, by: By = "", json: Json = False) -> None:
    """Have each force read the persons that it owns, and no others'."""
    started()
    from soken.casework.actions.set_reading import read_by_force
    from soken.casework.selectors.operations import operation_named

    _tell(read_by_force(operation_named(operation), by=acting_user(by), reason=reason), json)


@app.command("by-all")
def by_all(reason: Why, operation: In, by: By = "", json: Json = False) -> None:
    """Propose that every force reads all persons again: it is so when a second person of another force agrees."""
    started()
    from soken.casework.actions.set_reading import propose_reading_by_all
    from soken.casework.selectors.operations import operation_named

    _tell(propose_reading_by_all(operation_named(operation), by=acting_user(by), reason=reason), json)


@app.command("agree")
def agree(reason: Why, operation: In, by: By = "", json: Json = False) -> None:
    """Agree, as the second person, that every force reads all persons again."""
    started()
    from soken.casework.actions.set_reading import agree_to_reading_by_all
    from soken.casework.selectors.operations import operation_named

    _tell(agree_to_reading_by_all(operation_named(operation), by=acting_user(by), reason=reason), json)


@app.command("refuse")
def refuse(reason: Why, operation: In, by: By = "", json: Json = False) -> None:
    """Refuse that every force reads all persons again, or take your own proposal back."""
    started()
    from soken.casework.actions.set_reading import refuse_reading_by_all
    from soken.casework.selectors.operations import operation_named

    _tell(refuse_reading_by_all(operation_named(operation), by=acting_user(by), reason=reason), json)


@app.command("show")
def show(operation: In, by: By = "", json: Json = False) -> None:
    """Say what forces read of each other's dossiers, and who set it so."""
    started()
    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.reading import changes_of

    asked = operation_named(operation)
    check_right(asked, acting_user(by), Act.SEE_OPERATION)
    changes = changes_of(asked)
    if json:
        print_json({"by_force": asked.by_force, "changes": [_as_json(one) for one in changes]})
        return
    typer.echo(_state(asked.by_force))
    for one in changes:
        typer.echo(f"{one.at:%Y-%m-%d %H:%M}  {_change(one)}  {one.by.username}: {one.reason}")


def _state(by_force: bool) -> str:
    """Say what forces read."""
    return _("Each force reads its own persons alone.") if by_force else _("Every force reads all persons.")


def _change(one: ReadingChange) -> str:
    """Say what a change came to."""
    if one.by_force:
        return _("set: each force its own")
    if one.agreed is None:
        return _("proposed: every force all; waits for a second person")
    return _("set: every force all") if one.agreed else _("not agreed: every force all")


def _as_json(one: ReadingChange) -> dict[str, Any]:
    """Return a change for programs."""
    return {
        "by_force": one.by_force,
        "reason": one.reason,
        "by": one.by.username,
        "at": one.at.isoformat(),
        "agreed": one.agreed,
        "second": one.second.username if one.second else "",
        "second_reason": one.second_reason,
        "settled_at": one.settled_at.isoformat() if one.settled_at else None,
    }


def _tell(change: ReadingChange, json: bool) -> None:
    """Print what an act came to."""
    if json:
        print_json({"operation": change.operation.slug, "set": change.operation.by_force, "change": _as_json(change)})
        return
    if change.agreed is None:
        typer.echo(
            _("Proposed; until a second person of another force agrees, each force reads its own persons alone.")
        )
    else:
        typer.echo(_state(change.operation.by_force))
