"""One measurement of row-level security, in a process whose environment says which server: prints JSON."""

from __future__ import annotations

import json
import statistics
import time
from typing import Any

_PERSONS = 100_000
_ROUNDS = 40
_SHUT = 200


def main() -> None:
    """Make an operation, measure its pages in turn with and without, then with persons shut away; print it."""
    from soken.commands.started import started

    started()
    from soken.access.eyes import acting_for_installation

    with acting_for_installation():
        browser, world = _made()
        results = _measured(browser, 0)
        _shut_away(world)
        results += _measured(browser, _SHUT)
    print(json.dumps(results))


def _made() -> tuple[Any, Any]:
    """Return a browser in which an analyst has signed in, and the operation with many persons."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from tests.desk.factory import make_world

    settings.ALLOWED_HOSTS.append("testserver")
    settings.DEMO = True
    world = make_world(slug="bench", persons=_PERSONS)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    browser = Client()
    browser.force_login(world.users["analyst"])
    return browser, world


def _shut_away(world: Any) -> None:
    """Shut persons away, as many as a list of a large force might hold."""
    from soken.access.eyes import machine_sees_all
    from soken.casework.actions.shut_matches import shut
    from soken.casework.models import CompartmentKind

    with machine_sees_all():
        codes = list(world.operation.persons.order_by("pk").values_list("code", flat=True)[10 : 10 + _SHUT])
    for code in codes:
        shut(world.operation, code, CompartmentKind.PROTECTED, by=None, reason="")


def _measured(browser: Any, shut: int) -> list[dict[str, Any]]:
    """Return the median milliseconds of each page with and without, taken in turn."""
    results = []
    for name, address in (
        ("persons", "/operations/bench/persons"),
        ("search", "/operations/bench/search?q=佐藤 00042"),
        ("overview", "/operations/bench"),
    ):
        taken: dict[bool, list[float]] = {True: [], False: []}
        for bound in (True, False):
            _bind(bound=bound)
            for _round in range(_ROUNDS):
                begun = time.perf_counter()
                answer = browser.get(address)
                taken[bound].append((time.perf_counter() - begun) * 1000)
                if answer.status_code != 200:
                    raise SystemExit(f"{address} answered {answer.status_code}")
        results.append(
            {
                "name": name, "problem": "", "persons": _PERSONS, "shut": shut,
                "with_ms": statistics.median(taken[True]), "without_ms": statistics.median(taken[False]),
            }
        )  # fmt: skip
    return results


def _bind(*, bound: bool) -> None:
    """Have the server hold rows to who looks, and be told who does; or neither."""
    from django.db import connection

    from soken.casework.row_policies import bind_rows, unbind_rows

    (bind_rows if bound else unbind_rows)()
    tells = connection._told_first
    if bound and tells not in connection.execute_wrappers:
        connection.execute_wrappers.append(tells)
    elif not bound and tells in connection.execute_wrappers:
        connection.execute_wrappers.remove(tells)


if __name__ == "__main__":
    main()
