"""The gate before every page: default deny, what is hidden does not exist, and nothing is seen that is not recorded."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied

from soken.access.eyes import viewing
from soken.access.policy import GATE, PUBLIC, SIGNED_IN, Act, allows
from soken.casework.selectors.operations import operation_seen_by
from soken.casework.selectors.whose import refuse_anothers
from soken.core.refusals import refused
from soken.desk.sitting import ask_reason, reason_given
from soken.ledger.doors import consulted, door

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation
    from soken.desk.sitting import Given

P = ParamSpec("P")
V = TypeVar("V", bound="Callable[..., Any]")

#: Attribute of a request that says why the person's page is open, for the page to show.
OPENED_FOR = "opened_for"


def permitted(
    act: Act, *, polled: bool = False, anothers_too: bool = False
) -> Callable[[Callable[Concatenate[HttpRequest, Operation, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Open a page of an operation to the operation's members whose role permits the act.

    The view is given the operation instead of its short name. Who is no member gets the same 404 as for an operation
    that does not exist; a member whose role does not permit the act gets 403. Each is recorded, and so is each page
    that was shown. The pages of one person open only to who has said why, once in a sitting (R33).

    Args:
        act: what the page does or shows.
        anothers_too: whether it opens on a person whose dossier another force keeps to itself, and tells nothing of it.
        polled: whether the page shows no person and asks for itself anew all the time; those requests are not recorded.
    """

    def gate(view: Callable[Concatenate[HttpRequest, Operation, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            with _door(request, act.value, operation=slug, person=str(kwargs.get("code", ""))):
                operation = operation_seen_by(request.user, slug)
                if not allows(request.user, act):
                    refused(f"The role may not do this: {act.value}.")
                    raise PermissionDenied
                if "code" in kwargs and not anothers_too:
                    refuse_anothers(operation, str(kwargs["code"]))
                if "code" in kwargs and (asking := why_first(request, operation, str(kwargs["code"]))):
                    return asking
                response = view(request, operation, *args, **kwargs)
                if not (polled and request.headers.get("HX-Request")):
                    _shown(request, response, kwargs)
                return response

        setattr(guarded, GATE, act)
        return guarded

    return gate


def for_role(act: Act) -> Callable[[V], V]:
    """Open a page that belongs to no operation to those whose role permits the act; the others get 403.

    Args:
        act: what the page does or shows.
    """

    def gate(view: V) -> V:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with _door(request, act.value):
                if not allows(request.user, act):
                    refused(f"The role may not do this: {act.value}.")
                    raise PermissionDenied
                response: HttpResponse = view(request, *args, **kwargs)
                _shown(request, response, kwargs)
                return response

        setattr(guarded, GATE, act)
        return cast("V", guarded)

    return gate


def signed_in(view: V) -> V:
    """Open a view to everybody who has signed in (the sign-in itself is demanded by the middleware)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with _door(request, SIGNED_IN):
            response: HttpResponse = view(request, *args, **kwargs)
            _shown(request, response, kwargs)
            return response

    setattr(guarded, GATE, SIGNED_IN)
    return cast("V", guarded)


def public(view: V) -> V:
    """Mark a view that needs no sign-in."""
    setattr(view, GATE, PUBLIC)
    return login_not_required(view)


@contextmanager
def _door(request: HttpRequest, act: str, *, operation: str = "", person: str = "") -> Iterator[None]:
    """Open the ledger's door for a page, and read with the eyes of who asks for it."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    by = request.user.get_username()
    said = door(by=by, act=act, through=f"page {name}", operation=operation, person=person)
    with said, viewing(request.user):
        yield


def why_first(request: HttpRequest, operation: Operation, code: str) -> HttpResponse | None:
    """Return the page that asks why a person's page is opened; None once that is said, and known to the page.

    Args:
        request: what was sent.
        operation: where.
        code: of the person, or of what holds one person: a handover that has come.
    """
    given = reason_given(request, operation, code)
    if given is None:
        asking = ask_reason(request, operation, code)
        if asking is not None:
            return asking
        given = reason_given(request, operation, code)
    setattr(request, OPENED_FOR, given)
    return None


def _shown(request: HttpRequest, response: HttpResponse, named: dict[str, Any]) -> None:
    """Record that a page was shown: anything but the way to another page."""
    if response.status_code in range(300, 400):
        return
    about = f"{named['evidence_id']} {named.get('number', '')}".strip() if "evidence_id" in named else ""
    given: Given | None = getattr(request, OPENED_FOR, None)
    reason, because = (given.code, given.text) if given else ("", "")
    consulted(about=about, asked=request.META.get("QUERY_STRING", "")[:2000], reason=reason, because=because)
