"""``soken track``: whether a person is held, the clocks that run, the offences and their limitation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import Basis, By, Day, In, Json, Person, Seen, day
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from soken.casework.selectors.clocks import RunningClock
    from soken.casework.selectors.track import SeenOffence, SeenRestraint, TrackFile

app = typer.Typer(help="Custody, limitation and age: tracks and clocks.", no_args_is_help=True)

Key = Annotated[int, typer.Option("--number", help="Number of the entry, as `show` gives it.")]
At = Annotated[str, typer.Option("--at", help="When, with its zone: 2026-11-20T09:30+09:00.")]
Why = Annotated[str, typer.Option(help="Why.")]
DespiteDeath = Annotated[
    bool, typer.Option("--despite-death", help="The person is recorded as dead since before; record it all the same.")
]
Note = Annotated[str, typer.Option(help="Reference, place, unit; why it came late.")]
IsoDay = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="A day, as 2026-11-23.")]


@app.command("show")
def show(person: Person, operation: In, by: By = "", json: Json = False) -> None:
    """Show how a person stands: held or at liberty, clocks, offences, age."""
    started()
    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.dossier import dossier_of
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.track import track_of

    asked = operation_named(operation)
    check_right(asked, acting_user(by), Act.SEE_DOSSIER)
    _tell(track_of(dossier_of(asked, person.strip().upper())), json)


@app.command("clocks")
def clocks(
    within: Annotated[int, typer.Option("--within-hours", min=0, help="How far ahead to look.")] = 72,
    limitation: Annotated[int, typer.Option("--limitation-days", min=0, help="The same for limitation.")] = 180,
    by: By = "",
    json: Json = False,
) -> None:
    """List the clocks that run out soon, in all your operations; those that are over first."""
    started()
    from soken.casework.language import page_language
    from soken.casework.selectors.clocks import limitations_near, running_clocks

    user = acting_user(by)
    found = [*running_clocks(user, within), *limitations_near(user, limitation)]
    if json:
        print_json({"clocks": [_running(one) for one in found]})
        return
    for one in found:
        mark = _("OVER") if one.overdue else _("soon") if one.soon else ""
        what = one.said(page_language())
        typer.echo(f"{mark:<5} {_moment(one.ends_at)}  {one.operation}  {one.person}  {what}")
    typer.echo(_("%(count)s in all.") % {"count": len(found)})


@app.command("allege")
def allege(
    person: Person,
    offence: Annotated[str, typer.Option(help="As 7-1; an unknown one is answered with the list.")],
    last_on: IsoDay,
    basis: Basis,
    operation: In,
    first_on: Day = None,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record an alleged offence."""
    started()
    from soken.casework.actions.allege_offence import allege_offence as act

    said = {"offence": offence, "last_on": last_on.date(), "first_on": day(first_on), "basis": basis}
    _do(act, person, operation, by, seen, json, **said)


@app.command("withdraw-offence")
def withdraw_offence(
    person: Person, number: Key, reason: Why, operation: In, by: By = "", seen: Seen = None, json: Json = False
) -> None:
    """Take an alleged offence back."""
    started()
    from soken.casework.actions.allege_offence import withdraw_offence as act

    _do(act, person, operation, by, seen, json, key=number, reason=reason)


@app.command("limitation")
def limitation(
    person: Person,
    number: Key,
    ended_on: IsoDay,
    basis: Basis,
    operation: In,
    stood_still: Annotated[int, typer.Option(help="Days for which limitation did not run.")] = 0,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Enter when the act of an offence ended; a purchase is no such event."""
    started()
    from soken.casework.actions.start_limitation import start_limitation as act

    said = {"key": number, "ended_on": ended_on.date(), "stood_still": stood_still, "basis": basis}
    _do(act, person, operation, by, seen, json, **said)


@app.command("restrain")
def restrain(
    person: Person,
    at: At,
    form: Annotated[str, typer.Option(help="warrant, urgent or flagrant.")],
    operation: In,
    arrested_by: Annotated[str, typer.Option(help="police or prosecutor.")] = "police",
    note: Note = "",
    despite_death: DespiteDeath = False,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record that a person is held; the clocks run from this moment."""
    started()
    from soken.casework.actions.record_restraint import record_restraint as act

    said = {"began_at": _parsed(at), "form": form, "arrested_by": arrested_by, "note": note}
    said["despite_death"] = despite_death
    _do(act, person, operation, by, seen, json, **said)


@app.command("step")
def step(
    person: Person,
    kind: Annotated[str, typer.Option(help="referred, requested, detained, extended, indicted or released.")],
    at: At,
    operation: In,
    days: Annotated[int, typer.Option(help="By how many days, for an extension.")] = 0,
    note: Note = "",
    number: Annotated[int | None, typer.Option("--number", help="Of the restraint; without it the newest.")] = None,
    despite_death: DespiteDeath = False,
    by: By = "",
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Record what happened to a person held."""
    started()
    from soken.casework.actions.record_custody_step import record_custody_step as act

    said = {"kind": kind, "happened_at": _parsed(at), "days": days, "note": note, "restraint": number}
    said["despite_death"] = despite_death
    _do(act, person, operation, by, seen, json, **said)


@app.command("withdraw-step")
def withdraw_step(
    person: Person, number: Key, reason: Why, operation: In, by: By = "", seen: Seen = None, json: Json = False
) -> None:
    """Take back the newest step of a restraint."""
    started()
    from soken.casework.actions.withdraw_custody import withdraw_step as act

    _do(act, person, operation, by, seen, json, key=number, reason=reason)


@app.command("withdraw-restraint")
def withdraw_restraint(
    person: Person, number: Key, reason: Why, operation: In, by: By = "", seen: Seen = None, json: Json = False
) -> None:
    """Take back a restraint that never was."""
    started()
    from soken.casework.actions.withdraw_custody import withdraw_restraint as act

    _do(act, person, operation, by, seen, json, key=number, reason=reason)


def _do(
    act: Callable[..., object], person: str, operation: str, by: str, seen: int | None, json: bool, **said: Any
) -> None:
    """Do an act and show how the person stands then."""
    from soken.casework.selectors.dossier import dossier_of
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.track import track_of

    found = dossier_of(operation_named(operation), person.strip().upper())
    act(found, by=acting_user(by), seen=seen, **said)
    found.refresh_from_db()
    _tell(track_of(found), json)


def _parsed(at: str) -> datetime:
    """Return a moment as it was typed; the act refuses one without its zone.

    Raises:
        BadInputError: it is no moment.
    """
    try:
        return datetime.fromisoformat(at)
    except ValueError:
        raise BadInputError(
            _("%(said)r is no moment; write it as 2026-11-20T09:30+09:00.") % {"said": at[:40]}
        ) from None


def _moment(moment: datetime) -> str:
    """Return a moment as it is read in Japan."""
    from soken.casework.actions.custody_act import shown

    return shown(moment)


def _tell(file: TrackFile, json: bool) -> None:
    """Print how a person stands."""
    if json:
        print_json(_as_json(file))
        return
    for line in _lines(file):
        typer.echo(line)


def _lines(file: TrackFile) -> Iterator[str]:
    """Yield what people are told of a person: held or not, age, clocks, offences."""
    from soken.casework.dossier_words import contradiction_words
    from soken.desk.track_words import PROCEDURE_WORDS, STATE_WORDS, clock_word, offence_word

    by_age = file.by_age
    age = _(", %(years)s years old now") % {"years": by_age.age_now} if by_age.age_now is not None else ""
    procedure = in_words(by_age.procedure, PROCEDURE_WORDS[by_age.procedure])
    stands = {"person": file.dossier.person_code, "procedure": procedure, "age": age}
    held = _("%(person)s is HELD; %(procedure)s%(age)s.") % stands
    yield held if file.held else _("%(person)s is at liberty; %(procedure)s%(age)s.") % stands
    if file.contradiction is not None:
        yield f"  ! {contradiction_words(file.contradiction)}"
    elif file.died_on is not None:
        yield f"  ! {_('Recorded as dead since %(day)s.') % {'day': file.died_on.isoformat()}}"
    for one in file.restraints:
        since = _("held since %(moment)s") % {"moment": _moment(one.entry.began_at)}
        yield f"{one.entry.pk:>6}  {since}{_withdrawn(one.entry.withdrawn_at)}"
        for seen in one.clocks:
            state = in_words(seen.state, STATE_WORDS[seen.state][0])
            until = _("until %(moment)s") % {"moment": _moment(seen.clock.ends_at)}
            yield f"        {state:<8} {until}  {in_words(seen.clock.kind, clock_word(seen.clock.kind))}"
    for charge in file.offences:
        entry = charge.entry
        complete = charge.complete_on.isoformat() if charge.complete_on else _("not known")
        limitation = _("limitation: %(day)s") % {"day": complete}
        what = in_words(entry.code, offence_word(entry.code))
        yield f"{entry.pk:>6}  {what}  {entry.last_on}  {limitation}{_withdrawn(entry.withdrawn_at)}"


def _withdrawn(at: datetime | None) -> str:
    """Say that an entry was withdrawn, if it was."""
    return f"  ({_('withdrawn')})" if at else ""


def _as_json(file: TrackFile) -> dict[str, Any]:
    """Return how a person stands, for programs."""
    return {
        "person": file.dossier.person_code,
        "version": file.dossier.version,
        "held": file.held,
        "procedure": file.by_age.procedure.value,
        "age_now": file.by_age.age_now,
        "age_at_act": file.by_age.age_at_act,
        "changes_on": file.by_age.changes_on.isoformat() if file.by_age.changes_on else None,
        "limitation_on": file.limitation_on.isoformat() if file.limitation_on else None,
        "died_on": file.died_on.isoformat() if file.died_on else None,
        "after_death": [{"kind": one.kind, "on": one.on.isoformat()} for one in file.contradiction.after]
        if file.contradiction
        else [],
        "missing_while_held": [{"code": one.code, "about": one.about} for one in file.gaps],
        "restraints": [_restraint(one) for one in file.restraints],
        "offences": [_offence(one) for one in file.offences],
    }


def _restraint(one: SeenRestraint) -> dict[str, Any]:
    """Return a restraint for programs."""
    return {
        "number": one.entry.pk,
        "began_at": _moment(one.entry.began_at),
        "arrested_by": one.entry.arrested_by,
        "form": one.entry.form,
        "withdrawn": one.entry.withdrawn_at is not None,
        "held": one.held.held,
        "steps": [
            {"kind": step.kind, "at": _moment(step.at), "days": step.days} for step in one.held.steps
        ],
        "possible": list(one.possible),
        "clocks": [
            {"kind": seen.clock.kind, "ends_at": _moment(seen.clock.ends_at), "state": seen.state.value}
            for seen in one.clocks
        ],
    }  # fmt: skip


def _offence(one: SeenOffence) -> dict[str, Any]:
    """Return an alleged offence for programs."""
    return {
        "number": one.entry.pk,
        "offence": one.entry.code,
        "first_on": one.entry.first_on.isoformat() if one.entry.first_on else None,
        "last_on": one.entry.last_on.isoformat(),
        "withdrawn": one.entry.withdrawn_at is not None,
        "under_law": one.under_law,
        "ended_on": one.starts[-1].ended_on.isoformat() if one.starts else None,
        "limitation_on": one.complete_on.isoformat() if one.complete_on else None,
    }


def _running(one: RunningClock) -> dict[str, Any]:
    """Return a running clock for programs."""
    return {
        "operation": one.operation, "person": one.person, "kind": one.kind, "ends_at": _moment(one.ends_at),
        "overdue": one.overdue, "soon": one.soon, "force": one.force,
    }  # fmt: skip
