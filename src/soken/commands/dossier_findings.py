"""``soken dossier role, rival, exhibit, …``: what people find out about a person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from soken.commands.dossier_act import Basis, By, Day, In, Json, Person, Seen, day, do
from soken.commands.language import gettext as _
from soken.commands.started import started
from soken.core.errors import BadInputError

app = typer.Typer()


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

    do(act, person, operation, by, seen, json, role=role, basis=basis, other=other)


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
        do(settle_rival, person, operation, by, seen, json, kind=kind, state=state, result=result)
    else:
        do(raise_rival, person, operation, by, seen, json, kind=kind, why=why)


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

    do(act, person, operation, by, seen, json, number=number, origin=origin, obtained_on=obtained_on.date())


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

    do(act, person, operation, by, seen, json, kind=kind, exhibit=exhibit)


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

    do(act, person, operation, by, seen, json, element=element, exhibit=exhibit, shown_on=day(shown_on))


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

    do(act, person, operation, by, seen, json, finding=finding, key=key, reason=reason)


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
    do(act, person, operation, by, seen, json, **said)


@app.command("look-after")
def look_after(
    person: Person,
    operation: In,
    who: Annotated[str, typer.Option(help="Who looked after the person, or tried.")],
    way: Annotated[str, typer.Option(help="visit, phone, family, service, custody or not-reached.")],
    found: Annotated[str, typer.Option(help="How they are; where there is no next look, why.")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="On which day.")],
    next_on: Annotated[
        datetime | None, typer.Option("--next", formats=["%Y-%m-%d"], help="The next look; none: not needed any more.")
    ] = None,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record who looked after a person to whom the police had come, how they are, and when somebody looks next."""
    started()
    from soken.casework.actions.look_after import look_after as act

    said = {"who": who, "way": way, "found": found, "checked_on": on.date(), "next_on": day(next_on)}
    do(act, person, operation, by, seen, json, **said)


@app.command("interview")
def interview(
    person: Person,
    operation: In,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the interview.")] = None,
    place: Annotated[str, typer.Option(help="Where.")] = "",
    who: Annotated[str, typer.Option(help="Who interviews.")] = "",
    unplanned: Annotated[str, typer.Option(help="Held without a welfare plan in force: why.")] = "",
    withdraw: Annotated[int, typer.Option(help="Withdraw the interview of this number, with --reason.")] = 0,
    reason: Annotated[str, typer.Option(help="Why it is withdrawn.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record a voluntary interview (--on, --place, --who), or that one did not take place (--withdraw)."""
    if (on is None) is not bool(withdraw):
        raise BadInputError(_("Say the day of an interview (--on), or which one is withdrawn (--withdraw)."))
    started()
    from soken.casework.actions.record_interview import record_interview, withdraw_interview

    if on is None:
        do(withdraw_interview, person, operation, by, seen, json, key=withdraw, reason=reason)
    else:
        said = {"on": on.date(), "place": place, "who": who, "unplanned": unplanned}
        do(record_interview, person, operation, by, seen, json, **said)


@app.command("enquiry")
def enquiry(
    person: Person,
    operation: In,
    question: Annotated[str, typer.Option(help="Open a line: what must be shown.")] = "",
    key: Annotated[int, typer.Option(help="Close the line of this number, with --found.")] = 0,
    result: Annotated[str, typer.Option(help="shown, not-shown or cannot-say.")] = "",
    found: Annotated[str, typer.Option(help="What was found.")] = "",
    exhibit: Annotated[str, typer.Option(help="Number of the exhibit that shows it.")] = "",
    element: Annotated[str, typer.Option(help="Element of the offence that it asks for.")] = "",
    follow: Annotated[str, typer.Option(help="Name of the user who follows it; with --key: from now on.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Open a line of enquiry (--question), give it to somebody (--key, --follow), or close it (--key, --result)."""
    started()
    from soken.casework.actions.close_enquiry import close_enquiry
    from soken.casework.actions.follow_enquiry import follow_enquiry
    from soken.casework.actions.open_enquiry import open_enquiry

    if key and follow:
        do(follow_enquiry, person, operation, by, seen, json, key=key, follow=follow)
    elif key:
        do(close_enquiry, person, operation, by, seen, json, key=key, result=result, found=found, exhibit=exhibit)
    else:
        do(open_enquiry, person, operation, by, seen, json, question=question, element=element, follow=follow)
