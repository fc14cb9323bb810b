"""For who runs the installation: can it answer, and what has it to do? No sign-in, and nothing of any person."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from soken.casework.selectors import store
from soken.casework.selectors.operating import figures, not_ready, unattended
from soken.desk.gate import public

if TYPE_CHECKING:
    from django.http import HttpRequest

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
#: A proxy on the same machine also calls from the loopback; these say that somebody stands behind it.
_FORWARDED: Final = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")


@public
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Say whether this process can answer: its database is reached and up to date, its home can be written to.

    Work that nobody does is said too, but keeps no desk from answering: the pages do not need a worker.
    """
    lacking = not_ready(store.home())
    lines = ["not ready: " + ", ".join(lacking) if lacking else "ready"]
    if not lacking and (waited := unattended()):
        lines.append(f"no worker: work has waited {waited:.0f} seconds; start soken worker")
    text = "".join(f"{line}\n" for line in lines)
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=503 if lacking else 200)


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give figures in Prometheus' text form where SOKEN_METRICS=1, to the machine itself only."""
    near = request.META.get("REMOTE_ADDR") in _LOOPBACK and not any(one in request.headers for one in _FORWARDED)
    if os.environ.get("SOKEN_METRICS") != "1" or not near:
        raise Http404
    text = "".join(f"{name} {value:.0f}\n" for name, value in figures().items())
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")
