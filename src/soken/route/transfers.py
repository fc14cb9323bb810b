"""A person's way from one force to another: two-sided, with clocks, and one owner at every moment (R19, R24).

The offering force owns the person until the other accepts. When a clock runs out nothing happens by itself: it shows.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from soken.core.errors import DamagedStoreError

if TYPE_CHECKING:
    from collections.abc import Mapping


class TransferState(StrEnum):
    """How far a transfer has come."""

    OFFERED = "offered"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Side(StrEnum):
    """Whose act a step is."""

    OFFERING = "offering"
    RECEIVING = "receiving"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a transfer.

    Attributes:
        before, after: the states.
        side: whose people may take it.
    """

    before: TransferState
    after: TransferState
    side: Side


#: States in which a transfer waits for somebody.
OPEN: Final = (TransferState.OFFERED, TransferState.RECEIVED)

STEPS: Final = (
    Step(TransferState.OFFERED, TransferState.RECEIVED, Side.RECEIVING),
    Step(TransferState.RECEIVED, TransferState.ACCEPTED, Side.RECEIVING),
    Step(TransferState.RECEIVED, TransferState.RETURNED, Side.RECEIVING),
    Step(TransferState.OFFERED, TransferState.WITHDRAWN, Side.OFFERING),
    Step(TransferState.RECEIVED, TransferState.WITHDRAWN, Side.OFFERING),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to give a person to another force, or a box of the form.

    Attributes:
        code: as stored.
        ja, en: its words.
        hint_ja, hint_en: when it is used.
    """

    code: str
    ja: str
    en: str
    hint_ja: str = ""
    hint_en: str = ""

    def said(self, language: str) -> str:
        """Return the words in "ja", else in English."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Rules:
    """What ``transfers.toml`` says.

    Attributes:
        receive: how long until somebody should have said that it arrived.
        answer: how long, from the offer, until it should be answered.
        escalate: how long, from the offer, until supervisors and the centre are told, and again each time as long.
        kinds: ways to give a person away.
        form: boxes of the handover form.
    """

    receive: timedelta
    answer: timedelta
    escalate: timedelta
    kinds: Mapping[str, Kind]
    form: Mapping[str, Kind]


@cache
def rules() -> Rules:
    """Return the rules that ship with Soken.

    Raises:
        DamagedStoreError: the times are not in order.
    """
    told = tomllib.loads(files("soken.route").joinpath("transfers.toml").read_text("utf-8"))
    receive, answer, escalate = (timedelta(hours=told["hours"][name]) for name in ("receive", "answer", "escalate"))
    if not timedelta() < receive <= answer <= escalate:
        raise DamagedStoreError("transfers.toml: an answer cannot be due before the receipt: install Soken anew.")
    kinds, form = ({code: Kind(code, **one) for code, one in told[name].items()} for name in ("kinds", "form"))
    return Rules(receive, answer, escalate, MappingProxyType(kinds), MappingProxyType(form))


def step(before: TransferState, after: TransferState) -> Step | None:
    """Return the step between two states, None if there is none."""
    return next((one for one in STEPS if (one.before, one.after) == (before, after)), None)


def due_at(state: TransferState, offered_at: datetime) -> datetime | None:
    """Return when the next word is due, None where nothing is waited for."""
    if state is TransferState.OFFERED:
        return offered_at + rules().receive
    return offered_at + rules().answer if state is TransferState.RECEIVED else None


def overdue(state: TransferState, offered_at: datetime, now: datetime) -> bool:
    """Tell whether the other force should have said something by now."""
    due = due_at(state, offered_at)
    return due is not None and now >= due


def escalations(state: TransferState, offered_at: datetime, now: datetime) -> int:
    """Return how often the next level should have heard of a transfer by now: 0 before its time, or once answered."""
    return (now - offered_at) // rules().escalate if state in OPEN else 0
