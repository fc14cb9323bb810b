"""The gate before every answer: default deny, what is hidden does not exist, nothing is read that is not recorded.

It asks what the desk's gate asks, in the same order: is the operation open to the user, does the role permit it, and
for a person, why. A token narrows the first two. An answer can be given only through `reading`, which names its act.
"""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, get_args

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja.errors import ValidationError
from ninja.security import HttpBearer

from soken.access.eyes import viewing
from soken.access.policy import READING, SIGNED_IN, Act, allows
from soken.api.bearer import Bearer, bearer_of
from soken.api.problems import PROBLEMS
from soken.api.reason import HEADER, reason_parameter, reason_said
from soken.casework.models import Operation
from soken.casework.selectors.operations import operation_seen_by
from soken.casework.selectors.whose import refuse_anothers
from soken.core.refusals import refused
from soken.ledger.doors import consulted, door

if TYPE_CHECKING:
    from collections.abc import Callable

    from ninja import Router

V = TypeVar("V", bound="Callable[..., Any]")

#: Name of an address → the act that it needs, or `SIGNED_IN` for whoever holds a token.
NEEDED: Final[dict[str, Act | str]] = {}


class Asked(HttpRequest):
    """A request that has come through the gate.

    Attributes:
        auth: who asks.
        operation: the operation that the address names, where it names one.
    """

    auth: Bearer
    operation: Operation


class BearerToken(HttpBearer):
    """A token in the header ``Authorization``; nowhere else, so that no address and no log holds one."""

    def authenticate(self, request: HttpRequest, token: str) -> Bearer:
        """Return who comes with a token."""
        return bearer_of(token.strip(), request.META.get("REMOTE_ADDR", ""))


def reading(
    router: Router, path: str, needs: Act | None, answer: Any, *, summary: str, also: Act | None = None
) -> Callable[[V], V]:
    """Have a view answer ``GET`` on a path, for whom the act is permitted.

    Args:
        router: where it belongs.
        path: with ``{slug}`` for an operation, ``{code}`` for a person: then the reason is asked for.
        needs: an act of reading; None for whoever holds a token.
        answer: the shape of the answer.
        summary: what it gives, in a few words.
        also: a second act of reading that it needs, for what it shows of persons: then the reason is asked for too.
    """
    assert {needs, also} <= {None, *READING}  # noqa: S101 (a token is given nothing else)  # nosec B101

    def register(view: V) -> V:
        gated, name = _gated(view, needs, also), f"api-{view.__name__.replace('_', '-')}"
        NEEDED[name] = needs or SIGNED_IN
        router.get(
            path, response={200: answer, **PROBLEMS}, operation_id=view.__name__, summary=summary, url_name=name,
            openapi_extra={
                "x-needs": str(NEEDED[name]),
                **({"parameters": [reason_parameter()]} if "{code}" in path or also else {}),
            },
        )(gated)  # fmt: skip
        return gated

    return register


def _gated(view: V, needs: Act | None, also: Act | None) -> V:
    """Return a view behind the gate."""
    signature = inspect.signature(view, eval_str=True)
    known = _parameters(signature)

    @wraps(view)
    def gated(request: Asked, **named: Any) -> Any:
        _check_known(request, known)
        slug, code = str(named.get("slug", "")), str(named.get("code", ""))
        user, token = request.auth.user, request.auth.token
        through = f"api {view.__name__.replace('_', '-')} by token {token.key}"
        act = needs.value if needs else SIGNED_IN
        said = door(by=user.get_username(), act=act, through=through, operation=slug, person=code)
        with said, viewing(user):
            if slug:
                request.operation = operation_seen_by(user, slug)
            for one in (needs, also):
                if one is not None and not allows(user, one):
                    refused(f"The token or the role may not do this: {one.value}.")
                    raise PermissionDenied
            if code:
                refuse_anothers(request.operation, code)
            reason, because = reason_said(request.headers.get(HEADER, "")) if code or also else ("", "")
            found = view(request, **named)
            about = f"{named['evidence_id']} {named.get('number', '')}".strip() if "evidence_id" in named else ""
            asked = request.META.get("QUERY_STRING", "")[:2000]
            consulted(about=about, asked=asked, reason=reason, because=because)
            return found

    # The library reads what is asked for off the signature; it would look for its names in this module.
    gated.__dict__["__signature__"] = signature
    return cast("V", gated)


def _parameters(signature: inspect.Signature) -> frozenset[str]:
    """Return the names that the end of an address may use: the fields of the schemas that a view takes them in."""
    kinds = (get_args(one.annotation)[:1] for one in signature.parameters.values())
    return frozenset(name for kind in kinds for one in kind for name in getattr(one, "model_fields", ()))


def _check_known(request: HttpRequest, known: frozenset[str]) -> None:
    """Refuse a name that means nothing: a filter that was mistyped would give more than was asked for.

    Raises:
        ValidationError: there is one.
    """
    if unknown := sorted(request.GET.keys() - known):
        raise ValidationError([{"loc": ("query", name[:80]), "msg": "means nothing here"} for name in unknown[:10]])
