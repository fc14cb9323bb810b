"""The contents of a disclosure: the hash that a release holds fast, and the marked copy that is taken."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import chain
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Final

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from soken.casework.models import ALL_PACKETS, DisclosureForm, Dossier, Referral
from soken.casework.selectors.case_file import export_operation, export_packet, export_person
from soken.casework.selectors.dossier import dossier_of
from soken.casework.selectors.links import export_links
from soken.casework.selectors.packet_signer import packet_signer
from soken.core.errors import NotFoundError
from soken.core.hashing import file_sha256
from soken.exchange.cells import write_csv
from soken.exchange.packets import made_packet, made_packets, write_zip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from hashlib import _Hash as Hash
    from pathlib import Path

    from django.db.models import QuerySet

    from soken.casework.models import Disclosure, Operation
    from soken.exchange.mark import Mark
    from soken.exchange.packet import Packet

    #: Makes the packet of a dossier in a language, with the words that layers above know.
    PacketMaker = Callable[[Dossier, str], Packet]

_COLUMNS: Final = (
    "code", "name", "kana", "prefecture", "band", "rows", "records", "items", "first_order", "last_order",
    "review_with",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as it is handed out.

    Attributes:
        name: of the file.
        media_type: of its bytes.
        file: the bytes, with the mark, from the beginning; gone from the disk once it is closed.
        content_sha256: see `content_sha256`, of the very contents that were marked; '' where that is asked of them.
    """

    name: str
    media_type: str
    file: BinaryIO
    content_sha256: str = ""


def content_sha256(disclosure: Disclosure, packet: PacketMaker) -> str:
    """Return the SHA-256 of what would be taken now, without any mark.

    Raises:
        NotFoundError, RefusedError: there is nothing to be taken: no such person, no dossier, no run, no evidence.
    """
    if disclosure.asked_for == ALL_PACKETS:
        told = hashlib.sha256()
        for _packet in _told_of(packets_of(disclosure.operation, packet, disclosure.language), told):
            pass
        return told.hexdigest()
    if disclosure.form == DisclosureForm.PACKET:
        return packet(dossier_of(disclosure.operation, disclosure.person_code), disclosure.language).digest()
    with settings.HOME.stage() as folder:
        out = folder / "contents"
        _write(disclosure, out, None)
        return file_sha256(out)


def marked_copy(disclosure: Disclosure, packet: PacketMaker, mark: Mark, *, processes: int = 1) -> Copy:
    """Return a copy with its mark.

    Args:
        disclosure: what was released.
        packet: makes a packet.
        mark: of the copy.
        processes: how many make packets, where there are many.

    Raises:
        NotFoundError, RefusedError: see `content_sha256`.
    """
    name = f"{disclosure.number}-{disclosure.person_code or disclosure.operation.slug}"
    if disclosure.asked_for == ALL_PACKETS:
        told = hashlib.sha256()
        every = _told_of(packets_of(disclosure.operation, packet, disclosure.language), told)
        bundle = _file()
        write_zip(made_packets(every, packet_signer(settings.HOME), mark, processes=processes), bundle)
        bundle.seek(0)
        return Copy(f"{name}.zip", "application/zip", bundle, told.hexdigest())
    if disclosure.form == DisclosureForm.PACKET:
        made = packet(dossier_of(disclosure.operation, disclosure.person_code), disclosure.language)
        document = _file(made_packet(made, packet_signer(settings.HOME), mark))
        return Copy(f"{name}.pdf", "application/pdf", document, made.digest())
    with settings.HOME.stage() as folder:
        out = folder / "copy"
        _write(disclosure, out, mark)
        of_case = disclosure.form in {DisclosureForm.CASE, DisclosureForm.CASE_PACKET}
        ending, kind = (".jsonld", "application/ld+json") if of_case else (".csv", "text/csv; charset=utf-8")
        # Open, it is there until it is closed, whatever becomes of the folder.
        return Copy(name + ending, kind, out.open("rb"))


def _file(data: bytes = b"") -> BinaryIO:
    """Return a file that is gone once it is closed: many packets are more than a machine has memory for."""
    made = TemporaryFile(dir=settings.HOME.staging)  # noqa: SIM115 (whoever hands it out closes it)
    made.write(data)
    made.seek(0)
    return made


def _told_of(packets: Iterator[Packet], told: Hash) -> Iterator[Packet]:
    """Yield packets, each told of to a hash."""
    for one in packets:
        told.update(f"{one.number}:{one.digest()}\n".encode())
        yield one


def referred(operation: Operation) -> QuerySet[Dossier]:
    """Return the dossiers of everybody whose referral stands, in one order."""
    standing = Referral.objects.filter(dossier=OuterRef("pk"), over_at__isnull=True)
    return Dossier.objects.filter(Exists(standing), operation=operation).select_related("operation").order_by("pk")


def packets_of(operation: Operation, packet: PacketMaker, language: str) -> Iterator[Packet]:
    """Yield the packet of everybody who was referred.

    Raises:
        NotFoundError: nobody was.
        RefusedError: one of them has more rows than can be printed.
    """
    found = referred(operation)
    if not found.exists():
        raise NotFoundError(_("Nobody of %(operation)s has been referred.") % {"operation": operation.name})
    for one in found.iterator(chunk_size=200):
        yield packet(one, language)


def _write(disclosure: Disclosure, out: Path, mark: Mark | None) -> None:
    """Write what is not a packet."""
    operation, code = disclosure.operation, disclosure.person_code
    match DisclosureForm(disclosure.form):
        case DisclosureForm.LINKS:
            export_links(operation, out, home=settings.HOME, mark=mark)
        case DisclosureForm.PERSONS:
            export_persons(operation, out, mark)
        case DisclosureForm.CASE_PACKET:
            export_packet(operation, code, out, mark)
        case _ if code:
            export_person(operation, code, out, mark)
        case _:
            export_operation(operation, out, mark)


def export_persons(operation: Operation, out: Path, mark: Mark | None = None) -> None:
    """Write every proposed person as CSV, those with most rows first.

    Args:
        operation: whose.
        out: the file.
        mark: of the copy, in each row; None for contents that nobody takes.
    """
    head, stamp = ((), ()) if mark is None else (("mark",), (mark.line(),))
    persons = operation.persons.order_by("-rows", "pk").values_list(*_COLUMNS)
    with out.open("w", encoding="utf-8", newline="") as stream:
        heads: tuple[object, ...] = ("person", *_COLUMNS[1:], *head)
        write_csv(stream, chain((heads,), ((*one, *stamp) for one in persons.iterator(2_000))))
