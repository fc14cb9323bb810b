"""``soken intake``: take seized files in."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.language import gettext as _
from soken.commands.language import in_words, said
from soken.commands.output import actor, print_counts, print_json, print_seconds
from soken.commands.progress import shown_progress
from soken.commands.started import started
from soken.core.errors import SokenError
from soken.core.progress import Timings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.actions.take_in_evidence import TakenIn


def intake(
    files: Annotated[list[Path], typer.Argument(help="The seized files.", metavar="FILE…")],
    operation: Annotated[str, typer.Option(help="The operation that they belong to.")],
    profile: Annotated[str, typer.Option(help="auto, the name of a shop profile, or a profile file.")] = "auto",
    mapping: Annotated[Path | None, typer.Option(help="File that says which column is what.")] = None,
    warrant: Annotated[str, typer.Option(help="Reference of the warrant.")] = "",
    seized_at: Annotated[str, typer.Option(help="When seized (ISO 8601 with zone).")] = "",
    seized_where: Annotated[str, typer.Option(help="Where seized.")] = "",
    seized_by: Annotated[str, typer.Option(help="By whom seized.")] = "",
    received_at: Annotated[str, typer.Option(help="When your unit received it; ages run from it.")] = "",
    scope: Annotated[str, typer.Option(help="Which of its rows are relevant, and why.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Seal seized files, read their rows, set aside what cannot be read."""
    home = started()
    from soken.casework.actions.take_in_evidence import take_in_evidence
    from soken.casework.selectors.operations import operation_named
    from soken.intake import Acquisition, load_mapping

    found = operation_named(operation)
    corrections = load_mapping(mapping) if mapping else None
    acquisition = Acquisition(
        warrant=warrant,
        seized_at=seized_at,
        seized_where=seized_where,
        seized_by=seized_by,
        scope=scope,
        received_at=received_at,
    )
    timings = Timings(shown_progress())
    taken: list[TakenIn] = []
    for path in files:
        with _saying_what_was_kept(taken, len(files)):
            taken.append(
                take_in_evidence(
                    found,
                    path,
                    home=home,
                    acquisition=acquisition,
                    actor=actor(),
                    profile=profile,
                    mapping=corrections,
                    progress=timings,
                )
            )
    if as_json:
        print_json(summary(found.name, taken, timings))
    else:
        _show(taken, timings)


@contextmanager
def _saying_what_was_kept(taken: list[TakenIn], count: int) -> Iterator[None]:
    """Add to an error what was taken in before it: each file stands for itself, and those stay."""
    try:
        yield
    except SokenError as problem:
        if not taken:
            raise
        kept = ", ".join(f"{one.result.file_name} ({one.result.evidence_id})" for one in taken)
        raise type(problem)(
            f"{said(problem.message)} "
            + _("Of %(count)s files, %(taken)s were taken in before it: %(kept)s.")
            % {"count": count, "taken": len(taken), "kept": kept}
        ) from problem


def summary(operation: str, taken: list[TakenIn], timings: Timings) -> dict[str, Any]:
    """Return what was taken in as one JSON object: totals first, then each evidence item."""
    results = [one.result for one in taken]
    return {
        "operation": operation,
        "rows_read": sum(one.rows_read for one in results),
        "rows_accepted": sum(one.rows_accepted for one in results),
        "rows_set_aside": sum(one.rows_set_aside for one in results),
        "set_aside_reasons": dict(sum((Counter(one.reasons) for one in results), Counter())),
        "evidence": [
            {
                "evidence": one.evidence_id,
                "file": one.file_name,
                "sha256": one.sha256,
                "known_before": one.known_before,
                "profile": one.profile,
                "locale": one.locale,
                "reading": one.reading,
                "rows_read": one.rows_read,
                "rows_accepted": one.rows_accepted,
                "rows_set_aside": one.rows_set_aside,
                "rows_erased": one.rows_erased,
                "notes": list(one.notes),
            }
            for one in results
        ],
        "seconds": {name: round(value, 3) for name, value in timings.seconds.items()},
    }


def _note(note: str) -> str:
    """Return a note in the language spoken: a sentence, or what was found out about the file and its value."""
    from soken.desk.words import FOUND_WORDS

    about, colon, value = note.partition(": ")
    if not colon or about not in FOUND_WORDS:
        return said(note)
    return f"{in_words(about, FOUND_WORDS[about])}: {said(value)}"


def _show(taken: list[TakenIn], timings: Timings) -> None:
    """Print what was taken in for people."""
    from soken.desk.words import reason_words

    for one in taken:
        result = one.result
        known = (
            f" ({_('the same bytes were taken in before; a custody event was added')})" if result.known_before else ""
        )
        print_counts(
            f"{result.evidence_id}  {result.file_name}{known}",
            {
                _("profile"): result.profile,
                _("rows read"): result.rows_read,
                _("accepted"): result.rows_accepted,
                _("set aside"): result.rows_set_aside,
                **{f"  {in_words(reason, reason_words(reason))}": count for reason, count in result.reasons.items()},
            },
        )
        erased = f" + {_('%(count)s erased') % {'count': f'{result.rows_erased:,}'}}" if result.rows_erased else ""
        typer.echo(f"{result.rows_read:,} = {result.rows_accepted:,} + {result.rows_set_aside:,}{erased}")
        for note in result.notes:
            typer.echo(_("note: %(note)s") % {"note": _note(note)})
    print_seconds(timings.seconds)
