"""``soken compartment``: who is shut away, who is let in by two people, and cases kept to named people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, Person
from soken.commands.language import gettext as _
from soken.commands.language import in_words, pgettext
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

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
            raise NotFoundError(_("No user is named %(name)r; see: soken user list") % {"name": name})
    return list(found.values())


@app.command("list")
def list_(by: By = "", json: Json = False) -> None:
    """List the compartments that you may look into, with what is proposed on them."""
    started()
    from soken.casework.selectors.compartments import compartments_open_to

    found = list(compartments_open_to(acting_user(by)))
    if json:
        print_json({"compartments": [_told(one) for one in found]})
        return
    for one in found:
        for line in _lines(one):
            typer.echo(line)


@app.command("shut")
def shut(person: Person, operation: In, reason: Reason, by: By = "", json: Json = False) -> None:
    """Shut a person away at once: only the oversight group sees them from now on."""
    started()
    from soken.casework.actions.shut_person import shut_person
    from soken.casework.selectors.operations import operation_named

    who = acting_user(by)
    made = shut_person(operation_named(operation), person, by=who, reason=reason)
    print_json({"compartment": made.pk}) if json else typer.echo(_("%(person)s is shut away.") % {"person": person})


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
    if json:
        print_json({"proposal": made.pk, "state": "agreed" if made.agreed else "refused"})
    else:
        said = {"number": made.pk, "state": _opening_state(made.agreed)}
        typer.echo(_("Proposal %(number)s: %(state)s.") % said)


@app.command("bar")
def bar(number: Number, user: Users, reason: Reason, by: By = "", json: Json = False) -> None:
    """Shut colleagues out of a compartment by name, whatever their role."""
    started()
    from soken.casework.actions.shut_person import bar_colleague

    who = acting_user(by)
    for one in users_named(user):
        bar_colleague(number, one, by=who, reason=reason)
    if json:
        print_json({"barred": user})
    else:
        said = {"number": number, "users": ", ".join(user)}
        typer.echo(_("Shut out of compartment %(number)s: %(users)s.") % said)


@app.command("restrict")
def restrict(person: Person, operation: In, user: Users, reason: Reason, by: By = "", json: Json = False) -> None:
    """Keep a person's case to named people of the force, beside who opened it and the supervisors."""
    started()
    from soken.casework.actions.restrict_case import restrict_case
    from soken.casework.selectors.operations import operation_named

    who = acting_user(by)
    made = restrict_case(operation_named(operation), person, by=who, users=users_named(user), reason=reason)
    if json:
        print_json({"compartment": made.pk})
    else:
        said = {"person": person, "number": made.pk}
        typer.echo(_("%(person)s is kept to named people (%(number)s).") % said)


@app.command("release")
def release(number: Number, reason: Reason, by: By = "", json: Json = False) -> None:
    """Release a case that was kept to named people."""
    started()
    from soken.casework.actions.restrict_case import release_case

    made = release_case(number, by=acting_user(by), reason=reason)
    if json:
        print_json({"compartment": made.pk})
    else:
        typer.echo(_("Compartment %(number)s is released.") % {"number": made.pk})


def _propose(number: int, kind: str, users: list[str], reason: str, by: str, json: bool) -> None:
    """Propose to open a compartment, and say that it waits."""
    from soken.casework.actions.open_compartment import propose_opening

    who = acting_user(by)
    made = propose_opening(number, by=who, kind=kind, reason=reason, users=users_named(users))
    if json:
        print_json({"compartment": number, "proposal": made.pk, "state": "waits for another person"})
    else:
        said = {"number": made.pk, "compartment": number}
        typer.echo(_("Proposal %(number)s on compartment %(compartment)s waits for another person.") % said)


def _lines(one: Compartment) -> Iterator[str]:
    """Yield what people are told of a compartment."""
    from soken.desk.templatetags.compartment import match_word

    persons = " ".join(f"{each.code} {each.person.name if each.person else ''}" for each in one.persons.all())
    rows = " ".join(str(each) for each in [*one.rows.all()][:20])
    whom = persons or _("not resolved yet: %(rows)s") % {"rows": rows}
    yield f"{one.pk:>5}  {in_words(one.kind, one.get_kind_display())}  {one.operation.slug}  {whom}"
    for match in one.matches.all():
        found = match.protected
        taken_for = f"{in_words(found.category, found.get_category_display())} {found.name}" if found else match.user
        yield f"       {in_words(match.how, match_word(match.how))}: {taken_for}"
    let_in = ", ".join(each.user.username for each in one.access.all() if each.ended_at is None)
    yield "       " + _("let in: %(users)s") % {"users": let_in or _("nobody")}
    for opening in one.openings.all():
        kind = in_words(opening.kind, opening.get_kind_display())
        said = {"number": opening.pk, "kind": kind, "state": _opening_state(opening.agreed)}
        yield "       " + _("proposal %(number)s: %(kind)s, %(state)s") % said


def _opening_state(agreed: bool | None) -> str:
    """Say where a proposal to open a compartment stands."""
    if agreed is None:
        return _("waits for another person")
    return _("agreed") if agreed else pgettext("proposal", "refused")


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
