"""``soken erase``: keep or erase a person by the decision of two people, carry it out, and prove it."""

from __future__ import annotations

import os
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json
from soken.commands.language import gettext as _
from soken.commands.language import in_words, pgettext, said
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.backup.traces import Traces
    from soken.casework.models import RetentionReview, SavedFilter
    from soken.casework.selectors.retention import Due, Lost
    from soken.casework.selectors.traces import Words

app = typer.Typer(help="Retention and erasure; two people decide.", no_args_is_help=True)

Person = Annotated[str, typer.Argument(help="Code of the person (P-…).")]
Number = Annotated[int, typer.Argument(help="Number of the review, as `list` shows it.", metavar="NUMBER")]


@app.command("list")
def list_(operation: In, json: Json = False) -> None:
    """List the persons whose review is due, what is proposed or agreed and not carried out, and who was erased."""
    started()
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.retention import (
        Lost,
        grounds_fallen,
        lost_by,
        reviews_due,
        reviews_waiting,
        tombstones,
    )

    found = operation_named(operation)
    reviewed, waiting = reviews_due(found), reviews_waiting(found)
    lost, fallen = lost_by(waiting), grounds_fallen(found, waiting)
    waits = [{**_told(one, lost[one.pk]), "ground_stands": one.pk not in fallen} for one in waiting]
    erased = [_told(one, Lost()) for one in tombstones(found)]
    if json:
        print_json({"due": [_due(one, lost) for one in reviewed], "waiting": waits, "erased": erased})
        return
    for one in reviewed:
        typer.echo(_line(one))
    for review in waiting:
        typer.echo(_sentence(review))
        if review.pk in fallen:
            typer.echo("  " + _("Its ground no longer stands: propose anew on another, or record the verdict."))
    for gone in erased:
        said = {"person": gone["person"], "moment": gone["erased_at"], "count": len(gone["backups"])}
        typer.echo(_("erased %(person)s on %(moment)s; in %(count)s backups still") % said)
    counts = {"due": sum(one.late for one in reviewed), "waiting": len(waiting), "erased": len(erased)}
    typer.echo(_("%(due)s due, %(waiting)s proposed or agreed, %(erased)s erased.") % counts)


@app.command("propose")
def propose(
    person: Person,
    operation: In,
    ground: Annotated[str, typer.Option(help="Ground; an unknown code is answered with the list.")],
    row: Annotated[list[str], typer.Option(help="A further row of the person's, as E-0123456789ab:12.")] = [],  # noqa: B006
    by: By = "",
    json: Json = False,
) -> None:
    """Propose to erase a person; another person approves."""
    started()
    from soken.casework.actions.review_retention import propose_retention
    from soken.casework.selectors.operations import operation_named
    from soken.core.errors import BadInputError

    try:
        further = [(item, int(number)) for item, _colon, number in (one.partition(":") for one in row)]
    except ValueError as wrong:
        raise BadInputError(_("A row is named as E-0123456789ab:12.")) from wrong
    made = propose_retention(
        operation_named(operation), person, by=acting_user(by), choice="erase", ground=ground, further=further
    )
    _tell(made, json)


@app.command("keep")
def keep(
    person: Person,
    operation: In,
    ground: Annotated[str, typer.Option(help="Reason; an unknown code is answered with the list.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day of the next review.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Propose to keep a person until a next review; another person approves."""
    started()
    from soken.casework.actions.review_retention import propose_retention
    from soken.casework.selectors.operations import operation_named

    made = propose_retention(
        operation_named(operation), person, by=acting_user(by), choice="keep", ground=ground, review_on=until.date()
    )
    _tell(made, json)


@app.command("approve")
def approve(
    number: Number,
    operation: In,
    agree: Annotated[bool, typer.Option("--agree/--refuse", help="What the second person says.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Agree to a proposal on keeping or erasing, or refuse it."""
    started()
    from soken.casework.actions.review_retention import settle_retention
    from soken.casework.selectors.operations import operation_named

    _tell(settle_retention(operation_named(operation), number, by=acting_user(by), agree=agree), json)


@app.command("carry-out")
def carry_out(
    number: Number,
    operation: In,
    values_to: Annotated[
        Path | None, typer.Option(help="Write what to look for afterwards to this new file, outside the home.")
    ] = None,
    destroy_originals: Annotated[
        bool,
        typer.Option(
            "--destroy-originals",
            help="Originals from which rows cannot be taken one by one become unreadable as a whole.",
        ),
    ] = False,
    by: By = "",
    json: Json = False,
) -> None:
    """Carry out an erasure that two people have agreed to; run again, it finishes what was cut off."""
    started()
    from django.conf import settings

    from soken.casework.actions.carry_out_erasure import carry_out_erasure
    from soken.casework.models import RetentionReview
    from soken.casework.selectors.operations import operation_named

    found, actor = operation_named(operation), acting_user(by)
    tell = partial(_write_values, values_to, settings.HOME.root) if values_to is not None else None
    there = values_to is None or values_to.exists()
    try:
        done = carry_out_erasure(found, number, by=actor, home=settings.HOME, destroy=destroy_originals, tell=tell)
    finally:
        # Where nothing has gone nothing has to be looked for, and what the person's rows say lies about nowhere.
        begun = RetentionReview.objects.filter(operation=found, pk=number, begun_at__isnull=False).exists()
        if values_to is not None and not there and not begun:
            values_to.unlink(missing_ok=True)
    if values_to is not None and not values_to.exists():
        before = _("%(file)s was not written: this erasure had begun before; look for what was written then.")
        typer.echo(before % {"file": values_to}, err=True)
    _tell(done, json)


@app.command("give-up")
def give_up(number: Number, operation: In, by: By = "", json: Json = False) -> None:
    """Give up an erasure that is agreed and has not begun; whether the person is kept is to be decided anew."""
    started()
    from soken.casework.actions.review_retention import give_up_erasure
    from soken.casework.selectors.operations import operation_named

    _tell(give_up_erasure(operation_named(operation), number, by=acting_user(by)), json)


@app.command("verify")
def verify(
    values: Annotated[Path, typer.Option(help="File of what is looked for, one value a line.", exists=True)],
    json: Json = False,
) -> None:
    """Look for values in every file, table, sealed entry and archive; 7 if one is found, 9 if it is not proven.

    It is proven only where everything could be looked into: what could not (the text of a PDF, a file under another
    key) is named, and has to be looked into by people, or destroyed.
    """
    started()
    from django.conf import settings

    from soken.casework.selectors.saved_filters import beginning_as
    from soken.casework.selectors.traces import traces_of

    wanted = _wanted(values)
    found, alike = traces_of(wanted, settings.HOME, but=[values]), beginning_as(wanted)
    if json:
        print_json({
            "values": len(wanted), "looked_into": found.looked, "not_looked_into": found.closed,
            "found": [{"where": where, "line": number + 1} for where, number in found.places],
            "proven": not found.places and not found.closed, "filters": [_filter(*one) for one in alike],
        })  # fmt: skip
    else:
        _show(found, len(wanted))
        for one in alike:
            looks = _("a filter that %(by)s saved in %(operation)s looks for what line %(line)s begins with; only they "
                      "know whom they mean, and can delete it.")  # fmt: skip
            typer.echo(looks % _filter(*one))
    _conclude(found)


def _filter(saved: SavedFilter, number: int) -> dict[str, Any]:
    """Return whose filter looks for the beginning of which line."""
    return {"operation": saved.operation.slug, "by": saved.by.get_username(), "line": number + 1}


def _show(found: Traces, values: int) -> None:
    """Print where values were found, what people can do there, and what could not be looked into."""
    from soken.casework.selectors.traces import words_of

    for where, number in found.places:
        place = {"line": number + 1, "where": said(where)}
        typer.echo(_("line %(line)s of the values is still in: %(where)s") % place)
        words = words_of(where)
        if words is not None:
            typer.echo("  " + _mended(words))
    for name in found.closed:
        typer.echo(_("could not be looked into: %(name)s") % {"name": said(name)})
    counts = {"values": values, "looked": found.looked, "found": len(found.places)}
    typer.echo(_("%(values)s values, %(looked)s places looked into, %(found)s found.") % counts)


def _conclude(found: Traces) -> None:
    """End as what was found says.

    Raises:
        DamagedStoreError: something is left.
        NotProvenError: nothing was found, and something could not be looked into.
    """
    from soken.core.errors import DamagedStoreError, NotProvenError

    if found.places:
        raise DamagedStoreError(
            _("%(count)s traces are left; see above where. Carry an erasure that was cut off out again; of what people "
              "wrote elsewhere see there who can do what.")
            % {"count": len(found.places)}
        )  # fmt: skip
    if found.closed:
        raise NotProvenError(
            _("Nothing was found, but it is not proven: %(count)s places could not be looked into, see above; have "
              "somebody look into them, or destroy them, and verify again.")
            % {"count": len(found.closed)}
        )  # fmt: skip


def _wanted(values: Path) -> list[str]:
    """Return what a file of values names.

    Raises:
        BadInputError: nothing.
    """
    from soken.core.errors import BadInputError

    wanted = [one for one in values.read_text("utf-8").splitlines() if one.strip()]
    if not wanted:
        raise BadInputError(_("%(file)s names nothing to look for.") % {"file": values})
    return wanted


def _mended(words: Words) -> str:
    """Say where words are read, and what people can do about them."""
    from soken.casework.selectors.traces import Way

    names = {"person": words.person, "operation": words.operation, "user": words.by}
    if words.way == Way.DELETE:
        return _("a filter that %(user)s saved in %(operation)s: they alone can delete it, on the page “Persons” or "
                 "with `soken filter delete`.") % names  # fmt: skip
    on = _("on the page of %(person)s in %(operation)s") if words.person else _("in operation %(operation)s")
    if words.way == Way.WITHDRAW:
        does = _("whoever may record it can withdraw it there, or strike it; the words stay to be read.")
    else:
        does = _("no act takes these words out; they stay. Keep that with the proof.")
    return f"{on % names}: {does}"


def _due(one: Due, lost: Mapping[int, Lost]) -> dict[str, Any]:
    """Return for programs whose review is due; lost: what becomes of originals, by key of a review."""
    return {
        "person": one.dossier.person_code, "outcome": one.outcome, "due_on": one.due_on.isoformat(),
        "by_default": "erase" if one.rule.word.flag else "review",
        "waiting": _told(one.waiting, lost[one.waiting.pk]) if one.waiting else None,
    }  # fmt: skip


def _line(one: Due) -> str:
    """Say whose review is due, by what outcome, and which review waits for another person, or for carrying out."""
    from soken.casework.language import page_language

    by_default = _("erase, by default") if one.rule.word.flag else _("review")
    outcome = in_words(one.outcome, one.rule.word.said(page_language()))
    waits = "  " + _("see review %(number)s") % {"number": one.waiting.pk} if one.waiting else ""
    return f"{one.dossier.person_code}  {one.due_on}  {outcome}: {by_default}{waits}"


def _state(review: RetentionReview) -> str:
    """Say where a review stands."""
    if review.erased_at:
        return _("erased")
    if review.given_up_at:
        return _("given up")
    if review.cut_off:
        return _("agreed, begun and cut off: carry it out again")
    return {None: _("waits for another person"), True: _("agreed"), False: pgettext("proposal", "refused")}[
        review.agreed
    ]


def _ground(review: RetentionReview) -> str:
    """Say a review's ground in the language of the reader; an unknown one stands for itself."""
    from soken.casework.language import page_language
    from soken.review.retention import rules

    words = rules().erase if review.choice == "erase" else rules().keep
    return words[review.ground].said(page_language()) if review.ground in words else review.ground


def _write_values(path: Path, home: Path, values: list[str]) -> None:
    """Write what is to be looked for to a new file that its owner alone can read."""
    from soken.core.errors import RefusedError

    if path.absolute().is_relative_to(home):
        raise RefusedError(_("The file of values lies outside the home, or it would be found there."))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise RefusedError(_("%(path)s is there already; choose another name.") % {"path": path}) from there
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("".join(f"{one}\n" for one in values))


def _told(review: RetentionReview, lost: Lost) -> dict[str, Any]:
    """Return a review for programs."""
    state = {None: "waits for another person", True: "agreed", False: "refused"}[review.agreed]
    if review.erased_at or review.given_up_at:
        state = "erased" if review.erased_at else "given up"
    return {
        "number": review.pk, "person": review.person_code, "decision": review.choice, "ground": review.ground,
        "review_on": review.review_on.isoformat() if review.review_on else None, "by": review.by.username,
        "second": review.second.username if review.second else None, "state": state,
        "begun_at": review.begun_at.isoformat() if review.begun_at else None,
        "erased_at": review.erased_at.isoformat() if review.erased_at else None,
        "rows": sum(len(numbers) for numbers in review.rows.values()), "backups": review.backups,
        "originals_lost": list(lost.whole), "originals_unknown": list(lost.unknown),
    }  # fmt: skip


def _sentence(review: RetentionReview) -> str:
    """Say what a review decides, and where it stands."""
    words = {
        "number": review.pk, "person": review.person_code, "state": _state(review),
        "decision": in_words(review.choice, review.get_choice_display()),
        "ground": in_words(review.ground, _ground(review)),
    }  # fmt: skip
    return _("Review %(number)s of %(person)s: %(decision)s (%(ground)s), %(state)s.") % words


def _tell(review: RetentionReview, json: bool) -> None:
    """Print a review."""
    from soken.casework.selectors.retention import lost_by

    told = _told(review, lost_by([review])[review.pk])
    if json:
        print_json(told)
        return
    typer.echo(_sentence(review))
    for item in told["originals_lost"]:
        whole = _(
            "The original of %(item)s becomes unreadable as a whole: rows cannot be taken out of its kind of file one "
            "by one. Everybody else's rows stay in its reading."
        )
        typer.echo(whole % {"item": item})
    for item in told["originals_unknown"]:
        unknown = _(
            "What becomes of the original of %(item)s cannot be told, because what is held of it is damaged; restore "
            "it from a copy of the store first."
        )
        typer.echo(unknown % {"item": item})
    if told["backups"]:
        typer.echo(
            _("Backups made before hold the person still; have them destroyed, or restore none without erasing again:")
        )
        for one in told["backups"]:
            typer.echo(f"  {one['made_at']}  {one['file']}")
