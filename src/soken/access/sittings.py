"""How long a sitting lasts: it ends after a time without use, and after a time whatever is done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in

from soken.core.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

#: NIST SP 800-63B 4.2.3 (AAL2): signed in anew after 12 hours at most, or 30 minutes without use. A shift is 8 hours.
IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=8)
#: How often the last use is noted: writing the session for each page would cost more than it tells.
_NOTED: Final = timedelta(minutes=1)
_BEGUN, _USED = "sitting_begun", "sitting_used"


class SittingMiddleware:
    """Signs out whoever has been away too long, or been signed in too long, before any page is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, signed out where the sitting is over. A page that asks for itself anew is no use."""
        if request.user.is_authenticated:
            at = now()
            if _is_over(request.session, at):
                logout(request)
            elif "HX-Request" not in request.headers or request.method == "POST":
                _note_use(request.session, at)
        return self._get_response(request)


def begin(session: Any, at: datetime) -> None:
    """Note in a session that somebody has just signed in."""
    session[_BEGUN] = session[_USED] = at.isoformat()


def _is_over(session: Any, at: datetime) -> bool:
    """Say whether a sitting has lasted too long; one that does not say when it began is over."""
    if _BEGUN not in session:
        return True
    begun, used = (datetime.fromisoformat(session[name]) for name in (_BEGUN, _USED))
    return at - begun >= LONGEST or at - used >= IDLE


def _note_use(session: Any, at: datetime) -> None:
    """Note a use, at most once a minute."""
    if at - datetime.fromisoformat(session[_USED]) >= _NOTED:
        session[_USED] = at.isoformat()


def _signed_in(request: HttpRequest, **_signal: Any) -> None:
    """Begin the sitting of whoever has signed in."""
    begin(request.session, now())


def listen() -> None:
    """Have every sign-in begin a sitting."""
    user_logged_in.connect(_signed_in, dispatch_uid="access-sitting-begins")
