"""How much a request may send: refused before it is parsed, so that nothing of it ever reaches a disk.

Every body has a small limit; the pages that take files say more (`takes_files`), and only to whoever is signed in:
Django writes a file to the disk before it asks who may send one.
"""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.conf import settings
from django.http import UnreadablePostError
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from soken.access.models import User
from soken.access.policy import GATE, Act, allows
from soken.access.second_factor import required, shown_by
from soken.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

V = TypeVar("V", bound="Callable[..., Any]")

#: Attribute of a view that takes files: bytes, or None for what the installation allows.
TAKES_FILES: Final = "soken_takes_files"
#: What a form without files may send; also what Django itself allows for the fields beside a file.
FORM_BYTES: Final = 2_621_440
#: Digits of a length that are read: whatever is as long is too large.
_DIGITS: Final = 18
#: Seconds for which a body that is refused is still received, and bytes of it at a time.
_PATIENCE: Final = 30.0
_PIECE: Final = 65_536
#: Of a form with a file: the fields beside it, and what parts them.
_BESIDE: Final = 1_048_576


def takes_files(largest: int | None) -> Callable[[V], V]:
    """Let a page be sent a file.

    Args:
        largest: bytes of the largest; None for a seized file, whose limit the installation sets.
    """

    def mark(view: V) -> V:
        setattr(view, TAKES_FILES, largest)
        return view

    return mark


class UploadLimitMiddleware:
    """Refuses a body that is too large for the page that it is sent to, in one sentence; no byte of it is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, or refuse it. A body whose length is not said is empty to Django."""
        told = str(request.META.get("CONTENT_LENGTH", ""))[:_DIGITS]
        length = int(told) if told.isascii() and told.isdecimal() else 0
        refusal = _refusal(request, length) if length > FORM_BYTES else None
        if refusal is None:
            return self._get_response(request)
        _discard(request)
        return render(request, "desk/problem.html", {"problem": refusal}, status=413)


def _discard(request: HttpRequest) -> None:
    """Let a browser finish sending, for a time: until then it does not look at what it is answered. Nothing is kept."""
    end = time.monotonic() + _PATIENCE
    try:
        while time.monotonic() < end and request.read(_PIECE):
            pass
    except UnreadablePostError:  # whoever sent it has gone
        return


def _refusal(request: HttpRequest, length: int) -> BadInputError | None:
    """Return why a body of so many bytes is not taken; None where it is."""
    most = _most(request)
    if length > most:
        return BadInputError(
            _("What was sent is larger than the %(most)s MB that this page takes; nothing of it was kept.")
            % {"most": f"{most / 1024**2:,.0f}"}
        )
    # Written as received, then as handed over.
    if 2 * length > shutil.disk_usage(settings.FILE_UPLOAD_TEMP_DIR).free:
        return BadInputError(
            _("The disk has too little room for this file, which is written twice; ask who runs Soken.")
        )
    return None


def _most(request: HttpRequest) -> int:
    """Return the bytes that a page takes of whoever asks."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return FORM_BYTES
    if not hasattr(view, TAKES_FILES) or not _may_send(request, getattr(view, GATE, None)):
        return FORM_BYTES
    largest: int | None = getattr(view, TAKES_FILES)
    return max(FORM_BYTES, (settings.LARGEST_UPLOAD if largest is None else largest) + _BESIDE)


def _may_send(request: HttpRequest, act: object) -> bool:
    """Say whether somebody has wholly signed in whose role permits what a page does."""
    if not isinstance(request.user, User) or (required() and not shown_by(request)):
        return False
    return isinstance(act, Act) and allows(request.user, act)
