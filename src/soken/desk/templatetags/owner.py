"""Words of forces and transfers, for templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from soken.casework import dossier_words
from soken.casework.models.transfer import TRANSFER_STATES
from soken.casework.selectors.ownership import force_named
from soken.desk.words import page_language
from soken.route.competence import grounds
from soken.route.transfers import TransferState, rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.casework.selectors.whose import Whose

register = template.Library()


@register.filter
def force_word(code: str) -> str:
    """Return the name of a force in the language of the page; the code itself where it names none."""
    found = force_named(code)
    return found.said(page_language()) if found else code


@register.filter
def of_person(anothers: Mapping[str, Whose], code: str) -> Whose | None:
    """Return whose a person is, of those whom other forces keep to themselves; None for nobody else's."""
    return anothers.get(code)


@register.filter
def ground_word(code: str) -> str:
    """Return the words of a ground of competence."""
    found = grounds().get(code)
    return found.said(page_language()) if found else code


@register.filter
def transfer_word(code: str) -> str:
    """Return the words of a transfer's state."""
    return str(TRANSFER_STATES[TransferState(code)])


@register.filter
def transfer_kind(code: str) -> str:
    """Return the words of a kind of transfer."""
    found = rules().kinds.get(code)
    return found.said(page_language()) if found else code


@register.filter
def box_word(code: str) -> str:
    """Return the words of a box of the handover form."""
    found = rules().form.get(code)
    return found.said(page_language()) if found else code


@register.filter
def value_word(kind: str) -> str:
    """Return the words of a kind of value that two operations hold."""
    return dossier_words.value_words(kind)
