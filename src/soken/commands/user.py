"""``soken user``: who may sign in."""

from __future__ import annotations

from typing import Annotated

import typer

from soken.commands.started import started
from soken.core.errors import BadInputError, RefusedError

app = typer.Typer(help="Who may sign in, and to which operations.", no_args_is_help=True)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[
        str, typer.Option(help="analyst, investigator, reviewer, liaison, statistician, auditor or administrator.")
    ] = "analyst",
    operation: Annotated[
        list[str] | None, typer.Option(help="An operation that they work on; may be repeated.")
    ] = None,
) -> None:
    """Add a user; the password is asked for and never stands on the command line."""
    started()
    from soken.access.actions import add_user
    from soken.access.models import Role, User
    from soken.casework.models import Membership
    from soken.casework.selectors.operations import operation_named

    if role not in Role.values:
        raise BadInputError(f"No role is named {role!r}; choose one of: {', '.join(Role.values)}.")
    if User.objects.filter(username=name).exists():
        raise RefusedError(f"A user named {name!r} exists already.")
    operations = [operation_named(one) for one in operation or []]
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    user = add_user(name, Role(role), password)
    for one in operations:
        Membership.objects.get_or_create(operation=one, user=user)
    typer.echo(f"Added {name} ({role}).")


@app.command("list")
def list_all() -> None:
    """List the users, their roles and operations."""
    started()
    from soken.access.models import User

    for user in User.objects.order_by("username").prefetch_related("memberships__operation"):
        operations = ", ".join(one.operation.slug for one in user.memberships.all()) or "no operation"
        typer.echo(f"{user.username}\t{user.role}\t{operations}")
