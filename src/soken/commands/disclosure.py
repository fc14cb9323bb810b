"""``soken disclosure``: what one asks to take out, another releases, and the first takes (R33)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, day
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json
from soken.commands.report import Language
from soken.commands.started import started
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from soken.casework.models import Disclosure

app = typer.Typer(help="Copies that leave: one asks, another releases.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="Number of the disclosure, as `list` shows it.", metavar="NUMBER")]


class Form(StrEnum):
    """In which form it goes out."""

    PACKET = "packet"
    PACKETS = "packets"
    CASE = "case"
    CASE_PACKET = "case-packet"
    LINKS = "links"
    PERSONS = "persons"


@app.command("ask")
def ask(
    operation: In,
    form: Annotated[Form, typer.Option(help="What is to go out.")],
    recipient: Annotated[str, typer.Option(help="To whom it goes.")],
    reason: Annotated[str, typer.Option(help="Why it goes out; the ledger keeps it closed.")],
    person: Annotated[str, typer.Option(help="Code of one person (P-…); without it, the whole operation.")] = "",
    language: Annotated[Language, typer.Option(help="Of a packet's words.")] = Language.JA,
    by: By = "",
    json: Json = False,
) -> None:
    """Ask for a disclosure; nothing leaves until another person has released it."""
    started()
    from soken.casework.actions.ask_disclosure import ask_disclosure
    from soken.casework.selectors.operations import operation_named

    made = ask_disclosure(
        operation_named(operation), by=acting_user(by), form=form.value, recipient=recipient, reason=reason,
        person=person.strip().upper(), language=language.value,
    )  # fmt: skip
    _tell(made, json)


@app.command("list")
def list_(operation: In, json: Json = False) -> None:
    """List what was asked for, by whom, who released it, and when copies were taken."""
    started()
    from soken.casework.selectors.disclosures import disclosures_of
    from soken.casework.selectors.operations import operation_named

    found = list(disclosures_of(operation_named(operation)))
    if json:
        print_json({"disclosures": [_told(one) for one in found]})
        return
    for one in found:
        whom = one.person_code or _("the whole operation")
        state, form = in_words(one.state, one.get_state_display()), in_words(one.asked_for, one.asked_for_said)
        said = {"form": form, "whom": whom, "recipient": one.recipient}
        typer.echo(f"{one.pk}  {state}  {_('%(form)s of %(whom)s, for %(recipient)s') % said}")
    typer.echo(_("%(count)s in all.") % {"count": len(found)})


@app.command("release")
def release(
    number: Number,
    operation: In,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day for copies; without it, one copy.")
    ] = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Release what somebody else asked for, as its contents stand now."""
    started()
    from soken.casework.actions.release_disclosure import release_disclosure
    from soken.casework.selectors.operations import operation_named
    from soken.desk.packet_words import packet_in_words

    found = operation_named(operation)
    _tell(release_disclosure(found, number, by=acting_user(by), packet=packet_in_words, until=day(until)), json)


@app.command("refuse")
def refuse(number: Number, operation: In, by: By = "", json: Json = False) -> None:
    """Refuse what somebody else asked for."""
    started()
    from soken.casework.actions.release_disclosure import refuse_disclosure
    from soken.casework.selectors.operations import operation_named

    _tell(refuse_disclosure(operation_named(operation), number, by=acting_user(by)), json)


@app.command("withdraw")
def withdraw(number: Number, operation: In, by: By = "", json: Json = False) -> None:
    """Take your own request back."""
    started()
    from soken.casework.actions.ask_disclosure import withdraw_disclosure
    from soken.casework.selectors.operations import operation_named

    _tell(withdraw_disclosure(operation_named(operation), number, by=acting_user(by)), json)


@app.command("take")
def take(
    number: Number,
    operation: In,
    out: Annotated[Path, typer.Option(help="The file to write; it does not exist yet.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Take a copy that was released to you, marked with who took it and when."""
    started()
    from soken.casework.actions.take_disclosure import take_disclosure
    from soken.casework.selectors.operations import operation_named
    from soken.desk.packet_words import packet_in_words

    if out.exists():
        raise RefusedError(_("%(path)s is there already; choose another name.") % {"path": out})
    if not out.absolute().parent.is_dir():
        raise BadInputError(
            _("%(path)s cannot be written: there is no such folder; choose another place.") % {"path": out}
        )
    copy = take_disclosure(operation_named(operation), number, by=acting_user(by), packet=packet_in_words, processes=2)
    with copy.file as made, out.open("wb") as written:
        copyfileobj(made, written)
    if json:
        print_json({"number": number, "file": str(out), "bytes": out.stat().st_size})
    else:
        typer.echo(_("%(what)s written to %(path)s.") % {"what": f"D-{number}", "path": out})


def _told(one: Disclosure) -> dict[str, Any]:
    """Return a disclosure for programs."""
    return {
        "number": one.pk, "form": one.asked_for, "person": one.person_code, "recipient": one.recipient,
        "state": one.state, "asked_by": one.asked_by.username, "asked_at": one.asked_at.isoformat(),
        "second": one.second.username if one.second else None, "content": one.content_sha256 or None,
        "until": one.until.isoformat() if one.until else None,
        "taken": [{"by": each.by.username, "at": each.at.isoformat()} for each in one.takings.all()],
    }  # fmt: skip


def _tell(one: Disclosure, json: bool) -> None:
    """Print where a disclosure stands."""
    if json:
        print_json(_told(one))
    else:
        said = {
            "number": one.pk, "form": in_words(one.asked_for, one.asked_for_said), "recipient": one.recipient,
            "state": one.get_state_display(),
        }  # fmt: skip
        typer.echo(_("Disclosure %(number)s (%(form)s, for %(recipient)s): %(state)s.") % said)
