"""``soken protected``: the people who are looked for in every list, and shut away where they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.compartment import users_named
from soken.commands.dossier_act import By, Day, Json
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.casework.models import Protected

app = typer.Typer(help="Protected people: who is looked for in every list.", no_args_is_help=True)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Family name, a space, given name.")],
    category: Annotated[str, typer.Option(help="police, prosecutor or court.")],
    kana: Annotated[str, typer.Option(help="The reading.")] = "",
    mail: Annotated[str, typer.Option(help="Mail address.")] = "",
    phone: Annotated[str, typer.Option(help="Phone number.")] = "",
    born: Day = None,
    force: Annotated[str, typer.Option(help="Code of the force whose they are.")] = "",
    colleague: Annotated[
        list[str] | None, typer.Option(help="A user here who is shut out of their compartments; may be repeated.")
    ] = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Enter a protected person; whom the lists propose as them is shut away in the same moment."""
    started()
    from soken.casework.actions.keep_protected import enter_protected

    who = acting_user(by)
    made = enter_protected(
        by=who, category=category, name=name, kana=kana, mail=mail, phone=phone, force=force,
        born_on=born.date() if born else None, colleagues=users_named(colleague or []),
    )  # fmt: skip
    if json:
        print_json({"entry": made.pk})
    else:
        typer.echo(_("Entered as number %(number)s.") % {"number": made.pk})


@app.command("withdraw")
def withdraw(
    number: Annotated[int, typer.Argument(help="Number of the entry, as `list` has it.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Withdraw an entry; who is shut away for it stays so until two people lift the compartment."""
    started()
    from soken.casework.actions.keep_protected import withdraw_protected

    made = withdraw_protected(number, by=acting_user(by), reason=reason)
    if json:
        print_json({"entry": made.pk, "withdrawn": True})
    else:
        typer.echo(_("Entry %(number)s is withdrawn.") % {"number": made.pk})


@app.command("list")
def list_(by: By = "", json: Json = False) -> None:
    """List the entries."""
    started()
    from soken.casework.selectors.compartments import protected_seen_by

    found = list(protected_seen_by(acting_user(by)))
    if json:
        print_json({"protected": [_told(one) for one in found]})
        return
    for one in found:
        known = [str(each) for each in (one.mail, one.phone, one.born_on, one.force) if each]
        state = "  " + _("withdrawn") if one.withdrawn_at else ""
        category = in_words(one.category, one.get_category_display())
        typer.echo(f"{one.pk:>5}  {category}  {one.name}  {', '.join(known)}{state}")


def _told(one: Protected) -> dict[str, Any]:
    """Return an entry for programs."""
    return {
        "entry": one.pk, "category": one.category, "name": one.name, "kana": one.kana, "mail": one.mail,
        "phone": one.phone, "born": one.born_on.isoformat() if one.born_on else None, "force": one.force,
        "colleagues": [each.username for each in one.colleagues.all()], "withdrawn": one.withdrawn_at is not None,
    }  # fmt: skip
