"""How pages write tracks and clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from soken.desk import track_words

if TYPE_CHECKING:
    from datetime import date

    from soken.casework.selectors.track import SeenClock
    from soken.route.clocks import ClockState
    from soken.route.juvenile import Procedure

register = template.Library()


@register.filter
def offence_word(code: str) -> str:
    """Name an offence."""
    return track_words.offence_word(code)


@register.filter
def penalty_word(code: str, day: date) -> str:
    """Say the penalty of an offence for an act of a day."""
    return track_words.penalty_word(code, day)


@register.filter
def clock_word(code: str) -> str:
    """Say what must be done before a clock ends."""
    return track_words.clock_word(code)


@register.filter
def custody_step(code: str) -> str:
    """Name a step of custody."""
    return track_words.step_of_custody(code)


@register.filter
def clock_state(state: ClockState) -> str:
    """Say how a clock stands."""
    return str(track_words.STATE_WORDS[state][0])


@register.filter
def clock_class(state: ClockState) -> str:
    """Return the class that colours how a clock stands."""
    return track_words.STATE_WORDS[state][1]


@register.filter
def clock_left(seen: SeenClock) -> str:
    """Say how long a clock runs still."""
    return track_words.left_words(seen)


@register.filter
def procedure_word(procedure: Procedure) -> str:
    """Say what the age means for the procedure."""
    return str(track_words.PROCEDURE_WORDS[procedure])
