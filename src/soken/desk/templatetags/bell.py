"""The bell on every page: how many notifications are unread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from soken.access.models import User
from soken.casework.selectors.notifications import unread_count

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

register = template.Library()


@register.filter
def unread(user: User | AnonymousUser) -> int:
    """Count what a user has not read (one query on an index of unread ones)."""
    return unread_count(user) if isinstance(user, User) else 0
