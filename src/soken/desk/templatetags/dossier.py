"""How the page of a dossier says codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _

from soken.access.models import Role
from soken.casework import dossier_words
from soken.casework.models import Party
from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.models.ending import ENDING_NAMES
from soken.casework.models.enquiry import RIVAL_STATES
from soken.review.facts import Ending, RivalState
from soken.review.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soken.casework.selectors.deaths import Contradiction
    from soken.review.guards import Missing

register = template.Library()


@register.filter
def stage_word(stage: str) -> str:
    """Name a stage."""
    return str(STAGE_NAMES[Stage(stage)])


@register.filter
def step_word(act: str) -> str:
    """Say what a step is called."""
    return str(dossier_words.STEP_WORDS.get(act, act))


@register.filter
def missing_word(missing: Missing) -> str:
    """Say what is missing."""
    return dossier_words.missing_words(missing)


@register.filter
def contradiction_word(found: Contradiction) -> str:
    """Say that a death and what is recorded for later days contradict each other."""
    return dossier_words.contradiction_words(found)


@register.filter
def missing_section(missing: Missing) -> str:
    """Name the section where it is mended."""
    return dossier_words.section_of(missing)


@register.filter
def kept_line(line: str) -> str:
    """Say a line that an import of old cases kept."""
    return dossier_words.kept_line(line)


@register.filter
def step_reason(reason: str) -> str:
    """Say why a step was taken."""
    return dossier_words.step_reason(reason)


@register.filter
def coded(code: str, table: str) -> str:
    """Say a code of a table of coded words."""
    return dossier_words.coded(table, code)


@register.filter
def party_word(code: str) -> str:
    """Name a party role."""
    return str(Party(code).label)


@register.filter
def rival_word(code: str) -> str:
    """Say what became of an explanation."""
    return str(RIVAL_STATES[RivalState(code)])


@register.filter
def ending_word(code: str) -> str:
    """Say why work ended."""
    return str(ENDING_NAMES[Ending(code)])


@register.filter
def roles_word(roles: Iterable[str]) -> str:
    """Name roles of users, in the order in which the installation lists them."""
    wanted = set(roles)
    return _(", ").join(str(one.label) for one in Role if one.value in wanted)
