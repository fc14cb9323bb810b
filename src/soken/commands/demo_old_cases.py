"""The demo's old cases: a CSV as an old system would write it, previewed and taken over through the same gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soken.demo.cases import demo_casework
from soken.exchange.cells import csv_text

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation


def play_old_cases(operation: Operation, by: User) -> None:
    """Take over old cases on persons on whom nobody works yet, as far as the gates let; where there are such persons.

    Args:
        operation: whose persons.
        by: who takes them over.
    """
    from soken.casework.actions.import_cases import import_cases
    from soken.casework.old_cases import read_cases

    written = _csv(operation)
    if written.count("\n") < 2:
        return
    table = read_cases(written.encode())
    import_cases(operation, table, by=by, apply=False)
    import_cases(operation, table, by=by, apply=True, previewed=table.mark)


def _csv(operation: Operation) -> str:
    """Return the CSV: a line for each old case for which a person without a dossier lives in its prefecture."""
    old = demo_casework().old_cases
    heads = list(dict.fromkeys(("person", *(column for one in old for column in one.said))))
    lines = [heads]
    worked = operation.dossiers.values_list("person_code", flat=True)
    for one in old:
        free = operation.persons.filter(prefecture=one.prefecture, band="same").exclude(code__in=[*worked])
        person = free.order_by("-rows", "code").first()
        if person is not None:
            said = {"person": person.code, **one.said}
            lines.append([said.get(head, "") for head in heads])
    return csv_text(lines)
