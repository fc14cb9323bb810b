"""``soken squad``: joint squads of several forces, whom they cover and which headquarters approved what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, Seen
from soken.commands.language import gettext as _
from soken.commands.language import in_words, pgettext
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soken.casework.models import Squad
    from soken.casework.selectors.squads import SeenSquad

app = typer.Typer(help="Joint squads of several forces.", no_args_is_help=True)

Key = Annotated[int, typer.Argument(help="Number of the squad, as `list` shows it.", metavar="NUMBER")]
OnDay = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="A day, as 2026-11-23.")]
Whom = Annotated[str, typer.Option(help="Code of the person (P-…).")]
Step = Annotated[str, typer.Option(help="action or referral.")]
Why = Annotated[str, typer.Option(help="Why.")]
Force = Annotated[str, typer.Option(help="Code of the force whose headquarters it is.")]


@app.command("form")
def form(
    reference: Annotated[str, typer.Option(help="Number of the written agreement.")],
    force: Annotated[list[str], typer.Option(help="Code of a force; give it once for each.")],
    commander: Annotated[str, typer.Option(help="Office and name of the one commander.")],
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")],
    operation: In,
    by: By = "",
    json: Json = False,
) -> None:
    """Form a squad on its agreement."""
    started()
    from soken.casework.actions.squad_act import form_squad
    from soken.casework.selectors.operations import operation_named

    made = form_squad(
        operation_named(operation), by=acting_user(by), reference=reference, forces=force, commander=commander,
        since=since.date(), until=until.date(),
    )  # fmt: skip
    _tell(made, json)


@app.command("commander")
def commander(
    number: Key,
    name: Annotated[str, typer.Option(help="Office and name.")],
    operation: In,
    by: By = "",
    json: Json = False,
) -> None:
    """Record that another commands from now on."""
    started()
    from soken.casework.actions.squad_act import change_commander
    from soken.casework.selectors.operations import operation_named

    _tell(change_commander(operation_named(operation), number, by=acting_user(by), commander=name), json)


@app.command("cover")
def cover(number: Key, person: Whom, operation: In, by: By = "", seen: Seen = None, json: Json = False) -> None:
    """Record that a squad works on a person."""
    started()
    from soken.casework.actions.squad_act import cover
    from soken.casework.selectors.operations import operation_named

    _tell(cover(operation_named(operation), number, by=acting_user(by), person=person, seen=seen), json)


@app.command("approve")
def approve(
    number: Key,
    person: Whom,
    force: Force,
    step: Step,
    given_by: Annotated[str, typer.Option(help="Office and name of who approved.")],
    on: OnDay,
    operation: In,
    by: By = "",
    json: Json = False,
) -> None:
    """Record that a headquarters approved a step."""
    started()
    from soken.casework.actions.approve_squad import approve_step
    from soken.casework.selectors.operations import operation_named

    made = approve_step(
        operation_named(operation), number, by=acting_user(by), person=person, force=force, step=step,
        given_by=given_by, on=on.date(),
    )  # fmt: skip
    _tell(made.squad, json)


@app.command("withdraw")
def withdraw(
    number: Key,
    person: Whom,
    force: Force,
    step: Step,
    reason: Why,
    operation: In,
    by: By = "",
    json: Json = False,
) -> None:
    """Take an approval back."""
    started()
    from soken.casework.actions.approve_squad import withdraw_approval
    from soken.casework.selectors.operations import operation_named

    taken = withdraw_approval(
        operation_named(operation), number, by=acting_user(by), person=person, force=force, step=step, reason=reason
    )
    _tell(taken.squad, json)


@app.command("end")
def end(number: Key, on: OnDay, reason: Why, operation: In, by: By = "", json: Json = False) -> None:
    """Propose to end a squad: it ends when a second person agrees."""
    started()
    from soken.casework.actions.end_squad import propose_end
    from soken.casework.selectors.operations import operation_named

    made = propose_end(operation_named(operation), number, by=acting_user(by), on=on.date(), reason=reason)
    _tell(made.squad, json)


@app.command("agree-end")
def agree_end(number: Key, reason: Why, operation: In, by: By = "", json: Json = False) -> None:
    """Agree, as the second person, that a squad ends."""
    started()
    from soken.casework.actions.end_squad import agree_to_end
    from soken.casework.selectors.operations import operation_named

    _tell(agree_to_end(operation_named(operation), number, by=acting_user(by), reason=reason), json)


@app.command("refuse-end")
def refuse_end(number: Key, reason: Why, operation: In, by: By = "", json: Json = False) -> None:
    """Refuse that a squad ends, or take your own proposal back."""
    started()
    from soken.casework.actions.end_squad import refuse_end
    from soken.casework.selectors.operations import operation_named

    _tell(refuse_end(operation_named(operation), number, by=acting_user(by), reason=reason), json)


@app.command("list")
def list_(operation: In, by: By = "", json: Json = False) -> None:
    """List the squads, whom they cover, and which headquarters has not approved action."""
    started()
    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.squads import squads_of

    asked = operation_named(operation)
    check_right(asked, acting_user(by), Act.SEE_DOSSIER)
    found = squads_of(asked)
    if json:
        print_json({"squads": [_seen(one) for one in found]})
        return
    for one in found:
        squad, persons = one.squad, _("%(count)s persons") % {"count": one.covered}
        typer.echo(
            f"{squad.pk:>6}  {squad.reference}  {_forces(squad.forces)}  {squad.since}/{squad.until}  {_state(one)}  "
            f"{one.commanders[-1].name}  {persons}"
        )
        for person in one.persons:
            waits = _("action approved")
            if person.waiting:
                waits = _("action not approved by: %(forces)s") % {"forces": _forces(person.waiting)}
            typer.echo(f"        {person.code}  {waits}")
    typer.echo(_("%(count)s squads.") % {"count": len(found)})


def _state(one: SeenSquad) -> str:
    """Say whether a squad stands."""
    state = pgettext("squad", "ended") if one.squad.ended_on else _("RUN OUT") if one.over else _("stands")
    return state + _(", ") + _("its end waits for a second person") if one.end_waits else state


def _forces(codes: Iterable[str]) -> str:
    """Name forces: in English by their codes, as options take them."""
    from soken.desk.templatetags.owner import force_word

    return " ".join(in_words(one, force_word(one)) for one in codes)


def _seen(one: SeenSquad) -> dict[str, Any]:
    """Return a squad as it stands today, for programs."""
    return {
        **_as_json(one.squad),
        "commanders": [{"name": each.name, "at": each.at.isoformat()} for each in one.commanders],
        "covered": one.covered,
        "over": one.over,
        "ends": [
            {
                "on": each.on.isoformat(),
                "reason": each.reason,
                "by": each.by.username,
                "agreed": each.agreed,
                "second": each.second.username if each.second else "",
                "second_reason": each.second_reason,
            }
            for each in one.ends
        ],
        "persons": [
            {
                "person": each.code,
                "approved": [{"force": given.force, "step": given.step} for given in each.approvals],
                "waiting": list(each.waiting),
            }
            for each in one.persons
        ],
    }


def _as_json(squad: Squad) -> dict[str, Any]:
    """Return a squad for programs."""
    return {
        "number": squad.pk,
        "reference": squad.reference,
        "forces": squad.forces,
        "from": squad.since.isoformat(),
        "to": squad.until.isoformat(),
        "ended_on": squad.ended_on.isoformat() if squad.ended_on else None,
        "end_reason": squad.end_reason,
    }


def _tell(squad: Squad, json: bool) -> None:
    """Print how a squad stands after an act."""
    if json:
        print_json(_as_json(squad))
    else:
        said = {"number": squad.pk, "reference": squad.reference, "forces": _forces(squad.forces)}
        typer.echo(_("Recorded. Number %(number)s, %(reference)s: %(forces)s.") % said)
