"""``soken user``: who may sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.started import started
from soken.core.errors import BadInputError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from soken.access.models import Role, User

app = typer.Typer(help="Who may sign in, and to which operations.", no_args_is_help=True)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[
        str,
        typer.Option(
            help="analyst, investigator, reviewer, liaison, statistician, auditor, oversight or administrator."
        ),
    ] = "analyst",
    operation: Annotated[
        list[str] | None, typer.Option(help="An operation that they work on; may be repeated.")
    ] = None,
    force: Annotated[
        str,
        typer.Option(
            help="Code of the force that they belong to: tokyo, osaka …; none for the centre, which accepts nobody."
        ),
    ] = "",
) -> None:
    """Add a user; the password is asked for and never stands on the command line."""
    started()
    from soken.access.actions import add_user
    from soken.access.models import User
    from soken.casework.models import Membership
    from soken.casework.selectors.operations import operation_named

    chosen = _role(role)
    if User.objects.filter(username=name).exists():
        raise RefusedError(_("A user named %(name)r exists already.") % {"name": name})
    operations = [operation_named(one) for one in operation or []]
    again = _("Repeat for confirmation")
    password = typer.prompt(_("Password"), hide_input=True, confirmation_prompt=again)
    user = add_user(name, chosen, password, force=force)
    for one in operations:
        Membership.objects.get_or_create(operation=one, user=user)
    typer.echo(_("Added %(name)s (%(role)s).") % {"name": name, "role": in_words(role, chosen.label)})


@app.command("list")
def list_all() -> None:
    """List the users, their roles and operations, and the key that stands for them in logs."""
    started()
    from soken.access.models import User

    for user in User.objects.order_by("username").prefetch_related("memberships__operation"):
        operations = ", ".join(one.operation.slug for one in user.memberships.all()) or _("no operation")
        role = in_words(user.role, user.get_role_display())
        shut = "" if user.is_active else "\t" + _("shut out")
        typer.echo(f"{user.username}\t{role}\t{operations}\t{user.pk}{shut}")
    if not User.objects.exists():
        typer.echo(_("Nobody can sign in yet; add the first user: soken user new NAME --role ROLE."))


@app.command("contact")
def contact(
    name: Annotated[str, typer.Argument(help="The name that they sign in with.")],
    full_name: Annotated[str, typer.Option(help="Family name, a space, given name.")] = "",
    mail: Annotated[str, typer.Option(help="Their mail address.")] = "",
    phone: Annotated[str, typer.Option(help="Their phone.")] = "",
) -> None:
    """Say who a user is: whoever uses Soken is looked for in every list, and shut away where a list holds them."""
    started()
    from soken.access.actions import say_who_a_user_is

    say_who_a_user_is(_named(name), name=full_name, mail=mail, phone=phone)
    typer.echo(_("It is known now who %(name)s is.") % {"name": name})


@app.command("unlock")
def unlock(name: Annotated[str, typer.Argument(help="The name that they sign in with.")]) -> None:
    """Let a user who is locked after failed sign-ins try again at once."""
    started()
    from soken.access import lockout

    locked = lockout.unlock(_named(name))
    not_locked = _("%(name)s was not locked; failures counted so far are forgotten.")
    typer.echo((_("Unlocked %(name)s.") if locked else not_locked) % {"name": name})


@app.command("sign-out")
def sign_out(name: Annotated[str, typer.Argument(help="The name that they sign in with.")]) -> None:
    """End every session of a user at once, on every machine; they may sign in again."""
    started()
    from soken.access.actions import sign_out_everywhere

    sign_out_everywhere(_named(name))
    typer.echo(_("Signed %(name)s out everywhere.") % {"name": name})


@app.command("reset-second-factor")
def reset_second_factor(name: Annotated[str, typer.Argument(help="The name that they sign in with.")]) -> None:
    """Remove the second factors of a user who has lost them; they set up new ones at the next sign-in."""
    started()
    from soken.access.second_factor import reset_second_factors

    removed = reset_second_factors(_named(name))
    told = _("Removed %(count)s second factors and recovery codes of %(name)s, and signed them out everywhere.")
    typer.echo(told % {"count": removed, "name": name})


@app.command("change")
def change(
    name: Annotated[str, typer.Argument(help="The name that they sign in with.")],
    role: Annotated[str, typer.Option(help="What their work is from now on.")] = "",
    force: Annotated[
        str | None, typer.Option(help="Code of the force that they belong to from now on; '' for the centre.")
    ] = None,
) -> None:
    """Change a user's role or force, and sign them out everywhere."""
    started()
    from soken.access.actions import change_work

    if not role and force is None:
        raise BadInputError(_("Say what changes: --role or --force."))
    user = change_work(_named(name), role=_role(role) if role else None, force=force)
    told = {"name": name, "role": in_words(user.role, user.get_role_display())}
    typer.echo(_("%(name)s is %(role)s from now on, and signed out everywhere.") % told)


@app.command("password")
def password(name: Annotated[str, typer.Argument(help="The name that they sign in with.")]) -> None:
    """Give a user who has forgotten it another password, and sign them out everywhere; second factors stay."""
    started()
    from soken.access.actions import give_password

    user = _named(name)
    again = _("Repeat for confirmation")
    give_password(user, typer.prompt(_("Password"), hide_input=True, confirmation_prompt=again))
    typer.echo(_("%(name)s has another password, and is signed out everywhere.") % {"name": name})


@app.command("join")
def join(
    name: Annotated[str, typer.Argument(help="The name that they sign in with.")],
    operation: Annotated[str, typer.Option(help="The operation that they work on from now on.")],
) -> None:
    """Make a user a member of an operation."""
    started()
    from soken.casework.models import Membership
    from soken.casework.selectors.operations import operation_named

    found = operation_named(operation)
    Membership.objects.get_or_create(operation=found, user=_named(name))
    typer.echo(_("%(name)s works on %(operation)s.") % {"name": name, "operation": found.slug})


@app.command("leave")
def leave(
    name: Annotated[str, typer.Argument(help="The name that they sign in with.")],
    operation: Annotated[str, typer.Option(help="The operation that they work on no more.")],
) -> None:
    """Take a user out of an operation: from now on they see nothing of it."""
    started()
    from soken.casework.models import Membership
    from soken.casework.selectors.operations import operation_named

    found, user = operation_named(operation), _named(name)
    if not Membership.objects.filter(operation=found, user=user).delete()[0]:
        raise RefusedError(_("%(name)s is no member of %(operation)s.") % {"name": name, "operation": found.slug})
    typer.echo(_("%(name)s works on %(operation)s no more.") % {"name": name, "operation": found.slug})
    _say_what_is_left(user, found.slug)


@app.command("shut-out")
def shut_out(name: Annotated[str, typer.Argument(help="The name that they sign in with.")]) -> None:
    """Let somebody in no more: whoever leaves. Their sessions and tokens end at once; what they did stays theirs."""
    started()
    from soken.access.actions import shut_out as act

    user = act(_named(name))
    typer.echo(_("%(name)s is let in no more; soken user let-in undoes it.") % {"name": name})
    _say_what_is_left(user)


@app.command("let-in")
def let_in(name: Annotated[str, typer.Argument(help="The name that they sign in with.")]) -> None:
    """Let somebody who was shut out sign in again."""
    started()
    from soken.access.actions import let_in_again

    let_in_again(_named(name))
    typer.echo(_("%(name)s may sign in again.") % {"name": name})


def _say_what_is_left(user: User, slug: str = "") -> None:
    """Say which tasks somebody leaves behind, so that nobody waits for them in vain."""
    from soken.access.eyes import machine_sees_all
    from soken.casework.models import Task

    with machine_sees_all():
        left = Task.objects.filter(who=user, done_at__isnull=True).select_related("dossier__operation")
        for one in left.filter(dossier__operation__slug=slug) if slug else left:
            told = {"number": one.pk, "person": one.dossier.person_code, "operation": one.dossier.operation.slug}
            typer.echo(_("open task %(number)s on %(person)s in %(operation)s: give it to somebody else") % told)


def _role(name: str) -> Role:
    """Return the role of a name.

    Raises:
        BadInputError: there is none.
    """
    from soken.access.models import Role

    if name not in Role.values:
        raise BadInputError(
            _("No role is named %(name)r; choose one of: %(all)s.") % {"name": name, "all": ", ".join(Role.values)}
        )
    return Role(name)


@app.command("link")
def link(
    name: Annotated[str, typer.Argument(help="The name of the user here.")],
    service: Annotated[str, typer.Option(help="The service that vouches for them, as the refusal page names it.")],
    subject: Annotated[str, typer.Option(help="What they are known as there, as the refusal page says it.")],
) -> None:
    """Let another service vouch for a user; what it calls them is shown where their sign-in was refused."""
    started()
    from soken.access.single_sign_on_links import link_user

    link_user(_named(name), service, subject)
    told = {"name": name, "service": service, "subject": subject}
    typer.echo(_("%(name)s may sign in over %(service)s as %(subject)s.") % told)


@app.command("unlink")
def unlink(
    name: Annotated[str, typer.Argument(help="The name of the user here.")],
    service: Annotated[str, typer.Option(help="The service that shall no longer vouch for them.")],
) -> None:
    """Let a service no longer vouch for a user, and end their sessions."""
    started()
    from soken.access.single_sign_on_links import unlink_user

    unlink_user(_named(name), service)
    told = {"name": name, "service": service}
    typer.echo(_("%(service)s no longer vouches for %(name)s, who is signed out everywhere.") % told)


def _named(name: str) -> User:
    """Return the user of that name.

    Raises:
        NotFoundError: nobody has it.
    """
    from soken.access.models import User

    found = User.objects.filter(username=name).first()
    if found is None:
        raise NotFoundError(_("No user is named %(name)r; see `soken user list`.") % {"name": name})
    return found
