"""``soken compartment``: who is shut away, who is let in by two people, and cases kept to named people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, Person
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import NotFoundError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Compartment

app = typer.Typer(help="Compartments: persons whom only few may see.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="Number of the compartment, as `list` has it.")]
Opening = Annotated[int, typer.Argument(help="Number of the proposal, as `list` has it.")]
Reason = Annotated[str, typer.Option(help="Why.")]
Users = Annotated[list[str], typer.Option("--user", help="A user; may be repeated.")]


def users_named(names: list[str]) -> list[User]:
    """Return the active users of these names.

    Raises:
        NotFoundError: one is none.
    """
    from soken.access.models import User

    found = {one.username: one for one in User.objects.filter(username__in=names, is_active=True)}
    for name in names:
        if name not in found:
            raise NotFoundError(f"No user is named {name!r}; see: soken user list")
    return list(found.values())


@app.command("list")
def list_(by: By = "", json: Json = False) -> None:
    """List the compartments that you may look into, with what is proposed on them."""
    started()
    from soken.casework.selectors.compartments import compartments_open_to

    told = [_told(one) for one in compartments_open_to(acting_user(by))]
    if json:
        print_json({"compartments": told})
        return
    for one in told:
        persons = " ".join(f"{each['person']} {each['name']}" for each in one["persons"])
        persons = persons or f"not resolved yet: {' '.join(one['rows'][:20])}"
        typer.echo(f"{one['number']:>5}  {one['kind']}  {one['operation']}  {persons}")
        for match in one["matches"]:
            typer.echo(f"       {match['how']}: {match['category']} {match['who']}")
        typer.echo(f"       let in: {', '.join(one['let_in']) or 'nobody'}")
        for opening in one["openings"]:
            typer.echo(f"       proposal {opening['number']}: {opening['kind']}, {opening['state']}")


@app.command("shut")
def shut(person: Person, operation: In, reason: Reason, by: By = "", json: Json = False) -> None:
    """Shut a person away at once: only the oversight group sees them from now on."""
    started()
    from soken.casework.actions.shut_person import shut_person
    from soken.casework.selectors.operations import operation_named

    who = acting_user(by)
    made = shut_person(operation_named(operation), person, by=who, reason=reason)
    print_json({"compartment": made.pk}) if json else typer.echo(f"{person} is shut away.")


@app.command("let-in")
def let_in(number: Number, user: Users, reason: Reason, by: By = "", json: Json = False) -> None:
    """Propose to let people into a compartment; another of the oversight group decides."""
    started()
    _propose(number, "let-in", user, reason, by, json)


@app.command("lift")
def lift(number: Number, reason: Reason, by: By = "", json: Json = False) -> None:
    """Propose to lift a compartment; another of the oversight group decides."""
    started()
    _propose(number, "lift", [], reason, by, json)


@app.command("settle")
def settle(
    number: Number,
    opening: Opening,
    agree: Annotated[bool, typer.Option("--agree/--refuse", help="What the second person says.")],
    reason: Reason,
    by: By = "",
    json: Json = False,
) -> None:
    """Agree to a proposal to open a compartment, or refuse it."""
    started()
    from soken.casework.actions.open_compartment import settle_opening

    made = settle_opening(number, opening, by=acting_user(by), agree=agree, reason=reason)
    said = "agreed" if made.agreed else "refused"
    print_json({"proposal": made.pk, "state": said}) if json else typer.echo(f"Proposal {made.pk}: {said}.")


@app.command("bar")
def bar(number: Number, user: Users, reason: Reason, by: By = "", json: Json = False) -> None:
    """Shut colleagues out of a compartment by name, whatever their role."""
    started()
    from soken.casework.actions.shut_person import bar_colleague

    who = acting_user(by)
    for one in users_named(user):
        bar_colleague(number, one, by=who, reason=reason)
    print_json({"barred": user}) if json else typer.echo(f"Shut out of compartment {number}: {', '.join(user)}.")


@app.command("restrict")
def restrict(person: Person, operation: In, user: Users, reason: Reason, by: By = "", json: Json = False) -> None:
    """Keep a person's case to named people of the force, beside who opened it and the supervisors."""
    started()
    from soken.casework.actions.restrict_case import restrict_case
    from soken.casework.selectors.operations import operation_named

    who = acting_user(by)
    made = restrict_case(operation_named(operation), person, by=who, users=users_named(user), reason=reason)
    print_json({"compartment": made.pk}) if json else typer.echo(f"{person} is kept to named people ({made.pk}).")


@app.command("release")
def release(number: Number, reason: Reason, by: By = "", json: Json = False) -> None:
    """Release a case that was kept to named people."""
    started()
    from soken.casework.actions.restrict_case import release_case

    made = release_case(number, by=acting_user(by), reason=reason)
    print_json({"compartment": made.pk}) if json else typer.echo(f"Compartment {made.pk} is released.")


def _propose(number: int, kind: str, users: list[str], reason: str, by: str, json: bool) -> None:
    """Propose to open a compartment, and say that it waits."""
    from soken.casework.actions.open_compartment import propose_opening

    who = acting_user(by)
    made = propose_opening(number, by=who, kind=kind, reason=reason, users=users_named(users))
    if json:
        print_json({"compartment": number, "proposal": made.pk, "state": "waits for another person"})
    else:
        typer.echo(f"Proposal {made.pk} on compartment {number} waits for another person.")


def _told(one: Compartment) -> dict[str, Any]:
    """Return a compartment for programs."""
    states = {None: "waits for another person", True: "agreed", False: "refused"}
    return {
        "number": one.pk, "kind": one.kind, "operation": one.operation.slug, "shut_at": one.shut_at.isoformat(),
        "shut_by": one.shut_by.username if one.shut_by else "machine", "reason": one.reason,
        "persons": [
            {"person": each.code, "name": each.person.name if each.person else ""} for each in one.persons.all()
        ],
        "rows": [str(each) for each in one.rows.all()],
        "matches": [
            {
                "how": each.how, "category": each.protected.category if each.protected else "user",
                "who": each.protected.name if each.protected else str(each.user),
            }
            for each in one.matches.all()
        ],
        "let_in": [each.user.username for each in one.access.all() if each.ended_at is None],
        "barred": [each.user.username for each in one.bars.all()],
        "openings": [
            {"number": each.pk, "kind": each.kind, "by": each.by.username, "state": states[each.agreed]}
            for each in one.openings.all()
        ],
    }  # fmt: skip
