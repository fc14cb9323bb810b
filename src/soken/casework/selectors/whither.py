"""Where the rows of a person went whom the run that is shown proposes no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from soken.casework.selectors import store
from soken.core.errors import NotFoundError

if TYPE_CHECKING:
    from soken.casework.models import Operation

#: Earlier runs that are looked into, the newest first.
_RUNS: Final = 10
#: Persons named; they have most of the rows.
_NAMED: Final = 5

_WENT: Final = """
select a.person as person, count(*) as rows
from read_parquet($before) b left join read_parquet($after) a using (evidence, row)
where b.person = $code group by a.person order by rows desc, person nulls last limit $most
"""


class PersonGoneError(NotFoundError):
    """A person who was proposed once, and whose rows are somebody else's or nobody's now.

    Attributes:
        person: code of the person.
        operation: short name of the operation.
        went: persons to whom the rows are proposed now, with how many; most rows first.
    """

    def __init__(self, operation: str, person: str, went: tuple[tuple[str, int], ...]) -> None:
        self.operation, self.person, self.went = operation, person, went
        now = ", ".join(f"{code} ({rows})" for code, rows in went)
        where = f"its rows are now with {now}" if now else "its rows are nobody's now"
        super().__init__(f"The newest run proposes no person {person} any more: {where}.")


def not_proposed(operation: Operation, code: str) -> NotFoundError:
    """Return the error that says what became of a person: gone, with where the rows went, or never proposed.

    Args:
        operation: whose.
        code: of a person whom the run that is shown does not propose.
    """
    runs = list(operation.runs.all()[: _RUNS + 1])
    for run in runs[1:]:
        before, after = (store.run_folder(operation, one) / "membership.parquet" for one in (run, runs[0]))
        if not (before.is_file() and after.is_file()):
            continue
        found = store.ask(_WENT, before=before, after=after, code=store.OnePerson(code), most=_NAMED)
        if found:
            went = tuple((str(one["person"]), int(one["rows"])) for one in found if one["person"])
            return PersonGoneError(operation.slug, code, went)
    return NotFoundError(f"The newest run proposes no person {code}.")
