"""``soken ledger``: read it, prove that it is whole, carry off where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.output import print_json
from soken.commands.started import started
from soken.core.errors import BadInputError, DamagedStoreError, EnvironmentProblemError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from soken.ledger.checkpoint import Checkpoint
    from soken.ledger.models import Entry

app = typer.Typer(help="Who did, read and sent what, in one chain.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_SHOWN = 50


@app.command("checkpoint")
def checkpoint(
    out: Annotated[Path | None, typer.Option(help="The file to write, to be carried off.")] = None, json: Json = False
) -> None:
    """Sign where the ledger stands; what is changed before that later shows, whoever changes it."""
    home = started()
    from soken.ledger.checkpoint import fingerprint, make_checkpoint

    if out is not None and out.exists():
        raise RefusedError(f"{out} exists already; name a new file.")
    made = make_checkpoint(home)
    if out is not None:
        try:
            out.write_text(made.text() + "\n", encoding="utf-8")
        except OSError as problem:
            raise EnvironmentProblemError(
                f"{out} cannot be written ({problem.strerror}); name another file."
            ) from problem
    if json:
        print_json({**_told(made), "file": str(out) if out else None})
    else:
        typer.echo(f"The ledger stands at entry {made.seq}, {made.hash}.")
        typer.echo(
            f"Signed with the key {made.key} (fingerprint {fingerprint(made.key)}); note it where you keep this."
        )


def _told(made: Checkpoint) -> dict[str, Any]:
    """Return a checkpoint for JSON."""
    return {"seq": made.seq, "hash": made.hash, "at": made.at, "key": made.key, "signature": made.signature}


@app.command("verify")
def verify(
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that was carried off; may be repeated.")
    ] = None,
    key: Annotated[str, typer.Option(help="The public key noted with it; this installation's without it.")] = "",
    json: Json = False,
) -> None:
    """Hash every entry anew and compare; what was changed, taken out, put in, moved or cut off is named."""
    home = started()
    from soken.ledger.checkpoint import read_checkpoint
    from soken.ledger.verify import verify_ledger

    verdict = verify_ledger(home, [read_checkpoint(one) for one in checkpoint or []], key=key.strip().lower())
    if json:
        findings = [{"code": one.code, "seq": one.seq, "said": one.said} for one in verdict.findings]
        print_json(
            {
                "whole": verdict.whole, "entries": verdict.entries, "last": verdict.last,
                "checkpoints": verdict.checkpoints, "findings": findings,
            }
        )  # fmt: skip
    else:
        for one in verdict.findings:
            typer.echo(one.said)
        typer.echo(
            f"{verdict.entries:,} entries, {verdict.checkpoints} checkpoints; the newest hash is {verdict.last}."
        )
    if not verdict.whole:
        raise DamagedStoreError("The ledger is not whole; what is wrong is listed above.")


@app.command("list")
def list_all(
    operation: Annotated[str, typer.Option(help="Only this operation; users name one of theirs.")] = "",
    person: Annotated[str, typer.Option(help="Only this person (P-…).")] = "",
    user: Annotated[str, typer.Option(help="Only what this user did.")] = "",
    kind: Annotated[str, typer.Option(help="Only this kind, as consultation or disclosure.")] = "",
    recipient: Annotated[str, typer.Option(help="Only what went to this force or office.")] = "",
    before: Annotated[int, typer.Option(min=0, help="Only entries with smaller numbers.")] = 0,
    most: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = _SHOWN,
    by: Annotated[str, typer.Option("--by", help="Who asks, if not you.")] = "",
    json: Json = False,
) -> None:
    """List entries, newest first; without what they hold closed."""
    started()
    from soken.casework.selectors.ledger_seen import changes_seen, entries_seen
    from soken.ledger.entries import Kind
    from soken.ledger.reading import Asked, as_told, entries_page

    if kind and kind not in list(Kind):
        raise BadInputError(f"No kind is named {kind!r}; choose one of: {', '.join(Kind)}.")
    asked = Asked(_open_to(operation, by), person.strip().upper(), user, kind, recipient)
    page = entries_page(asked, entries_seen(), before=before, most=most)
    if json:
        print_json({"entries": [as_told(one, changes_seen(one)) for one in page.entries], "older": page.older})
        return
    for one in page.entries:
        typer.echo("\t".join(_columns(one)))
    if page.older:
        typer.echo(f"Older entries: --before {page.older}", err=True)


def _open_to(operation: str, by: str) -> str:
    """Return the short name of the operation whose entries are shown; a user's own only, for the installation any.

    Raises:
        BadInputError: a user names none.
        NotFoundError: there is none, or it is not open to the user.
    """
    from soken.access.models import User
    from soken.casework.selectors.operations import operation_named, operation_seen_by
    from soken.commands.output import actor

    if not by and not User.objects.filter(username=actor()).exists():
        return operation_named(operation).slug if operation else ""
    if not operation:
        raise BadInputError("Say of which operation: --operation NAME.")
    return operation_seen_by(acting_user(by), operation_named(operation).slug).slug


def _columns(one: Entry) -> list[str]:
    """Return what is told of an entry on a line."""
    from soken.casework.selectors.ledger_seen import changes_seen
    from soken.ledger.reading import changed_fields

    return [
        str(one.seq), one.at.isoformat(), one.kind, one.by or "–", one.act, one.through or "–", one.operation or "–",
        one.person or one.about or "–", one.recipient or "–", "; ".join(changed_fields(changes_seen(one))) or "–",
    ]  # fmt: skip


@app.command("show")
def show(
    number: Annotated[int, typer.Argument(help="Number of the entry.")],
    operation: Annotated[str, typer.Option(help="The operation that it is of.")],
    by: Annotated[str, typer.Option("--by", help="Who asks, if not you.")] = "",
    json: Json = False,
) -> None:
    """Show one entry with what it holds closed: values before and after. Itself recorded."""
    started()
    from soken.casework.selectors.ledger_seen import changes_seen, entries_seen
    from soken.ledger.reading import as_told, entry_at, opened

    where = _open_to(operation, by)
    entry = entry_at(number, entries_seen())
    if entry.operation != where:
        raise NotFoundError(f"The ledger has no entry {number} of this operation.")
    told = {**as_told(entry, changes_seen(entry)), "closed": opened(entry)}
    if json:
        print_json(told)
        return
    for name, value in told.items():
        typer.echo(f"{name}\t{'(destroyed with the key)' if name == 'closed' and value is None else value}")
