"""``soken notify``: notifications, what is due, and the digest by mail, which names nobody."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Annotated

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, Json
from soken.commands.language import gettext as _
from soken.commands.language import in_words, said
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import EnvironmentProblemError

app = typer.Typer(
    help="Notifications: yours, what is due, and a digest by mail that names nobody.", no_args_is_help=True
)


@app.command("list")
def list_(by: By = "", json: Json = False) -> None:
    """List your notifications, the newest first."""
    started()
    from soken.casework.selectors.notifications import notifications_of

    found = list(notifications_of(acting_user(by)))
    if json:
        lines = [
            {"key": one.pk, "kind": one.kind, "operation": one.operation.slug, "person": one.person_code,
             "read": one.read_at is not None}
            for one in found
        ]  # fmt: skip
        print_json({"notifications": lines})
        return
    for one in found:
        kind = in_words(one.kind, one.get_kind_display())
        typer.echo(f"{one.pk:>6}  {kind}  {one.operation.slug}  {one.person_code}")


@app.command("read")
def read(
    key: Annotated[int | None, typer.Option(help="Number of the one; without it, all.")] = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Mark your notifications as read."""
    started()
    from soken.casework.actions.mark_read import mark_read

    marked = mark_read(by=acting_user(by), keys=None if key is None else [key])
    if json:
        print_json({"marked": marked})
    else:
        typer.echo(_("Marked as read: %(count)s.") % {"count": marked})


@app.command("due")
def due(
    operation: Annotated[str, typer.Option(help="Only this operation; without it, all.")] = "",
    json: Json = False,
) -> None:
    """Tell people on the desk what is due, nobody twice of the same; run it from a timer. It only warns."""
    started()
    from soken.casework.actions.tell_due import tell_due
    from soken.casework.models import Operation
    from soken.casework.models.notification import NotificationKind
    from soken.casework.selectors.operations import operation_named

    operations = [operation_named(operation)] if operation else Operation.objects.order_by("pk")
    found = [(one.slug, tell_due(one)) for one in operations]
    if json:
        print_json(
            {"operations": [{"operation": slug, "told": dict(one.told), "nobody": one.nobody} for slug, one in found]}
        )
        return
    for slug, one in found:
        for kind, count in sorted(one.told.items()):
            typer.echo(f"{slug}  {in_words(kind, NotificationKind(kind).label)}: {count}")
        if one.nobody:
            nobody = _("nobody to tell: %(count)s; make somebody of the force or the centre a member.")
            typer.echo(f"{slug}  {nobody % {'count': one.nobody}}")
    if not any(one.told for _slug, one in found):
        typer.echo(_("Nothing new to tell."))


@app.command("digest")
def digest(
    address: Annotated[str, typer.Option(help="Where the desk is reached, such as https://soken.example.")],
    send: Annotated[bool, typer.Option(help="Send by the mail settings instead of printing.")] = False,
) -> None:
    """Print or send each user's digest: counts, codes and one link; no name, no operation, nobody's words."""
    started()
    from soken.access.eyes import viewing
    from soken.access.models import User
    from soken.casework.actions.send_digest import digest_text, send_digest
    from soken.casework.selectors.digest import digest_of

    failed: list[EnvironmentProblemError] = []
    for user in User.objects.filter(is_active=True).exclude(email="").order_by("pk").iterator():
        # What is sent is for the user's eyes; what is printed is for those of whoever runs the command.
        with viewing(user) if send else nullcontext():
            found = digest_of(user)
        if found is None:
            continue
        text = digest_text(found, address)
        if not send:
            typer.echo(f"{_('To: %(address)s') % {'address': user.email}}\n{text}")
            continue
        try:
            send_digest(user, text)
        except EnvironmentProblemError as problem:
            # The others still get theirs.
            failed.append(problem)
    if failed:
        raise EnvironmentProblemError(
            _("%(count)s digests were not sent. %(why)s") % {"count": len(failed), "why": said(failed[0].message)}
        )
