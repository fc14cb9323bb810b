"""``soken notify``: notifications, and the digest by mail, which names nobody."""

from __future__ import annotations

from typing import Annotated

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, Json
from soken.commands.output import print_json
from soken.commands.started import started

app = typer.Typer(help="Notifications, and a digest of counts that names nobody.", no_args_is_help=True)


@app.command("list")
def list_(by: By = "", json: Json = False) -> None:
    """List your notifications, the newest first."""
    started()
    from soken.casework.selectors.notifications import notifications_of

    lines = [
        {"key": one.pk, "kind": one.kind, "operation": one.dossier.operation.slug, "person": one.dossier.person_code,
         "read": one.read_at is not None}
        for one in notifications_of(acting_user(by))
    ]  # fmt: skip
    if json:
        print_json({"notifications": lines})
        return
    for line in lines:
        typer.echo(f"{line['key']:>6}  {line['kind']}  {line['operation']}  {line['person']}")


@app.command("read")
def read(
    key: Annotated[int | None, typer.Option(help="Number of the one; without it, all.")] = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Mark your notifications as read."""
    started()
    from soken.casework.actions.mark_read import mark_read

    marked = mark_read(by=acting_user(by), key=key)
    print_json({"marked": marked}) if json else typer.echo(f"Marked as read: {marked}.")


@app.command("digest")
def digest(
    address: Annotated[str, typer.Option(help="Where the desk is reached, such as https://soken.example.")],
    send: Annotated[bool, typer.Option(help="Send by the mail settings instead of printing.")] = False,
) -> None:
    """Print or send each user's digest: counts and one link, no name, no person's code, no operation."""
    started()
    from django.core.mail import send_mail

    from soken.access.models import User
    from soken.casework.selectors.notifications import digest_counts

    for user in User.objects.filter(is_active=True).exclude(email="").order_by("pk").iterator():
        counts = digest_counts(user)
        if not counts:
            continue
        lines = [f"{kind}: {count}" for kind, count in counts.items()]
        text = "\n".join([*lines, "", address.rstrip("/") + "/"])
        if send:
            send_mail("Soken", text, None, [user.email])
        else:
            typer.echo(f"To: {user.email}\n{text}\n")
