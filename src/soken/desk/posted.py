"""What forms and addresses send, read the same way by every page; and how a room of a dossier answers an act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from soken.casework.actions.advance import GateError
from soken.casework.dossier_words import missing_words
from soken.casework.selectors.persons import person_of
from soken.core.errors import BadInputError, SokenError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Dossier, Operation

#: No key and no version of ours has more digits, and every database takes so many.
_DIGITS: Final = 18


def whole_number(text: str | None, least: int = 1) -> int:
    """Return the whole number that an address holds, or ``least`` where it holds none or a smaller one."""
    try:
        return min(max(least, int(text or "")), 10**9)
    except ValueError:
        return least


def is_number(text: str | None) -> bool:
    """Tell whether a text can be the key or the version that a form carries along."""
    return text is not None and text.isdecimal() and len(text) <= _DIGITS


def number(text: str | None) -> int:
    """Return the key or version that a form carries along; 0, which nothing has, where it carries none."""
    return int(text) if text is not None and is_number(text) else 0


def status_of(problem: SokenError) -> int:
    """Return the status of a page that says why an act was refused: wrong input, or something in its way."""
    return 422 if isinstance(problem, BadInputError) else 409


def refusal_words(problem: SokenError) -> str:
    """Return why an act was refused, for a page: a shut gate says in words what is missing."""
    if isinstance(problem, GateError):
        return " ".join((problem.head, *(missing_words(one) for one in problem.missing)))
    return problem.message


def no_dossier(request: HttpRequest, operation: Operation, code: str, template: str) -> HttpResponse:
    """Show a room of a dossier that nobody has opened yet.

    Raises:
        NotFoundError: no run proposes this person.
    """
    name = person_of(operation, code).name
    return render(request, template, {"operation": operation, "tab": "persons", "code": code, "name": name})


def answered(
    request: HttpRequest,
    dossier: Dossier,
    room: str,
    form: Form,
    do: Callable[[dict[str, Any]], object],
    again: Callable[[Form, str, int], HttpResponse],
) -> HttpResponse:
    """Do the act of a form and lead back to its room; where it is refused, show the room with what was typed and why.

    Args:
        request: what was sent.
        dossier: whose; read anew after a refusal, for another may have acted meanwhile.
        room: name of the room's address.
        form: what was typed.
        do: does the act, given what the form holds.
        again: shows the room again, given the form, what is wrong, and the status.
    """
    if not form.is_valid():
        return again(form, _("The form is not complete: see below."), 422)
    try:
        do(form.cleaned_data)
    except SokenError as problem:
        dossier.refresh_from_db()
        return again(form, refusal_words(problem), status_of(problem))
    messages.success(request, _("Recorded."))
    return redirect(room, dossier.operation.slug, dossier.person_code)
