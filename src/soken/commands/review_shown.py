"""How the command line shows pairs, acts and candidates of the review queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from soken.commands.language import gettext as _
from soken.commands.output import print_counts
from soken.core.errors import BadInputError

# What resolves is imported where it is used: DuckDB and Splink take longer to load than most commands to run.
if TYPE_CHECKING:
    from collections.abc import Iterable

    from soken.casework.models import Judgement, Operation, ResolveRun, ReviewAct, RunCandidate
    from soken.casework.selectors.review_queue import PairFile
    from soken.resolve import RowRef
    from soken.review.differences import Part


def row_named(text: str) -> RowRef:
    """Return the row that is named as "E-0123456789ab:17".

    Raises:
        BadInputError: it is named otherwise.
    """
    from soken.resolve import RowRef

    evidence, _colon, number = text.partition(":")
    if not evidence or not number.isdecimal() or len(number) > 18:
        raise BadInputError(f"{text!r} names no row; write the evidence id and the row number, as E-0123456789ab:17.")
    return RowRef(evidence, int(number))


def pair_json(operation: Operation, run: ResolveRun, file: PairFile, language: str) -> dict[str, Any]:
    """Return a pair for JSON, with what each answer would contradict."""
    from soken.casework.selectors.review_history import objections
    from soken.resolve.explain import explain
    from soken.resolve.phrases import words
    from soken.review.judgement_words import judgement_reasons

    against = objections(operation, run, file.left, file.right)
    link = file.linked.link
    return {
        "place": file.pair.place,
        "left": {"row": _named(file.left), "person": file.pair.left_person, "rows": file.rows[0]},
        "right": {"row": _named(file.right), "person": file.pair.right_person, "rows": file.rows[1]},
        "why": words("review", link.review_reason, language) if link.review_reason else "",
        "weight": link.weight,
        "compared": [
            {"field": one.field, "left": _text(one.left), "right": _text(one.right), "outcome": one.outcome}
            for one in file.compared
        ],
        "findings": explain(link, language),
        "seen": file.last.pk if file.last is not None else 0,
        "against_same": [_judgement(one) for one in against.same],
        "against_different": [_judgement(one) for one in against.different],
        "at_work": list(file.at_work),
        "reasons": {verdict.value: list(codes) for verdict, codes in judgement_reasons().items()},
    }


def print_pair(operation: Operation, run: ResolveRun, file: PairFile, language: str) -> None:
    """Print a pair side by side; what differs stands in brackets."""
    from soken.resolve.explain import signed

    shown = pair_json(operation, run, file, language)
    head = {"place": shown["place"], "why": shown["why"], "weight": signed(shown["weight"])}
    typer.echo(_("Pair %(place)s: %(why)s (%(weight)s)") % head)
    for side, words in (("left", _("left")), ("right", _("right"))):
        typer.echo(f"  {words}: " + _("row %(row)s of %(person)s, %(rows)s rows say this") % shown[side])
    for compared in file.compared:
        typer.echo(f"  {compared.field}: {_marked(compared.left)}  |  {_marked(compared.right)}  {compared.outcome}")
    for finding in shown["findings"]:
        typer.echo(f"  - {finding}")
    for verdict, against in (("same", shown["against_same"]), ("different", shown["against_different"])):
        for one in against:
            typer.echo(
                "  ! "
                + _("%(answer)s contradicts act %(act)s: %(left)s %(verdict)s %(right)s") % {"answer": verdict, **one}
            )
    if file.at_work:
        said = _("Work is under way on these; a dossier stays as it is, whatever the next run proposes:")
        typer.echo(f"  ! {said} {' '.join(file.at_work)}")
    row = f"{shown['left']['row']} {shown['right']['row']}"
    typer.echo(f"soken review judge {row} --operation {operation.slug} --seen {shown['seen']} --verdict … --reason …")


def act_json(act: ReviewAct) -> dict[str, Any]:
    """Return an act for JSON."""
    return {
        "act": act.pk, "kind": act.kind, "verdict": act.verdict, "code": act.code, "note": act.note,
        "persons": act.persons, "by": act.by.username, "at": act.at.isoformat(), "undoes": act.undoes_id,
        "undone_by": act.undone_by.pk if hasattr(act, "undone_by") else None, "judgements": act.judgements.count(),
    }  # fmt: skip


def candidate_json(candidate: RunCandidate) -> dict[str, Any]:
    """Return a candidate for JSON; while somebody is shut away, without the counts that were made of everybody."""
    from soken.casework.selectors.compartments import somebody_shut

    counts = {} if somebody_shut(candidate.operation) else candidate.counts
    return {
        "candidate": candidate.folder, "state": candidate.state, "compared_with": candidate.base_run,
        **counts, "changes": candidate.changes, "seconds": candidate.seconds,
    }  # fmt: skip


def print_candidate(candidate: RunCandidate) -> None:
    """Print what accepting a candidate would change."""
    changes = candidate.changes
    print_counts(
        _("%(run)s, compared with %(base)s") % {"run": candidate.folder, "base": candidate.base_run},
        {
            _("persons now"): changes["persons_before"],
            _("persons then"): changes["persons_after"],
            _("joined from several"): changes["joined"],
            _("split into several"): changes["split"],
            _("new"): changes["new"],
            _("gone"): changes["gone"],
            _("rows that come in"): changes["rows_new"],
            _("rows that fall out"): changes["rows_gone"],
            _("dossiers concerned"): len(changes["dossiers"]),
        },
    )
    for sign, listed in (("<-", changes["joins"]), ("->", changes["splits"])):
        for one in listed[:20]:
            of = ", ".join(_("%(person)s (%(rows)s rows)") % two for two in one["of"])
            typer.echo(f"{one['person']} {sign} {of}")
    slug = candidate.operation.slug
    typer.echo(
        _("Nothing shown has changed. To accept: %(command)s") % {"command": f"soken review accept --operation {slug}"}
    )


def _judgement(one: Judgement) -> dict[str, Any]:
    """Return a judgement for JSON."""
    return {
        "act": one.act_id, "verdict": one.verdict, "by": one.by.username if one.by else None,
        "left": f"{one.left_evidence}:{one.left_row}", "right": f"{one.right_evidence}:{one.right_row}",
    }  # fmt: skip


def _named(row: RowRef) -> str:
    """Return a row as it is named on the command line."""
    return f"{row.evidence}:{row.row}"


def _text(parts: Iterable[Part]) -> str:
    """Return the whole text."""
    return "".join(part.text for part in parts)


def _marked(parts: Iterable[Part]) -> str:
    """Return a text with what differs in brackets."""
    return "".join(f"[{part.text}]" if part.differs else part.text for part in parts) or "-"
