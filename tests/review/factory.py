"""Facts of a person for whom everything stands, to take single things away from."""

from dataclasses import replace
from datetime import date
from typing import Any

from soken.review.facts import (
    ConfirmationFact,
    CorroborationFact,
    ElementFact,
    Facts,
    RivalFact,
    RivalState,
    ScreeningFact,
)
from soken.review.stages import Stage

TODAY = date(2026, 11, 23)
ELEMENTS = ("possession", "material", "purpose", "will", "clear")
REQUIRED_RIVALS = ("name-used-by-another", "card-theft", "household-member", "wrong-join")

WHOLE = Facts(
    today=TODAY,
    stage=Stage.UNDER_INVESTIGATION,
    force="tokyo",
    band="high",
    screening=ScreeningFact("items-covered", by=1, reviewed_by=2),
    confirmations=(ConfirmationFact(1, date(1979, 5, 1)), ConfirmationFact(2, date(1979, 5, 1))),
    roles=frozenset({"user", "payer"}),
    rivals=tuple(RivalFact(kind, RivalState.RULED_OUT) for kind in REQUIRED_RIVALS),
    corroborations=(CorroborationFact("payment", "bank"),),
    elements=tuple(
        ElementFact(one, "search", date(2026, 9, 1)) if one == "possession" else ElementFact(one, "examination")
        for one in ELEMENTS
    ),
    welfare_until=date(2026, 12, 31),
    elsewhere=True,
    alleged=True,
)


def whole_but(**changes: Any) -> Facts:
    """Return facts with everything in place but these."""
    return replace(WHOLE, **changes)
