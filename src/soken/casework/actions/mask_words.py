"""Blank what names an erased person in words that somebody wrote elsewhere: on another person, on a job (R36).

What was written on the person went with them. Of other words only people can say whom they mean: `soken erase verify`
names each place, and whoever carries erasures out has them blanked there, one place at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus

from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _

from soken.access.policy import Act
from soken.casework.actions.carry_out_erasure import rewrite_database
from soken.casework.actions.dossier_act import check_right
from soken.casework.models import RetentionReview
from soken.casework.selectors.traces import hangs_on, is_words, words_at
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.ledger.attribution import says
from soken.ledger.erase import destroy_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soken.access.models import User
    from soken.casework.models import Operation

#: What stands in the place of a value: as long as the shortest, so that no column is too short for it.
MASK: Final = "〓〓"


def mask_words(operation: Operation, key: int, *, place: str, values: Iterable[str], by: User) -> int:
    """Blank values of a person who was erased in one field of one row; return how many times they stood there.

    The ledger tells of it as of the erasure, closed with the person's key, which is destroyed again.

    Args:
        operation: where the person was erased, and the words stand.
        key: number of the review by which the person was erased.
        place: where: table, row and column, as ``casework_note/12/text``.
        values: what is blanked; of two signs at least.
        by: who does it.

    Raises:
        NotFoundError: the operation has no such review or place, the actor may not see it, or no value stands there.
        BadInputError: the place is none of words, or a value is too short.
        RefusedError: nobody was erased by the review; the database keeps the words; or the role does not permit it.
    """
    check_right(operation, by, Act.ERASE)
    review = RetentionReview.objects.filter(operation=operation, pk=key).first()
    if review is None:
        raise NotFoundError(_("There is no review number %(number)s.") % {"number": key})
    if review.erased_at is None:
        raise RefusedError(_("Nobody was erased by review %(number)s yet; carry it out first.") % {"number": key})
    row, field = _words_at(operation, place)
    said, times = _masked(getattr(row, field), _longest_first(values))
    if not times:
        raise NotFoundError(_("None of the values stands in %(place)s.") % {"place": place})
    says(by=by.get_username(), act=Act.ERASE.value, operation=operation.slug, person=review.person_code)
    try:
        with transaction.atomic():
            models.QuerySet(type(row)).filter(pk=row.pk).update(**{field: said})
    except DatabaseError as kept:
        raise RefusedError(
            _("The database keeps %(place)s as it was written; it cannot be blanked.") % {"place": place}
        ) from kept
    destroy_key(operation.slug, review.person_code)
    rewrite_database()
    return times


def _words_at(operation: Operation, place: str) -> tuple[models.Model, str]:
    """Return the row and the field of a place where somebody wrote words."""
    row, column = words_at(place), place.rpartition("/")[2]
    if row is None or hangs_on(row)[0] != operation:
        raise NotFoundError(_("There is no place %(place)s in this operation.") % {"place": place})
    if not is_words(row, column):
        raise BadInputError(_("No words of somebody stand in %(place)s.") % {"place": place})
    return row, column


def _longest_first(values: Iterable[str]) -> list[str]:
    """Return values, also as addresses write them, in the order in which they are blanked."""
    found = {one for one in values if one.strip()}
    if not found or min(map(len, found)) < len(MASK):
        raise BadInputError(_("Each value has at least two signs; what is shorter stands in any word."))
    return sorted(found | {quote_plus(one) for one in found}, key=len, reverse=True)


def _masked(said: Any, values: list[str]) -> tuple[Any, int]:
    """Return words, or what holds some, without values; and how many there were."""
    if isinstance(said, str):
        times = 0
        for value in values:
            times += said.count(value)
            said = said.replace(value, MASK)
        return said, times
    if isinstance(said, list):
        parts = [_masked(one, values) for one in said]
        return [one for one, _times in parts], sum(times for _one, times in parts)
    if isinstance(said, dict):
        named = {name: _masked(one, values) for name, one in said.items()}
        return {name: one for name, (one, _times) in named.items()}, sum(times for _one, times in named.values())
    return said, 0
