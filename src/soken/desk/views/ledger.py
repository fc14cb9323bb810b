"""The ledger of an operation, for its auditor: who looked at whom, who changed and sent what. Shows no value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_safe

from soken.access.policy import Act
from soken.casework.selectors.ledger_seen import changes_seen, entries_seen
from soken.desk.gate import permitted
from soken.desk.ledger_words import KIND_WORDS, changes_in_words
from soken.desk.posted import number
from soken.ledger.reading import Asked, entries_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation
    from soken.ledger.models import Entry

#: Tables whose changes are told by name for one entry; of the rest, the number.
_TABLES = 5


@permitted(Act.SEE_LEDGER)
@require_safe
def ledger(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show an operation's entries, newest first: of all, or of one person, user or kind."""
    said = {name: request.GET.get(name, "").strip()[:200] for name in ("person", "user", "kind", "recipient")}
    said["person"] = said["person"].upper()
    page = entries_page(Asked(operation.slug, **said), entries_seen(), before=number(request.GET.get("before")))
    context = {
        "operation": operation, "tab": "ledger", "asked": said, "filtered": any(said.values()),
        "entries": [_told(one) for one in page.entries],
        "older": page.older, "begun": "before" in request.GET, "kinds": KIND_WORDS.items(),
    }  # fmt: skip
    return render(request, "desk/ledger.html", context)


def _told(entry: Entry) -> dict[str, Any]:
    """Return an entry with its kind, and what was changed in which tables, in words."""
    told = changes_in_words(changes_seen(entry))
    kind = KIND_WORDS.get(entry.kind, entry.kind)
    return {"entry": entry, "kind": kind, "changes": told[:_TABLES], "more": max(0, len(told) - _TABLES)}
