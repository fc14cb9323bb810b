"""What the desk and the workers log: one line an event, as JSON or to read, and nothing of any person in it.

A record of our own is a fixed word and facts: numbers, codes and the pattern of an address (never the address itself,
which may hold what somebody looked for). What libraries log is told by its place alone, for its words may hold values.
``SOKEN_LOG=json`` or ``text`` also logs each request; without it only what went wrong is logged, to read.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from soken.core.defects import defect_told
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

#: Ways of writing a line; '' is to read, and says only what went wrong.
FORMS: Final = ("", "text", "json")
#: The number of the request that is being answered, in each line that belongs to it and in the answer.
REQUEST_HEADER: Final = "X-Request-ID"
#: What the server says of its own processes (one died, one was too slow): its words hold nothing of a request.
_OF_PROCESSES: Final = ("gunicorn.error", "arbiter")

_log = logging.getLogger(__name__)
_request: ContextVar[str] = ContextVar("request", default="")


def logging_settings(form: str) -> dict[str, Any]:
    """Return Django's settings for logging, to standard error.

    Args:
        form: one of `FORMS`.

    Raises:
        BadInputError: it is none.
    """
    if form not in FORMS:
        raise BadInputError(f"SOKEN_LOG is {form!r}; write json or text, or leave it out.")
    quiet: dict[str, Any] = {"handlers": [], "propagate": True}
    logging.captureWarnings(True)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"safe": {"()": "soken.desk.logs.SafeFormatter", "form": form}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "safe"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "soken": {"level": "INFO" if form else "WARNING"},
            "django": quiet,
            # What was refused stands in the line of its request.
            "django.request": {**quiet, "level": "ERROR"},
            "django.security": {**quiet, "level": "ERROR"},
            "django.server": quiet,
            # Why a signature does not hold is said by whoever had it checked, in a sentence.
            "pyhanko": {**quiet, "level": "CRITICAL"},
            "pyhanko_certvalidator": {**quiet, "level": "CRITICAL"},
        },
    }


class SafeFormatter(logging.Formatter):
    """Writes a record without any value of a library's, and an error by kind and place."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"at": at, "level": record.levelname.lower(), **_said(record)}
        if _request.get():
            said.setdefault("request", _request.get())
        if record.exc_info and record.exc_info[1] is not None:
            said["defect"] = defect_told(record.exc_info[1])
        if self._form == "json":
            return json.dumps(said, ensure_ascii=False)
        return " ".join(f"{name}={value}" if name not in {"at", "level", "event"} else str(value)
                        for name, value in said.items() if value != "")  # fmt: skip


class RequestLogMiddleware:
    """Gives each request a number and logs one line for it: who by key, which page by its pattern, status and time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and log that."""
        begun, number = time.monotonic(), uuid.uuid4().hex[:16]
        token = _request.set(number)
        try:
            response = self._get_response(request)
            response.headers[REQUEST_HEADER] = number
            facts = {
                "method": request.method, "route": _route(request), "status": response.status_code,
                "ms": round((time.monotonic() - begun) * 1000), "user": _user(request),
            }  # fmt: skip
            told("request", **facts)
        finally:
            _request.reset(token)
        return response


def told(event: str, **facts: object) -> None:
    """Log an event.

    Args:
        event: a fixed word.
        facts: numbers and codes; nothing that somebody typed or a list says.
    """
    _log.info(event, extra={"facts": facts})


def _said(record: logging.LogRecord) -> dict[str, object]:
    """Return what a record says that may be told."""
    facts = getattr(record, "facts", None)
    if isinstance(facts, dict):
        return {"event": record.msg, **facts}
    said: dict[str, object] = {"event": record.name, "place": f"{record.module}:{record.lineno}"}
    return said | ({"text": record.getMessage()} if (record.name, record.module) == _OF_PROCESSES else {})


def _route(request: HttpRequest) -> str:
    """Return the pattern of the address that was asked for; '' for one that is no page."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else ""


def _user(request: HttpRequest) -> int | None:
    """Return the key of who asked; None for nobody who has signed in."""
    bearer = getattr(getattr(request, "auth", None), "user", None)
    user = bearer or getattr(request, "user", None)
    return user.pk if user is not None and user.is_authenticated else None
