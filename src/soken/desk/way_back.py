"""Where a page leads back to once something else was answered first: itself, by an address that can be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.utils.http import MAX_URL_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseRedirect
    from django.http.response import HttpResponseBase


def way_back(request: HttpRequest) -> str:
    """Return the page's own address; without what was asked of it, then the first page, where that is too long.

    Nothing follows an address longer than `MAX_URL_LENGTH`: as one to go on to after the sign-in it is ignored, and a
    redirect to it ends in an error. A long search typed in Japanese is one, since each character takes nine.
    """
    return next((one for one in (request.get_full_path(), request.path) if len(one) <= MAX_URL_LENGTH), "/")


class SignInMiddleware(LoginRequiredMiddleware):
    """Leads whoever has not signed in to the page that does it, and from there back."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """Return the way to the sign-in page."""
        return redirect_to_login(way_back(request), self.get_login_url(view_func))
