"""What every door does: says who comes through, and records what was read there and what was refused."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from soken.core.errors import NotFoundError
from soken.core.refusals import refusals
from soken.ledger.attribution import attributed
from soken.ledger.entries import Draft, Kind
from soken.ledger.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def door(*, by: str, act: str, through: str, operation: str = "", person: str = "") -> Iterator[None]:
    """Attribute all that is done inside the block, and record what was refused there, one entry each.

    A refusal undoes its act's transaction; its entry is added after that, in one of its own.

    Args:
        by, act, through, operation, person: see `soken.ledger.attribution.Attribution`.
    """
    with attributed(by=by, act=act, through=through, operation=operation, person=person), refusals() as heard:
        try:
            yield
        except NotFoundError:
            # What was asked for may be anything that somebody typed: no key is made for it.
            record(Draft(Kind.REFUSAL, facts={"found": False}))
            raise
        finally:
            for said in heard:
                record(Draft(Kind.REFUSAL, secret={"said": said}))


def consulted(
    *,
    about: str = "",
    asked: str = "",
    kind: Kind = Kind.CONSULTATION,
    recipient: str = "",
    reason: str = "",
    because: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Record that what stands behind this door was read, or taken away.

    Args:
        about: evidence item and row, where no person is named.
        asked: what was searched or filtered for, in the reader's words: closed, since it may name anybody.
        kind: consultation or disclosure.
        recipient: to whom it goes, for a disclosure.
        reason: code of the reason that the reader gave.
        because: the reader's own words for it: closed, since they may name anybody.
        facts: anything further that is no personal datum.
    """
    secret = {name: said for name, said in (("asked", asked), ("because", because)) if said}
    record(Draft(kind, about=about, recipient=recipient, reason=reason, facts=facts or {}, secret=secret))
