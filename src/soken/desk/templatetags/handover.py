"""Words of handovers between installations, for templates."""

from __future__ import annotations

from django import template

from soken.casework.models.handover import INCOMING_STATES, OUTGOING_STATES
from soken.route.handover import Incoming, Outgoing

register = template.Library()


@register.filter
def outgoing_word(code: str) -> str:
    """Return the words of a handover's state at the sender."""
    return str(OUTGOING_STATES[Outgoing(code)])


@register.filter
def incoming_word(code: str) -> str:
    """Return the words of a handover's state at the receiver."""
    return str(INCOMING_STATES[Incoming(code)])
