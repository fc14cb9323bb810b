"""``soken dossier place, own, elsewhere, notice``: whose a person is, and who else has to know."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import Basis, By, In, Json, Person, Seen, do, tell
from soken.commands.dossier_shown import as_json
from soken.commands.language import gettext as _
from soken.commands.started import started

app = typer.Typer()


@app.command("place")
def place(
    person: Person,
    operation: In,
    ground: Annotated[str, typer.Option(help="residence, offence or present.")],
    prefecture: Annotated[str, typer.Option(help="JIS code, 01 to 47.")],
    basis: Basis,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record where a person lives or is, or where the offence was committed."""
    started()
    from soken.casework.actions.record_place import record_place as act

    do(act, person, operation, by, seen, json, ground=ground, prefecture=prefecture, basis=basis)


@app.command("own")
def own(
    person: Person,
    operation: In,
    force: Annotated[str, typer.Option(help="Code of the force: tokyo, osaka …")],
    reason: Annotated[str, typer.Option(help="Why this one.")],
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Accept a person for a force, where none owns them yet."""
    started()
    from soken.casework.actions.take_ownership import take_ownership as act

    do(act, person, operation, by, seen, json, force=force, reason=reason)


@app.command("elsewhere")
def elsewhere(
    person: Person,
    operation: In,
    note: Annotated[str, typer.Option(help="What was agreed with those who hold a value.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Look whether another operation holds the same mail, phone or address, and record the look."""
    started()
    from soken.casework.actions.check_elsewhere import check_elsewhere
    from soken.casework.dossier_words import held_words
    from soken.casework.selectors.dossier import dossier_file, dossier_of
    from soken.casework.selectors.elsewhere import held_elsewhere
    from soken.casework.selectors.operations import operation_named

    found, user = dossier_of(operation_named(operation), person), acting_user(by)
    check_elsewhere(found, by=user, note=note, seen=seen)
    held = held_elsewhere(found, user)
    found.refresh_from_db()
    said = as_json(dossier_file(found))
    tell(said | {"held_elsewhere": [asdict(one) for one in held]}, json)
    if not json:
        for one in held:
            typer.echo(f"  {held_words(one)}")
        if not held:
            typer.echo(_("No other operation holds one of these values today."))


@app.command("notice")
def notice(
    person: Person,
    operation: In,
    to: Annotated[str, typer.Option(help="Send one: to which force.")] = "",
    purpose: Annotated[str, typer.Option(help="Send one: what is asked.")] = "",
    withdraw: Annotated[int, typer.Option(help="Withdraw the one of this number.")] = 0,
    reason: Annotated[str, typer.Option(help="Withdraw it: why.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Send a named notice (指名通報) to another force, or withdraw one."""
    started()
    from soken.casework.actions.named_notice import send_notice, withdraw_notice

    if withdraw:
        do(withdraw_notice, person, operation, by, seen, json, key=withdraw, reason=reason)
    else:
        do(send_notice, person, operation, by, seen, json, to=to, purpose=purpose)
