"""The addresses of the filter feed as an operation sees its own, and the versions that went out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Case, IntegerField, Prefetch, Q, Value, When
from django.utils.translation import gettext as _

from soken.casework.models import FeedEntry, FeedState, FeedStep, FeedVersion
from soken.casework.selectors.dossier import today
from soken.core.errors import NotFoundError
from soken.core.hosts import HostError, canonical_host, is_within
from soken.exchange.feed_names import exceptions_among

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from soken.casework.models import Operation

#: Addresses on a page.
PAGE: Final = 50
#: Versions shown.
VERSIONS: Final = 100
_WAITS: Final = Q(second_at__isnull=True, withdrawn_at__isnull=True)


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An address as it stands today.

    Attributes:
        entry: the address.
        waiting: the decision that waits for a second person, None if none does.
        steps: all decisions, the newest first.
        overdue: its review date has passed.
        elsewhere: another operation has released it too, so that it stays in the feed when this one delists it.
        excepted: where it is listed: the addresses below it that the feed lets through, since they were delisted.
    """

    entry: FeedEntry
    waiting: FeedStep | None
    steps: tuple[FeedStep, ...]
    overdue: bool
    elsewhere: bool
    excepted: tuple[str, ...]


def entries_of(operation: Operation, *, page: int = 1, state: str = "", overdue: bool = False) -> list[SeenEntry]:
    """Return an operation's addresses: those to be reviewed first, then those that wait for a second person.

    Args:
        operation: whose.
        page: 1-based, of `PAGE`.
        state: keep only this one of `FeedState`; '' for all.
        overdue: keep only those whose review date has passed.
    """
    steps = FeedStep.objects.order_by("-pk").select_related("by", "second", "withdrawn_by")
    found = _chosen(operation, state, overdue=overdue).select_related("by").prefetch_related(Prefetch("steps", steps))
    waiting = FeedStep.objects.filter(_WAITS).values("entry")
    first = Case(
        When(review_on__lt=today(), then=Value(0)), When(pk__in=waiting, then=Value(1)), default=Value(2),
        output_field=IntegerField(),
    )  # fmt: skip
    ordered = found.annotate(first=first).order_by("first", "host", "pk")
    shown = list(ordered[(page - 1) * PAGE : page * PAGE])
    elsewhere = _released_elsewhere(operation, [one.host for one in shown])
    excepted = excepted_hosts(listed_hosts()) if any(one.state == FeedState.LISTED for one in shown) else frozenset()
    return [_seen(one, today(), elsewhere, excepted) for one in shown]


def count_entries(operation: Operation, *, state: str = "", overdue: bool = False) -> int:
    """Return how many addresses there are; see `entries_of`."""
    return _chosen(operation, state, overdue=overdue).count()


def _chosen(operation: Operation, state: str, *, overdue: bool) -> QuerySet[FeedEntry]:
    """Return the addresses that are asked for."""
    found = FeedEntry.objects.filter(operation=operation)
    if state:
        found = found.filter(state=state)
    return found.filter(review_on__lt=today()) if overdue else found


def _released_elsewhere(operation: Operation, hosts: list[str]) -> frozenset[str]:
    """Return which hosts another operation has released; not which operation."""
    others = FeedEntry.objects.exclude(operation=operation).filter(state=FeedState.LISTED, host__in=hosts)
    return frozenset(others.values_list("host", flat=True))


def _seen(entry: FeedEntry, on: date, elsewhere: frozenset[str], excepted: frozenset[str]) -> SeenEntry:
    """Return an address with what was decided of it."""
    steps = tuple(entry.steps.all())
    waiting = next((one for one in steps if one.second_at is None and one.withdrawn_at is None), None)
    overdue = entry.review_on is not None and entry.review_on < on
    below = sorted(one for one in excepted if entry.state == FeedState.LISTED and is_within(one, entry.host))
    return SeenEntry(entry, waiting, steps, overdue, entry.host in elsewhere, tuple(below))


def entry_named(operation: Operation, address: str) -> FeedEntry:
    """Return an operation's address, however it is spelled.

    Raises:
        NotFoundError: the operation has not entered it.
    """
    try:
        host = canonical_host(address)
    except HostError:
        host = ""
    found = FeedEntry.objects.filter(operation=operation, host=host).first()
    if found is None:
        raise NotFoundError(
            _("%(operation)s has not entered the address “%(address)s”.")
            % {"operation": operation.name, "address": address.strip()[:80]}
        )
    return found


def listed_hosts() -> frozenset[str]:
    """Return what the next version holds: every address that two people have released, of every operation."""
    return frozenset(FeedEntry.objects.filter(state=FeedState.LISTED).values_list("host", flat=True))


def excepted_hosts(hosts: frozenset[str]) -> frozenset[str]:
    """Return which delisted addresses would stay withheld, since a domain above them is listed: the feed excepts them.

    Args:
        hosts: those listed; see `listed_hosts`.
    """
    delisted = FeedEntry.objects.filter(state=FeedState.DELISTED).values_list("host", flat=True)
    return exceptions_among(frozenset(delisted), hosts)


def hosts_digest(hosts: Iterable[str], exceptions: Iterable[str]) -> str:
    """Return the digest of what a version says, which tells whether anything has changed."""
    said = [*sorted(hosts), *(f"-{one}" for one in sorted(exceptions))]
    return hashlib.sha256("\n".join(said).encode("ascii")).hexdigest()


def newest_version() -> FeedVersion | None:
    """Return the newest version, None before the first."""
    return FeedVersion.objects.first()


def is_behind() -> bool:
    """Tell whether the newest version holds anything but what stands released now."""
    newest, hosts = newest_version(), listed_hosts()
    return bool(hosts) if newest is None else newest.hosts_sha256 != hosts_digest(hosts, excepted_hosts(hosts))


def version_numbered(number: int | None) -> FeedVersion:
    """Return a version of the feed, by default the newest.

    Raises:
        NotFoundError: there is none.
    """
    found = newest_version() if number is None else FeedVersion.objects.filter(number=number).first()
    if found is None:
        raise NotFoundError(_("The filter feed has no such version; publish one first."))
    return found
