"""``soken sample``: assessed persons drawn for a second, blind assessment, and how far the two assessors agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from soken.commands.acting import acting_user
from soken.commands.dossier_act import By, In, Json
from soken.commands.language import gettext as _
from soken.commands.language import in_words
from soken.commands.output import print_json
from soken.commands.priority import answers_said
from soken.commands.started import started

if TYPE_CHECKING:
    from soken.casework.models import SecondAssessment
    from soken.casework.selectors.second_assessments import SampleSeen

app = typer.Typer(help="Second, blind assessments: whether two people come to the same band.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="Number of the sample, as `list` shows it.", metavar="SAMPLE")]


@app.command("draw")
def draw(
    operation: In,
    persons: Annotated[int, typer.Option(help="How many persons, 1 to 500.")],
    seed: Annotated[int | None, typer.Option(help="Seed of the chance; without it: a new one. It is kept.")] = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Draw assessed persons and give each to another assessor."""
    started()
    from soken.casework.actions.draw_sample import draw_sample
    from soken.casework.selectors.operations import operation_named

    made = draw_sample(operation_named(operation), by=acting_user(by), wanted=persons, seed=seed)
    drawn = made.seconds.count()
    if json:
        print_json({"sample": made.pk, "drawn": drawn, "drawable": made.drawable, "left_out": made.left_out,
                    "seed": made.seed})  # fmt: skip
        return
    typer.echo(
        _("Sample %(number)s: %(drawn)s of %(drawable)s drawn (seed %(seed)s); %(left)s assessed persons left out.")
        % {"number": made.pk, "drawn": drawn, "drawable": made.drawable, "seed": made.seed, "left": made.left_out}
    )


@app.command("list")
def list_(operation: In, by: By = "", json: Json = False) -> None:
    """List the samples, and whom you are asked to assess."""
    started()
    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.second_assessments import samples_of, seconds_waiting

    asked, user = operation_named(operation), acting_user(by)
    check_right(asked, user, Act.SEE_DOSSIER)
    # Counted by the query of the list.
    samples: list[Any] = list(samples_of(asked))
    waiting = [one.dossier.person_code for one in seconds_waiting(user, [asked.pk])]
    if json:
        counts = [
            {"sample": one.pk, "at": one.at.isoformat(), "by": one.by.username, "drawn": one.drawn,
             "answered": one.answered, "waiting": one.waiting}
            for one in samples
        ]  # fmt: skip
        print_json({"samples": counts, "asked_of_you": waiting})
        return
    for one in samples:
        counts_said = {"drawn": one.drawn, "answered": one.answered, "waiting": one.waiting}
        said = _("%(drawn)s drawn, %(answered)s answered, %(waiting)s wait") % counts_said
        typer.echo(f"{one.pk:>6}  {one.at:%Y-%m-%d}  {one.by}  {said}")
    for code in waiting:
        typer.echo(_("Asked of you: %(person)s") % {"person": code})
    if not samples:
        typer.echo(_("No sample has been drawn."))


@app.command("show")
def show(number: Number, operation: In, by: By = "", json: Json = False) -> None:
    """Show a sample: both bands of whoever was assessed twice, and the agreement."""
    started()
    from soken.access.policy import Act
    from soken.casework.actions.dossier_act import check_right
    from soken.casework.selectors.operations import operation_named
    from soken.casework.selectors.second_assessments import sample_seen

    asked = operation_named(operation)
    check_right(asked, acting_user(by), Act.SEE_DOSSIER)
    seen = sample_seen(asked, number)
    if json:
        print_json(_as_json(seen))
    else:
        _print(seen)


@app.command("answer")
def answer(
    person: Annotated[str, typer.Argument(help="Code of the person (P-…).", metavar="PERSON")],
    operation: In,
    answer: Annotated[list[str], typer.Option(help="FACTOR=ANSWER, as `instrument` shows; once for each.")],
    note: Annotated[str, typer.Option(help="In words, if there is something to say.")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """Answer the second assessment that is asked of you; what is not answered is unknown."""
    answers = answers_said(answer)
    started()
    from soken.casework.actions.answer_second import answer_second
    from soken.casework.selectors.dossier import dossier_of
    from soken.casework.selectors.operations import operation_named

    found = dossier_of(operation_named(operation), person)
    made = answer_second(found, by=acting_user(by), answers=answers, note=note)
    if json:
        print_json(_second_json(made))
    else:
        typer.echo(_("Recorded; the band in force stays. To compare: soken sample show %(number)s") % {
            "number": made.sample_id,
        })  # fmt: skip


@app.command("set-aside")
def set_aside(
    key: Annotated[int, typer.Argument(help="Number of the second assessment, as `show` has it.", metavar="NUMBER")],
    operation: In,
    reason: Annotated[str, typer.Option(help="In words.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Set a second assessment aside that nobody will answer."""
    started()
    from soken.casework.actions.answer_second import set_aside_second
    from soken.casework.selectors.operations import operation_named

    made = set_aside_second(operation_named(operation), key, by=acting_user(by), reason=reason)
    if json:
        print_json(_second_json(made))
    else:
        typer.echo(_("Set aside."))


def _print(seen: SampleSeen) -> None:
    """Print a sample for people."""
    from soken.desk.priority_words import band_words

    found = seen.agreement
    for one in seen.answered:
        bands = " / ".join(in_words(band, band_words(band)) for band in (one.first.band, one.band))
        typer.echo(f"{one.pk:>6}  {one.dossier.person_code}  {bands}  {one.first_by} / {one.assessor}")
    for one in seen.open:
        typer.echo(f"{one.pk:>6}  {one.dossier.person_code}  {_('waits for')} {one.assessor}")
    for one in seen.ended:
        typer.echo(f"{one.pk:>6}  {one.dossier.person_code}  {_('set aside')}: {one.ended_because}")
    if found.pairs:
        typer.echo(_("Equal bands: %(equal)s of %(pairs)s (%(share)s)") % {
            "equal": found.equal, "pairs": found.pairs, "share": f"{found.share:.1%}",
        })  # fmt: skip
    if found.kappa:
        typer.echo(_("Weighted kappa: %(value)s (95 %%: %(low)s to %(high)s)") % {
            "value": f"{found.kappa.value:.2f}", "low": f"{found.kappa.low:.2f}", "high": f"{found.kappa.high:.2f}",
        })  # fmt: skip
    if found.few:
        typer.echo(_("Too few pairs for the interval to say much."))


def _as_json(seen: SampleSeen) -> dict[str, Any]:
    """Return a sample for programs."""
    from soken.prioritise.instrument import PriorityBand

    found, kappa = seen.agreement, seen.agreement.kappa
    return {
        "sample": seen.sample.pk,
        "seed": seen.sample.seed,
        "drawable": seen.sample.drawable,
        "left_out": seen.sample.left_out,
        "compared": found.pairs,
        "equal": found.equal,
        "bands": [one.value for one in PriorityBand],
        "first_by_second": found.table,
        "weighted_kappa": kappa and {"value": kappa.value, "low": kappa.low, "high": kappa.high},
        "too_few": found.few,
        "answered": [_second_json(one) for one in seen.answered],
        "waiting": [_open_json(one) for one in seen.open],
        "set_aside": [{**_open_json(one), "reason": one.ended_because} for one in seen.ended],
        "not_shown": seen.hidden,
        "other_instrument": seen.other,
    }


def _open_json(one: SecondAssessment) -> dict[str, Any]:
    """Return who was asked about whom; nothing of the first assessment."""
    return {"number": one.pk, "person": one.dossier.person_code, "assessor": one.assessor.username}


def _second_json(one: SecondAssessment) -> dict[str, Any]:
    """Return both assessments of a person where the second is answered."""
    if not one.band:
        return _open_json(one)
    return {
        **_open_json(one),
        "first": {"by": one.first_by.username, "band": one.first.band, "score": one.first.score,
                  "answers": one.first.answers},
        "second": {"band": one.band, "score": one.score, "answers": one.answers, "note": one.note},
    }  # fmt: skip
