"""The mark of a copy: who took it and when, for people to see and for programs to read (issue 4, R33)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

#: What stands in place of a disclosure's number where the machine's own account took a copy by command, alone.
ALONE = "no second person"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark.

    Attributes:
        number: of the disclosure in this installation; '' for what the machine's own account took.
        by: who took it.
        at: when, with zone.
        recipient: to whom it goes; '' where nobody was named.
        second: who released it; '' for nobody.
    """

    number: str
    by: str
    at: datetime
    recipient: str = ""
    second: str = ""

    def line(self) -> str:
        """Return the mark as one line, the same for people and programs: fields parted by semicolons."""
        said = {
            "disclosure": self.number or ALONE, "taken by": self.by, "at": self.at.isoformat(timespec="seconds"),
            "released by": self.second, "for": self.recipient.replace(";", ","),
        }  # fmt: skip
        return "; ".join(f"{name}: {value}" for name, value in said.items() if value)

    def as_json(self) -> dict[str, str]:
        """Return the mark for programs."""
        return {
            "disclosure": self.number, "taken_by": self.by, "taken_at": self.at.isoformat(timespec="seconds"),
            "released_by": self.second, "recipient": self.recipient,
        }  # fmt: skip
