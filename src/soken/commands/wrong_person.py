"""``soken wrong-person``: report one, recall the copies, answer the review, decide with a second person."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json
from soken.commands.started import started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.casework.selectors.wrong_persons import SeenRecall, WrongPerson

app = typer.Typer(help="The register of wrong persons.", no_args_is_help=True)

Person = Annotated[str, typer.Argument(help="Code of the person (P-…).")]
Key = Annotated[int, typer.Option("--copy", help="Number of the copy, as `show` has it.")]
At = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M"], help="When, Japanese time: 2026-11-23T14:05; else now.")
]
Kind = Annotated[str, typer.Option(help="notice or release.")]


@app.command("report")
def report(
    person: Person,
    operation: In,
    basis: Annotated[str, typer.Option(help="What shows that it is the wrong person.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Freeze the links, shut coercive steps, list every copy: all at once."""
    started()
    from soken.casework.actions.register_wrong_person import report_wrong_person
    from soken.casework.selectors.operations import operation_named

    found = operation_named(operation)
    report_wrong_person(found, person, by=acting_user(by), basis=basis)
    _show(operation, person, json)


@app.command("show")
def show(person: Person, operation: In, json: Json = False) -> None:
    """Show a person's entry: copies, review, decisions."""
    started()
    _show(operation, person, json)


@app.command("list")
def list_(operation: In, json: Json = False) -> None:
    """List the copies that nobody has answered for, the longest waiting first."""
    started()
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.wrong_persons import open_recalls, seen_recalls

    found = seen_recalls(open_recalls([operation_named(operation).pk]))
    if json:
        told = [
            {"person": one.recall.misidentification.dossier.person_code, "copy": one.recall.pk,
             "kind": one.recall.source, "recipient": one.recall.recipient, "state": one.state,
             "due_at": one.recall.due_at.isoformat() if one.recall.due_at else None}
            for one in found
        ]  # fmt: skip
        print_json({"open": told})
        return
    for one in found:
        typer.echo(f"{one.recall.misidentification.dossier.person_code}  {one.recall.pk:>5}  {_copy_line(one)}")
    typer.echo(_("%(count)s without an answer.") % {"count": len(found)})


@app.command("look")
def look(person: Person, operation: In, by: By = "", json: Json = False) -> None:
    """List copies that went out, by the ledger, since the register was looked at last."""
    started()
    from soken.casework.actions.recall_copy import look_again
    from soken.casework.selectors.operations import operation_named

    look_again(operation_named(operation), person, by=acting_user(by))
    _show(operation, person, json)


@app.command("copy")
def copy(
    person: Person,
    operation: In,
    kind: Annotated[str, typer.Option(help="Kind of copy; an unknown code is answered with the list.")],
    recipient: Annotated[str, typer.Option(help="Who holds it.")],
    note: Annotated[str, typer.Option(help="Anything further.")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """List a copy that the ledger cannot know of: a print, something told."""
    started()
    from soken.casework.actions.recall_copy import add_copy
    from soken.casework.selectors.operations import operation_named

    add_copy(operation_named(operation), person, by=acting_user(by), source=kind, recipient=recipient, note=note)
    _show(operation, person, json)


@app.command("ask")
def ask(
    person: Person,
    operation: In,
    key: Key,
    method: Annotated[str, typer.Option(help="document, phone, in-person or secure-mail.")] = "document",
    at: At = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Enter that a copy was asked back."""
    started()
    from soken.casework.actions.recall_copy import ask_back
    from soken.casework.selectors.operations import operation_named

    ask_back(operation_named(operation), person, by=acting_user(by), key=key, method=method, at=_moment(at))
    _show(operation, person, json)


@app.command("answered")
def answered(
    person: Person,
    operation: In,
    key: Key,
    answer: Annotated[str, typer.Option(help="returned, destroyed, never-held or refused.")],
    who: Annotated[str, typer.Option(help="Who answered there.")],
    note: Annotated[str, typer.Option(help="How it was destroyed, why it is refused.")] = "",
    at: At = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Enter what a recipient answered."""
    started()
    from soken.casework.actions.recall_copy import answer_recall
    from soken.casework.selectors.operations import operation_named

    answer_recall(
        operation_named(operation), person, by=acting_user(by), key=key, answer=answer, who=who, note=note,
        at=_moment(at),
    )  # fmt: skip
    _show(operation, person, json)


@app.command("question")
def question(
    person: Person,
    operation: In,
    question: Annotated[str, typer.Option(help="Code of the question; an unknown one is answered with the list.")],
    answer: Annotated[str, typer.Option(help="The answer.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Answer a question of the review."""
    started()
    from soken.casework.actions.review_wrong_person import answer_question
    from soken.casework.selectors.operations import operation_named

    answer_question(operation_named(operation), person, by=acting_user(by), question=question, answer=answer)
    _show(operation, person, json)


@app.command("propose")
def propose(
    person: Person,
    operation: In,
    kind: Kind,
    reason: Annotated[str, typer.Option(help="Why.")],
    choice: Annotated[str, typer.Option(help="For a notice: what the person is told.")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """Propose apology or notice, or the release of the links; another person settles it."""
    started()
    from soken.casework.actions.review_wrong_person import RELEASE, propose
    from soken.casework.selectors.operations import operation_named

    said = choice or (RELEASE if kind == "release" else "")
    propose(operation_named(operation), person, by=acting_user(by), kind=kind, reason=reason, choice=said)
    _show(operation, person, json)


@app.command("settle")
def settle(
    person: Person,
    operation: In,
    kind: Kind,
    agree: Annotated[bool, typer.Option("--agree/--refuse", help="What the second person says.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Agree to what another has proposed, or refuse it."""
    started()
    from soken.casework.actions.review_wrong_person import settle
    from soken.casework.selectors.operations import operation_named

    settle(operation_named(operation), person, by=acting_user(by), kind=kind, agree=agree)
    _show(operation, person, json)


@app.command("given")
def given(
    person: Person,
    operation: In,
    how: Annotated[str, typer.Option(help="How and when the person was told.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Enter that apology or notice was carried out."""
    started()
    from soken.casework.actions.review_wrong_person import notice_given
    from soken.casework.selectors.operations import operation_named

    notice_given(operation_named(operation), person, by=acting_user(by), how=how)
    _show(operation, person, json)


@app.command("close")
def close(person: Person, operation: In, by: By = "", json: Json = False) -> None:
    """Close the review; the links stay frozen."""
    started()
    from soken.casework.actions.review_wrong_person import close_entry
    from soken.casework.selectors.operations import operation_named

    close_entry(operation_named(operation), person, by=acting_user(by))
    _show(operation, person, json)


def _moment(said: datetime | None) -> datetime | None:
    """Return a moment in Japan."""
    from django.utils.timezone import make_aware

    return make_aware(said) if said else None


def _show(operation: str, person: str, json: bool) -> None:
    """Print a person's entry."""
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.wrong_persons import wrong_person

    found = wrong_person(operation_named(operation), person)
    if json:
        print_json(_told(found))
    else:
        for line in _lines(person, found):
            typer.echo(line)


def _lines(person: str, found: WrongPerson) -> Iterator[str]:
    """Yield what people are told of an entry."""
    from soken.casework.actions.review_wrong_person import RELEASE
    from soken.desk.templatetags.wrong_person import closing_word, notice_word, question_word

    entry = found.entry
    state = _("released") if entry.released_at else _("links frozen")
    whose = {"person": person, "state": state, "rows": found.rows, "who": entry.by.username, "at": entry.at.isoformat()}
    yield _("%(person)s: %(state)s, %(rows)s rows, reported by %(who)s at %(at)s") % whose
    for copy in found.recalls:
        yield "  " + _("copy %(number)s") % {"number": f"{copy.recall.pk:>5}"} + f"  {_copy_line(copy)}"
    for code in found.unanswered:
        yield "  " + _("question without an answer: %(question)s") % {"question": in_words(code, question_word(code))}
    for one in filter(None, (found.notice, found.release)):
        words = _("the right person after all") if one.choice == RELEASE else notice_word(one.choice)
        kind, choice = in_words(one.kind, one.get_kind_display()), in_words(one.choice, words)
        yield f"  {kind}: {choice}, {_('agreed') if one.agreed else _('waits for another person')}"
    missing = in_words(", ".join(found.missing), "".join(map(closing_word, found.missing))) or _("nothing")
    yield "  " + _("missing until the review can be closed: %(what)s") % {"what": missing}


def _copy_line(one: SeenRecall) -> str:
    """Say how the recall of a copy stands, what it is a copy of, and who holds it."""
    from soken.desk.templatetags.wrong_person import copy_word, recall_word

    state, kind = in_words(one.state, recall_word(one.state)), in_words(one.recall.source, copy_word(one.recall.source))
    return f"{state:<8} {kind}: {one.recall.recipient}"


def _told(found: WrongPerson) -> dict[str, Any]:
    """Return an entry for programs."""
    entry = found.entry
    decisions = [one for one in (found.notice, found.release) if one is not None]
    return {
        "person": entry.dossier.person_code,
        "at": entry.at.isoformat(),
        "by": entry.by.username,
        "released_at": entry.released_at.isoformat() if entry.released_at else None,
        "closed_at": entry.closed_at.isoformat() if entry.closed_at else None,
        "frozen_rows": found.rows,
        "copies": [
            {
                "copy": one.recall.pk, "kind": one.recall.source, "recipient": one.recall.recipient,
                "state": one.state, "ledger": one.recall.entries, "answer": one.recall.answer,
            }
            for one in found.recalls
        ],
        "unanswered": list(found.unanswered),
        "decisions": [
            {
                "kind": one.kind, "choice": one.choice, "by": one.by.username,
                "state": "agreed" if one.agreed else "waits for another person",
            }
            for one in decisions
        ],
        "missing": list(found.missing),
    }  # fmt: skip
