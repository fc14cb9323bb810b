"""dedupe, trained on the labels given (up to 300 pairs that are one person, 300 that are not)."""

from __future__ import annotations

import csv
import itertools
import random
import sys

import dedupe
import dedupe.variables


def main(source: str, labels: str, found: str) -> None:
    """Group the rows of ``source`` and write ``found``."""
    with open(source, encoding="utf-8", newline="") as stream:  # noqa: PTH123 - one plain script
        rows = {row["row"]: {key: value or None for key, value in row.items()} for row in csv.DictReader(stream)}
    with open(labels, encoding="utf-8", newline="") as stream:  # noqa: PTH123
        by_person: dict[str, list[str]] = {}
        for label in csv.DictReader(stream):
            if label["row"] in rows:
                by_person.setdefault(label["person"], []).append(label["row"])
    rng = random.Random(1)
    same = [(rows[a], rows[b]) for group in by_person.values() for a, b in itertools.combinations(group, 2)]
    people = sorted(by_person)
    chosen = [rng.sample(people, 2) for _ in range(300)]
    distinct = [(rows[by_person[a][0]], rows[by_person[b][0]]) for a, b in chosen]
    fields = [
        dedupe.variables.String(name, has_missing=True)
        for name in ("family", "given", "family_kana", "given_kana", "email", "phone", "postal_code", "address")
    ]
    model = dedupe.Dedupe(fields, num_cores=1)
    model.prepare_training(rows, sample_size=500)
    model.mark_pairs({"match": rng.sample(same, min(300, len(same))), "distinct": distinct})
    model.train(recall=0.95)
    with open(found, "w", encoding="utf-8", newline="") as stream:  # noqa: PTH123
        writer = csv.writer(stream)
        writer.writerow(("row", "person"))
        for person, (members, _scores) in enumerate(model.partition(rows, 0.5)):
            writer.writerows((row, person) for row in members)


if __name__ == "__main__":
    main(*sys.argv[1:4])
