"""``soken handover``: persons on their way from one installation to another, as files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, Person, Seen
from soken.commands.handover_shown import arrived_line, becoming_lines, sent_line, state_words
from soken.commands.handover_trust import app as trust_app
from soken.commands.language import gettext as _
from soken.commands.language import why
from soken.commands.output import print_json
from soken.commands.started import started
from soken.commands.transfer import form_of
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import IncomingHandover, OutgoingHandover

app = typer.Typer(help="Persons on their way from one installation to another.", no_args_is_help=True)
app.add_typer(trust_app, name="trust")

Transfer = Annotated[str, typer.Argument(help="Code of the handover (H-…), as `list` shows it.", metavar="HANDOVER")]
Out = Annotated[Path, typer.Option(help="A file that does not exist yet; carry it to the other installation.")]
Why = Annotated[str, typer.Option("--reason", help="Why, in words.")]


@app.command("key")
def key(
    out: Annotated[Path, typer.Option(help="File for the card with the public keys.")],
    name: Annotated[str, typer.Option(help="What this installation is called.")],
) -> None:
    """Write this installation's public keys to a card, and print the fingerprint, to be told by another way."""
    started()
    from soken.casework.selectors.handover_keys import own_card

    card = own_card(name.strip())
    _write(out, card.text().encode())
    typer.echo(card.fingerprint)


@app.command("prepare")
def prepare(
    person: Person,
    operation: In,
    peer: Annotated[str, typer.Option(help="Name of the other installation, as registered.")],
    to: Annotated[str, typer.Option(help="Code of the force there: osaka, tokyo …")],
    reason: Why,
    form: Annotated[Path, typer.Option(help="TOML file with the boxes of the handover form (form 5).")],
    kind: Annotated[str, typer.Option(help="transfer or handover.")] = "transfer",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Prepare a person's handover; nothing leaves until somebody else has approved it."""
    started()
    from soken.casework.actions.offer_handover import offer_handover
    from soken.casework.selectors.dossier import dossier_of
    from soken.casework.selectors.operations import operation_named

    dossier = dossier_of(operation_named(operation), person)
    _tell(
        offer_handover(
            dossier, by=acting_user(by), peer=peer, to=to, kind=kind, reason=reason, form=form_of(form), seen=seen
        ),
        json,
    )


@app.command("approve")
def approve(handover: Transfer, operation: In, by: By = "", json: Json = False) -> None:
    """Approve what leaves; not by whoever prepared it."""
    started()
    from soken.casework.actions.approve_handover import approve_handover
    from soken.casework.selectors.operations import operation_named

    _tell(approve_handover(operation_named(operation), handover, by=acting_user(by)), json)


@app.command("send")
def send(handover: Transfer, operation: In, out: Out, by: By = "", json: Json = False) -> None:
    """Write the signed and encrypted file; from now on nobody acts on the person here. Again: the same file."""
    started()
    from soken.casework.actions.send_handover import send_handover
    from soken.casework.selectors.operations import operation_named

    _free(out)
    found, file = send_handover(operation_named(operation), handover, by=acting_user(by))
    _write(out, file)
    _tell(found, json)


@app.command("withdraw")
def withdraw(
    handover: Transfer,
    operation: In,
    reason: Why,
    out: Annotated[Path | None, typer.Option(help="File for the withdrawal, where the person has left.")] = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Take a handover back; once it has left, by a file that the other installation must answer."""
    started()
    from soken.casework.actions.withdraw_handover import withdraw_handover
    from soken.casework.selectors.handovers import outgoing_of
    from soken.casework.selectors.operations import operation_named

    known = operation_named(operation)
    if outgoing_of(known, handover).sent_at is not None:
        if out is None:
            raise BadInputError(_("The person has left: say with --out where the withdrawal is written."))
        _free(out)
    found, file = withdraw_handover(known, handover, by=acting_user(by), reason=reason)
    if file is not None and out is not None:
        _write(out, file)
    _tell(found, json)


@app.command("take-in")
def take_in(
    file: Annotated[Path, typer.Argument(help="What came from the other installation.", metavar="FILE")],
    operation: In,
    by: By = "",
    json: Json = False,
) -> None:
    """Take in what came: a person, a withdrawal, or an answer. A doubled, late or altered copy is told as such."""
    started()
    from soken.casework.actions.take_in_handover import take_in_handover
    from soken.casework.selectors.operations import operation_named
    from soken.exchange.handover import LARGEST

    try:
        with file.open("rb") as stream:
            data = stream.read(2 * LARGEST + 1)
    except OSError as problem:
        raise BadInputError(
            _("%(path)s cannot be read (%(why)s); choose another.") % {"path": file, "why": why(problem)}
        ) from problem
    done = take_in_handover(operation_named(operation), data, by=acting_user(by))
    if json:
        print_json({
            "handover": done.transfer, "says": done.word.value, "how": done.how.value, "state": done.state,
            "operation": done.operation, "person": done.person, "said": done.said,
        })  # fmt: skip
    else:
        typer.echo(done.said)


@app.command("show")
def show(handover: Transfer, operation: In, by: By = "", json: Json = False) -> None:
    """Show what a handover that has arrived would become here; nothing is changed."""
    started()
    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.handovers import becoming_of, incoming_of
    from soken.casework.selectors.operations import operation_named

    known = operation_named(operation)
    check_right(known, acting_user(by), Act.SEE_DOSSIER)
    found = incoming_of(known, handover)
    becoming = becoming_of(found)
    if becoming is None:
        raise RefusedError(
            _("%(handover)s was %(state)s; what it held is kept no longer.")
            % {"handover": found.transfer, "state": state_words(found)}
        )
    if json:
        print_json({"handover": found.transfer, "state": str(found.state), **becoming.handed.as_json()})
        return
    for line in becoming_lines(becoming):
        typer.echo(line)


@app.command("receive")
def receive(handover: Transfer, operation: In, out: Out, by: By = "", json: Json = False) -> None:
    """Say that it has arrived, and write the receipt for the sender."""
    started()
    from soken.casework.actions.receive_handover import receive_handover
    from soken.casework.selectors.operations import operation_named

    _free(out)
    user = acting_user(by)
    _answered(receive_handover(operation_named(operation), handover, by=user), out, user, json)


@app.command("accept")
def accept(
    handover: Transfer,
    operation: In,
    out: Out,
    answer: Annotated[str, typer.Option(help="Anything to add for the sender.")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """Take the person on: your force owns them from now on; write the acceptance for the sender."""
    started()
    from soken.casework.actions.accept_handover import accept_handover
    from soken.casework.selectors.operations import operation_named
    from soken.core.progress import silent

    _free(out)
    user = acting_user(by)
    found = accept_handover(operation_named(operation), handover, by=user, answer=answer, progress=silent())
    _answered(found, out, user, json)


@app.command("return")
def give_back(handover: Transfer, operation: In, reason: Why, out: Out, by: By = "", json: Json = False) -> None:
    """Give the person back, and write the return for the sender; nothing of them is kept here."""
    started()
    from soken.casework.actions.receive_handover import return_handover
    from soken.casework.selectors.operations import operation_named

    _free(out)
    user = acting_user(by)
    _answered(return_handover(operation_named(operation), handover, by=user, reason=reason), out, user, json)


@app.command("answer")
def answer_again(handover: Transfer, operation: In, out: Out, by: By = "", json: Json = False) -> None:
    """Write the answer that stands once more: for a file that was lost, or a withdrawal that came too late."""
    started()
    from soken.casework.selectors.handovers import answerable_of
    from soken.casework.selectors.operations import operation_named

    _free(out)
    user = acting_user(by)
    _answered(answerable_of(operation_named(operation), handover, user), out, user, json)


@app.command("list")
def list_open(by: By = "", json: Json = False) -> None:
    """List what is on its way, longest waiting first, and how long it has waited."""
    started()
    from soken.casework.selectors.handovers import box_of

    box = box_of(acting_user(by))
    out, into = [sent_line(one) for one in box.out], [arrived_line(one) for one in box.into]
    if json:
        print_json({"out": out, "in": into, "left_out": box.left_out})
        return
    states = {sent.handover.transfer: state_words(sent.handover) for sent in box.out}
    states |= {come.handover.transfer: state_words(come.handover) for come in box.into}
    for line in (*out, *into):
        mark = "  " + _("ESCALATED: call them") if line["escalated"] else "  " + _("LATE") if line["late"] else ""
        typer.echo(f"{line['handover']}  {line['person'] or '–'}  {line['way']}  {states[line['handover']]}{mark}")
    if not (out or into):
        typer.echo(_("Nothing is on its way."))


def _answered(found: IncomingHandover, out: Path, user: User, json: bool) -> None:
    """Write the answer that stands and tell where the handover stands."""
    from soken.casework.actions.receive_handover import answer_file
    from soken.casework.models import Dossier

    _write(out, answer_file(found.operation, found.transfer, by=user))
    # Not the code of somebody whom the acceptance has shut away.
    shown = Dossier.objects.filter(handovers_in=found.pk).values_list("person_code", flat=True)
    person = shown.first() or ""
    told: dict[str, Any] = {"handover": found.transfer, "state": str(found.state), "person": person, "file": str(out)}
    if json:
        print_json(told)
    else:
        told |= {"state": state_words(found), "peer": found.peer.name}
        typer.echo(_("%(handover)s is %(state)s; carry %(file)s to %(peer)s.") % told)


def _tell(found: OutgoingHandover, json: bool) -> None:
    """Print where a handover that leaves stands."""
    told = {
        "handover": found.transfer, "person": found.dossier.person_code, "to": found.recipient,
        "state": str(found.state),
    }  # fmt: skip
    if json:
        print_json(told)
    else:
        told["state"] = state_words(found)
        typer.echo(_("%(handover)s: %(person)s → %(to)s, %(state)s.") % told)


def _free(out: Path) -> None:
    """Refuse a file that is there already, before anything is done.

    Raises:
        RefusedError: it is.
    """
    if out.exists():
        raise RefusedError(_("%(path)s is there already; choose another name.") % {"path": out})


def _write(out: Path, data: bytes) -> None:
    """Write a file that only its user can read, whole or not at all.

    Raises:
        RefusedError: it is there already.
        BadInputError: it cannot be written; what was recorded stands, and the command for it can be given again.
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(part, out)
    except FileExistsError as there:
        raise RefusedError(_("%(path)s is there already; choose another name.") % {"path": out}) from there
    except OSError as problem:
        raise BadInputError(
            _("%(path)s cannot be written (%(why)s); what was recorded stands: write the file again elsewhere.")
            % {"path": out, "why": why(problem)}
        ) from problem
    finally:
        part.unlink(missing_ok=True)
