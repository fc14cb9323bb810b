"""``soken ledger``: read it, prove that it is whole, carry off where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands import ledger_stamp
from soken.commands.acting import acting_user
from soken.commands.language import gettext as _
from soken.commands.language import in_words, said
from soken.commands.ledger_stamp import Roots, stamp_in_words, stamp_told, whom_to_trust
from soken.commands.output import check_new, print_json, write_new
from soken.commands.started import started
from soken.core.errors import BadInputError, DamagedStoreError, NotFoundError

if TYPE_CHECKING:
    from soken.ledger.checkpoint import Checkpoint
    from soken.ledger.models import Entry
    from soken.ledger.verify import Verdict

app = typer.Typer(help="Who did, read and sent what, in one chain.", no_args_is_help=True)
app.add_typer(ledger_stamp.app)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_SHOWN = 50


@app.command("checkpoint")
def checkpoint(
    out: Annotated[Path | None, typer.Option(help="The file to write, to be carried off.")] = None, json: Json = False
) -> None:
    """Sign where the ledger stands; what is changed before that later shows, whoever changes it."""
    home = started()
    from soken.ledger.checkpoint import fingerprint, make_checkpoint

    if out is not None:
        check_new(out)
    made = make_checkpoint(home)
    if out is not None:
        write_new(out, made.line())
    if json:
        print_json({**_told(made), "file": str(out) if out else None})
    else:
        typer.echo(_("The ledger stands at entry %(number)s, %(hash)s.") % {"number": made.seq, "hash": made.hash})
        signed = _("Signed with the key %(key)s (fingerprint %(fingerprint)s); note it where you keep this.")
        typer.echo(signed % {"key": made.key, "fingerprint": fingerprint(made.key)})


def _told(made: Checkpoint) -> dict[str, Any]:
    """Return a checkpoint for JSON."""
    return {"seq": made.seq, "hash": made.hash, "at": made.at, "key": made.key, "signature": made.signature}


@app.command("verify")
def verify(
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that was carried off; may be repeated.")
    ] = None,
    key: Annotated[str, typer.Option(help="The public key noted with it; this installation's without it.")] = "",
    stamp: Annotated[
        list[Path] | None, typer.Option(help="A time stamp (.tsr) that was carried off; may be repeated.")
    ] = None,
    roots: Roots = None,
    json: Json = False,
) -> None:
    """Hash every entry anew and compare; what was changed, taken out, put in, moved or cut off is named."""
    home = started()
    from soken.access.eyes import machine_sees_all
    from soken.ledger.checkpoint import read_checkpoint
    from soken.ledger.time_stamp import trusted_roots
    from soken.ledger.verify import verify_ledger

    if stamp and roots is None:
        raise whom_to_trust()
    with machine_sees_all():  # whether every item stands in the ledger is asked of all
        verdict = verify_ledger(
            home, [read_checkpoint(one) for one in checkpoint or []], key=key.strip().lower(), stamps=stamp or [],
            roots=trusted_roots(roots) if roots else [],
        )  # fmt: skip
    if json:
        print_json(_verdict_told(verdict))
    else:
        _say_verdict(verdict)
    if not verdict.whole:
        raise DamagedStoreError(_("The ledger is not whole; what is wrong is listed above."))


@app.command("resume")
def resume(
    reason: Annotated[str, typer.Option(help="What was found when somebody looked into it.")], json: Json = False
) -> None:
    """Go on after the head was altered, once somebody has looked into it; the ledger and verify tell of it."""
    started()
    from soken.ledger.resume import resume_ledger

    facts = resume_ledger(reason)
    if json:
        print_json(facts)
        return
    stood = _("The head stood at entry %(head)s, the newest is %(newest)s; from now on acts are taken again.")
    typer.echo(stood % {"head": facts["head"], "newest": facts["newest"]})
    typer.echo(_("Make a checkpoint once it is clear what happened: soken ledger checkpoint"))


def _verdict_told(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict for JSON."""
    return {
        "whole": verdict.whole, "entries": verdict.entries, "last": verdict.last, "checkpoints": verdict.checkpoints,
        "stamps": [stamp_told(one) for one in verdict.stamps], "stamps_unchecked": verdict.unchecked,
        "findings": [{"code": one.code, "seq": one.seq, "said": one.said} for one in verdict.findings],
    }  # fmt: skip


def _say_verdict(verdict: Verdict) -> None:
    """Print a verdict for people."""
    for one in verdict.findings:
        typer.echo(said(one.said))
    for stamp in verdict.stamps:
        typer.echo(stamp_in_words(stamp))
    if verdict.unchecked:
        unchecked = _("%(count)s time stamps were not looked at: name whom to trust with --roots FILE.")
        typer.echo(unchecked % {"count": verdict.unchecked})
    told = _("%(entries)s entries, %(checkpoints)s checkpoints; the newest hash is %(hash)s.")
    counts = {"entries": f"{verdict.entries:,}", "checkpoints": verdict.checkpoints, "hash": verdict.last}
    typer.echo(told % counts)


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
        raise BadInputError(
            _("No kind is named %(name)r; choose one of: %(all)s.") % {"name": kind, "all": ", ".join(Kind)}
        )
    asked = Asked(_open_to(operation, by), person.strip().upper(), user, kind, recipient)
    page = entries_page(asked, entries_seen(), before=before, most=most)
    if json:
        print_json({"entries": [as_told(one, changes_seen(one)) for one in page.entries], "older": page.older})
        return
    for one in page.entries:
        typer.echo("\t".join(_columns(one)))
    if page.older:
        typer.echo(_("Older entries: --before %(number)s") % {"number": page.older}, err=True)


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
        raise BadInputError(_("Say of which operation: --operation NAME."))
    return operation_seen_by(acting_user(by), operation_named(operation).slug).slug


def _columns(one: Entry) -> list[str]:
    """Return what is told of an entry on a line."""
    from soken.desk.ledger_words import KIND_WORDS

    kind = in_words(one.kind, KIND_WORDS[one.kind])
    return [
        str(one.seq), one.at.isoformat(), kind, one.by or "–", one.act, one.through or "–", one.operation or "–",
        one.person or one.about or "–", one.recipient or "–", _changed(one) or "–",
    ]  # fmt: skip


def _changed(one: Entry) -> str:
    """Say what was changed: tables and fields by the names of the database, to who reads Japanese by those of pages."""
    from soken.casework.language import page_language
    from soken.casework.selectors.ledger_seen import changes_seen
    from soken.desk.ledger_words import changes_in_words
    from soken.ledger.reading import changed_fields

    changes = changes_seen(one)
    if page_language() == "en":
        return "; ".join(changed_fields(changes))
    return "；".join(
        f"{told['name']}：{'、'.join(told['what'])}" + "".join(f"、{field}" for field, _coded in told["fields"])
        for told in changes_in_words(changes)
    )


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
        raise NotFoundError(_("The ledger has no entry %(number)s of this operation.") % {"number": number})
    told = {**as_told(entry, changes_seen(entry)), "closed": opened(entry)}
    if json:
        print_json(told)
        return
    for name, value in told.items():
        gone = name == "closed" and value is None
        typer.echo(f"{name}\t{_('(destroyed with the key)') if gone else value}")
