"""``soken dossier``: what people establish about a person, the same acts and gates as on the desk."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_shown import as_json, print_dossier
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import BadInputError
from soken.review.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

app = typer.Typer(help="What people establish about a person, and how far the person may go.", no_args_is_help=True)

Person = Annotated[str, typer.Argument(help="Code of the person (P-…).", metavar="PERSON")]
In = Annotated[str, typer.Option("--operation", help="The operation.")]
By = Annotated[
    str, typer.Option("--by", help="Who acts; the password is asked for. Without it: your name on this machine.")
]
Seen = Annotated[
    int | None, typer.Option("--seen", help="Version that you looked at: refused if somebody has acted since.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Basis = Annotated[str, typer.Option(help="What shows it.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day, as 2026-11-23.")]


@app.command("show")
def show(
    person: Person,
    operation: In,
    language: Annotated[str, typer.Option(help="Language of the words: en or ja.")] = "en",
    json: Json = False,
) -> None:
    """Show where a dossier stands, and what is still missing for each next stage."""
    started()
    from django.utils import translation

    from soken.casework.selectors.dossier import dossier_file, dossier_of
    from soken.casework.selectors.operations import operation_named

    file = dossier_file(dossier_of(operation_named(operation), person))
    with translation.override("ja" if language == "ja" else "en"):
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
    _tell(as_json(dossier_file(found)), json)


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

    _do(act, person, operation, by, seen, json, reason=reason, note=note)


@app.command("review")
def review(person: Person, operation: In, by: By = "", seen: Seen = None, json: Json = False) -> None:
    """Agree to the newest screening, as another person than the one who screened."""
    started()
    from soken.casework.actions.review_screening import review_screening as act

    _do(act, person, operation, by, seen, json)


@app.command("confirm")
def confirm(
    person: Person, operation: In, basis: Basis, born_on: Day = None, by: By = "", seen: Seen = None, json: Json = False
) -> None:
    """Confirm the identity; it takes two different people."""
    started()
    from soken.casework.actions.confirm_identity import confirm_identity as act

    _do(act, person, operation, by, seen, json, basis=basis, born_on=_day(born_on))


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

    _do(act, person, operation, by, seen, json, whose=whose, reason=reason)


@app.command("role")
def role(
    person: Person,
    operation: In,
    role: Annotated[str, typer.Option(help="account-holder, payer, addressee, household or user.")],
    basis: Basis,
    other: Annotated[str, typer.Option(help="Somebody else's name or person code; without it: this person.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record what somebody is to the purchases."""
    started()
    from soken.casework.actions.add_party_role import add_party_role as act

    _do(act, person, operation, by, seen, json, role=role, basis=basis, other=other)


@app.command("rival")
def rival(
    person: Person,
    operation: In,
    kind: Annotated[str, typer.Option(help="Which explanation; an unknown one is answered with the list.")],
    why: Annotated[str, typer.Option(help="Raise it, and why it is asked.")] = "",
    result: Annotated[str, typer.Option(help="Settle it: how it was tested, and what came of it.")] = "",
    holds: Annotated[bool, typer.Option("--holds/--ruled-out", help="What came of it.")] = False,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Raise another explanation of the purchases (--why), or settle it (--result)."""
    started()
    from soken.casework.actions.raise_rival import raise_rival
    from soken.casework.actions.settle_rival import settle_rival

    if result:
        state = "holds" if holds else "ruled-out"
        _do(settle_rival, person, operation, by, seen, json, kind=kind, state=state, result=result)
    else:
        _do(raise_rival, person, operation, by, seen, json, kind=kind, why=why)


@app.command("exhibit")
def exhibit(
    person: Person,
    operation: In,
    number: Annotated[str, typer.Option(help="Its number alone, never what it shows.")],
    origin: Annotated[str, typer.Option(help="Where it comes from; an unknown one is answered with the list.")],
    obtained_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="A day, as 2026-11-23.")],
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Enter an exhibit."""
    started()
    from soken.casework.actions.enter_exhibit import enter_exhibit as act

    _do(act, person, operation, by, seen, json, number=number, origin=origin, obtained_on=obtained_on.date())


@app.command("corroborate")
def corroborate(
    person: Person,
    operation: In,
    kind: Annotated[str, typer.Option(help="payment, delivery, device, search or statement.")],
    exhibit: Annotated[str, typer.Option(help="Number of an exhibit entered before.")],
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Name an exhibit that bears the purchase out from outside the list."""
    started()
    from soken.casework.actions.corroborate import corroborate as act

    _do(act, person, operation, by, seen, json, kind=kind, exhibit=exhibit)


@app.command("element")
def element(
    person: Person,
    operation: In,
    element: Annotated[str, typer.Option(help="possession, material, purpose, will or clear.")],
    exhibit: Annotated[str, typer.Option(help="Number of an exhibit entered before.")],
    shown_on: Day = None,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record that an exhibit shows an element of art. 7(1)."""
    started()
    from soken.casework.actions.back_element import back_element as act

    _do(act, person, operation, by, seen, json, element=element, exhibit=exhibit, shown_on=_day(shown_on))


@app.command("withdraw")
def withdraw(
    person: Person,
    operation: In,
    finding: Annotated[str, typer.Option(help="role, corroboration or element.")],
    key: Annotated[int, typer.Option(help="Its number, as `show --json` gives it.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Withdraw a role, a corroboration or a backed element."""
    started()
    from soken.casework.actions.withdraw_finding import withdraw_finding as act

    _do(act, person, operation, by, seen, json, finding=finding, key=key, reason=reason)


@app.command("welfare")
def welfare(
    person: Person,
    operation: In,
    risks: Annotated[str, typer.Option(help="Known risks to life, also of others in the home.")],
    measures: Annotated[str, typer.Option(help="Before and during: who is there, which service is told.")],
    afterwards: Annotated[str, typer.Option(help="Who keeps in touch afterwards.")],
    good_until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="A day, at most 90 days ahead.")],
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record a welfare plan."""
    started()
    from soken.casework.actions.plan_welfare import plan_welfare as act

    said = {"risks": risks, "measures": measures, "afterwards": afterwards, "good_until": good_until.date()}
    _do(act, person, operation, by, seen, json, **said)


@app.command("enquiry")
def enquiry(
    person: Person,
    operation: In,
    question: Annotated[str, typer.Option(help="Open a line: what must be shown.")] = "",
    key: Annotated[int, typer.Option(help="Close the line of this number, with --found.")] = 0,
    found: Annotated[str, typer.Option(help="What was found.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Open a line of enquiry (--question), or close one (--key and --found)."""
    started()
    from soken.casework.actions.close_enquiry import close_enquiry
    from soken.casework.actions.open_enquiry import open_enquiry

    if key:
        _do(close_enquiry, person, operation, by, seen, json, key=key, found=found)
    else:
        _do(open_enquiry, person, operation, by, seen, json, question=question)


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
    from soken.desk.dossier_words import missing_words

    try:
        _do(act, person, operation, by, seen, json, to=Stage(to), reason=reason)
    except GateError as shut:
        lacks = " ".join(missing_words(one) for one in shut.missing)
        raise GateError(f"{person} cannot go to {to} yet. {lacks}", shut.missing) from shut


@app.command("end")
def end(
    person: Person,
    operation: In,
    kind: Annotated[str, typer.Option(help="misidentified, not-identifiable or deceased.")],
    basis: Basis,
    on: Day = None,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """End the work on a person, and freeze the dossier at once."""
    started()
    from soken.casework.actions.end_dossier import end_dossier as act

    _do(act, person, operation, by, seen, json, kind=kind, basis=basis, on=_day(on))


def _do(
    act: Callable[..., object], person: str, operation: str, by: str, seen: int | None, json: bool, **said: Any
) -> None:
    """Do an act on a person's dossier and tell how it stands then."""
    from soken.casework.selectors.dossier import dossier_file, dossier_of
    from soken.casework.selectors.operations import operation_named

    found = dossier_of(operation_named(operation), person)
    act(found, by=acting_user(by), seen=seen, **said)
    found.refresh_from_db()
    _tell(as_json(dossier_file(found)), json)


def _tell(dossier: dict[str, Any], json: bool) -> None:
    """Print how a dossier stands after an act."""
    if json:
        print_json(dossier)
    else:
        typer.echo(f"Recorded. {dossier['person']} is at {dossier['stage']}, version {dossier['version']}.")


def _day(moment: datetime | None) -> date | None:
    """Return the day that was given, if one was."""
    return moment.date() if moment else None
