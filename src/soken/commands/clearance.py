"""``soken clearance``: what statistics count, recorded from the referral on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, Person, Seen, day, do
from soken.commands.language import gettext as _
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import BadInputError, NotFoundError

if TYPE_CHECKING:
    from soken.casework.actions.record_clearance import Suffering

app = typer.Typer(help="Clearances for the statistics.", no_args_is_help=True)

_PARTS = 4
CaseNumber = Annotated[int, typer.Option("--case", min=1, help="Number of the case.")]
Age = Annotated[int | None, typer.Option(help="Age of the person at the clearance.")]
ActOn = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of the act; it decides who was under 14.")
]
Occupation = Annotated[str, typer.Option(help="Occupation of the person, as a code.")]


@app.command("record")
def record(
    person: Person,
    group: Annotated[str, typer.Option(help="Group of offence; an unknown one is answered with all.")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day of clearing, as 2026-11-23.")],
    force: Annotated[str, typer.Option(help="Code of the force that cleared.")],
    operation: In,
    occurred_at: Annotated[str, typer.Option(help="Code of the force where the offence happened.")] = "",
    network: Annotated[str, typer.Option(help="Whether the network was used: yes or no.")] = "",
    age: Age = None,
    occupation: Occupation = "",
    victim: Annotated[
        list[str] | None, typer.Option(help="A child, as V-1:SCHOOL-STAGE:FORM:RELATION; what is not stated is empty.")
    ] = None,
    same_child: Annotated[
        list[str] | None,
        typer.Option(help="Code of a child above who was recorded before, as V-1, or of another operation: heron/V-1."),
    ] = None,
    act_on: ActOn = None,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record a case that was cleared with a person's referral."""
    started()
    from soken.casework.actions.record_clearance import Clearance, record_clearance

    said = Clearance(
        group,
        on.date(),
        force,
        occurred_at,
        network,
        age,
        occupation,
        _children(victim or [], same_child or []),
        day(act_on),
    )

    do(record_clearance, person, operation, by, seen, json, said=said)


@app.command("strike")
def strike(
    case: Annotated[int, typer.Argument(help="Number of the case.")],
    because: Annotated[str, typer.Option(help="Why.")],
    operation: In,
    by: By = "",
) -> None:
    """Strike a case that was recorded wrongly; vintages taken before keep it."""
    started()
    from soken.casework.actions.record_clearance import strike_clearance
    from soken.casework.models import ClearedCase
    from soken.casework.selectors.operations import operation_named

    found = ClearedCase.objects.filter(operation=operation_named(operation), pk=case).first()
    if found is None:
        raise NotFoundError(_("The operation has no cleared case %(case)s.") % {"case": case})
    strike_clearance(found, by=acting_user(by), because=because)
    print_json({"case": case, "struck": True})


@app.command("add-suspect")
def add(
    person: Person,
    case: CaseNumber,
    operation: In,
    age: Age = None,
    occupation: Occupation = "",
    act_on: ActOn = None,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record a person as a further suspect of a case that was recorded with another: one case, several persons."""
    started()
    from soken.casework.actions.add_suspect import add_suspect

    said = {"case": case, "age": age, "occupation": occupation, "act_on": day(act_on)}
    do(add_suspect, person, operation, by, seen, json, **said)


@app.command("strike-suspect")
def strike_one(
    person: Person,
    case: CaseNumber,
    because: Annotated[str, typer.Option(help="Why.")],
    operation: In,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Strike a person from a case that has other suspects; vintages taken before keep it."""
    started()
    from soken.casework.actions.add_suspect import strike_suspect

    do(strike_suspect, person, operation, by, seen, json, case=case, because=because)


@app.command("same-suspect")
def same(
    person: Person,
    other: Annotated[str, typer.Option("--as", help="The other person, as OPERATION/P-….")],
    because: Annotated[str, typer.Option(help="What shows it.")],
    operation: In,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Say that a confirmed person is the same suspect as one of another operation: statistics then count one."""
    started()
    from soken.casework.actions.state_same_suspect import state_same_suspect

    slug, _slash, code = other.partition("/")
    if not slug or not code:
        raise BadInputError(_("%(said)r names no person of another operation; write OPERATION/P-….") % {"said": other})
    do(state_same_suspect, person, operation, by, seen, json, other_operation=slug, other=code, because=because)


@app.command("not-same-suspect")
def not_same(
    person: Person,
    statement: Annotated[int, typer.Option(min=1, help="Number of the statement; it stands on the person's page.")],
    because: Annotated[str, typer.Option(help="Why.")],
    operation: In,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Withdraw a statement that two persons are one suspect."""
    started()
    from soken.casework.actions.state_same_suspect import withdraw_same_suspect

    do(withdraw_same_suspect, person, operation, by, seen, json, statement=statement, because=because)


@app.command("lawbreaking")
def lawbreaking(
    person: Person,
    group: Annotated[str, typer.Option(help="Group of offence; an unknown one is answered with all.")],
    act_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day of the act.")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day on which the force took it up.")],
    force: Annotated[str, typer.Option(help="Code of that force.")],
    operation: In,
    measure: Annotated[str, typer.Option(help="What was done: sent, told, other.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record a child who was under 14 at the act: no crime, no clearance, counted apart."""
    started()
    from soken.casework.actions.record_lawbreaking import record_lawbreaking

    days = {"act_on": act_on.date(), "on": on.date()}
    do(record_lawbreaking, person, operation, by, seen, json, group=group, force=force, measure=measure, **days)


@app.command("strike-lawbreaking")
def strike_child(
    person: Person,
    entry: Annotated[int, typer.Option(min=1, help="Number of the entry; it stands on the person's page.")],
    because: Annotated[str, typer.Option(help="Why.")],
    operation: In,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Strike a lawbreaking child that was recorded wrongly."""
    started()
    from soken.casework.actions.record_lawbreaking import strike_lawbreaking

    do(strike_lawbreaking, person, operation, by, seen, json, entry=entry, because=because)


def _children(said: list[str], before: list[str]) -> tuple[Suffering, ...]:
    """Return the children as they were typed.

    Raises:
        BadInputError: one has too many parts, or one is said to have been recorded before and not named.
    """
    from soken.casework.actions.record_clearance import Suffering

    known = {code: slug for slug, _slash, code in (one.rpartition("/") for one in before)}
    children = []
    for one in said:
        code, *parts = one.split(":")
        if len(parts) >= _PARTS:
            raise BadInputError(_("%(said)r has too many parts; write V-1:SCHOOL-STAGE:FORM:RELATION.") % {"said": one})
        stage, form, relation = [*parts, "", "", ""][:3]
        children.append(Suffering(code, stage, form, relation, known.pop(code, None)))
    if known:
        raise BadInputError(
            _("%(child)s is no child of this case; name it with --victim too.") % {"child": next(iter(known))}
        )
    return tuple(children)
