"""The one shape of every answer that is not what was asked for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from ninja import Field, Schema
from ninja.errors import AuthenticationError, ValidationError

from soken.api.bearer import TooManyWrongError, WrongTokenError
from soken.casework.selectors.whose import AnothersCaseError
from soken.core.errors import NotFoundError, RefusedError, SokenError
from soken.core.replaced import ReplacedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ninja import NinjaAPI

_log = logging.getLogger("django.request")

Code = Literal[
    "no-token", "wrong-token", "too-many-wrong-tokens", "forbidden", "not-found", "bad-question", "reason-needed",
    "refused", "no-such-method", "failed",
]  # fmt: skip


class FieldProblem(Schema):
    """What is wrong with one part of a question."""

    place: str = Field(description="path, query or header")
    name: str
    message: str


class Problem(Schema):
    """Why there is no answer."""

    code: Code = Field(description="what kind of problem it is; stable")
    message: str = Field(description="one sentence: what is wrong and what to do")
    fields: list[FieldProblem] = Field(
        description="each part of the question that is wrong; empty where it is not that"
    )


#: Status → what it means, where a question can be answered so.
PROBLEMS: Final[dict[int, type[Problem]]] = dict.fromkeys((401, 403, 404, 409, 422, 429), Problem)


class ReasonNeededError(SokenError):
    """A person's data were asked for without saying why."""

    code = "reason-needed"


def problem(status: int, code: Code, message: str, fields: tuple[FieldProblem, ...] = ()) -> JsonResponse:
    """Return a problem as the answer to a request."""
    said = Problem(code=code, message=message, fields=list(fields))
    return JsonResponse(said.dict(), status=status, json_dumps_params={"ensure_ascii": False})


def answer_problems(api: NinjaAPI) -> None:
    """Have every error that a question can meet answered in the one shape."""
    for kind, answer in _ANSWERS.items():
        api.add_exception_handler(kind, answer)


def _no_token(_request: HttpRequest, _error: Any) -> JsonResponse:
    found = problem(401, "no-token", "Present a token: Authorization: Bearer soken_…; make one on the desk.")
    found["WWW-Authenticate"] = "Bearer"
    return found


def _wrong_token(_request: HttpRequest, error: Any) -> JsonResponse:
    found = problem(401, "wrong-token", error.message)
    found["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return found


def _too_many(_request: HttpRequest, error: Any) -> JsonResponse:
    found = problem(429, "too-many-wrong-tokens", error.message)
    found["Retry-After"] = str(error.seconds)
    return found


def _forbidden(_request: HttpRequest, _error: Any) -> JsonResponse:
    return problem(403, "forbidden", "Neither the token nor its user's role can read more than they were given.")


def _not_found(_request: HttpRequest, error: Any) -> JsonResponse:
    return problem(404, "not-found", error.message)


def _refused(_request: HttpRequest, error: Any) -> JsonResponse:
    return problem(409, "refused", error.message)


def _anothers(_request: HttpRequest, error: Any) -> JsonResponse:
    return problem(403, "forbidden", error.message)


def _bad_question(_request: HttpRequest, error: Any) -> JsonResponse:
    fields = tuple(
        FieldProblem(place=str(one["loc"][0]), name=str(one["loc"][-1]), message=str(one["msg"]))
        for one in error.errors
    )
    named = ", ".join(sorted({one.name for one in fields}))
    return problem(422, "bad-question", f"The question cannot be understood: {named}; see the reference.", fields)


def _reason_needed(_request: HttpRequest, error: Any) -> JsonResponse:
    field = FieldProblem(place="header", name="Soken-Reason", message="code; own words")
    return problem(422, "reason-needed", error.message, (field,))


def _failed(request: HttpRequest, error: Any) -> JsonResponse:
    """Say that the server failed, without saying how; what is damaged is told as the pages tell it."""
    _log.error("API failed: %s", request.path, exc_info=error)
    message = (
        error.message if isinstance(error, SokenError) else "The server failed; whoever runs it finds why in its log."
    )
    return problem(500, "failed", message)


_ANSWERS: Final[dict[type[Exception], Callable[[HttpRequest, Any], JsonResponse]]] = {
    AuthenticationError: _no_token,
    WrongTokenError: _wrong_token,
    TooManyWrongError: _too_many,
    PermissionDenied: _forbidden,
    NotFoundError: _not_found,
    RefusedError: _refused,
    ReplacedError: _refused,
    AnothersCaseError: _anothers,
    ValidationError: _bad_question,
    ReasonNeededError: _reason_needed,
    Exception: _failed,
}
