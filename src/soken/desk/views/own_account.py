"""One's own account: the ways to sign in, and signing out everywhere."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth import logout
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from soken.access import actions
from soken.desk.middleware import POLICY
from soken.desk.views.signed import signed_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


@require_safe
def own_account(request: HttpRequest) -> HttpResponse:
    """Show how one signs in, and lead to what can be changed."""
    return render(request, "desk/own_account.html")


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of the user, this one too."""
    actions.sign_out_everywhere(signed_user(request))
    logout(request)
    return redirect("account_login")


def with_picture(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let one page show a picture that stands in the page itself: the code that an authenticator app reads."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Content-Security-Policy"] = POLICY.replace("img-src 'self'", "img-src 'self' data:")
        return response

    return shown
