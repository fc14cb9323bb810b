"""What the columns of an evidence item were taken for, corrected: read anew on the page, or by a file and a command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act
from soken.casework.actions.ask_job import ask_reread
from soken.casework.actions.correct_mapping import correct_mapping
from soken.casework.selectors import evidence as selectors
from soken.casework.selectors.store import home
from soken.core.errors import NotFoundError, RefusedError, SokenError
from soken.core.fields import FIELDS, SECRET_FIELDS, Group
from soken.core.progress import silent
from soken.desk.gate import permitted
from soken.desk.posted import is_number
from soken.desk.views.signed import signed_user
from soken.desk.words import FIELD_WORDS, GROUP_WORDS
from soken.intake.mapping import check_mapping

if TYPE_CHECKING:
    from django.http import HttpRequest

    from soken.casework.models import EvidenceItem, Operation
    from soken.intake import Mapping

#: The largest file that is read anew while a page waits: rows, and bytes of the original. About a second's work; a
#: worker reads what is larger.
ROWS: Final = 20_000
BYTES: Final = 16 * 1024 * 1024


@permitted(Act.CORRECT_MAPPING)
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, operation: Operation, evidence_id: str) -> HttpResponse:
    """Correct what the columns were taken for; the file is then read anew beside the old reading.

    A file too large for that is read by a worker; the page also gives the mapping as a file, for the command.
    """
    item = selectors.evidence_item(operation, evidence_id)
    columns = list(selectors.reading_report(item).columns)
    chosen = {number: column.field for number, column in enumerate(columns)}
    large = _is_large(item)
    problem = ""
    if request.method == "POST":
        chosen = {number: request.POST.get(f"column-{number}", "") for number in chosen}
        try:
            corrected = _corrected(columns, chosen)
            if request.POST.get("act") == "file":
                return _as_file(evidence_id, corrected)
            return _read_anew(request, operation, item, corrected, later=large)
        except NotFoundError:
            raise
        except SokenError as refused:
            problem = refused.message
    context = {
        "operation": operation,
        "tab": "evidence",
        "item": item,
        "columns": [(number, column, chosen[number]) for number, column in enumerate(columns)],
        "choices": _choices(),
        "large": large,
        "file_name": _file_name(evidence_id),
        "problem": problem,
    }
    return render(request, "desk/mapping.html", context, status=422 if problem else 200)


def _is_large(item: EvidenceItem) -> bool:
    """Tell whether reading the item anew would keep a page waiting too long."""
    return item.rows_read > ROWS or item.size > BYTES


def _corrected(columns: list[selectors.MappedColumn], chosen: dict[int, str]) -> Mapping:
    """Return the mapping to read with: all columns of the tables changed now or before, each as it shall be.

    Raises:
        RefusedError: nothing was changed.
        BadInputError: a field is none, or takes one column only.
    """
    changed = {column.table for number, column in enumerate(columns) if chosen[number] != column.field}
    if not changed:
        raise RefusedError(_("Nothing was changed: every column is as it was."))
    changed |= {column.table for column in columns if column.how in {"given", "taken"}}
    corrected: Mapping = {}
    for number, column in enumerate(columns):
        if column.table in changed:
            corrected.setdefault(column.table, {})[column.column] = chosen[number]
    check_mapping(corrected, "The mapping")
    return corrected


def _read_anew(
    request: HttpRequest, operation: Operation, item: EvidenceItem, corrected: Mapping, *, later: bool
) -> HttpResponse:
    """Read the file anew, or ask a worker to; lead to where the outcome stands.

    Raises:
        RefusedError: somebody else has corrected it since the form was made.
    """
    user, said = signed_user(request), request.POST.get("reading", "")
    seen = int(said) if is_number(said) else None
    if later:
        ask_reread(operation, item.evidence_id, corrected, by=user, seen=seen)
        messages.success(request, _("Asked for; a worker reads the file anew as soon as one is free."))
        return redirect("work", operation.slug)
    correct_mapping(
        operation, item.evidence_id, corrected, home=home(), actor=user.get_username(), progress=silent(), seen=seen
    )
    messages.success(request, _("The file was read anew with the corrected mapping. Resolve again to use it."))
    return redirect("evidence", operation.slug, item.evidence_id)


def _as_file(evidence_id: str, corrected: Mapping) -> HttpResponse:
    """Return the mapping as a file for ``soken mapping correct``."""
    lines = [line for table in sorted(corrected) for line in _section(table, corrected[table])]
    answer = HttpResponse("\n".join(lines) + "\n", content_type="application/toml; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{_file_name(evidence_id)}"'
    return answer


def _section(table: str, headings: dict[str, str]) -> list[str]:
    """Return the lines of one table; those of the table without a name stand first, outside any."""
    lines = [f"{_quoted(heading)} = {_quoted(field)}" for heading, field in headings.items()]
    return [f"[{_quoted(table)}]", *lines] if table else lines


def _quoted(text: str) -> str:
    """Return a text as TOML writes it: as JSON does, and the one control character that JSON leaves alone."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _file_name(evidence_id: str) -> str:
    """Return what the mapping's file is called."""
    return f"mapping-{evidence_id}.toml"


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the fields that a column can be mapped to, in groups."""
    groups = [
        (str(GROUP_WORDS[group]), [(name, str(FIELD_WORDS[name])) for name, of in FIELDS.items() if of is group])
        for group in Group
    ]
    return [*groups, (_("Never shown"), [(name, str(FIELD_WORDS[name])) for name in sorted(SECRET_FIELDS)])]
