"""``soken safety``: that those who protect children were told, and what came back; it waits for no case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.casework.selectors.safety import Waiting

app = typer.Typer(help="Telling those who protect children; it waits for no stage of a case.", no_args_is_help=True)

In = Annotated[str, typer.Option("--operation", help="The operation.")]
By = Annotated[
    str, typer.Option("--by", help="Who acts; the password is asked for. Without it: your name on this machine.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
At = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M"], help="When, Japanese time: 2026-11-23T14:05; else now.")
]
Key = Annotated[int, typer.Argument(help="Number of the notification, as `list` shows it.", metavar="NUMBER")]


@app.command("notify")
def notify(
    person: Annotated[str, typer.Argument(help="Code of the person (P-…), with or without a dossier.")],
    operation: In,
    body: Annotated[str, typer.Option(help="Whom; an unknown code is answered with the list.")],
    office: Annotated[str, typer.Option(help="Which office, by name.")],
    method: Annotated[str, typer.Option(help="phone, document, in-person or secure-mail.")] = "phone",
    note: Annotated[str, typer.Option(help="Their reference; nothing about the child.")] = "",
    at: At = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Enter that a body which protects children was told."""
    started()
    from soken.casework.actions.notify_safety import notify_safety
    from soken.casework.selectors.operations import operation_named

    made = notify_safety(
        operation_named(operation), person, by=acting_user(by), body=body, office=office, method=method,
        notified_at=_moment(at), note=note,
    )  # fmt: skip
    entered = _("Entered as number %(number)s; chase the answer from %(moment)s UTC.")
    _tell(made.pk, entered % {"number": made.pk, "moment": f"{made.chase_at:%Y-%m-%d %H:%M}"}, json)


@app.command("acknowledge")
def acknowledge(
    number: Key,
    operation: In,
    who: Annotated[str, typer.Option(help="Who acknowledged it there.")],
    at: At = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Enter that the body has acknowledged a notification."""
    started()
    from soken.casework.actions.acknowledge_safety import acknowledge_safety
    from soken.casework.selectors.operations import operation_named

    acknowledge_safety(operation_named(operation), number, by=acting_user(by), who=who, at=_moment(at))
    _tell(number, _("Number %(number)s is acknowledged.") % {"number": number}, json)


@app.command("cancel")
def cancel(
    number: Key,
    operation: In,
    reason: Annotated[str, typer.Option(help="Why the entry was a mistake.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Cancel an entry that was a mistake; it stays to be read."""
    started()
    from soken.casework.actions.cancel_safety import cancel_safety
    from soken.casework.selectors.operations import operation_named

    cancel_safety(operation_named(operation), number, by=acting_user(by), reason=reason)
    _tell(number, _("Number %(number)s is cancelled.") % {"number": number}, json)


@app.command("list")
def list_(operation: In, json: Json = False) -> None:
    """List notifications without an answer, the oldest first."""
    started()
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.safety import safety_queue

    queue = safety_queue(operation_named(operation))
    if json:
        waiting = [_as_json(one) for one in queue.waiting]
        print_json({"total": queue.total, "late": queue.late, "waiting": waiting})
        return
    from soken.desk.templatetags.priority import body_word

    for one in queue.waiting:
        entry = one.notification
        late = _("CHASE THE ANSWER") if one.late else _("waiting")
        hours, body = _("%(hours)s h") % {"hours": f"{one.hours:>5}"}, in_words(entry.body, body_word(entry.body))
        typer.echo(f"{entry.pk:>6}  {entry.person_code}  {hours}  {late}  {body}: {entry.office}")
    counts = {"count": queue.total, "late": queue.late}
    typer.echo(_("%(count)s without an answer, %(late)s to be chased.") % counts)


def _as_json(one: Waiting) -> dict[str, Any]:
    """Return a notification for programs."""
    entry = one.notification
    return {
        "number": entry.pk,
        "person": entry.person_code,
        "body": entry.body,
        "office": entry.office,
        "method": entry.method,
        "notified_at": entry.notified_at.isoformat(),
        "chase_at": entry.chase_at.isoformat(),
        "hours": one.hours,
        "late": one.late,
        "by": entry.by.username,
    }


def _moment(said: datetime | None) -> datetime | None:
    """Return a moment in Japan."""
    from django.utils.timezone import make_aware

    return make_aware(said) if said else None


def _tell(number: int, words: str, json: bool) -> None:
    """Print what was done."""
    if json:
        print_json({"number": number, "says": words})
    else:
        typer.echo(words)
