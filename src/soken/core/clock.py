"""The one place that asks what time it is, so that tests can stop it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment as an aware UTC datetime (microseconds cut, so that it survives a round trip)."""
    return datetime.now(UTC).replace(microsecond=0)


def stamp(moment: datetime | None = None) -> str:
    """Return ``moment`` (default: now) as ISO 8601 with its zone, for manifests."""
    return (moment or now()).isoformat()
