"""What every response carries, and how Soken's own errors become pages."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.http import Http404
from django.shortcuts import render

from soken.casework.selectors.whither import PersonGoneError
from soken.casework.selectors.whose import AnothersCaseError
from soken.core.errors import NotFoundError, RefusedError, SokenError
from soken.core.replaced import ReplacedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

#: What a page may load: only what this server itself serves.
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


#: What a page may ask of the browser: nothing of the machine, but a passkey of the reader's.
PERMISSIONS: Final = ", ".join(
    (
        "accelerometer=(), autoplay=(), bluetooth=(), camera=(), display-capture=(), geolocation=(), gyroscope=()",
        "hid=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
        "publickey-credentials-create=(self), publickey-credentials-get=(self)",
    )
)

#: What every answer carries, whoever made it: a page, a file, a style sheet, an error before any page was reached.
HEADERS: Final = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "Permissions-Policy": PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cache-Control": "no-store",
    }
)


class HeadersMiddleware:
    """Gives every answer what `HEADERS` says where nothing narrower was said; it stands before all others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers."""
        response = self._get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class SokenErrorMiddleware:
    """Shows an error that Soken raised for people as a page; what was not found is the same 404 as anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Turn the error into a page."""
        if isinstance(problem, PersonGoneError):
            return render(request, "desk/person_gone.html", {"gone": problem}, status=410)
        if isinstance(problem, NotFoundError):
            raise Http404 from problem
        if not isinstance(problem, SokenError):
            return None
        if isinstance(problem, AnothersCaseError):
            return render(request, "desk/problem.html", {"problem": problem}, status=403)
        status = 409 if isinstance(problem, RefusedError | ReplacedError) else 500
        return render(request, "desk/problem.html", {"problem": problem}, status=status)
