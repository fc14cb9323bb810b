"""Save a filter of the list of persons under a name, and delete it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.dossier_act import check_right
from soken.casework.models import FilteredPage, SavedFilter
from soken.casework.selectors.saved_filters import text_of
from soken.core import clock
from soken.core.errors import BadInputError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from soken.access.models import User
    from soken.casework.models import Operation
    from soken.casework.selectors.persons import PersonQuery

_LONGEST_NAME: Final = 60


def save_filter(
    operation: Operation, *, by: User, name: str, query: PersonQuery, shared: bool = False, replace: bool = False
) -> SavedFilter:
    """Save what the list of persons shows now, for oneself or for everybody in the operation.

    Args:
        operation: whose list.
        by: who saves it.
        name: under which it is found again; one's own names stand once.
        query: what the list is asked for; the page does not count.
        shared: whether the operation's other members may use it too.
        replace: put it in the place of one's own filter of that name.

    Raises:
        BadInputError: the name is missing or too long, or the filter filters nothing.
        RefusedError: one's own filter has that name already; and see `check_right`.
        NotFoundError: the actor is no member of the operation.
    """
    check_right(operation, by, Act.SEE_PERSON)
    said = " ".join(name.replace("\0", "").split())
    if not said or len(said) > _LONGEST_NAME:
        raise BadInputError(_("Give the filter a name of at most %(most)s characters.") % {"most": _LONGEST_NAME})
    asked = text_of(query)
    if not asked:
        raise BadInputError(_("The list is not filtered: choose a filter first, then save it."))
    values = {"query": asked, "shared": shared, "at": clock.now()}
    where: dict[str, Any] = {"operation": operation, "page": FilteredPage.PERSONS, "by": by, "name": said}
    if replace:
        return SavedFilter.objects.update_or_create(**where, defaults=values)[0]
    try:
        with transaction.atomic():
            return SavedFilter.objects.create(**where, **values)
    except IntegrityError as taken:
        raise RefusedError(_("You have a filter “%(name)s” already; replace it, or choose another name.")
                           % {"name": said}) from taken  # fmt: skip


def delete_filter(operation: Operation, key: int, *, by: User) -> None:
    """Delete one's own filter; a shared one is then gone for everybody.

    Raises:
        NotFoundError: the operation has no such filter, or the actor is no member of it.
        RefusedError: somebody else saved it; and see `check_right`.
    """
    check_right(operation, by, Act.SEE_PERSON)
    found = operation.saved_filters.filter(pk=key).first()
    if found is None or (found.by_id != by.pk and not found.shared):
        raise NotFoundError(_("This operation has no such filter."))
    if found.by_id != by.pk:
        raise RefusedError(_("Somebody else saved this filter; only they can delete it."))
    found.delete()
