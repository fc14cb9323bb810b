"""The second factor: everybody has one, save in the demo; whoever has none yet can only set one up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.db.models import Q
from django.shortcuts import redirect

from soken.access.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

#: What counts as a second factor; recovery codes only stand in for one.
FACTORS: Final = ("totp", "webauthn")
#: Attribute of a view that is open to whoever has no second factor yet.
BEFORE_SECOND_FACTOR: Final = "soken_before_second_factor"

#: Attribute of a request that says so, for the page to show.
NEEDS_SECOND_FACTOR: Final = "needs_second_factor"


class SecondFactorMiddleware:
    """Leads whoever has signed in without a second factor to the page that sets one up, and nowhere else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _named: Any
    ) -> HttpResponse | None:
        """Return the way to the set-up page; None where the page may be shown, which is told if a factor is missing."""
        if not required() or not isinstance(request.user, User) or shown_by(request):
            return None
        setattr(request, NEEDS_SECOND_FACTOR, True)
        return None if getattr(view, BEFORE_SECOND_FACTOR, False) else redirect("mfa_index")


def required() -> bool:
    """Say whether this process asks for second factors: everywhere but in the demo, whose users are invented."""
    return not settings.DEMO


def shown_by(request: HttpRequest) -> bool:
    """Say whether a second factor was shown in this sitting, or a service vouched that asks for one itself."""
    return any(_counts(one) for one in get_authentication_records(request, request.user))


def _counts(method: dict[str, Any]) -> bool:
    """Say whether one way of proving who one is counts as two factors."""
    if method.get("method") == "mfa":
        return True
    return method.get("method") == "socialaccount" and method.get("provider") in settings.ASKS_SECOND_FACTOR


def app_of(user: User) -> Any | None:
    """Return a user's authenticator app, None without one: a passkey can only be shown to a browser."""
    from allauth.mfa.models import Authenticator

    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def takes_code(user: User, authenticator: Any, code: str) -> bool:
    """Take the code of an authenticator app once, whichever process is shown it (RFC 6238, 5.2).

    Args:
        user: whose it is.
        authenticator: the factor that the code is of; recovery codes are used up by themselves.
        code: a code that is right.

    Returns:
        Whether its half minute is later than that of every code taken before.
    """
    if authenticator.type != "totp":
        return True
    secret = get_adapter().decrypt(authenticator.data["secret"])
    shown = code.replace(" ", "")
    steps = (one for one in yield_hotp_counters_from_time() if format_hotp_value(hotp_value(secret, one)) == shown)
    step = next(steps, None)
    if step is None:  # its time ran out between the two looks at the clock
        return False
    earlier = Q(code_step__isnull=True) | Q(code_step__lt=step)
    return bool(User.objects.filter(earlier, pk=user.pk).update(code_step=step))


def before_second_factor(view: Any) -> Any:
    """Open a view also to whoever has no second factor yet."""
    setattr(view, BEFORE_SECOND_FACTOR, True)
    return view


def reset_second_factors(user: User) -> int:
    """Remove every factor and recovery code of a user who has lost them, and end their sessions; return how many."""
    from allauth.mfa.models import Authenticator

    from soken.access.actions import sign_out_everywhere

    removed: int = Authenticator.objects.filter(user=user).delete()[0]
    sign_out_everywhere(user)
    return removed
