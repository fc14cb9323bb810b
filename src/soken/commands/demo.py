"""``soken demo``: an invented list, from file to proposed persons, and the desk."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from soken.commands.demo_cases import demo_users, play_cases, received_at
from soken.commands.demo_feed import play_feed
from soken.commands.language import gettext as _
from soken.commands.output import print_counts, print_json, print_seconds
from soken.commands.progress import shown_progress
from soken.commands.serve import check_port, serve_desk
from soken.commands.started import started
from soken.commands.worker import worker_beside
from soken.core.progress import Timings

if TYPE_CHECKING:
    from pathlib import Path

    from soken.casework.actions.take_in_evidence import TakenIn
    from soken.casework.models import Operation, ResolveRun
    from soken.core.home import Home

_NAME: Final = "Demo"
_HOST: Final = "127.0.0.1"


def demo(
    rows: Annotated[int, typer.Option(min=1, help="Rows of the list.")] = 7000,
    seed: Annotated[int, typer.Option(help="Another seed, another list.")] = 2017,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the desk afterwards.")] = True,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the desk.")] = 8000,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    published_tables: Annotated[
        bool, typer.Option("--published-tables", help="Load units made to the published national figures, 2015-2018.")
    ] = False,
) -> None:
    """Make an invented list, take it in, propose persons, serve the desk. Every person in it is invented."""
    if serve:
        check_port(_HOST, port)
    os.environ["SOKEN_DEMO"] = (
        "1"  # for this process and its workers: no second factor, and nobody but the demo's users
    )
    home = started()
    from soken.casework.actions.resolve_operation import resolve_operation
    from soken.casework.actions.tell_due import tell_due

    timings = Timings(shown_progress())
    operation = _demo_operation(rows, seed)
    with home.stage() as folder:
        taken = _take_in(operation, folder, home, rows, seed, timings)
    # What people have judged and opened since stays as they left it: a run that knows their judgements is for them to
    # ask for, and to accept.
    run = operation.runs.first()
    seconds = {}
    if run is None:
        run = resolve_operation(operation, home=home, progress=timings).run
        seconds = run.seconds
    dossiers = play_cases(operation, timings)
    run = operation.runs.first() or run  # playing makes another, which knows a judgement
    if dossiers:
        _show_what_comes(operation, home, timings)
    with timings.stage("notifications"):
        tell_due(operation)
    with timings.stage("statistics"):
        published = _statistics(home, published=published_tables)
    seconds = {**timings.seconds, **seconds}
    summary = _summary(operation, taken, run, seconds) | {"dossiers_opened": dossiers} | published
    sign_ins = _sign_ins(operation) if serve else {}
    if as_json:
        print_json(summary)
    else:
        _show(summary, seconds)
    if serve:
        where = {"address": f"http://{_HOST}:{port}/"}
        typer.echo("\n" + _("The desk is at %(address)s (Ctrl-C ends it). Sign in as:") % where, err=as_json)
        widest = max(map(len, sign_ins))
        for name, password in sign_ins.items():
            typer.echo(f"  {name:<{widest}} {password}", err=as_json)
        with worker_beside():
            serve_desk(_HOST, port, workers=2)


def _demo_operation(rows: int, seed: int) -> Operation:
    """Return the operation of this demo list, opened if new; lists of other sizes have operations of their own."""
    from soken.casework.actions.open_operation import open_operation
    from soken.casework.models import Operation

    name = f"{_NAME} {rows}" if seed == 2017 else f"{_NAME} {rows} seed {seed}"
    return Operation.objects.filter(name=name).first() or open_operation(name)


def _take_in(operation: Operation, folder: Path, home: Home, rows: int, seed: int, timings: Timings) -> TakenIn:
    """Make the list in the staging folder and take it in."""
    from soken.casework.actions.take_in_evidence import take_in_evidence
    from soken.demo.lists import write_demo_list
    from soken.intake import Acquisition

    with timings.stage("make the list", rows):
        made = write_demo_list(folder / "demo-orders.csv", rows=rows, seed=seed)
    received = received_at()
    acquisition = Acquisition(
        warrant="DEMO-0001",
        seized_at=received,
        seized_where="server of an invented shop",
        seized_by="an invented unit",
        scope="all orders of the invented shop",
        received_at=received,
    )
    return take_in_evidence(
        operation, made.path, home=home, acquisition=acquisition, actor="soken demo", progress=timings
    )


def _show_what_comes(operation: Operation, home: Home, timings: Timings) -> None:
    """Ask for a run that knows what was judged since, and publish a version of the filter feed.

    A worker makes the run while the desk is open already; it is kept for people to accept or discard.
    """
    from soken.casework.actions.ask_job import ask_resolve

    users = demo_users(operation)
    ask_resolve(operation, by=users["demo-analyst"])
    with timings.stage("filter feed"):
        play_feed(operation, users, home)


def _statistics(home: Home, *, published: bool) -> dict[str, Any]:
    """Take a vintage of what the demo recorded, and one of the published figures if they were asked for."""
    from soken.casework.actions.take_vintage import load_published, take_vintage
    from soken.casework.models import Dataset
    from soken.casework.selectors.statistics import is_behind
    from soken.casework.selectors.vintages import newest_vintage

    newest = newest_vintage(Dataset.LIVE)
    if newest is None or is_behind(newest):
        newest = take_vintage(home, by=None)
    taken = {"cases_recorded": newest.cases}
    return taken | ({"published_cases": load_published(home).cases} if published else {})


def _summary(operation: Operation, taken: TakenIn, run: ResolveRun, seconds: dict[str, float]) -> dict[str, Any]:
    """Return the funnel and where the time went."""
    return {
        "operation": operation.name,
        "evidence": taken.result.evidence_id,
        "rows_read": taken.result.rows_read,
        "rows_accepted": taken.result.rows_accepted,
        "rows_set_aside": taken.result.rows_set_aside,
        "records": run.records,
        "persons": run.persons,
        "same_links": run.same_links,
        "review_links": run.review_links,
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "seconds_in_all": round(sum(seconds.values()), 3),
    }


def _show(summary: dict[str, Any], seconds: dict[str, float]) -> None:
    """Print the funnel for people."""
    print_counts(
        _("%(operation)s (every person in it is invented)") % summary,
        {
            _("rows read"): summary["rows_read"],
            _("accepted"): summary["rows_accepted"],
            _("set aside"): summary["rows_set_aside"],
            _("records"): summary["records"],
            _("proposed persons"): summary["persons"],
            _("links to review"): summary["review_links"],
        },
    )
    typer.echo(f"{summary['rows_read']:,} = {summary['rows_accepted']:,} + {summary['rows_set_aside']:,}\n")
    print_seconds(seconds)


def _sign_ins(operation: Operation) -> dict[str, str]:
    """Make the demo's users members of its operation; their passwords are new at each start and kept nowhere."""
    passwords = {}
    for name, user in demo_users(operation).items():
        passwords[name] = secrets.token_urlsafe(9)
        user.set_password(passwords[name])
        user.save()
    return passwords
