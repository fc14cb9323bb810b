"""``soken feed``: addresses of seized shops for filters; what two people decide of each."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands import feed_version
from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json, day
from soken.commands.language import gettext as _
from soken.commands.language import in_words, said, why
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from soken.casework.actions.enter_address import LineEntered
    from soken.casework.models import FeedEntry
    from soken.casework.selectors.feed import SeenEntry

app = typer.Typer(help="Addresses of seized shops, for filters.", no_args_is_help=True)
app.add_typer(feed_version.app)

Host = Annotated[str, typer.Argument(help="A domain, a host or a web address, in any spelling.", metavar="HOST")]
Item = Annotated[str, typer.Option(help="Evidence item (E-…) in a column of which the addresses stand.")]
Table = Annotated[str, typer.Option(help="Its table or sheet; nothing where it has one.")]
Column = Annotated[str, typer.Option(help="Heading of the column, as typed.")]
Reason = Annotated[str, typer.Option(help="Why; from the first of the two people.")]
ReviewOn = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When it is to be looked at again, as 2027-05-23.")
]
Agree = Annotated[bool, typer.Option("--agree", help="You are the second person, and agree to what waits.")]


@app.command("add")
def add(
    operation: In,
    hosts: Annotated[list[str] | None, typer.Argument(help="Domains, hosts or web addresses.", metavar="HOST…")] = None,
    csv: Annotated[Path | None, typer.Option(help="A CSV with a column `host`; a bad line keeps none back.")] = None,
    evidence: Item = "",
    table: Table = "",
    column: Column = "",
    because: Annotated[str, typer.Option(help="Why a whole shared platform is to be listed; confirms it.")] = "",
    by: By = "",
    json: Json = False,
) -> None:  # fmt: skip
    """Enter addresses: by hand, from a CSV, or picked among those that a column of the evidence names."""
    started()
    from soken.casework.actions.enter_address import enter_address, enter_csv, enter_from_evidence
    from soken.casework.selectors.evidence import evidence_item
    from soken.casework.selectors.operations import operation_named

    found, who = operation_named(operation), acting_user(by)
    if csv is not None:
        if hosts or evidence:
            raise BadInputError(_("A CSV is entered by itself; name no host and no evidence item beside it."))
        _tell_lines(enter_csv(found, _bytes(csv), by=who), json=json)
        return
    if evidence:
        item = evidence_item(found, evidence)
        made = enter_from_evidence(found, item, table, column, hosts=hosts or [], by=who, because=because)
    elif hosts:
        made = [enter_address(found, one, by=who, because=because) for one in hosts]
    else:
        raise BadInputError(_("Name an address, a CSV with --csv, or an evidence item with --evidence."))
    if json:
        print_json({"entered": [_as_json(one) for one in made]})
    else:
        typer.echo(_("Entered, not released: %(hosts)s.") % {"hosts": ", ".join(one.host for one in made)})


@app.command("candidates")
def candidates(
    evidence: Annotated[str, typer.Argument(help="Evidence item (E-…).", metavar="EVIDENCE")],
    column: Column,
    operation: In,
    table: Table = "",
    json: Json = False,
) -> None:
    """List the hosts that a column of the evidence names; pick with: soken feed add HOST… --evidence."""
    started()
    from soken.casework.selectors.evidence import evidence_item
    from soken.casework.selectors.feed_candidates import candidates as named
    from soken.casework.selectors.operations import operation_named

    found = named(evidence_item(operation_named(operation), evidence), table, column)
    if json:
        print_json(
            {
                "rows": found.rows,
                "blank": found.blank,
                "other": found.other,
                "more": found.more,
                "hosts": [
                    {"host": one.host, "rows": one.rows, "first_row": one.first_row, "platform": one.platform}
                    for one in found.hosts
                ],
            }
        )
        return
    for one in found.hosts:
        typer.echo(f"{one.rows:>8,}  {one.host}" + (f"  ({_('shared platform')})" if one.platform else ""))
    counts = {"rows": f"{found.rows:,}", "blank": f"{found.blank:,}", "other": f"{found.other:,}"}
    typer.echo(_("%(rows)s rows; %(blank)s say nothing there, %(other)s name no host.") % counts, err=True)


@app.command("release")
def release(
    host: Host, operation: In, reason: Reason = "", review_on: ReviewOn = None, agree: Agree = False, by: By = "",
    json: Json = False,
) -> None:  # fmt: skip
    """Release an address to the feed: the first person says why and until when, the second agrees."""
    _decide("release", host, operation, reason, review_on, agree=agree, by=by, json=json)


@app.command("keep")
def keep(
    host: Host, operation: In, reason: Reason = "", review_on: ReviewOn = None, agree: Agree = False, by: By = "",
    json: Json = False,
) -> None:  # fmt: skip
    """Keep an address listed after its review, with a new review date; two people, too."""
    _decide("keep", host, operation, reason, review_on, agree=agree, by=by, json=json)


@app.command("delist")
def delist(
    host: Host, operation: In, reason: Reason = "", review_on: ReviewOn = None, agree: Agree = False, by: By = "",
    json: Json = False,
) -> None:  # fmt: skip
    """Delist an address: it is gone from the next version; two people, too."""
    _decide("delist", host, operation, reason, review_on, agree=agree, by=by, json=json)


@app.command("withdraw")
def withdraw(
    host: Host,
    reason: Annotated[str, typer.Option(help="Why.")],
    operation: In,
    by: By = "",
    json: Json = False,
) -> None:
    """Withdraw a decision that waits for a second person."""
    started()
    from soken.casework.actions.decide_address import withdraw_decision
    from soken.casework.selectors.operations import operation_named

    step = withdraw_decision(operation_named(operation), host, by=acting_user(by), reason=reason)
    if json:
        print_json(_as_json(step.entry))
    else:
        stays = _("Withdrawn. %(host)s stays as it was: %(state)s.")
        typer.echo(stays % {"host": step.entry.host, "state": _state(step.entry)})


@app.command("list")
def list_(
    operation: In,
    state: Annotated[str, typer.Option(help="entered, listed or delisted; by default all.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those whose review date has passed.")] = False,
    json: Json = False,
) -> None:
    """List an operation's addresses: those to be reviewed first, then those that wait for a second person."""
    started()
    from soken.casework.models import FeedState
    from soken.casework.selectors.feed import PAGE, count_entries, entries_of
    from soken.casework.selectors.operations import operation_named

    if state and state not in FeedState.values:
        raise BadInputError(
            _("%(said)r is no state; say one of: %(all)s.") % {"said": state, "all": ", ".join(FeedState.values)}
        )
    found = operation_named(operation)
    pages = -(-count_entries(found, state=state, overdue=overdue) // PAGE)
    shown = [one for page in range(1, pages + 1) for one in entries_of(found, page=page, state=state, overdue=overdue)]
    if json:
        print_json({"addresses": [_seen_as_json(one) for one in shown]})
        return
    for one in shown:
        typer.echo(f"{one.entry.host}  {_(', ').join(_marks(one))}")


def _marks(one: SeenEntry) -> list[str]:
    """Return how an address stands, and what is to be done about it."""
    marks = [_state(one.entry), *([_("review date passed")] if one.overdue else [])]
    if one.waiting:
        decision = in_words(one.waiting.decision, one.waiting.get_decision_display())
        said = {"decision": decision, "who": one.waiting.by}
        marks.append(_("%(decision)s waits for a second person (%(who)s)") % said)
    if one.excepted:
        marks.append(_("let through below it: %(hosts)s") % {"hosts": ", ".join(one.excepted)})
    return marks


def _state(entry: FeedEntry) -> str:
    """Say how an address stands."""
    return in_words(entry.state, entry.get_state_display())


def _decide(
    decision: str, host: str, operation: str, reason: str, review_on: datetime | None, *, agree: bool, by: str,
    json: bool,
) -> None:  # fmt: skip
    """Decide of an address as the first person, or agree as the second."""
    started()
    from soken.casework.actions.decide_address import agree_to_decision, propose_decision
    from soken.casework.models import FeedDecision
    from soken.casework.selectors.operations import operation_named

    found, who = operation_named(operation), acting_user(by)
    if agree:
        if reason or review_on:
            raise BadInputError(_("Who agrees, agrees to the first person's reason and date; leave both out."))
        entry = agree_to_decision(found, host, decision, by=who)
        said = _("In force. %(host)s: %(state)s; the next version says so.")
    else:
        entry = propose_decision(found, host, decision, by=who, reason=reason, review_on=day(review_on)).entry
        said = _("Recorded. %(host)s: %(decision)s waits for a second person; until then it stays: %(state)s.")
    if json:
        print_json(_as_json(entry))
    else:
        words = in_words(decision, FeedDecision(decision).label)
        typer.echo(said % {"host": entry.host, "decision": words, "state": _state(entry)})


def _bytes(file: Path) -> bytes:
    """Return what a file holds.

    Raises:
        BadInputError: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as problem:
        raise BadInputError(_("%(path)s cannot be read: %(why)s.") % {"path": file, "why": why(problem)}) from problem


def _tell_lines(lines: list[LineEntered], *, json: bool) -> None:
    """Say what became of each line of a CSV."""
    from soken.casework.actions.enter_address import Entered

    if json:
        print_json(
            {
                "lines": [
                    {"line": one.line, "host": one.host, "outcome": one.outcome.value, "said": one.said}
                    for one in lines
                ]
            }
        )
        return
    for one in lines:
        if one.outcome is Entered.REFUSED:
            typer.echo(f"{_('line %(line)s') % {'line': one.line}}: {said(one.said)}", err=True)
    counts = {outcome.value: f"{sum(one.outcome is outcome for one in lines):,}" for outcome in Entered}
    told = _("%(lines)s lines: %(new)s entered, %(known)s known already, %(refused)s refused.")
    typer.echo(told % {"lines": f"{len(lines):,}", **counts})


def _as_json(entry: FeedEntry) -> dict[str, Any]:
    """Return an address for programs."""
    return {
        "host": entry.host,
        "state": entry.state,
        "source": entry.source,
        "evidence": entry.evidence,
        "row": entry.row,
        "platform": entry.platform,
        "review_on": entry.review_on.isoformat() if entry.review_on else None,
    }


def _seen_as_json(one: SeenEntry) -> dict[str, Any]:
    """Return an address with what was decided of it, for programs."""
    return {
        **_as_json(one.entry),
        "overdue": one.overdue,
        "excepted": list(one.excepted),
        "waiting": one.waiting.decision if one.waiting else None,
        "decisions": [
            {
                "decision": step.decision,
                "reason": step.reason,
                "review_on": step.review_on.isoformat() if step.review_on else None,
                "by": step.by.username,
                "at": step.at.isoformat(),
                "second": step.second.username if step.second else None,
                "second_at": step.second_at.isoformat() if step.second_at else None,
                "withdrawn_by": step.withdrawn_by.username if step.withdrawn_by else None,
            }
            for step in one.steps
        ],
    }
