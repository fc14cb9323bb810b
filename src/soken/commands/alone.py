"""Copies that the machine's own account takes by command, without a second person (decision 10).

Whoever has that account can read the home's files anyway, so a check here would hold nobody back; what it can do is say
in the ledger and in the copy itself that nobody else looked. An installation can shut this door.
"""

from __future__ import annotations

import os
from typing import Final

from soken.core import clock
from soken.core.errors import RefusedError
from soken.exchange.mark import Mark

#: Commands that take persons out for whoever runs the machine; all else goes through ``soken disclosure``.
ALONE: Final = frozenset({"case export", "links export", "packet make"})


def check_alone() -> None:
    """Refuse a copy by one person where the installation wants two.

    Raises:
        RefusedError: it does.
    """
    if os.environ.get("SOKEN_EXPORTS") == "two":
        raise RefusedError(
            "This installation lets nothing out by one person (SOKEN_EXPORTS=two); ask with: soken disclosure ask"
        )


def mark_alone(recipient: str = "") -> Mark:
    """Return the mark of a copy that nobody released.

    Args:
        recipient: to whom it goes, where that was said.
    """
    from soken.commands.output import actor

    return Mark("", actor(), clock.now(), recipient)
