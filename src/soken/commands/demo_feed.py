"""The demo's filter feed: an invented shop's address released by two people, one that waits, and a signed version."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation
    from soken.core.home import Home

#: Of the invented shop; names that nobody can have (RFC 2606).
_LISTED: Final = ("shop.demo.example", "mirror.demo.example")
_WAITS: Final = "members.demo.example"
_REVIEW_DAYS: Final = 180


def play_feed(operation: Operation, users: dict[str, User], home: Home) -> None:
    """Enter addresses, release two of them by two people each, and publish a version; once an installation."""
    from soken.casework.actions.decide_address import agree_to_decision, propose_decision
    from soken.casework.actions.enter_address import enter_address
    from soken.casework.actions.publish_feed import publish_feed
    from soken.casework.models import FeedEntry, FeedVersion
    from soken.casework.selectors.dossier import today

    # The addresses are all operations' alike: a demo of another size in this home has played this already.
    if FeedEntry.objects.exists() or FeedVersion.objects.exists():
        return
    analyst, reviewer = users["demo-analyst"], users["demo-reviewer"]
    for host in (*_LISTED, _WAITS):
        enter_address(operation, host, by=analyst)
        propose_decision(
            operation, host, "release", by=analyst, reason="押収したサーバの設定により確認",
            review_on=today() + timedelta(days=_REVIEW_DAYS),
        )  # fmt: skip
    for host in _LISTED:
        agree_to_decision(operation, host, "release", by=reviewer)
    publish_feed(home, by=reviewer)
