"""What the commands on a dossier share: their options, who acts, and how they tell what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_shown import as_json
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

Person = Annotated[str, typer.Argument(help="Code of the person (P-…).", metavar="PERSON")]
In = Annotated[str, typer.Option("--operation", help="The operation.")]
By = Annotated[
    str, typer.Option("--by", help="Who acts; the password is asked for. Without it: your name on this machine.")
]
Seen = Annotated[
    int | None, typer.Option("--seen", help="Version that you looked at: refused if somebody has acted since.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Basis = Annotated[str, typer.Option(help="What shows it.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day, as 2026-11-23.")]


def do(
    act: Callable[..., object], person: str, operation: str, by: str, seen: int | None, json: bool, **said: Any
) -> None:
    """Do an act on a person's dossier and tell how it stands then."""
    from soken.casework.selectors.dossier import dossier_file, dossier_of
    from soken.casework.selectors.operations import operation_named

    found = dossier_of(operation_named(operation), person)
    act(found, by=acting_user(by), seen=seen, **said)
    found.refresh_from_db()
    tell(as_json(dossier_file(found)), json)


def tell(dossier: dict[str, Any], json: bool) -> None:
    """Print how a dossier stands after an act."""
    from soken.casework.models.dossier import STAGE_NAMES
    from soken.review.stages import Stage

    if json:
        print_json(dossier)
    else:
        stage = in_words(dossier["stage"], STAGE_NAMES[Stage(dossier["stage"])])
        typer.echo(_("Recorded. %(person)s is at %(stage)s, version %(version)s.") % {**dossier, "stage": stage})


def day(moment: datetime | None) -> date | None:
    """Return the day that was given, if one was."""
    return moment.date() if moment else None
