"""Enter addresses of a seized shop for the filter feed: by hand, from a CSV, or as picked in the evidence.

Nothing that is entered is listed: two people release it first.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.actions.said import in_words
from soken.casework.host_words import host_words
from soken.casework.models import FeedEntry, FeedSource
from soken.casework.selectors.feed_candidates import candidates
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.core.hosts import HostError
from soken.reference.listable import listable_host, shared_platform

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from soken.access.models import User
    from soken.casework.models import EvidenceItem, Operation

#: Most lines and bytes of a CSV.
MOST_LINES: Final = 10_000
MOST_BYTES: Final = 2_000_000
#: Headings of the column of a CSV that holds addresses; without any of them the first column does.
_HEADINGS: Final = ("host", "domain", "address", "url", "ホスト", "ドメイン", "アドレス")
#: Headings of the column that says why a shared platform is listed.
_BECAUSE: Final = ("because", "理由")


class Entered(StrEnum):
    """What became of an address."""

    NEW = "new"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LineEntered:
    """What became of a line of a CSV.

    Attributes:
        line: its number in the file, from 1.
        host: in its one form, '' where it is refused.
        outcome: entered, known already, or refused.
        said: why it is refused.
    """

    line: int
    host: str
    outcome: Entered
    said: str = ""


def enter_address(operation: Operation, address: str, *, by: User, because: str = "") -> FeedEntry:
    """Enter an address.

    Args:
        operation: whose shop's.
        address: a domain, a host or a web address; a path is not kept, for filters know hosts alone.
        by: who enters it.
        because: why a shared platform is to be listed as a whole: the confirmation that it needs.

    Raises:
        BadInputError: it names no host, or a registry.
        RefusedError: it is entered already, or a shared platform that nobody has confirmed; and see `check_right`.
        NotFoundError: see `check_right`.
    """
    check_right(operation, by, Act.ENTER_ADDRESS)
    return _enter(operation, _listable(address), by, because, FeedSource.HAND)


def enter_csv(operation: Operation, data: bytes, *, by: User) -> list[LineEntered]:
    """Enter the addresses of a CSV, line by line; a line that is refused keeps no other one back.

    Args:
        operation: whose shop's.
        data: UTF-8; a column ``host`` (or domain, address, url), else the first; a column ``because`` confirms
            shared platforms.
        by: who enters them.

    Returns:
        What became of each line that is not blank, in order.

    Raises:
        BadInputError: it is no CSV in UTF-8, or too long.
        RefusedError, NotFoundError: see `check_right`.
    """
    check_right(operation, by, Act.ENTER_ADDRESS)
    lines = _lines(data)
    with transaction.atomic():
        return [_line(operation, number, address, because, by) for number, address, because in lines]


def enter_from_evidence(
    operation: Operation, item: EvidenceItem, table: str, column: str, *, hosts: Sequence[str], by: User,
    because: str = "",
) -> list[FeedEntry]:  # fmt: skip
    """Enter the addresses that a person picked among those that a column of the evidence names; all or none.

    Args:
        operation: whose evidence.
        item: the evidence item.
        table, column: where they stand; see `candidates`.
        hosts: those picked.
        by: who picked them.
        because: why shared platforms among them are to be listed.

    Raises:
        BadInputError: none was picked.
        NotFoundError: the column does not name one of them; and see `candidates` and `check_right`.
        RefusedError: see `enter_address`.
    """
    check_right(operation, by, Act.SEE_EVIDENCE)
    check_right(operation, by, Act.ENTER_ADDRESS)
    picked = list(dict.fromkeys(_listable(one) for one in hosts))
    if not picked:
        raise BadInputError(_("No address was picked; tick those that belong to the shop."))
    named = {one.host: one for one in candidates(item, table, column).hosts}
    for host in picked:
        if host not in named:
            raise NotFoundError(_("The column does not name “%(host)s”.") % {"host": host})
    with transaction.atomic():
        return [
            _enter(operation, host, by, because, FeedSource.EVIDENCE, item.evidence_id, named[host].first_row)
            for host in picked
        ]


def _listable(address: str) -> str:
    """Return the host of an address.

    Raises:
        BadInputError: it names none, or one that may not be listed.
    """
    try:
        return listable_host(address)
    except HostError as problem:
        raise BadInputError(host_words(problem)) from problem


def _enter(
    operation: Operation, host: str, by: User, because: str, source: FeedSource, evidence: str = "",
    row: int | None = None,
) -> FeedEntry:  # fmt: skip
    """Enter a host that may be listed."""
    platform = shared_platform(host)
    if platform and not because.strip():
        raise RefusedError(
            _(
                "“%(host)s” is a shared platform (%(platform)s): all its users would be withheld. Name the shop's own "
                "address, or say why the whole of it is to be listed."
            )
            % {"host": host, "platform": platform}
        )
    said = in_words(because, _("The reason")) if platform else ""
    try:
        with transaction.atomic():
            return FeedEntry.objects.create(
                operation=operation, host=host, source=source, evidence=evidence, row=row, platform=platform,
                platform_because=said, by=by, at=clock.now(),
            )  # fmt: skip
    except IntegrityError as known:
        raise RefusedError(_("“%(host)s” is entered already.") % {"host": host}) from known


def _line(operation: Operation, number: int, address: str, because: str, by: User) -> LineEntered:
    """Enter the address of a line, or say why not."""
    try:
        host = listable_host(address)
    except HostError as problem:
        return LineEntered(number, "", Entered.REFUSED, host_words(problem))
    if FeedEntry.objects.filter(operation=operation, host=host).exists():
        return LineEntered(number, host, Entered.KNOWN)
    try:
        _enter(operation, host, by, because, FeedSource.CSV)
    except (BadInputError, RefusedError) as problem:
        return LineEntered(number, host, Entered.REFUSED, problem.message)
    return LineEntered(number, host, Entered.NEW)


def _lines(data: bytes) -> list[tuple[int, str, str]]:
    """Return (number, address, why a platform is listed) of each line that is not blank.

    Raises:
        BadInputError: it is no CSV in UTF-8, or too long.
    """
    if len(data) > MOST_BYTES:
        raise BadInputError(_("The CSV has more than %(most)s bytes; part it.") % {"most": MOST_BYTES})
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise BadInputError(_("This is no CSV in UTF-8; save it as such and try again.")) from problem
    heads = [cell.strip().casefold() for cell in rows[0]] if rows else []
    column, why = _column(heads, _HEADINGS), _column(heads, _BECAUSE)
    body = list(enumerate(rows, 1))[0 if column is None else 1 :]
    if len(body) > MOST_LINES:
        raise BadInputError(_("The CSV has more than %(most)s lines; part it.") % {"most": MOST_LINES})
    return [
        (number, _cell(row, column or 0), _cell(row, why)) for number, row in body if any(cell.strip() for cell in row)
    ]


def _column(heads: Sequence[str], wanted: Iterable[str]) -> int | None:
    """Return where a heading stands, None where it stands nowhere."""
    return next((heads.index(one) for one in wanted if one in heads), None)


def _cell(row: Sequence[str], at: int | None) -> str:
    """Return a cell, '' where the row has none."""
    return row[at] if at is not None and at < len(row) else ""
