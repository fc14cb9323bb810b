"""What whoever looks may see, as the policies of the tables are told it: the one decision's answer, in a few settings.

Whoever is not named sees nothing. What is told says which operations, and of these whom compartments shut away; that is
decided by ``Operation.objects.visible_to``, by `CompartmentQuerySet` and by `force_sight`, as for everything else.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from soken.access.eyes import eyes, keep_found, kept_answer, kept_for
from soken.access.policy import Act, allows
from soken.casework.models import Compartment, CompartmentPerson, CompartmentRow, Operation
from soken.casework.models.compartment import sees_compartments_only
from soken.casework.models.force_sight import force_sight
from soken.casework.models.of_person import FEW, shut_now
from soken.casework.row_policies import BY_NUMBER

if TYPE_CHECKING:
    from soken.access.eyes import Eyes
    from soken.casework.models.compartment import CompartmentQuerySet


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer, each part as the text of the setting of its name, in the order in which they are told.

    Attributes:
        operations: primary keys, a blank between; ``*`` for all.
        only: ``on`` where those named below are all that is seen, and not all that is not.
        persons: operation and code of persons in compartments: ``7/P-…``.
        rows: evidence and number of their rows: ``E-…:12``.
        ids: table and primary key of what concerns them and nobody else.
        protected: ``on`` where the list of protected people is seen.
        by_force: primary keys of the operations in which the reader is held to their own force's dossiers.
        force: code of that force.
        let_in: primary keys of other forces' dossiers that are open to the reader there.
    """

    operations: str = ""
    only: str = ""
    persons: str = ""
    rows: str = ""
    ids: str = ""
    protected: str = ""
    by_force: str = ""
    force: str = ""
    let_in: str = ""

    def told(self) -> tuple[str, ...]:
        """Return the values of the settings."""
        return astuple(self)


#: Queries kept, each for another number of compartments.
_LENGTHS: Final = 64
NOTHING: Final = Answer()
EVERYTHING: Final = Answer(operations="*", protected="on")


def known_answer() -> Answer | None:
    """Return the answer for whoever looks now, None where it has to be found out first."""
    looks = eyes()
    if looks.machine:
        return EVERYTHING
    if looks.user is None and not looks.installation:
        return NOTHING
    return kept_answer(looks, _find)


def row_answer() -> Answer:
    """Find out the answer for whoever looks now; it is kept until a compartment or a membership changes."""
    return kept_for(eyes(), _find)


def _find() -> Answer:
    """Ask the one decision."""
    looks = eyes()
    only = sees_compartments_only(looks)
    if only and looks.user is not None:
        compartments = Compartment.objects.open_to(looks.user)
    else:
        compartments = Compartment.objects.shut_to(looks)
    operations, keys = _operations_and(compartments, looks)
    if not only:
        # The page asks for these next, whatever it shows of a person.
        keep_found(looks, shut_now, keys[: FEW + 1])
    sight = force_sight(looks)
    return Answer(
        operations=operations,
        only="on" if only else "",
        persons=_persons(keys) if keys else "",
        rows=_rows(keys) if keys else "",
        ids=_numbered(keys) if keys else "",
        protected="on" if looks.user is None or allows(looks.user, Act.SEE_COMPARTMENT) else "",
        by_force=_keys(sight.operations) if sight else "",
        force=sight.force if sight else "",
        let_in=_keys(sight.let_in) if sight else "",
    )


def _operations_and(compartments: CompartmentQuerySet, looks: Eyes) -> tuple[str, list[int]]:
    """Return which operations are seen, and the keys of compartments, in one query."""
    keys = compartments.order_by().values_list("pk", Value("compartment"))
    if looks.user is None or looks.beyond:
        return "*", [key for key, _what in keys]
    operations = Operation.objects.visible_to(looks.user).order_by().values_list("pk", Value("operation"))
    found = list(operations.union(keys))
    return (
        " ".join(str(key) for key, what in found if what == "operation"),
        [key for key, what in found if what == "compartment"],
    )


def _keys(keys: tuple[int, ...] | None) -> str:
    """Return primary keys, a blank between."""
    return " ".join(str(key) for key in keys or ())


def _persons(keys: list[int]) -> str:
    """Return the persons of compartments."""
    named = CompartmentPerson.objects.filter(compartment__in=keys).values_list("operation", "code").distinct()
    return " ".join(f"{operation}/{code}" for operation, code in named)


def _rows(keys: list[int]) -> str:
    """Return the rows of compartments."""
    held = CompartmentRow.objects.filter(compartment__in=keys).values_list("evidence", "row").distinct()
    return " ".join(f"{evidence}:{row}" for evidence, row in held)


def _numbered(keys: list[int]) -> str:
    """Return what concerns the persons of compartments and nobody else, whatever its table, in one query."""
    asked, given = _asked_of(len(keys))
    named = {one - len(keys): key for one, key in enumerate(keys)}
    with connection.cursor() as cursor:
        cursor.execute(asked, [named.get(one, one) if isinstance(one, int) else one for one in given])
        return " ".join(concerned for (concerned,) in cursor.fetchall())


@lru_cache(maxsize=_LENGTHS)
def _asked_of(number: int) -> tuple[str, tuple[Any, ...]]:
    """Return the words of that query and what is given with them: for the keys so many numbers below nothing.

    To put it together takes half as long as a page, and only the keys differ from one page to the next.
    """
    compartments = Compartment.objects.filter(pk__in=range(-number, 0))
    first, *others = (
        model._base_manager.filter(model.tells_of(compartments))
        .order_by()
        .values_list(Concat(Value(f"{model._meta.db_table}/"), Cast("pk", CharField())), flat=True)
        for model in BY_NUMBER
    )
    words, given = first.union(*others, all=True).query.sql_with_params()
    return words, tuple(given)
