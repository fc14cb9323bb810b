"""What whoever hands a file in says about its seizure and its way here."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from soken.core.clock import now
from soken.core.errors import BadInputError
from soken.reference.offences import in_force_since

#: A day without an hour is a day in Japan.
_JAPAN: Final = ZoneInfo("Asia/Tokyo")
#: What taking in the file itself establishes, where nobody says otherwise.
_KNOWN_ANYWAY: Final = "received_at"


@dataclass(frozen=True, slots=True)
class Acquisition:
    """What whoever hands a file in says about its seizure; what is not said is shown as missing.

    Attributes:
        warrant: reference of the warrant or other authority.
        seized_at: when, ISO 8601.
        seized_where: where.
        seized_by: by whom.
        scope: what the warrant allows the data to be used for (relevance scope).
        received_at: when this unit received it, ISO 8601: all ages and targets run from it. Not said: when it is
            taken in.
    """

    warrant: str | None = None
    seized_at: str | None = None
    seized_where: str | None = None
    seized_by: str | None = None
    scope: str | None = None
    received_at: str | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of what was not said."""
        names = (entry.name for entry in fields(self) if entry.name != _KNOWN_ANYWAY)
        return tuple(name for name in names if not (getattr(self, name) or "").strip())


def check_acquisition(said: Acquisition) -> None:
    """Refuse moments that are none, that cannot have been yet, or that stand in the wrong order.

    Raises:
        BadInputError: the moment of seizure or of receipt cannot be.
    """
    seized, received = (
        _moment(getattr(said, name), what)
        for name, what in (("seized_at", "The moment of seizure"), ("received_at", "The moment of receipt"))
    )
    if seized and received and received < seized:
        raise BadInputError(
            f"The file cannot have been received ({said.received_at}) before it was seized ({said.seized_at}): "
            "correct the one that is wrong."
        )


def received_moment(said: Acquisition) -> datetime | None:
    """Return when the unit received the file, None where nobody said so.

    Raises:
        BadInputError: what was said is no moment, lies in the future, or before the Act was in force.
    """
    return _moment(said.received_at, "The moment of receipt")


def _moment(text: str | None, what: str) -> datetime | None:
    """Return a moment as said, a day alone as its beginning in Japan; None for nothing said."""
    if not (text or "").strip():
        return None
    try:
        found = _parsed((text or "").strip())
    except ValueError as problem:
        raise BadInputError(
            f"{what} cannot be read: {text!r}. Write it as 2026-05-10T09:30:00+09:00, or the day alone as 2026-05-10."
        ) from problem
    if found > now():
        raise BadInputError(f"{what} lies in the future: {text}. Correct it.")
    # A year with digits lost (0202, 1026) is caught by this too, and so are moments that no database keeps.
    if found < datetime.combine(in_force_since(), time(), _JAPAN):
        raise BadInputError(f"{what} lies before {in_force_since()}, when the Act came into force: {text}. Correct it.")
    return found


def _parsed(text: str) -> datetime:
    """Return an ISO 8601 moment or day; an hour without a zone is an hour in Japan."""
    found = datetime.combine(date.fromisoformat(text), time()) if len(text) <= len("2026-05-10") else None
    moment = found or datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=_JAPAN)
