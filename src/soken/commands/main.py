"""The ``soken`` command: its parts, its errors and its exit codes."""

from __future__ import annotations

import errno
import os
import sys
from typing import Annotated, Final, NoReturn

import typer
import typer.exceptions

import soken
from soken.commands import (
    api,
    attachment,
    backup,
    board,
    case,
    clearance,
    compartment,
    demo,
    disclosure,
    docs,
    doctor,
    dossier,
    enquiry,
    erase,
    feed,
    graph,
    handover,
    intake,
    job,
    key,
    ledger,
    links,
    mapping,
    note,
    notify,
    old_case,
    operation,
    packet,
    permissions,
    persons,
    priority,
    protected,
    reading,
    referral,
    report,
    resolve,
    review,
    safety,
    sample,
    saved_filter,
    search,
    serve,
    squad,
    task,
    token,
    track,
    transfer,
    user,
    warrant,
    worker,
    wrong_person,
)
from soken.commands.help import say_help
from soken.commands.language import gettext as _
from soken.commands.language import said
from soken.commands.rights import guard
from soken.commands.server_lost import server_lost
from soken.core.defects import withhold_values
from soken.core.errors import EnvironmentProblemError, SokenError

#: What ``soken`` ends with when somebody stops it (128 + SIGINT, as shells have it).
INTERRUPTED: Final = 130
#: What it ends with when the command was not understood.
MISUNDERSTOOD: Final = 2

app = typer.Typer(
    name="soken",
    help="Carries a seized customer list from the file to proposed persons, explained and with no row lost.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(operation.app, name="operation")
app.command("intake")(intake.intake)
app.add_typer(mapping.app, name="mapping")
app.command("resolve")(resolve.resolve)
app.add_typer(review.app, name="review")
app.add_typer(links.app, name="links")
app.add_typer(case.app, name="case")
app.add_typer(persons.app, name="persons")
app.command("search")(search.search)
app.add_typer(dossier.app, name="dossier")
app.add_typer(disclosure.app, name="disclosure")
app.add_typer(erase.app, name="erase")
app.add_typer(compartment.app, name="compartment")
app.add_typer(protected.app, name="protected")
app.add_typer(reading.app, name="reading")
app.add_typer(wrong_person.app, name="wrong-person")
app.add_typer(graph.app, name="graph")
app.add_typer(enquiry.app, name="enquiry")
app.add_typer(transfer.app, name="transfer")
app.add_typer(handover.app, name="handover")
app.add_typer(warrant.app, name="warrant")
app.add_typer(squad.app, name="squad")
app.add_typer(referral.app, name="referral")
app.add_typer(packet.app, name="packet")
app.add_typer(clearance.app, name="clearance")
app.add_typer(report.app, name="report")
app.add_typer(feed.app, name="feed")
app.add_typer(track.app, name="track")
app.add_typer(old_case.app, name="old-case")
app.command("board")(board.board)
app.command("standing")(board.standing)
app.add_typer(note.app, name="note")
app.add_typer(task.app, name="task")
app.add_typer(saved_filter.app, name="filter")
app.add_typer(attachment.app, name="attachment")
app.add_typer(notify.app, name="notify")
app.add_typer(priority.app, name="priority")
app.add_typer(sample.app, name="sample")
app.add_typer(safety.app, name="safety")
app.add_typer(user.app, name="user")
app.add_typer(token.app, name="token")
app.add_typer(job.app, name="job")
app.add_typer(ledger.app, name="ledger")
app.command("worker")(worker.worker)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("docs")(docs.docs)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("backup-key")(backup.backup_key)
app.add_typer(key.app, name="key")
app.command("restore")(backup.restore)
app.command("api")(api.api)
app.command("permissions")(permissions.permissions)
guard(app)


def _show_version(asked: bool) -> None:
    """Print the version and stop, if asked to."""
    if asked:
        typer.echo(f"soken {soken.__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the stack trace of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Options that stand before the command."""
    if debug:
        os.environ["SOKEN_DEBUG"] = "1"


def run() -> None:
    """Run the command line; every error that a person can mend is one line on standard error."""
    withhold_values(_defect_in_words)
    try:
        command = typer.main.get_command(_asked(sys.argv[1:]))
        say_help(command, sys.argv[1:])
        code = command(standalone_mode=False, prog_name="soken")
    except SokenError as problem:
        _end(problem)
    except typer.exceptions.TyperException as problem:
        _misunderstood(problem)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except OSError as problem:
        if problem.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES}:
            raise
        where = f" ({problem.filename})" if problem.filename else ""
        _end(EnvironmentProblemError(f"{problem.strerror}{where}; nothing was kept of what was not finished."))
    except Exception as problem:
        if not server_lost(problem):
            raise
        _end(
            EnvironmentProblemError(
                _(
                    "The case database was lost in the middle of this command; look whether the PostgreSQL server "
                    "runs, and whether what you asked for was done, before you ask for it again."
                )
            )
        )
    if code == INTERRUPTED:
        typer.echo(f"soken: {said('stopped; what was not finished has been undone.')}", err=True)
    sys.exit(code if isinstance(code, int) else 0)


def _asked(words: list[str]) -> typer.Typer:
    """Return the part of the command line that is asked for, all of it where that is unclear.

    Typer makes every command's options before it looks at the first word; for all commands that takes a third of a
    second.
    """
    first = next(iter(words), "")
    part = typer.Typer(add_completion=False)
    part.info, part.registered_callback = app.info, app.registered_callback
    part.registered_groups = [one for one in app.registered_groups if one.name == first]
    part.registered_commands = [one for one in app.registered_commands if one.name == first]
    return part if part.registered_groups or part.registered_commands else app


def _misunderstood(problem: typer.exceptions.TyperException) -> NoReturn:
    """Say in one line what was not understood; a command without arguments has shown its help already."""
    if message := problem.format_message():
        context = getattr(problem, "ctx", None)
        command = f"{context.command_path} --help" if context else "soken --help"
        told = {"problem": said(" ".join(message.split())), "command": command}
        typer.echo(f"soken: {_('%(problem)s See: %(command)s') % told}", err=True)
    sys.exit(MISUNDERSTOOD)


def _defect_in_words(what: str) -> str:
    """Return what a defect is in the language spoken, and how to see more of it."""
    return _(
        "a defect of Soken: %(what)s. What it says may name somebody and is withheld; on invented data, "
        "soken --debug COMMAND shows it with its stack trace."
    ) % {"what": what}


def _end(problem: SokenError) -> NoReturn:
    """Print the error and end with its exit code."""
    if os.environ.get("SOKEN_DEBUG"):
        raise problem
    typer.echo(f"soken: {_sentence(problem)}", err=True)
    sys.exit(problem.exit_code)


def _sentence(problem: SokenError) -> str:
    """Return what an error says in the language spoken; a shut gate says in words what is missing, not by codes."""
    if problem.code == "gate":
        from soken.desk.posted import refusal_words

        return refusal_words(problem)
    return said(problem.message)
