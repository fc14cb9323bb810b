"""``soken enquiry``: lines of enquiry of a person, and those that one follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, Person, Seen, do
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.casework.models import LineOfEnquiry

app = typer.Typer(help="Lines of enquiry: what must be shown, who follows it, what was found.", no_args_is_help=True)

Key = Annotated[int, typer.Option(help="Number of the line, as `list` shows it.")]


@app.command("open")
def open_(
    person: Person,
    operation: In,
    question: Annotated[str, typer.Option(help="What must be shown.")],
    element: Annotated[str, typer.Option(help="possession, material, purpose, will or clear.")] = "",
    follow: Annotated[str, typer.Option(help="Name of the user who follows it.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Open a line of enquiry."""
    started()
    from soken.casework.actions.open_enquiry import open_enquiry as act

    do(act, person, operation, by, seen, json, question=question, element=element, follow=follow)


@app.command("follow")
def follow(
    person: Person,
    operation: In,
    key: Key,
    follow: Annotated[str, typer.Option(help="Name of the user who follows it from now on.")],
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Give an open line to somebody."""
    started()
    from soken.casework.actions.follow_enquiry import follow_enquiry as act

    do(act, person, operation, by, seen, json, key=key, follow=follow)


@app.command("close")
def close(
    person: Person,
    operation: In,
    key: Key,
    result: Annotated[str, typer.Option(help="shown, not-shown or cannot-say.")],
    found: Annotated[str, typer.Option(help="What was found; nothing found is said so in words.")],
    exhibit: Annotated[str, typer.Option(help="Number of the exhibit that shows it.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Close a line with what was found."""
    started()
    from soken.casework.actions.close_enquiry import close_enquiry as act

    do(act, person, operation, by, seen, json, key=key, result=result, found=found, exhibit=exhibit)


@app.command("list")
def list_(person: Person, operation: In, by: By = "", json: Json = False) -> None:
    """List a person's lines, the open ones first."""
    started()
    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.dossier import dossier_of
    from soken.casework.selectors.enquiries import enquiries_of
    from soken.casework.selectors.operations import operation_named

    asked = operation_named(operation)
    check_right(asked, acting_user(by), Act.SEE_DOSSIER)
    found = enquiries_of(dossier_of(asked, person))
    _print([one.line for one in (*found.open, *found.closed)], json, {"total": found.total, "unasked": found.unasked})


@app.command("mine")
def mine(by: By = "", json: Json = False) -> None:
    """List the open lines that you follow, in all your operations."""
    started()
    from soken.casework.selectors.enquiries import followed_by

    _print(list(followed_by(acting_user(by))), json, {})


def _print(lines: list[LineOfEnquiry], json: bool, more: dict[str, Any]) -> None:
    """Print lines of enquiry."""
    if json:
        print_json({**more, "lines": [_as_json(one) for one in lines]})
        return
    for one in lines:
        state = in_words("open", _("not closed yet")) if one.closed_at is None else _("closed")
        state = in_words(one.result, one.get_result_display()) if one.result else state
        who = one.followed_by.username if one.followed_by else in_words("nobody", _("nobody follows it"))
        typer.echo(f"{one.pk:>6}  {one.dossier.person_code}  {state}  {who}  {one.question}")


def _as_json(line: LineOfEnquiry) -> dict[str, Any]:
    """Return a line for programs."""
    return {
        "key": line.pk,
        "person": line.dossier.person_code,
        "question": line.question,
        "element": line.element,
        "open": line.closed_at is None,
        "followed_by": line.followed_by.username if line.followed_by else "",
        "result": line.result,
        "found": line.found,
    }
