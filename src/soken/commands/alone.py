"""Copies that the machine's own account takes by command, without a second person (decision 10).

Whoever has that account can read the home's files anyway, so a check here holds nobody back who means to; it keeps
people who have colleagues from going past them, and ledger and copy say where nobody else looked.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from soken.commands.language import gettext as _
from soken.core import clock
from soken.core.errors import RefusedError
from soken.exchange.mark import Mark

if TYPE_CHECKING:
    from datetime import datetime

#: Commands that take persons out for whoever runs the machine; all else goes through ``soken disclosure``. So does a
#: list that is longer than a page (`soken.commands.pages`).
ALONE: Final = frozenset({"case export", "links export", "packet make"})
#: Of these, what moves results between programs of the same machine; the others go to somebody.
_WITHIN: Final = frozenset({"links export"})
#: `SOKEN_EXPORTS`: every copy takes two people, or none of these does; else those that go to somebody take two where
#: there are two.
_TWO: Final = "two"
_ONE: Final = "one"


def check_alone(name: str) -> None:
    """Refuse a copy by one person where it takes two.

    Args:
        name: of the command.

    Raises:
        RefusedError: it does.
    """
    wanted = os.environ.get("SOKEN_EXPORTS", "")
    if wanted == _TWO:
        raise RefusedError(
            _("This installation lets nothing out by one person (SOKEN_EXPORTS=two); ask with: soken disclosure ask")
        )
    if wanted != _ONE and name not in _WITHIN and _two_people():
        raise RefusedError(
            _(
                "What goes out takes two people, and this installation has them; instead of soken %(name)s ask with: "
                "soken disclosure ask"
            )
            % {"name": name}
        )


def _two_people() -> bool:
    """Tell whether one user could ask and another release; the demo's users are nobody."""
    from soken.access.adapters import DEMO_USERS
    from soken.access.models import Role, User
    from soken.access.policy import PERMISSIONS, Act

    real = User.objects.filter(is_active=True).exclude(username__startswith=DEMO_USERS)
    roles = [PERMISSIONS[Role(role)] for role in real.values_list("role", flat=True)]
    askers = sum(Act.ASK_DISCLOSURE in one for one in roles)
    releasers = sum(Act.RELEASE_DISCLOSURE in one for one in roles)
    both = sum({Act.ASK_DISCLOSURE, Act.RELEASE_DISCLOSURE} <= set(one) for one in roles)
    return askers > 0 and releasers > 0 and askers + releasers - both > 1


def mark_alone(recipient: str = "", at: datetime | None = None) -> Mark:
    """Return the mark of a copy that nobody released.

    Args:
        recipient: to whom it goes, where that was said.
        at: the moment that it states; None for now. The ledger states its own.
    """
    from soken.commands.output import actor

    return Mark("", actor(), at or clock.now(), recipient)
