"""How pages write priority and notifications."""

from __future__ import annotations

from django import template

from soken.casework.models import ChangeState
from soken.casework.selectors.instrument import targets_in_use
from soken.desk import priority_words
from soken.desk.words import page_language
from soken.prioritise.safety import bodies, methods

register = template.Library()


@register.filter
def band_word(band: str) -> str:
    """Name a band."""
    return priority_words.band_words(band)


@register.filter
def fact_word(act: str) -> str:
    """Name the fact that an act brought."""
    return str(priority_words.FACT_WORDS.get(act, act))


@register.filter
def version_reason(reason: str) -> str:
    """Say why a version was made."""
    return priority_words.reason_words(reason)


@register.filter
def change_word(state: str) -> str:
    """Say what became of a change of band."""
    return str(ChangeState(state).label)


@register.filter
def body_word(code: str) -> str:
    """Name a body that protects children."""
    found = bodies().get(code)
    return found.said(page_language()) if found else code


@register.filter
def method_word(code: str) -> str:
    """Say how a notification was given."""
    found = methods().get(code)
    return found.said(page_language()) if found else code


@register.filter
def minus(days: int) -> int:
    """Turn days past a target into days left."""
    return -days


@register.inclusion_tag("desk/_band_rates.html")
def band_rates() -> dict[str, object]:
    """Show, folded, what the bands mean with published error rates, wherever bands order people (R12)."""
    return {"bands": priority_words.rates_of(targets_in_use())}
