"""``soken review``: who is one person, judged by people; the same acts, leases and refusals as on the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.language import gettext as _
from soken.commands.language import language_of
from soken.commands.output import print_counts, print_json
from soken.commands.progress import shown_progress
from soken.commands.review_shown import act_json, candidate_json, pair_json, print_candidate, print_pair, row_named
from soken.commands.started import started
from soken.core.errors import NotFoundError

if TYPE_CHECKING:
    from soken.casework.models import Operation, ReviewAct

app = typer.Typer(help="The review queue: one person or two, judged by people.", no_args_is_help=True)

In = Annotated[str, typer.Option("--operation", help="The operation.")]
By = Annotated[
    str, typer.Option("--by", help="Who acts; the password is asked for. Without it: your name on this machine.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Code = Annotated[str, typer.Option("--reason", help="Coded reason; an unknown one is answered with the list.")]
Note = Annotated[str, typer.Option("--note", help="What else must be said; some reasons need it.")]
Why = Annotated[str, typer.Option("--reason", help="Why, in words.")]
Confirm = Annotated[
    bool, typer.Option("--confirm", help="You have seen the judgements that this contradicts; they are taken back.")
]
ConfirmMerge = Annotated[
    bool,
    typer.Option(
        "--confirm",
        help="You have seen the judgements that this contradicts, which are taken back, and on whom work is under way.",
    ),
]
Person = Annotated[str, typer.Argument(help="Code of the person (P-…).", metavar="PERSON")]
Row = Annotated[str, typer.Argument(help="A row, as E-0123456789ab:17.", metavar="ROW")]
Act = Annotated[int, typer.Argument(help="Number of the act, as `history` shows it.", metavar="ACT")]
Language = Annotated[str, typer.Option(help="Language of the words: en or ja.")]


@app.command("next")
def next_(
    operation: In,
    by: By = "",
    after: Annotated[int, typer.Option(help="Place after which to go on.")] = 0,
    language: Language = "",
    json: Json = False,
) -> None:
    """Show the next pair to judge; it is yours for a quarter of an hour."""
    found = _operation(operation)
    language = language_of(language)
    from soken.casework.actions.lease_pair import lease_next
    from soken.casework.selectors.review_queue import pair_file, queue_count

    user, run = acting_user(by), found.runs.first()
    pair = lease_next(found, by=user, after=after)
    count = queue_count(found, run, user)
    if pair is None or run is None:
        if json:
            print_json({"pair": None, "open": count.open, "elsewhere": count.elsewhere, "further": count.further})
        else:
            nothing = _("Nothing for you now: %(open)s open, %(elsewhere)s of them before others.")
            typer.echo(nothing % {"open": count.open, "elsewhere": count.elsewhere})
        return
    file = pair_file(found, run, pair)
    if json:
        print_json({"pair": pair_json(found, run, file, language), "open": count.open, "further": count.further})
    else:
        print_pair(found, run, file, language)


@app.command("judge")
def judge(
    left: Row,
    right: Row,
    operation: In,
    verdict: Annotated[str, typer.Option(help="same, different or unsure.")],
    reason: Code,
    note: Note = "",
    seen: Annotated[
        int | None, typer.Option(help="Act that `next` showed as the last word on the pair; 0: none.")
    ] = None,
    confirm: Confirm = False,
    by: By = "",
    json: Json = False,
) -> None:
    """Judge whether two rows are one person."""
    found = _operation(operation)
    from soken.casework.actions.judge import judge as act

    made = act(
        found, by=acting_user(by), left=row_named(left), right=row_named(right), verdict=verdict, code=reason,
        note=note, seen=seen, confirmed=confirm,
    )  # fmt: skip
    _tell(made, json)


@app.command("undo")
def undo(number: Act, operation: In, reason: Why, by: By = "", json: Json = False) -> None:
    """Take an act back, with everything that it said."""
    found = _operation(operation)
    from soken.casework.actions.undo_judgement import undo_judgement

    _tell(undo_judgement(found, number, by=acting_user(by), reason=reason), json)


@app.command("merge")
def merge(
    left: Person, right: Person, operation: In, reason: Code, note: Note = "", confirm: ConfirmMerge = False,
    by: By = "", json: Json = False,
) -> None:  # fmt: skip
    """Say that two proposed persons are one."""
    found = _operation(operation)
    from soken.casework.actions.merge_persons import merge_persons

    made = merge_persons(found, left, right, by=acting_user(by), code=reason, note=note, confirmed=confirm)
    _tell(made, json)


@app.command("split")
def split(
    person: Person,
    operation: In,
    row: Annotated[list[str], typer.Option(help="A row that is somebody else's, E-0123456789ab:17; repeat it.")],
    reason: Code,
    note: Note = "",
    confirm: Confirm = False,
    by: By = "",
    json: Json = False,
) -> None:
    """Say that some of a proposed person's rows are somebody else's."""
    found = _operation(operation)
    from soken.casework.actions.split_person import split_person

    part = [row_named(one) for one in row]
    made = split_person(found, person, part, by=acting_user(by), code=reason, note=note, confirmed=confirm)
    _tell(made, json)


@app.command("restore")
def restore(person: Person, number: Act, operation: In, reason: Why, by: By = "", json: Json = False) -> None:
    """Let everything said of a person's rows stand as it stood after an act (0: before the first)."""
    found = _operation(operation)
    from soken.casework.actions.restore_judgements import restore_judgements

    _tell(restore_judgements(found, person, number, by=acting_user(by), reason=reason), json)


@app.command("history")
def history(
    operation: In,
    person: Annotated[str, typer.Option(help="Only what was said of this person's rows.")] = "",
    page: Annotated[int, typer.Option(min=1, help="Fifty acts a page, newest first.")] = 1,
    json: Json = False,
) -> None:
    """List what people have said, newest first."""
    found = _operation(operation)
    from soken.casework.selectors.review_history import acts
    from soken.casework.selectors.review_persons import judged_rows, records_of

    run = found.runs.first()
    rows = None
    if person and run is not None:
        records_of(found, run, person)
        rows = judged_rows(found, run, person)
    shown, total = acts(found, page, rows)
    if json:
        print_json({"total": total, "page": page, "acts": [act_json(one) for one in shown]})
        return
    for one in shown:
        undone = "; " + _("undone by %(act)s") % {"act": one.undone_by.pk} if hasattr(one, "undone_by") else ""
        said = " ".join(filter(None, (one.code, one.note)))
        typer.echo(
            f"{one.pk:>6}  {one.at:%Y-%m-%d %H:%M} UTC  {one.by}  {one.kind} {one.verdict}  {' '.join(one.persons)}  "
            f"{said}{undone}"
        )
    typer.echo(_("%(count)s acts") % {"count": f"{total:,}"})


@app.command("further")
def further(
    operation: In,
    page: Annotated[int, typer.Option(min=1, help="A hundred doubts a page, most valuable first.")] = 1,
    json: Json = False,
) -> None:
    """List the doubts that the queue had no room for."""
    found = _operation(operation)
    from soken.casework.selectors.review_queue import further_pairs, queue_count

    count = queue_count(found, found.runs.first())
    lines = [
        {
            "place": one.place, "left": f"{one.left_evidence}:{one.left_row}",
            "right": f"{one.right_evidence}:{one.right_row}", "persons": [one.left_person, one.right_person],
            "why": one.reason, "weight": one.weight, "answered": one.settled_by_id is not None,
        }
        for one in further_pairs(found, page)
    ]  # fmt: skip
    if json:
        print_json({"further": count.further, "listed": count.listed, "page": page, "doubts": lines})
        return
    for line in lines:
        typer.echo(f"{line['place']:>6}  {line['left']}  {line['right']}  {line['why']}  {line['weight']:+.1f}")
    doubts = _("%(count)s further doubts, %(listed)s of them listed")
    typer.echo(doubts % {"count": f"{count.further:,}", "listed": f"{count.listed:,}"})


@app.command("compare")
def compare(operation: In, json: Json = False) -> None:
    """Resolve again and show what would change; nothing shown changes until somebody accepts it."""
    home = started()
    found = _operation(operation)
    from soken.casework.actions.propose_run import propose_run

    made = propose_run(found, home=home, progress=shown_progress())
    if json:
        print_json(candidate_json(made))
    else:
        print_candidate(made)


@app.command("accept")
def accept(
    operation: In,
    candidate: Annotated[str, typer.Option(help="Candidate (C-…) that you looked at; else the open one.")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """Show an open candidate's proposals from now on."""
    home = started()
    found = _operation(operation)
    from soken.casework.actions.decide_run import accept_run
    from soken.casework.selectors.funnel import run_counts

    run = accept_run(found, candidate or _open_candidate(found), by=acting_user(by), home=home)
    seen = run_counts(found, run)
    if json:
        counts = {"persons": seen.persons, "questions": seen.review_links, "further_doubts": run.further_links}
        print_json({"run": run.run_id, **counts})
    else:
        print_counts(
            _("%(operation)s: %(run)s is shown now") % {"operation": found.name, "run": run.run_id},
            {
                _("proposed persons"): seen.persons,
                _("links to review"): seen.review_links,
                _("further doubts"): run.further_links,
            },
        )


@app.command("discard")
def discard(
    operation: In,
    candidate: Annotated[str, typer.Option(help="Candidate (C-…); else the open one.")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """Leave what is shown as it is."""
    found = _operation(operation)
    from soken.casework.actions.decide_run import discard_run

    made = discard_run(found, candidate or _open_candidate(found), by=acting_user(by))
    if json:
        print_json(candidate_json(made))
    else:
        typer.echo(_("%(run)s is discarded; nothing has changed.") % {"run": made.folder})


def _operation(name: str) -> Operation:
    """Return the operation of this name."""
    started()
    from soken.casework.selectors.operations import operation_named

    return operation_named(name)


def _open_candidate(operation: Operation) -> str:
    """Return the name of the open candidate.

    Raises:
        NotFoundError: none is open.
    """
    found: str | None = operation.candidates.filter(state="open").values_list("folder", flat=True).first()
    if found is None:
        raise NotFoundError(
            _("No new run waits to be accepted; make one with: soken review compare --operation %(operation)s")
            % {"operation": operation.slug}
        )
    return found


def _tell(act: ReviewAct, json: bool) -> None:
    """Print what an act came to."""
    shown: dict[str, Any] = act_json(act)
    if json:
        print_json(shown)
    else:
        typer.echo(
            _("Recorded as act %(act)s (%(judgements)s judgements); the next run of resolve follows it.") % shown
        )
