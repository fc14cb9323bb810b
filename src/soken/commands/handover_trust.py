"""``soken handover trust``: whose keys this installation trusts, compared by two people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, Json
from soken.commands.language import gettext as _
from soken.commands.language import why
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from soken.casework.models import Peer

app = typer.Typer(help="Whose keys are trusted: two people compare each fingerprint.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of the other installation.", metavar="NAME")]
Fingerprint = Annotated[str, typer.Option(help="As they told it by telephone or on paper, not by the card.")]


@app.command("add")
def add(
    name: Name,
    card: Annotated[Path, typer.Option(help="The card that they wrote with: soken handover key.")],
    fingerprint: Fingerprint,
    by: By = "",
    json: Json = False,
) -> None:
    """Register an installation's keys; they count once a second person has compared them."""
    started()
    from soken.casework.actions.trust_peer import register_peer
    from soken.exchange.handover import read_card

    try:
        data = card.read_bytes()
    except OSError as problem:
        raise BadInputError(
            _("%(path)s cannot be read (%(why)s); choose another.") % {"path": card, "why": why(problem)}
        ) from problem
    found = register_peer(read_card(data, str(card)), by=acting_user(by), name=name, fingerprint=fingerprint)
    _tell(found, json)


@app.command("compare")
def compare(name: Name, fingerprint: Fingerprint, by: By = "", json: Json = False) -> None:
    """Say, as the second person, that the fingerprint is theirs."""
    started()
    from soken.casework.actions.trust_peer import compare_peer

    _tell(compare_peer(name, by=acting_user(by), fingerprint=fingerprint), json)


@app.command("revoke")
def revoke(
    name: Name, reason: Annotated[str, typer.Option(help="Why, in words.")], by: By = "", json: Json = False
) -> None:
    """Trust an installation's keys no longer."""
    started()
    from soken.casework.actions.trust_peer import revoke_peer

    _tell(revoke_peer(name, by=acting_user(by), reason=reason), json)


@app.command("list")
def list_all(json: Json = False) -> None:
    """List the installations, also those that are trusted no longer."""
    started()
    from soken.casework.selectors.handover_keys import peers

    found = list(peers())
    if json:
        print_json({"installations": [_line(one) for one in found]})
        return
    for one in found:
        typer.echo(f"{one.name}  {_state(one)}  {one.fingerprint}")
    if not found:
        typer.echo(_("No other installation is registered."))


def _line(one: Peer) -> dict[str, Any]:
    """Return an installation as JSON has it."""
    return {
        "name": one.name, "state": _state(one), "fingerprint": one.fingerprint, "added_by": one.added_by.username,
        "compared_by": one.compared_by.username if one.compared_by else None,
        "revoked_reason": one.revoked_reason,
    }  # fmt: skip


def _state(one: Peer) -> str:
    """Say whether an installation is trusted."""
    if one.revoked_at:
        return _("revoked")
    return _("trusted") if one.compared_at else _("to be compared by a second person")


def _tell(one: Peer, json: bool) -> None:
    """Print where an installation stands."""
    if json:
        print_json(_line(one))
    else:
        typer.echo(_("%(name)s: %(state)s.") % {"name": one.name, "state": _state(one)})
