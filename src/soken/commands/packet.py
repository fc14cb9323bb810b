"""``soken packet``: the papers that go with a referral, one signed PDF a person."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soken.commands.alone import mark_alone
from soken.commands.dossier_act import In
from soken.commands.output import print_json
from soken.commands.progress import shown_progress
from soken.commands.report import Language
from soken.commands.started import started
from soken.core.errors import BadInputError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from soken.exchange.mark import Mark
    from soken.exchange.packet import Packet
    from soken.exchange.signature import Signer

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
) -> None:
    """Make the packet of a person, as it was referred or as a draft; or those of all who have been referred."""
    home = started()
    from soken.casework.selectors.dossier import dossier_of
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.packet_signer import packet_signer
    from soken.desk.packet_words import packet_in_words

    if bool(person) == all_referred:
        raise BadInputError("Say whose: --person CODE, or --all-referred.")
    if out.exists():
        raise RefusedError(f"{out} is there already; choose another name.")
    found, signer, mark = operation_named(operation), packet_signer(home), mark_alone(recipient)
    if person:
        packet = packet_in_words(dossier_of(found, person), language.value)
        out.write_bytes(_made(packet, signer, mark))
        typer.echo(f"{packet.number} written to {out}.")
        return
    from soken.casework.models import Dossier

    dossiers = Dossier.objects.filter(operation=found, referrals__over_at__isnull=True, referrals__isnull=False)
    total = dossiers.count()
    if not total:
        raise NotFoundError(f"Nobody of {found.name} has been referred.")
    out.mkdir()
    # A worker of its own for each core: typesetting holds no lock of ours and no connection to the database.
    with (
        ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool,
        shown_progress().stage("packets", total, "packets") as advance,
    ):
        every = dossiers.select_related("operation").order_by("pk").iterator(200)
        packets = (packet_in_words(one, language.value) for one in every)
        for _done in pool.map(_write, ((one, signer, mark, out) for one in packets)):
            advance(1)
    typer.echo(f"{total:,} packets written to {out}.")


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
        raise RefusedError(f"{file.name} was altered after it was signed; do not rely on it, ask for it again.")
    if not found.known:
        raise RefusedError(f"{file.name} is whole, but another certificate signed it: {found.signer}.")


@app.command("certificate")
def certificate() -> None:
    """Print the certificate of this installation, for those who check its packets."""
    home = started()
    from soken.casework.selectors.packet_signer import packet_signer

    typer.echo(packet_signer(home).certificate.decode(), nl=False)


def _made(packet: Packet, signer: Signer, mark: Mark) -> bytes:
    """Return a packet set with the mark of the copy, and signed."""
    from soken.exchange.packet import typeset
    from soken.exchange.signature import sign

    return sign(typeset(packet, mark), signer, moment=packet.moment)


def _write(job: tuple[Packet, Signer, Mark, Path]) -> None:
    """Write a packet under its number."""
    packet, signer, mark, folder = job
    (folder / f"{packet.number}.pdf").write_bytes(_made(packet, signer, mark))
