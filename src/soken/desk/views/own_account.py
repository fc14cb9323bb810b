"""One's own account: the ways to sign in, and signing out everywhere."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from soken.access import actions
from soken.access.models import User
from soken.core.refusals import refused
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


def one_window(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hold the user's row while a factor is removed: two windows could each take the other's for the one that stays."""

    @wraps(view)
    def held(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=signed_user(request).pk)
            return view(request, *args, **kwargs)

    return held


def keep_last(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Remove a passkey only where another factor stays; allauth asks that for an authenticator app alone."""

    @wraps(view)
    def removed(request: HttpRequest, *args: Any, pk: int, **kwargs: Any) -> HttpResponse:
        # The user's row is held, so that two windows cannot each take the other's factor for the one that stays.
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=signed_user(request).pk)
            key = get_object_or_404(Authenticator, pk=pk, user=user, type=Authenticator.Type.WEBAUTHN)
            if get_adapter().can_delete_authenticator(key):
                return view(request, *args, pk=pk, **kwargs)
        asked = request.method == "POST"
        if asked:
            refused("The last second factor stays.")
        shown = {"authenticator": key, "last": True}
        return render(request, "mfa/webauthn/authenticator_confirm_delete.html", shown, status=409 if asked else 200)

    return removed


def say_if_refused(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Say on the page of the sign-in that a passkey was not accepted; allauth only leads back to it."""

    @wraps(view)
    def tried(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        back = response.headers.get("Location") == reverse("account_login")
        if request.method == "POST" and back and not request.user.is_authenticated:
            refused("A passkey was not accepted.")
            messages.error(request, _("This passkey opens nothing here: it is unknown, was removed, or was shown "
                                      "too late. Sign in another way, or try again."))  # fmt: skip
        return response

    return tried
