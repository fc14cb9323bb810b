"""``soken transfer``: persons on their way from one force to another."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, Person, Seen
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from soken.casework.models import Transfer
    from soken.casework.selectors.transfers import SeenTransfer
    from soken.casework.selectors.unowned import Unowned

app = typer.Typer(help="Persons on their way from one force to another.", no_args_is_help=True)

Key = Annotated[int, typer.Argument(help="Number of the transfer, as `list` shows it.", metavar="NUMBER")]
Answer = Annotated[str, typer.Option(help="Anything to add; the reason, where the centre answers for a force.")]
Why = Annotated[str, typer.Option("--reason", help="Why, in words.")]


@app.command("offer")
def offer(
    person: Person,
    operation: In,
    to: Annotated[str, typer.Option(help="Code of the other force: osaka, tokyo …")],
    reason: Why,
    form: Annotated[Path, typer.Option(help="TOML file with the boxes of the handover form (form 5).")],
    kind: Annotated[str, typer.Option(help="transfer or handover.")] = "transfer",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Offer a person to another force; yours owns them until it accepts."""
    started()
    from soken.casework.actions.offer_transfer import offer_transfer
    from soken.casework.selectors.dossier import dossier_of
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.transfers import nobody_there

    dossier = dossier_of(operation_named(operation), person)
    made = offer_transfer(dossier, by=acting_user(by), to=to, kind=kind, reason=reason, form=form_of(form), seen=seen)
    _tell(made, json)
    if nobody_there(made):
        nobody = _("Nobody of %(force)s is a member of %(operation)s: nobody there will see the offer.")
        typer.echo(nobody % {"force": to, "operation": operation}, err=True)


@app.command("receive")
def receive(number: Key, operation: In, answer: Answer = "", by: By = "", json: Json = False) -> None:
    """Say that an offered person has arrived."""
    from soken.casework.actions.answer_transfer import receive_transfer

    _answer(receive_transfer, number, operation, by, json, answer=answer)


@app.command("accept")
def accept(number: Key, operation: In, answer: Answer = "", by: By = "", json: Json = False) -> None:
    """Take an offered person on: your force owns them from now on."""
    from soken.casework.actions.answer_transfer import accept_transfer

    _answer(accept_transfer, number, operation, by, json, answer=answer)


@app.command("return")
def give_back(number: Key, operation: In, reason: Why, by: By = "", json: Json = False) -> None:
    """Give an offered person back."""
    from soken.casework.actions.answer_transfer import return_transfer

    _answer(return_transfer, number, operation, by, json, answer=reason)


@app.command("withdraw")
def withdraw(number: Key, operation: In, reason: Why, by: By = "", json: Json = False) -> None:
    """Take an offer back before it is accepted."""
    from soken.casework.actions.answer_transfer import withdraw_transfer

    _answer(withdraw_transfer, number, operation, by, json, answer=reason)


@app.command("list")
def list_open(by: By = "", json: Json = False) -> None:
    """List the transfers that wait for an answer, and whom nobody has taken on: your force's; for the centre, all."""
    started()
    from soken.casework.selectors.transfers import inbox
    from soken.casework.selectors.unowned import unowned

    user = acting_user(by)
    found, (waiting, total) = inbox(user), unowned(user)
    if json:
        print_json({
            "unowned": [_unowned_line(one) for one in waiting],
            "unowned_total": total,
            "to_us": [_line(one) for one in found.to_us],
            "from_us": [_line(one) for one in found.from_us],
            "left_out": found.left_out,
        })  # fmt: skip
        return
    for one in (*found.to_us, *found.from_us):
        line = _line(one)
        late = "  " + _("ESCALATED: call them") if one.escalated else "  " + _("LATE") if one.late else ""
        state = in_words(line["state"], one.transfer.get_state_display())
        typer.echo(f"{line['number']:>6}  {line['person']}  {line['from']} → {line['to']}  {state}{late}")
    if not (found.to_us or found.from_us):
        typer.echo(_("No transfer waits for an answer."))
    for person in waiting:
        late = "  " + _("LATE") if person.late else ""
        proposed = " ".join(person.forces) or _("no force can be proposed yet")
        typer.echo(f"{person.dossier.person_code}  {_('taken on by nobody')}: {proposed}{late}")


def _answer(act: Callable[..., Transfer], number: int, operation: str, by: str, json: bool, **said: str) -> None:
    """Do an act on a transfer and tell where it stands."""
    started()
    from soken.casework.selectors.operations import operation_named

    _tell(act(operation_named(operation), number, by=acting_user(by), **said), json)


def form_of(path: Path) -> dict[str, str]:
    """Return the boxes of the handover form from a file.

    Raises:
        BadInputError: the file cannot be read, or does not hold texts.
    """
    try:
        told: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise BadInputError(
            _("%(path)s is no TOML file that can be read (%(why)s).") % {"path": path, "why": problem}
        ) from problem
    if not all(isinstance(value, str) for value in told.values()):
        raise BadInputError(_('%(path)s: every box of the form is a text, as in: facts = "…".') % {"path": path})
    return told


def _unowned_line(one: Unowned) -> dict[str, Any]:
    """Return a person whom nobody has taken on as JSON has it."""
    return {
        "operation": one.dossier.operation.slug,
        "person": one.dossier.person_code,
        "forces": list(one.forces),
        "received": one.dossier.received_on.isoformat(),
        "due": one.due_at.isoformat(),
        "late": one.late,
    }


def _line(one: SeenTransfer) -> dict[str, Any]:
    """Return a transfer as JSON has it."""
    transfer = one.transfer
    return {
        "number": transfer.pk, "operation": transfer.dossier.operation.slug, "person": transfer.dossier.person_code,
        "kind": transfer.kind, "from": transfer.from_force, "to": transfer.to_force, "state": str(transfer.state),
        "offered_at": transfer.offered_at.isoformat(), "late": one.late, "escalated": one.escalated,
        "due_at": one.due_at.isoformat() if one.due_at else None,
    }  # fmt: skip


def _tell(transfer: Transfer, json: bool) -> None:
    """Print where a transfer stands."""
    told = {
        "number": transfer.pk, "person": transfer.dossier.person_code, "from": transfer.from_force,
        "to": transfer.to_force, "state": str(transfer.state),
    }  # fmt: skip
    if json:
        print_json(told)
    else:
        state = in_words(told["state"], transfer.get_state_display())
        typer.echo(_("Transfer %(number)s: %(from)s → %(to)s, %(state)s.") % {**told, "state": state})
