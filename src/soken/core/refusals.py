"""Hears of every refusal, whoever shows it to whom: a door that listens can record each, and no page can forget one."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_heard: ContextVar[list[str] | None] = ContextVar("soken_refusals", default=None)


@contextmanager
def refusals() -> Iterator[list[str]]:
    """Give a list that every refusal inside the block is added to: what was said to the person."""
    heard: list[str] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def refused(message: str) -> None:
    """Tell whoever listens that something was refused."""
    heard = _heard.get()
    if heard is not None:
        heard.append(message)
