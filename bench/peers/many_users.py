"""Locust: analysts who read a page, think, and open the next one."""

from __future__ import annotations

import json
import os
import random
from itertools import cycle
from pathlib import Path

from locust import HttpUser, between, task

_GIVEN = json.loads(Path(os.environ["SOKEN_BENCH_USERS"]).read_text(encoding="utf-8"))
_COOKIES = cycle(_GIVEN["cookies"])
_HERE = "/operations/bench"
_BANDS, _ORDERS = ("", "same", "review"), ("name", "rows", "last", "prefecture")


class Analyst(HttpUser):
    """One user with a session of its own."""

    wait_time = between(*_GIVEN["thinks"])

    def on_start(self) -> None:
        """Bring the cookie along; others begin later, so that not all ask in the same moment."""
        self.client.cookies.set("sessionid", next(_COOKIES))

    def _open(self, address: str, name: str, **asked: object) -> None:
        """Open a page; one that leads elsewhere or refuses is a failure."""
        with self.client.get(address, name=name, params=asked, allow_redirects=False, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{name} answered {answer.status_code}")

    @task(1)
    def overview(self) -> None:
        """Look at the operation."""
        self._open(_HERE, "overview")

    @task(3)
    def persons(self) -> None:
        """Look at a page of the list, filtered and sorted in any way."""
        asked = {
            "prefecture": random.choice(["", *_GIVEN["prefectures"]]),
            "band": random.choice(_BANDS),
            "least": random.choice(["", "2", "5"]),
            "q": random.choice(["", "", _GIVEN["words"][0][:2]]),
            "order": random.choice(_ORDERS),
        }
        self._open(f"{_HERE}/persons", "persons", **asked)

    @task(4)
    def person(self) -> None:
        """Open one person."""
        self._open(f"{_HERE}/persons/{random.choice(_GIVEN['codes'])}", "person")

    @task(2)
    def search(self) -> None:
        """Look for a name, a mail or a telephone."""
        self._open(f"{_HERE}/search", "search", q=random.choice(_GIVEN["words"]))

    @task(2)
    def queue(self) -> None:
        """Open the next pair of the review queue."""
        self._open(f"{_HERE}/review", "queue")
