"""Signing in and reading a page, as the tests of all rooms do."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from django.test import Client

if TYPE_CHECKING:
    from django.http import HttpResponse

    from soken.access.models import User


def signed_in(user: User) -> Client:
    """A browser in which somebody has signed in."""
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: HttpResponse) -> str:
    """The page as a person reads it: without tags, styles and scripts; spaces made one."""
    page = re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(page).split())
