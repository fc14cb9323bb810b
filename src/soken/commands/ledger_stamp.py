"""``soken ledger ask-stamp, take-stamp``: a time stamp by a third party, on a machine that reaches no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.language import gettext as _
from soken.commands.output import check_new, print_json, write_new
from soken.commands.started import started
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from soken.ledger.stamped import Stamped

app = typer.Typer()
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Roots = Annotated[
    Path | None,
    typer.Option(
        envvar="SOKEN_STAMP_ROOTS", show_default=False, dir_okay=False,
        help="File of the certificates (PEM) that are trusted to vouch for time-stamping authorities.",
    ),
]  # fmt: skip


@app.command("ask-stamp")
def ask(
    out: Annotated[Path, typer.Option(help="The request to write (.tsq), to be carried to a time-stamping authority.")],
    entry: Annotated[
        int | None, typer.Option(min=1, help="The checkpoint at this entry; without it the newest.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Write the request for a time stamp (RFC 3161) of a checkpoint that the home keeps."""
    home = started()
    from soken.ledger.stamped import ask_stamp

    check_new(out)
    checkpoint, request = ask_stamp(home, entry)
    write_new(out, request)
    told = {"entry": checkpoint.seq, "made_at": checkpoint.at, "sha256": checkpoint.imprint().hex(), "file": str(out)}
    if json:
        print_json(told)
    else:
        asked = _("The request for the checkpoint at entry %(entry)s of %(made_at)s is %(file)s.")
        typer.echo(asked % told)


@app.command("take-stamp")
def take(
    answer: Annotated[Path, typer.Argument(help="What the authority answered (.tsr).", metavar="FILE")],
    roots: Roots = None,
    json: Json = False,
) -> None:
    """Check an authority's answer and keep it beside its checkpoint."""
    home = started()
    from soken.ledger.stamped import take_stamp
    from soken.ledger.time_stamp import trusted_roots

    if roots is None:
        raise whom_to_trust()
    checkpoint, found = take_stamp(home, answer, trusted_roots(roots))
    told = {"entry": checkpoint.seq, "made_at": checkpoint.at, "stamped_at": found.at.isoformat(), "by": found.by}
    if json:
        print_json(told)
    else:
        typer.echo(_in_words(told))


def whom_to_trust() -> BadInputError:
    """Return the refusal to check a time stamp without the certificates that it takes."""
    return BadInputError(
        _("Say whom to trust: --roots FILE or SOKEN_STAMP_ROOTS names the certificates of the authority's roots.")
    )


def stamp_told(one: Stamped) -> dict[str, Any]:
    """Return a time stamp that holds, for JSON."""
    assert one.stamp is not None  # noqa: S101 (a verdict lists only those that hold)  # nosec B101
    return {"entry": one.seq, "made_at": one.made_at, "stamped_at": one.stamp.at.isoformat(), "by": one.stamp.by}


def stamp_in_words(one: Stamped) -> str:
    """Say which checkpoint a time stamp is of, of when, and by whom."""
    return _in_words(stamp_told(one))


def _in_words(told: dict[str, Any]) -> str:
    """Say a time stamp in a sentence."""
    return _("The checkpoint at entry %(entry)s of %(made_at)s was stamped on %(stamped_at)s by %(by)s.") % told
