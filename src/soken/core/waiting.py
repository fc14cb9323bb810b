"""Waiting for what a library does asynchronously, where the caller does not."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


def waited(work: Coroutine[Any, Any, T]) -> T:
    """Return what a library's asynchronous work comes to, also where a loop of the caller's runs already."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        return beside.submit(asyncio.run, work).result()
