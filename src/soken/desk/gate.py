"""The gate before every page of an operation: default deny, what is hidden does not exist."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied

from soken.access.policy import Act, allows
from soken.casework.selectors.operations import operation_seen_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation

P = ParamSpec("P")
V = TypeVar("V", bound="Callable[..., Any]")

#: Attribute of a view that says what it needs: an `Act`, or `SIGNED_IN`, or `PUBLIC`.
GATE = "soken_gate"
SIGNED_IN, PUBLIC = "signed-in", "public"


def permitted(
    act: Act,
) -> Callable[[Callable[Concatenate[HttpRequest, Operation, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Open a page of an operation to the operation's members whose role permits the act.

    The view is given the operation instead of its short name. Who is no member gets the same 404 as for an operation
    that does not exist; a member whose role does not permit the act gets 403.

    Args:
        act: what the page does or shows.
    """

    def gate(view: Callable[Concatenate[HttpRequest, Operation, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            operation = operation_seen_by(request.user, slug)
            if not allows(request.user, act):
                raise PermissionDenied
            return view(request, operation, *args, **kwargs)

        setattr(guarded, GATE, act)
        return guarded

    return gate


def signed_in(view: V) -> V:
    """Mark a view that everybody who has signed in may use (the sign-in itself is demanded by the middleware)."""
    setattr(view, GATE, SIGNED_IN)
    return view


def public(view: V) -> V:
    """Mark a view that needs no sign-in."""
    setattr(view, GATE, PUBLIC)
    return login_not_required(view)
