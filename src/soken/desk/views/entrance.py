"""Language, health: what stands before the rooms (the sign-in: `soken.desk.sign_in_urls`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from soken.desk.gate import public

if TYPE_CHECKING:
    from django.http import HttpRequest


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Set the language cookie and return to the page."""
    return django_set_language(request)


@public
@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """Say that the process is up and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
