"""``soken dossier``: what people establish about a person, the same acts and gates as on the desk."""

from __future__ import annotations

from typing import Annotated

import typer

from soken.commands import dossier_bulk, dossier_findings, dossier_owner, dossier_rows
from soken.commands.acting import acting_user
from soken.commands.dossier_act import Basis, By, Day, In, Json, Person, Seen, day, do, tell
from soken.commands.dossier_shown import as_json, print_dossier
from soken.commands.language import language_of
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import BadInputError
from soken.review.stages import Stage

app = typer.Typer(help="What people establish about a person, and how far the person may go.", no_args_is_help=True)
app.add_typer(dossier_findings.app)
app.add_typer(dossier_bulk.app)
app.add_typer(dossier_owner.app)
app.add_typer(dossier_rows.app)


@app.command("show")
def show(
    person: Person,
    operation: In,
    language: Annotated[str, typer.Option(help="Language of the words: en or ja.")] = "",
    json: Json = False,
) -> None:
    """Show where a dossier stands, and what is still missing for each next stage."""
    started()
    from django.utils import translation

    from soken.casework.selectors.dossier import dossier_file, dossier_of
    from soken.casework.selectors.operations import operation_named

    file = dossier_file(dossier_of(operation_named(operation), person))
    with translation.override(language_of(language)):
        if json:
            print_json(as_json(file))
        else:
            print_dossier(file)


@app.command("open")
def open_(person: Person, operation: In, by: By = "", json: Json = False) -> None:
    """Open the dossier of a proposed person, on the rows that the newest run proposes."""
    started()
    from soken.casework.actions.open_dossier import open_dossier
    from soken.casework.selectors.dossier import dossier_file
    from soken.casework.selectors.operations import operation_named

    found = open_dossier(operation_named(operation), person, by=acting_user(by))
    tell(as_json(dossier_file(found)), json)


@app.command("screen")
def screen(
    person: Person,
    operation: In,
    reason: Annotated[str, typer.Option(help="Coded reason; an unknown one is answered with the list.")],
    note: Annotated[str, typer.Option(help="What else must be said.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Screen: is a charge possible at all."""
    started()
    from soken.casework.actions.screen import screen as act

    do(act, person, operation, by, seen, json, reason=reason, note=note)


@app.command("review")
def review(person: Person, operation: In, by: By = "", seen: Seen = None, json: Json = False) -> None:
    """Agree to the newest screening, as another person than the one who screened."""
    started()
    from soken.casework.actions.review_screening import review_screening as act

    do(act, person, operation, by, seen, json)


@app.command("confirm")
def confirm(
    person: Person,
    operation: In,
    basis: Basis,
    born_on: Day = None,
    birth_unknown: Annotated[
        bool,
        typer.Option("--birth-unknown", help="The birth date cannot be established; the basis says why 14 or older."),
    ] = False,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Confirm the identity; it takes two different people."""
    started()
    from soken.casework.actions.confirm_identity import confirm_identity as act

    do(act, person, operation, by, seen, json, basis=basis, born_on=day(born_on), birth_unknown=birth_unknown)


@app.command("doubt")
def doubt(
    person: Person,
    operation: In,
    whose: Annotated[str, typer.Option(help="User whose confirmation is withdrawn.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Withdraw a confirmation of the identity."""
    started()
    from soken.casework.actions.withdraw_confirmation import withdraw_confirmation as act

    do(act, person, operation, by, seen, json, whose=whose, reason=reason)


@app.command("advance")
def advance(
    person: Person,
    operation: In,
    to: Annotated[str, typer.Option(help="The stage, as `show` names it.")],
    reason: Annotated[str, typer.Option(help="In words; some steps need one.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Take the dossier to a stage; what is missing is said, and there is no way round it."""
    if to not in {one.value for one in Stage}:
        raise BadInputError(f"No stage is named {to!r}; choose one of: {', '.join(one.value for one in Stage)}.")
    started()
    from soken.casework.actions.advance import GateError
    from soken.casework.actions.advance import advance as act
    from soken.casework.dossier_words import missing_words

    try:
        do(act, person, operation, by, seen, json, to=Stage(to), reason=reason)
    except GateError as shut:
        lacks = " ".join(missing_words(one) for one in shut.missing)
        raise GateError(shut.head, shut.missing, lacks) from shut


@app.command("join")
def join(
    person: Person,
    operation: In,
    into: Annotated[str, typer.Option(help="Person whose dossier goes on (P-…).")],
    reason: Annotated[str, typer.Option(help="Why the two are one person, in words.")],
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """End a dossier whose person turned out to be the same as another, and name the one that goes on."""
    started()
    from soken.casework.actions.join_dossier import join_dossier as act

    do(act, person, operation, by, seen, json, into=into, reason=reason)


@app.command("end")
def end(
    person: Person,
    operation: In,
    kind: Annotated[str, typer.Option(help="misidentified, not-identifiable or deceased.")],
    basis: Basis,
    on: Day = None,
    despite_record: Annotated[
        bool, typer.Option("--despite-record", help="Record a death although something later is recorded.")
    ] = False,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """End the work on a person, and freeze the dossier at once."""
    started()
    from soken.casework.actions.end_dossier import end_dossier as act

    said = {"kind": kind, "basis": basis, "on": day(on), "despite_record": despite_record}
    do(act, person, operation, by, seen, json, **said)
