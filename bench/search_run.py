"""The timed part of `bench.search`, in a process of its own that reads the home once, as a web worker does."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation

#: How many persons each kind of question is asked about; and how often all are asked.
PERSONS = 12
ROUNDS = 3


def main() -> None:
    """Measure, and print the figures as one line of JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soken.desk.settings")
    import django

    django.setup()
    from soken.access.models import User
    from soken.casework.models import Operation

    operation, user = Operation.objects.get(), User.objects.get(username="demo-analyst")
    asked = _questions(operation)
    for texts in asked.values():
        _ask(user, operation, texts[:1])  # a worker's first question opens the tables
    kinds = {kind: _timed(user, operation, texts) for kind, texts in asked.items()}
    every = [one for kind in kinds.values() for one in kind.pop("all")]
    found = {
        "persons": operation.persons.count(), "questions": len(every), "kinds": kinds,
        "median_ms": statistics.median(every), "p95_ms": statistics.quantiles(every, n=20)[-1],
    }  # fmt: skip
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


def _questions(operation: Operation) -> dict[str, list[str]]:
    """Return what is looked for, by kind: values of records spread over the whole list, and parts and slips of them."""
    from soken.casework.selectors import store

    folder = store.run_folder(operation, operation.runs.first())
    rows = store.ask(
        "select * from read_parquet($records) where email_key is not null and phone_key is not null "
        "and name_script = 'kanji' and length(name) >= 4 order by hash(record) limit $most",
        records=str(folder / "records.parquet"), most=PERSONS,
    )  # fmt: skip
    names = [str(one["name"]) for one in rows]
    return {
        "name": names,
        "name with a slip": [name[:-1] + ("子" if name[-1] != "子" else "美") for name in names],
        "family name": [name[:2] for name in names],
        "reading in kana": ["サトウ", "すずき", "タナカ", "わたなべ"],
        "reading in romaji": ["sato", "suzuki ichiro", "tanaka", "watanabe"],
        "mail": [str(one["email_key"]) for one in rows],
        "beginning of a mail": [str(one["email_key"])[:6] for one in rows],
        "phone": [str(one["phone_key"]) for one in rows],
        "part of a phone": [str(one["phone_key"])[-4:] for one in rows],
        "part of an address": [str(one["address_key"] or "")[-6:] or "新宿区" for one in rows],
        "item code": [f"ITEM-{number:04d}" for number in range(1, PERSONS + 1)],
        "nobody": ["存在しない氏名", "nobody@nowhere.example", "09000000000"],
    }


def _timed(user: User, operation: Operation, texts: list[str]) -> dict[str, Any]:
    """Return how long the questions of one kind take, in milliseconds, and how many of them found somebody."""
    times, cpu, hits = [], 0.0, 0
    for _round in range(ROUNDS):
        for text in texts:
            began, used = time.perf_counter(), time.process_time()
            hits += _ask(user, operation, [text])
            times.append((time.perf_counter() - began) * 1000)
            cpu += (time.process_time() - used) * 1000
    return {"median_ms": statistics.median(times), "worst_ms": max(times), "processor_ms": cpu / len(times),
            "found": hits / len(times), "all": times}  # fmt: skip


def _ask(user: User, operation: Operation, texts: list[str]) -> int:
    """Look for texts; return for how many somebody was found."""
    from soken.casework.selectors.search import search

    return sum(bool(search(user, operation, text).hits) for text in texts)


if __name__ == "__main__":
    main()
