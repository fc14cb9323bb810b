"""One evidence item: manifest, custody, reading; its rows set aside; one row of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from soken.access.models import User
from soken.access.policy import Act, allows
from soken.casework.actions.correct_mapping import correct_mapping
from soken.casework.selectors import evidence as selectors
from soken.casework.selectors.rows import seized_row
from soken.casework.selectors.store import home
from soken.core.errors import NotFoundError, RefusedError, SokenError
from soken.core.fields import FIELDS, SECRET_FIELDS, Group
from soken.core.progress import silent
from soken.desk.gate import permitted
from soken.desk.words import ACQUISITION_WORDS, FIELD_WORDS, GROUP_WORDS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from soken.casework.models import Operation


@permitted(Act.SEE_EVIDENCE)
@require_safe
def evidence_item(request: HttpRequest, operation: Operation, evidence_id: str) -> HttpResponse:
    """Show an evidence item."""
    item = selectors.evidence_item(operation, evidence_id)
    manifest = selectors.manifest(item)
    return render(
        request,
        "desk/evidence.html",
        {
            "operation": operation,
            "tab": "evidence",
            "item": item,
            "manifest": manifest,
            "acquisition": [(words, getattr(manifest.acquisition, name)) for name, words in ACQUISITION_WORDS.items()],
            "custody": selectors.custody(item),
            "reading": selectors.reading_report(item),
            "may_correct": allows(request.user, Act.CORRECT_MAPPING),
        },
    )


@permitted(Act.SEE_EVIDENCE)
@require_safe
def set_aside(request: HttpRequest, operation: Operation, evidence_id: str) -> HttpResponse:
    """Show the rows that could not be read."""
    item = selectors.evidence_item(operation, evidence_id)
    reason = request.GET.get("reason", "")
    page = whole_number(request.GET.get("page"))
    rows, total = selectors.set_aside_rows(item, reason=reason, page=page)
    return render(
        request,
        "desk/set_aside.html",
        {
            "operation": operation,
            "tab": "evidence",
            "item": item,
            "rows": rows,
            "total": total,
            "reason": reason,
            "reasons": selectors.reading_report(item).reasons,
            "page": page,
            "pages": max(1, -(-total // selectors.PAGE)),
        },
    )


@permitted(Act.SEE_EVIDENCE)
@require_safe
def row(request: HttpRequest, operation: Operation, evidence_id: str, number: int) -> HttpResponse:
    """Show one row of the original."""
    item = selectors.evidence_item(operation, evidence_id)
    found = seized_row(operation, item, operation.runs.first(), number)
    columns = [one for one in selectors.reading_report(item).columns if one.table == found.place["source_table"]]
    headings: dict[str, list[str]] = {}
    for column in columns:
        if column.field:
            shown = "item_code" if column.field in SECRET_FIELDS else column.field
            headings.setdefault(shown, []).append(column.column)
    groups = [
        (
            group,
            [
                (name, headings.get(name, []), found.cells.get(name))
                for name, of in FIELDS.items()
                if of is group and (name in headings or name in found.cells)
            ],
        )
        for group in Group
    ]
    return render(
        request,
        "desk/row.html",
        {
            "operation": operation,
            "tab": "evidence",
            "item": item,
            "number": number,
            "row": found,
            "groups": [(group, cells) for group, cells in groups if cells],
            "hidden": [column.column for column in columns if not column.field],
            "previous": number - 1 if number > 1 else None,
            "next": number + 1 if number < item.rows_read else None,
        },
    )


@permitted(Act.CORRECT_MAPPING)
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, operation: Operation, evidence_id: str) -> HttpResponse:
    """Correct what the columns were taken for; the file is then read anew beside the old reading."""
    item = selectors.evidence_item(operation, evidence_id)
    columns = list(selectors.reading_report(item).columns)
    chosen = {number: column.field for number, column in enumerate(columns)}
    problem = ""
    if request.method == "POST":
        chosen = {number: request.POST.get(f"column-{number}", "") for number in chosen}
        try:
            _correct(_user(request), operation, evidence_id, columns, chosen)
        except NotFoundError:
            raise
        except SokenError as refused:
            problem = refused.message
        else:
            messages.success(request, _("The file was read anew with the corrected mapping. Resolve again to use it."))
            return redirect("evidence", operation.slug, evidence_id)
    return render(
        request,
        "desk/mapping.html",
        {
            "operation": operation,
            "tab": "evidence",
            "item": item,
            "columns": [(number, column, chosen[number]) for number, column in enumerate(columns)],
            "choices": _choices(),
            "problem": problem,
        },
        status=422 if problem else 200,
    )


def _correct(
    user: User, operation: Operation, evidence_id: str, columns: list[selectors.MappedColumn], chosen: dict[int, str]
) -> None:
    """Read the file anew: all columns of the tables changed now or before, each as it shall be from now on."""
    changed = {column.table for number, column in enumerate(columns) if chosen[number] != column.field}
    if not changed:
        raise RefusedError(_("Nothing was changed: every column is as it was."))
    changed |= {column.table for column in columns if column.how in {"given", "taken"}}
    corrected: dict[str, dict[str, str]] = {}
    for number, column in enumerate(columns):
        if column.table in changed:
            corrected.setdefault(column.table, {})[column.column] = chosen[number]
    correct_mapping(operation, evidence_id, corrected, home=home(), actor=user.get_username(), progress=silent())


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the fields that a column can be mapped to, in groups."""
    groups = [
        (str(GROUP_WORDS[group]), [(name, str(FIELD_WORDS[name])) for name, of in FIELDS.items() if of is group])
        for group in Group
    ]
    return [*groups, (_("Never shown"), [(name, str(FIELD_WORDS[name])) for name in sorted(SECRET_FIELDS)])]


def _user(request: HttpRequest) -> User:
    """Return who asks; a gate has made sure that it is somebody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def whole_number(text: str | None, least: int = 1) -> int:
    """Return the whole number that an address holds, or ``least`` where it holds none or a smaller one."""
    try:
        return min(max(least, int(text or "")), 10**9)
    except ValueError:
        return least
