"""``soken priority``: whose turn is first, and why; the same acts as on the desk."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.language import gettext as _
from soken.commands.language import language_of
from soken.commands.output import print_json
from soken.commands.priority_shown import (
    as_json,
    print_file,
    print_instrument,
    print_list,
    print_rates,
    print_rescored,
    ranked_json,
)
from soken.commands.started import started
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(help="Whose turn is first: decision support that nobody has validated.", no_args_is_help=True)

Person = Annotated[str, typer.Argument(help="Code of the person (P-…).", metavar="PERSON")]
In = Annotated[str, typer.Option("--operation", help="The operation.")]
By = Annotated[
    str, typer.Option("--by", help="Who acts; the password is asked for. Without it: your name on this machine.")
]
Seen = Annotated[
    int | None, typer.Option("--seen", help="Version of the dossier that you looked at: refused if it has changed.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Language = Annotated[str, typer.Option(help="Language of the words: en or ja.")]
Reason = Annotated[str, typer.Option(help="In words.")]


@app.command("instrument")
def instrument(
    language: Language = "",
    toml: Annotated[bool, typer.Option("--toml", help="Print the file itself, to begin another one from.")] = False,
    json: Json = False,
) -> None:
    """Show what the instrument in use asks, what answers count, and published error rates."""
    started()
    from django.utils import translation

    from soken.casework.selectors.instrument import instrument_in_use, instrument_text

    if toml:
        typer.echo(instrument_text(), nl=False)
        return
    with translation.override(language_of(language)):
        print_instrument(instrument_in_use(), language_of(language), json=json)


@app.command("rates")
def rates(operation: In, by: By = "", json: Json = False) -> None:
    """Show the bands by force and by the prefecture that the list claims: a difference is a reason to look."""
    started()
    from dataclasses import asdict

    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.band_rates import Grouping, band_rates
    from soken.casework.selectors.operations import operation_named

    asked = operation_named(operation)
    check_right(asked, acting_user(by), Act.SEE_DOSSIER)
    found = {grouping: band_rates(asked, grouping) for grouping in Grouping}
    if json:
        print_json({grouping.value: [asdict(one) for one in groups] for grouping, groups in found.items()})
    else:
        print_rates(found)


@app.command("assess")
def assess(
    person: Person,
    operation: In,
    answer: Annotated[list[str], typer.Option(help="FACTOR=ANSWER, as `instrument` shows; once for each.")],
    reason: Annotated[str, typer.Option(help="Why it is made anew; needed from the second version on.")] = "",
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Assess a person; what is not answered is unknown, and unknown is not low."""
    answers = answers_said(answer)
    started()
    from soken.casework.actions.assess import assess as act

    _do(act, person, operation, by, json, answers=answers, reason=reason, seen=seen)


@app.command("rescore")
def rescore(
    operation: In,
    person: Annotated[str, typer.Argument(help="Code of the person (P-…); none with --all.", metavar="PERSON")] = "",
    every: Annotated[bool, typer.Option("--all", help="Everybody assessed on another version; a preview.")] = False,
    apply: Annotated[bool, typer.Option("--apply/--preview", help="With --all: do it, not try it.")] = False,
    by: By = "",
    json: Json = False,
) -> None:
    """Have the machine score the newest answers on the instrument in use; it lowers nobody."""
    if bool(person) == every:
        raise BadInputError(_("Name one person, or everybody by --all."))
    started()
    from soken.casework.actions.assess import rescore as act

    if every:
        _rescore_all(operation, by, apply=apply, json=json)
    else:
        _do(act, person, operation, by, json)


def _rescore_all(operation: str, by: str, *, apply: bool, json: bool) -> None:
    """Score everybody anew, or show what would come of it."""
    from dataclasses import asdict

    from soken.casework.actions.rescore_all import rescore_all
    from soken.casework.selectors.operations import operation_named

    found = rescore_all(operation_named(operation), by=acting_user(by), apply=apply, most=sys.maxsize)
    if json:
        print_json({"applied": apply, "persons": [asdict(one) for one in found]})
    else:
        print_rescored(found, apply=apply)


@app.command("override")
def override(
    person: Person,
    operation: In,
    band: Annotated[str, typer.Option(help="very-high, high, medium or low.")],
    reason: Reason,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Raise a band at once, or propose to lower it."""
    started()
    from soken.casework.actions.override_band import override_band as act

    _do(act, person, operation, by, json, band=band, reason=reason, seen=seen)


@app.command("approve")
def approve(person: Person, operation: In, reason: Reason, by: By = "", seen: Seen = None, json: Json = False) -> None:
    """Agree to the lowering that waits, as another person than the one who proposed it."""
    started()
    from soken.casework.actions.settle_lowering import approve_lowering as act

    _do(act, person, operation, by, json, reason=reason, seen=seen)


@app.command("refuse")
def refuse(person: Person, operation: In, reason: Reason, by: By = "", seen: Seen = None, json: Json = False) -> None:
    """Refuse the lowering that waits, or withdraw one's own."""
    started()
    from soken.casework.actions.settle_lowering import refuse_lowering as act

    _do(act, person, operation, by, json, reason=reason, seen=seen)


@app.command("show")
def show(person: Person, operation: In, language: Language = "", json: Json = False) -> None:
    """Show a person's band, how it came about, and every version."""
    started()
    from django.utils import translation

    from soken.casework.selectors.dossier import dossier_of
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.priority import priority_file

    file = priority_file(dossier_of(operation_named(operation), person))
    with translation.override(language_of(language)):
        if json:
            print_json(as_json(file))
        else:
            print_file(file)


@app.command("list")
def list_(
    operation: In,
    band: Annotated[str, typer.Option(help="Only this band; 'none' for persons not assessed.")] = "",
    only: Annotated[str, typer.Option("--only", help="overdue, again or waiting.")] = "",
    at: Annotated[str, typer.Option(help="Where the page begins, as the page before said.")] = "",
    language: Language = "",
    json: Json = False,
) -> None:
    """List an operation's persons, the most urgent first."""
    started()
    from django.utils import translation

    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.priority import priority_page
    from soken.prioritise.instrument import PriorityBand

    if band not in {"", "none", *PriorityBand} or only not in {"", "overdue", "again", "waiting"}:
        raise BadInputError("--band is very-high, high, medium, low or none; --only is overdue, again or waiting.")
    page = priority_page(operation_named(operation), band=band, show=only, at=at)
    with translation.override(language_of(language)):
        if json:
            print_json({"persons": [ranked_json(one) for one in page.persons], "later": page.later})
        else:
            print_list(page)


def answers_said(said: list[str]) -> dict[str, str]:
    """Return factor → answer.

    Raises:
        BadInputError: one is not FACTOR=ANSWER, or a factor stands twice.
    """
    answers: dict[str, str] = {}
    for one in said:
        factor, sign, given = one.partition("=")
        if not sign or not factor or not given or factor in answers:
            raise BadInputError(f"--answer {one!r} is not FACTOR=ANSWER, or the factor stands twice.")
        answers[factor] = given
    return answers


def _do(act: Callable[..., object], person: str, operation: str, by: str, json: bool, **said: Any) -> None:
    """Do an act on a person's priority and tell how it stands then."""
    from soken.casework.selectors.dossier import dossier_of
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.priority import priority_file

    found = dossier_of(operation_named(operation), person)
    act(found, by=acting_user(by), **said)
    file = priority_file(found)
    if json:
        print_json(as_json(file))
    else:
        print_file(file)
