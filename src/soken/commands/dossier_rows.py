"""``soken dossier rows``: what the newest run says of a dossier's rows, and the acceptance of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, Person, Seen, do
from soken.commands.language import gettext as _
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soken.casework.models import Dossier
    from soken.casework.selectors.dossier_rows import Row, RowsNow

app = typer.Typer()


@app.command("rows")
def rows(
    person: Person,
    operation: In,
    reason: Annotated[str, typer.Option(help="Accept them: why these are the person's rows.")] = "",
    run: Annotated[str, typer.Option(help="Run that you looked at: refused if another is shown since.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Show which rows would come and go by the newest run; with --reason, accept them for the dossier."""
    started()
    from soken.access.policy import Act
    from soken.casework.actions.accept_rows import accept_rows
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.dossier import dossier_of
    from soken.casework.selectors.dossier_rows import rows_now
    from soken.casework.selectors.operations import operation_named

    if reason:
        do(accept_rows, person, operation, by, seen, json, reason=reason, run=run)
        return
    found = operation_named(operation)
    check_right(found, acting_user(by), Act.RECORD_FINDING)
    dossier = dossier_of(found, person)
    _show(dossier, rows_now(dossier), json)


def _show(dossier: Dossier, found: RowsNow | None, json: bool) -> None:
    """Print which rows would come and go, and where those are now that would go."""
    came = _named(found.came) if found else []
    went = {whose: _named(held) for whose, held in found.went.items()} if found else {}
    held = {f"{item}:{row}": whose for (item, row), whose in found.held.items()} if found else {}
    said: dict[str, Any] = {
        "person": dossier.person_code, "version": dossier.version, "run": found.run if found else "",
        "proposed": bool(found and found.proposed), "came": came, "went": went, "held": held,
    }  # fmt: skip
    if json:
        print_json(said)
        return
    typer.echo(f"{dossier.person_code}  {_('run %(run)s') % said}, v{dossier.version}")
    if not (came or went):
        typer.echo(_("The newest run proposes the rows that the dossier has."))
    for row in came:
        still = _("in the dossier of %(person)s still") % {"person": held[row]} if row in held else ""
        typer.echo(f"  + {row}" + (f"  ({still})" if still else ""))
    for whose, left in went.items():
        for row in left:
            typer.echo(f"  - {row}  → {whose or _('nobody')}")


def _named(found: Iterable[Row]) -> list[str]:
    """Return rows as people write them."""
    return [f"{item}:{row}" for item, row in found]
