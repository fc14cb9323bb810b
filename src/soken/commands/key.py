"""``soken key``: the key that the evidence store is encrypted with."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soken.commands.language import gettext as _
from soken.commands.language import why
from soken.commands.output import print_counts, print_json
from soken.commands.progress import shown_progress
from soken.commands.started import started
from soken.core.errors import EnvironmentProblemError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.core.home import Home

app = typer.Typer(help="The key that the evidence store is encrypted with.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("make")
def make(
    out: Annotated[Path, typer.Option(help="File for the key: not in the home, and kept a second time elsewhere.")],
) -> None:
    """Make a key for the evidence store; whoever loses it loses the evidence."""
    from soken.core.age_file import Identity
    from soken.core.store_key import FILE

    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise RefusedError(_("%(path)s is there already; choose another name.") % {"path": out}) from there
    except OSError as problem:
        raise EnvironmentProblemError(
            _("%(path)s cannot be written: %(why)s; choose another place.") % {"path": out, "why": why(problem)}
        ) from problem
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{Identity.make().text}\n")
    order = f"export {FILE}={out.absolute()}"
    typer.echo(_("Keep a copy of it apart from the home. From now on: %(order)s") % {"order": order})


@app.command("rotate")
def rotate(
    data: Annotated[
        bool,
        typer.Option("--data", help="Encrypt every file anew too, with new keys; open ones as well."),
    ] = False,
    json: Json = False,
) -> None:
    """Wrap the keys of items, runs and documents with a new key of the store; cut off, doing it again finishes it.

    A key file of one key is given a new one, and the old one goes last. Where the environment or a command has the key:
    put the new one before the old one, then run this, then take the old one away. Nobody takes in, resolves or erases
    meanwhile: whoever tries is refused, and so is this while somebody does.
    """
    home = started()
    from soken.backup.rekey import keyed_folders, rekey
    from soken.core.documents import no_key_half_given
    from soken.core.rewriting import written_anew
    from soken.core.store_key import new_key_first, old_keys_gone, store_key

    if store_key() is None:
        raise RefusedError(
            _("The evidence store has no key: make one with soken key make, name it, then rotate --data.")
        )
    with written_anew(home), _nothing_written(home):
        file = new_key_first()
        no_key_half_given(home)
        with shown_progress().stage("rotate", sum(1 for _one in keyed_folders(home)), "folders") as advance:
            done = rekey(home, data=data, advance=advance)
        if file is not None:
            old_keys_gone(file)
    _record_rotation(done.wrapped, done.encrypted)
    if json:
        told = {"keys_wrapped_anew": done.wrapped, "encrypted_anew": done.encrypted, "still_open": done.still_open}
        print_json(told)
        return
    print_counts(
        _("The store's key was rotated"),
        {
            _("keys wrapped anew"): done.wrapped,
            _("encrypted anew"): done.encrypted,
            _("still open"): done.still_open,
        },
    )


@contextmanager
def _nothing_written(home: Home) -> Iterator[None]:
    """Keep every operation's evidence and runs as they are for the length of a block.

    Whoever takes in, resolves, accepts a run or erases builds or changes folders whose keys are being changed.

    Raises:
        RefusedError: somebody does so now.
    """
    from soken.casework.actions.resolve_operation import only_one_resolves
    from soken.casework.actions.take_in_evidence import only_one_takes_in
    from soken.casework.models import Operation

    with ExitStack() as held:
        for operation in Operation.objects.order_by("pk"):
            held.enter_context(only_one_takes_in(operation, home))
            held.enter_context(only_one_resolves(operation, home))
        yield


def _record_rotation(wrapped: int, encrypted: int) -> None:
    """Enter in the ledger that the key was rotated."""
    from soken.ledger.entries import Draft, Kind
    from soken.ledger.record import record

    record(Draft(Kind.SYSTEM, act="rotate-key", facts={"wrapped": wrapped, "encrypted": encrypted}))
