"""Pages for what went wrong, plain and in the language of the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the role does not permit it."""
    return render(request, "desk/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is nothing here, or nothing for this reader."""
    return render(request, "desk/404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that the server failed, without saying how."""
    return render(request, "desk/500.html", status=500)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was not accepted because its token is missing or old."""
    return render(request, "desk/stale_form.html", status=403)
