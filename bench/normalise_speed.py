"""How many distinct values a second each normalising function does, on one core and on values that it has not seen."""

from __future__ import annotations

import random
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bench.lists.hand import Hand, address_line, mail_form, phone_form, write_entry
from bench.lists.orders_wareki import japanese_year
from bench.lists.population import Population, Shape

if TYPE_CHECKING:
    from collections.abc import Callable

_PEOPLE = 12_000
#: What is measured: shown name, function, which values it is given.
FUNCTIONS = (
    ("mail", "soken.normalise.mail:normalise_mail", "mails"),
    ("phone", "soken.normalise.phone:normalise_phone", "phones"),
    ("date", "soken.normalise.dates:normalise_date", "dates"),
    ("romaji key", "soken.normalise.romaji:romaji_key", "kana"),
    ("width", "soken.normalise.width:fold_width", "addresses"),
)


def measure_normalise() -> list[dict[str, Any]]:
    """Return values a second of each function; the first thousand values warm its tables and are not counted."""
    values = _values()
    results = []
    for name, where, kind in FUNCTIONS:
        module, _, attribute = where.partition(":")
        function: Callable[[str], object] = getattr(import_module(module), attribute)
        distinct = list(dict.fromkeys(values[kind]))
        for value in distinct[:1000]:
            function(value)
        started = time.perf_counter()
        for value in distinct[1000:]:
            function(value)
        took = time.perf_counter() - started
        results.append(
            {"name": f"{name} (`{where}`)", "values": len(distinct) - 1000, "per_second": (len(distinct) - 1000) / took}
        )
        print(results[-1], flush=True)
    return results


def _values() -> dict[str, list[str]]:
    """Return values as typed by invented people."""
    rng = random.Random(31)
    values: dict[str, list[str]] = {name: [] for name in ("mails", "phones", "dates", "kana", "names", "addresses")}
    hand = Hand()
    for person in Population(_PEOPLE, Shape(), rng).people:
        entry = write_entry(person, 0.0, hand, rng)
        values["mails"].append(mail_form(person.mails[0], rng))
        values["phones"].append(phone_form(person.phones[0], rng))
        values["dates"].append(japanese_year(person.birth, rng))
        values["kana"].append("".join(entry.kana))
        values["names"].append(" ".join(entry.halves()))
        values["addresses"].append(address_line(person.homes[0], rng))
    return values
