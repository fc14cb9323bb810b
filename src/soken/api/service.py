"""The API put together: its subjects, its addresses, its description."""

from __future__ import annotations

from functools import cache, wraps
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from ninja import NinjaAPI

import soken
from soken.access.policy import GATE, PUBLIC
from soken.api.gate import NEEDED, BearerToken
from soken.api.problems import answer_problems, problem
from soken.api.routes import boards, clearances, dossiers, evidence, operations, persons, queues, statistics

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

#: Before every address of the API.
ROOT: Final = "api/"
_ABOUT: Final = (
    "Reading for programs. A token reads what its user may read, narrowed to what it was given; every answer stands "
    "in the ledger. Words are given in the language of `Accept-Language` (en, ja), moments in ISO 8601 with their zone."
)

api = NinjaAPI(
    title="Soken",
    version=soken.__version__,
    description=_ABOUT,
    docs_url=None,
    openapi_url=None,
    urls_namespace="soken-api",
    auth=BearerToken(),
    openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
)
answer_problems(api)
for part in (operations, evidence, persons, dossiers, clearances, queues, boards, statistics):
    api.add_router("", part.router)


@cache
def description() -> dict[str, Any]:
    """Return the API as OpenAPI 3.1."""
    found = dict(api.get_openapi_schema(path_prefix=f"/{ROOT}"))
    del found["servers"]
    return found


def addresses() -> list[URLPattern]:
    """Return the addresses of the API; whatever else is asked for below its root is not found, in its own shape.

    Raises:
        KeyError: an answer was not registered by `soken.api.gate.reading`, so nobody would be asked for a right.
    """
    found = [
        path(f"{ROOT}{one.pattern}", _shaped(require_GET(one.callback), NEEDED[str(one.name)]), name=one.name)
        for one in api.urls[0]
        if isinstance(one, URLPattern) and one.callback is not None and one.name != "api-root"
    ]
    return [
        *found,
        path(f"{ROOT}openapi.json", _shaped(require_GET(openapi), PUBLIC), name="api-openapi"),
        path(ROOT, _shaped(nothing, PUBLIC), name="api-top"),
        path(f"{ROOT}<path:rest>", _shaped(nothing, PUBLIC), name="api-nothing"),
    ]


def openapi(_request: HttpRequest) -> JsonResponse:
    """Publish what can be asked, for programs; it tells of no data, so no token is asked for."""
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


def nothing(_request: HttpRequest, rest: str = "") -> JsonResponse:
    """Say that an address is none of the API's."""
    return problem(404, "not-found", f"The API has no address {rest[:200]!r}; see /{ROOT}openapi.json.")


def _shaped(view: Callable[..., HttpResponse], needs: Any) -> Callable[..., HttpResponse]:
    """Return a view as Django calls it: it says what it needs, whatever the session says.

    A method that it does not answer is refused in the one shape of problems.
    """

    @wraps(view)
    def shaped(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        found = view(request, *args, **named)
        if not isinstance(found, HttpResponseNotAllowed):
            return found
        refused = problem(405, "no-such-method", "The API only reads: GET.")
        refused["Allow"] = found["Allow"]
        return refused

    setattr(shaped, GATE, needs)
    return csrf_exempt(login_not_required(shaped))
