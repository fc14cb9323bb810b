"""``soken packet``: the papers that go with a referral, one signed PDF a person."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from soken.commands.alone import mark_alone
from soken.commands.dossier_act import In
from soken.commands.language import gettext as _
from soken.commands.output import print_json
from soken.commands.progress import shown_progress
from soken.commands.report import Language
from soken.commands.started import started
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from soken.exchange.mark import Mark

#: How a moment in the mark is written.
_MOMENT: Final = "%Y-%m-%dT%H:%M:%S%z"

app = typer.Typer(help="Packets that go with a referral.", no_args_is_help=True)

Out = Annotated[Path, typer.Option(help="A PDF, or with --all-referred a folder; neither exists yet.")]
To = Annotated[str, typer.Option(help="To whom it goes; stands in the ledger.")]
Why = Annotated[str, typer.Option(help="Why it goes out; the ledger keeps it closed.")]


@app.command("make")
def make(
    operation: In,
    out: Out,
    recipient: To,
    reason: Why,
    person: Annotated[str, typer.Option(help="Code of the person (P-…).")] = "",
    all_referred: Annotated[bool, typer.Option("--all-referred", help="Of everybody who has been referred.")] = False,
    language: Annotated[Language, typer.Option(help="Of its words.")] = Language.JA,
    taken_at: Annotated[
        datetime | None,
        typer.Option(
            formats=[_MOMENT],
            help="Moment in the mark, as 2026-11-28T09:00:00+0900, so that a packet made again is the same bytes; now.",
        ),
    ] = None,
) -> None:
    """Make the packet of a person, as it was referred or as a draft; or those of all who have been referred."""
    home = started()
    from soken.casework.selectors.dossier import dossier_of
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.packet_signer import packet_signer
    from soken.desk.packet_words import packet_in_words
    from soken.exchange.packets import made_packet, made_packets

    if bool(person) == all_referred:
        raise BadInputError(_("Say whose: --person CODE, or --all-referred."))
    if out.exists():
        raise RefusedError(_("%(path)s is there already; choose another name.") % {"path": out})
    if taken_at is not None and taken_at > clock.now():
        raise BadInputError(_("The moment of the mark lies in the future."))
    found, signer, mark = operation_named(operation), packet_signer(home), mark_alone(recipient, taken_at)
    if person:
        packet = packet_in_words(dossier_of(found, person), language.value)
        out.write_bytes(made_packet(packet, signer, mark))
        typer.echo(_("%(what)s written to %(path)s.") % {"what": packet.number, "path": out})
        _say_how_to_repeat(mark)
        return
    from soken.casework.selectors.disclosed import packets_of, referred

    total = referred(found).count()
    every = packets_of(found, packet_in_words, language.value)
    first = next(every)
    out.mkdir()
    with shown_progress().stage("packets", total, "packets") as advance:
        for number, data in made_packets(chain((first,), every), signer, mark, processes=2):
            (out / f"{number}.pdf").write_bytes(data)
            advance(1)
    typer.echo(_("%(count)s packets written to %(path)s.") % {"count": f"{total:,}", "path": out})
    _say_how_to_repeat(mark)


def _say_how_to_repeat(mark: Mark) -> None:
    """Say what makes the same bytes again: two copies differ in the moment of their mark alone."""
    said = _("Made again of the same data with --taken-at %(moment)s it is the same bytes.")
    typer.echo(said % {"moment": mark.at.strftime(_MOMENT)})


@app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="The packet.", exists=True, dir_okay=False)],
    certificate: Annotated[
        Path | None, typer.Option(help="Of who signed it; by default this installation's.", exists=True)
    ] = None,
) -> None:
    """Tell whether a packet is as it was signed, and by whom."""
    home = started()
    from soken.casework.selectors.packet_signer import packet_signer
    from soken.exchange import signature

    known = certificate.read_bytes() if certificate else packet_signer(home).certificate
    found = signature.verify(file.read_bytes(), known)
    print_json(
        {
            "whole": found.whole,
            "signed_by_this_certificate": found.known,
            "signer": found.signer,
            "moment": found.signed_at.isoformat() if found.signed_at else None,
            "sha256_on_each_page": found.printed,
        }
    )
    if not found.whole:
        raise RefusedError(
            _("%(file)s was altered after it was signed; do not rely on it, ask for it again.") % {"file": file.name}
        )
    if not found.known:
        raise RefusedError(
            _("%(file)s is whole, but another certificate signed it: %(signer)s.")
            % {"file": file.name, "signer": found.signer}
        )


@app.command("certificate")
def certificate() -> None:
    """Print the certificate of this installation, for those who check its packets."""
    home = started()
    from soken.casework.selectors.packet_signer import packet_signer

    typer.echo(packet_signer(home).certificate.decode(), nl=False)
