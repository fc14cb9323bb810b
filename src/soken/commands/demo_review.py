"""The demo's judgements: pairs of the queue answered, one taken back, persons joined and split by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soken.access.models import User
    from soken.casework.models import Operation, ReviewPair

#: What is said of the most valuable pairs of the queue, in order: verdict, coded reason, note, why it is taken back.
_ANSWERS: Final = (
    ("same", "same-moved", "", ""),
    ("unsure", "unsure-enquiry", "購入時の電話番号の契約者を照会中", ""),
    ("different", "different-given", "", ""),
    ("same", "same-spelling", "", "照会の回答により同居の別人と判明"),
)


def play_review(operation: Operation, users: dict[str, User]) -> None:
    """Judge pairs, take one judgement back, join two persons and split one, each through the act that people use."""
    from soken.casework.actions.judge import judge
    from soken.casework.actions.undo_judgement import undo_judgement
    from soken.resolve import RowRef  # loads DuckDB and Splink: only a demo that plays needs them

    analyst = users["demo-analyst"]
    pairs = _pairs(operation, analyst)
    for (verdict, code, note, taken_back), pair in zip(_ANSWERS, pairs, strict=False):
        left, right = RowRef(pair.left_evidence, pair.left_row), RowRef(pair.right_evidence, pair.right_row)
        made = judge(operation, by=analyst, left=left, right=right, verdict=verdict, code=code, note=note)
        if taken_back:
            undo_judgement(operation, made.pk, by=users["demo-reviewer"], reason=taken_back)
    _join(operation, next(pairs, None), analyst)
    _split(operation, analyst)


def _pairs(operation: Operation, by: User) -> Iterator[ReviewPair]:
    """Yield open pairs of persons on whom nobody works yet, the most valuable first, each in the analyst's hands."""
    from soken.casework.actions.lease_pair import lease_next

    worked = set(operation.dossiers.values_list("person_code", flat=True))
    place = 0
    while (pair := lease_next(operation, by=by, after=place)) is not None:
        place = pair.place
        if not worked & {pair.left_person, pair.right_person}:
            yield pair


def _join(operation: Operation, pair: ReviewPair | None, by: User) -> None:
    """Join the two persons of a question of the queue, as whoever saw both would."""
    from soken.casework.actions.merge_persons import merge_persons

    if pair is not None:
        merge_persons(
            operation, pair.left_person, pair.right_person, by=by, code="same-source",
            note="運送会社の回答により同一人物と確認",
        )  # fmt: skip


def _split(operation: Operation, by: User) -> None:
    """Part off one record of a person on whom nobody works, if there is one with several."""
    from soken.casework.actions.split_person import split_person
    from soken.casework.selectors.review_persons import records_of

    run = operation.runs.first()
    worked = operation.dossiers.values_list("person_code", flat=True)
    held = operation.persons.filter(records__gte=2, band="same").exclude(code__in=[*worked])
    person = held.order_by("records", "code").first()
    if run is None or person is None:
        return
    rows = sorted(records_of(operation, run, person.code).values())
    split_person(
        operation, person.code, rows[-1:], by=by, code="different-given", note="同居の家族の注文が混在",
    )  # fmt: skip
