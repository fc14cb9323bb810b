"""What a line of old cases can say, as the acts that pages do: none of them is a second person's."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from soken.casework.actions.add_party_role import add_party_role
from soken.casework.actions.close_enquiry import close_enquiry
from soken.casework.actions.corroborate import corroborate
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.enter_exhibit import enter_exhibit
from soken.casework.actions.open_enquiry import open_enquiry
from soken.casework.actions.screen import screen
from soken.core.errors import BadInputError
from soken.normalise.dates import normalise_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from soken.access.models import User
    from soken.casework.models import Dossier


def _screened(dossier: Dossier, said: Mapping[str, str], by: User) -> None:
    """Screen; that somebody reviewed it is not among what a CSV can say."""
    screen(dossier, by=by, reason=said.get("screening", ""), note=said.get("note", ""))


def _role(dossier: Dossier, said: Mapping[str, str], by: User) -> None:
    """Record the role."""
    add_party_role(dossier, by=by, role=said.get("role", ""), basis=said.get("role_basis", ""))


def _exhibit(dossier: Dossier, said: Mapping[str, str], by: User) -> None:
    """Enter the exhibit, and that it bears the purchase out, if that is said."""
    number = said.get("exhibit", "")
    obtained = _day(said.get("obtained_on", ""))
    enter_exhibit(dossier, by=by, number=number, origin=said.get("origin", ""), obtained_on=obtained)
    if "corroboration" in said:
        corroborate(dossier, by=by, kind=said["corroboration"], exhibit=number)


def _enquiry(dossier: Dossier, said: Mapping[str, str], by: User) -> None:
    """Open the line of enquiry, and close it, if what was found is said."""
    line = open_enquiry(dossier, by=by, question=said.get("question", ""))
    if said.keys() & {"result", "found"}:
        close_enquiry(dossier, by=by, key=line.pk, result=said.get("result", ""), found=said.get("found", ""))


def _ending(dossier: Dossier, said: Mapping[str, str], by: User) -> None:
    """End the work on the person: the wrong one, not identifiable, or dead."""
    if "stage" in said:
        raise BadInputError(_("A line names an ending or a stage, not both."))
    died = _day(said["died_on"]) if "died_on" in said else None
    end_dossier(dossier, by=by, kind=said.get("ending", ""), basis=said.get("ending_basis", ""), on=died)


def _day(text: str) -> date:
    """Return a day.

    Raises:
        BadInputError: it is none.
    """
    found = normalise_date(text)
    # A day that can be read in two ways would be a guess.
    if found.iso is None or not found.sure:
        raise BadInputError(
            _("“%(day)s” is no day; write it as 2016-04-01, 2016/4/1 or 平成28年4月1日.") % {"day": text[:40]}
        )
    return date.fromisoformat(found.iso)


#: Columns of which any asks for an act, and the act; in the order in which they are done.
ACTS: Final[tuple[tuple[frozenset[str], Callable[[Dossier, Mapping[str, str], User], None]], ...]] = (
    (frozenset({"screening", "note"}), _screened),
    (frozenset({"role", "role_basis"}), _role),
    (frozenset({"exhibit", "origin", "obtained_on", "corroboration"}), _exhibit),
    (frozenset({"question", "result", "found"}), _enquiry),
    (frozenset({"ending", "ending_basis", "died_on"}), _ending),
)
