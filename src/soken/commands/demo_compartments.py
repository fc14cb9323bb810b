"""Shuts away two of the demo's buyers: an invented police officer, and a user of the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation, Person

_CLAIMED: Final = """
select c.person, any_value(r.name) as name, any_value(r.email) as mail from read_parquet($clusters) c
join read_parquet($records) r using (record) where list_contains($persons, c.person) and r.email_key is not null
group by c.person order by c.person limit 2
"""
#: Persons without a dossier that are looked at for two with a mail.
_LOOKED_AT: Final = 50


def play_compartments(operation: Operation, users: dict[str, User]) -> None:
    """Enter one buyer as a protected person and say that another is a user here: both are shut away at once."""
    from soken.access.actions import say_who_a_user_is
    from soken.casework.actions.keep_protected import enter_protected
    from soken.casework.selectors import store

    run = operation.runs.first()
    if run is None:
        return
    folder = store.run_folder(operation, run)
    found = store.ask(
        _CLAIMED, persons=[one.code for one in _free(operation)], clusters=folder / "clusters.parquet",
        records=folder / "records.parquet",
    )  # fmt: skip
    if len(found) < 2:
        return
    officer, user = found
    enter_protected(
        by=users["demo-oversight"], category="police", name=officer["name"], mail=officer["mail"], force="tokyo",
        colleagues=[users["demo-investigator"]],
    )  # fmt: skip
    say_who_a_user_is(users["demo-osaka-reviewer"], name=user["name"], mail=user["mail"])


def _free(operation: Operation) -> list[Person]:
    """Return persons on whom nobody works, and who are nobody else's doubt."""
    worked = operation.dossiers.values("person_code")
    settled = operation.persons.filter(band="same").exclude(code__in=worked)
    return list(settled.order_by("rows", "code")[:_LOOKED_AT])
