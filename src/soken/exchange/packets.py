"""Many packets at once: set and signed by some processes, told in order, in one ZIP where they go out together."""

from __future__ import annotations

import zipfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import IO, TYPE_CHECKING, Final

from soken.exchange.packet import typeset
from soken.exchange.signature import sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from soken.exchange.mark import Mark
    from soken.exchange.packet import Packet
    from soken.exchange.signature import Signer

#: What ZIP has for "no moment": the same packets are the same bytes.
_NO_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
#: Packets that a process is given at once.
_AT_ONCE: Final = 4


def made_packet(packet: Packet, signer: Signer, mark: Mark | None = None) -> bytes:
    """Return a packet set with the mark of the copy, and signed."""
    return sign(typeset(packet, mark), signer, moment=packet.moment)


def made_packets(
    packets: Iterable[Packet], signer: Signer, mark: Mark, *, processes: int = 1
) -> Iterator[tuple[str, bytes]]:
    """Yield each packet's number and file, in order.

    Args:
        packets: which.
        signer: who signs.
        mark: of the copies.
        processes: more than one makes workers of their own, which hold no lock of ours and no connection.
    """
    if processes == 1:
        for packet in packets:
            yield packet.number, made_packet(packet, signer, mark)
        return
    with ProcessPoolExecutor(max_workers=processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_made, ((one, signer, mark) for one in packets), chunksize=_AT_ONCE)


def write_zip(files: Iterable[tuple[str, bytes]], out: IO[bytes]) -> None:
    """Write packets as one ZIP; a PDF is compressed already."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:
        for number, data in files:
            bundle.writestr(zipfile.ZipInfo(f"{number}.pdf", _NO_MOMENT), data)


def _made(job: tuple[Packet, Signer, Mark]) -> tuple[str, bytes]:
    """Return a packet's number and file."""
    packet, signer, mark = job
    return packet.number, made_packet(packet, signer, mark)
