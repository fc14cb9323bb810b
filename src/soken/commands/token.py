"""``soken token``: tokens for programs that read over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, Json
from soken.commands.language import gettext as _
from soken.commands.output import actor, print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.api.models import Token

app = typer.Typer(help="Tokens for programs that read over HTTP.", no_args_is_help=True)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="What it is for, in words.")],
    read: Annotated[list[str], typer.Option(help="What it may read: see-operation, see-person …; may be repeated.")],
    operation: Annotated[
        list[str] | None, typer.Option(help="Only in this operation; may be repeated. Without it, in all of yours.")
    ] = None,
    days: Annotated[int, typer.Option(help="How many days it holds, at most 365.")] = 90,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Make a token of one's own; it is shown once."""
    started()
    from soken.api.tokens import new_token
    from soken.casework.selectors.operations import operation_named

    slugs = [operation_named(one).slug for one in operation] if operation else None
    made = new_token(by=acting_user(by), name=name, acts=read, operations=slugs, days=days)
    if as_json:
        print_json({**_told(made.token), "token": made.text})
        return
    said = {"key": made.token.key, "moment": made.token.expires_at.isoformat()}
    typer.echo(_("Token %(key)s holds until %(moment)s. It is shown this once:") % said, err=True)
    typer.echo(made.text)


@app.command("list")
def list_all(by: By = "", as_json: Json = False) -> None:
    """List one's tokens, an administrator everybody's; never the secrets."""
    started()
    from soken.api.tokens import SHOWN, holds, tokens_seen_by

    found = list(tokens_seen_by(_seeing(by)).prefetch_related("operations")[:SHOWN])
    if as_json:
        print_json({"tokens": [{**_told(one), "holds": holds(one)} for one in found]})
        return
    for one in found:
        state = _("holds") if holds(one) else _("no longer holds")
        where = _("all operations") if one.every_operation else ", ".join(each.slug for each in one.operations.all())
        typer.echo(f"{one.key}\t{one.user.username}\t{state}\t{one.expires_at:%Y-%m-%d}\t{where}\t{one.name}")


@app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="Key of the token, as `list` shows it.")],
    by: By = "",
    as_json: Json = False,
) -> None:
    """End a token at once: one's own, or as an administrator anybody's."""
    started()
    from soken.api.tokens import end_token

    ended = end_token(key, by=_seeing(by))
    if as_json:
        print_json(_told(ended))
    else:
        typer.echo(_("Token %(key)s of %(user)s has ended.") % {"key": ended.key, "user": ended.user.username})


def _seeing(by: str) -> User | None:
    """Return whose tokens are meant; None, and so everybody's, for an account of the machine that is no user."""
    from soken.access.models import User

    return acting_user(by) if by or User.objects.filter(username=actor()).exists() else None


def _told(one: Token) -> dict[str, object]:
    """Return what may be told of a token."""
    return {
        "key": one.key,
        "user": one.user.username,
        "name": one.name,
        "reads": one.acts,
        "operations": None if one.every_operation else [each.slug for each in one.operations.all()],
        "expires_at": one.expires_at.isoformat(),
        "last_used_at": one.last_used_at.isoformat() if one.last_used_at else None,
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
    }
