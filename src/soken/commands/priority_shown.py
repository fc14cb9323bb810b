"""How the command line shows priority: the band with what it rests on, its unknowns and published error rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from soken.commands.language import gettext as _
from soken.commands.language import in_words, said
from soken.commands.output import print_json
from soken.prioritise.instrument_file import is_shipped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.casework.actions.rescore_all import Rescored
    from soken.casework.models import Assessment
    from soken.casework.selectors.band_rates import Grouping, GroupRate
    from soken.casework.selectors.priority import PriorityFile, PriorityPage, Ranked
    from soken.prioritise.instrument import Instrument


def ranked_json(one: Ranked) -> dict[str, Any]:
    """Return where a person stands, for programs."""
    row = one.priority
    return {
        "person": row.dossier.person_code,
        "band": row.band or None,
        "received_on": row.dossier.received_on.isoformat(),
        "due_on": row.due_on.isoformat(),
        "days_late": one.days,
        "lateness": one.lateness.value,
        "assess_again": one.again,
        "again_by": row.next_on.isoformat() if row.next_on else None,
        "lowering_waits": one.waits,
        "child_protection_told": one.notified,
        "force": row.dossier.force,
        "stage": str(row.dossier.stage),
    }


def as_json(file: PriorityFile) -> dict[str, Any]:
    """Return a person's priority for programs: the band in force, versions, changes of band."""
    return {
        **ranked_json(file.ranked),
        "version": file.dossier.version,
        "status": "unvalidated decision support",
        "assessments": [_assessment(one) for one in file.assessments],
        "changes": [
            {
                "before": one.before or None,
                "after": one.after,
                "state": str(one.state),
                "reason": one.reason,
                "by": one.by.username if one.by else None,
                "second": one.second.username if one.second else None,
                "second_reason": one.second_reason,
                "at": one.at.isoformat(),
            }
            for one in file.changes
        ],
    }


def print_rates(found: Mapping[Grouping, tuple[GroupRate, ...]]) -> None:
    """Print the bands by group, a group a line."""
    from soken.desk.priority_words import band_words, group_words
    from soken.prioritise.instrument import PriorityBand

    for grouping, groups in found.items():
        for one in groups:
            shares = ", ".join(
                f"{in_words(band.value, band_words(band))} {one.bands.get(band, 0)} ({one.share(band):.1%})"
                for band in PriorityBand
            )
            few = f"  ({_('few')})" if one.few else ""
            typer.echo(f"{in_words(one.group or '-', group_words(one.group, grouping))}  {shares}{few}")


def print_rescored(found: list[Rescored], *, apply: bool) -> None:
    """Print what scoring everybody anew did, or would do, a person a line."""
    from soken.desk.priority_words import band_words, effect_words

    typer.echo(_("Done") if apply else _("Preview: nothing was changed"))
    for one in found:
        bands = " → ".join(in_words(band or "-", band_words(band)) for band in (one.before, one.scored or one.before))
        effect = one.said or in_words(one.effect.value, effect_words(one.effect))
        typer.echo(f"{one.person}  {bands}  {effect}  {one.due_before} → {one.due_after}")
    if not found:
        typer.echo(_("Everybody is assessed on the instrument in use."))


def print_file(file: PriorityFile) -> None:
    """Print a person's priority for people, in the language that is on."""
    from soken.desk.priority_words import band_words

    typer.echo(_line(file.ranked))
    if file.waiting:
        band = in_words(file.waiting.after, file.waiting.get_after_display())
        typer.echo("  ◆ " + _("a lowering to %(band)s waits for another person") % {"band": band})
    for one in file.assessments[:1]:
        scored = {"score": one.score, "band": in_words(one.band, one.get_band_display())}
        scored_words = _("%(score)s points → %(band)s") % scored
        typer.echo(f"  v{one.number}  {one.instrument} v{one.instrument_version}, {scored_words}")
        if one.lowest != one.highest:
            span = {
                name: in_words(band, band_words(band))
                for name, band in (("lowest", one.lowest), ("highest", one.highest))
            }
            typer.echo("      " + _("not everything is known: from %(lowest)s to %(highest)s") % span)
        for part in one.contributions:
            mark = f" ({_('not known: counts in full')})" if part["assumed"] else ""
            typer.echo(f"      {part['points']:>4}  {part['factor']} = {part['answer']}{mark}")
    typer.echo("  " + _("Unvalidated decision support: it orders work and proves nothing (soken priority instrument)."))


def print_list(page: PriorityPage) -> None:
    """Print a page of the list for people."""
    for one in page.persons:
        typer.echo(_line(one))
    if page.later:
        typer.echo(_("More: --at %(place)s") % {"place": page.later})
    if not page.persons:
        typer.echo(_("No person fits."))


def print_instrument(instrument: Instrument, language: str, *, json: bool) -> None:
    """Print an instrument: questions, what answers count, bands, published rates of comparable tools."""
    shown = {
        "id": instrument.id,
        "version": instrument.version,
        "date": instrument.date.isoformat(),
        "status": instrument.status,
        "source": instrument.source,
        "sha256": instrument.sha256,
        "shipped": is_shipped(instrument),
        "bands": [
            {"code": one.code.value, "from": one.points, "target_days": one.target_days, "alarm_days": one.alarm_days}
            for one in instrument.bands.values()
        ],
        "rates": [
            {"bands": [*one.bands], "tool": one.tool, "share": one.share, "of": _said(one, language), "in": one.source}
            for one in instrument.rates
        ],
        "factors": [
            {
                "code": one.code,
                "group": one.group.value,
                "question": _said(one, language),
                "required": one.required,
                "source": one.source,
                "answers": {code: {"points": a.points, "says": _said(a, language)} for code, a in one.answers.items()},
            }
            for one in instrument.factors.values()
        ],
    }  # fmt: skip
    if json:
        print_json(shown)
        return
    from soken.desk.priority_words import GROUP_WORDS, band_words

    typer.echo(f"{instrument.id} v{instrument.version}, {instrument.date}: {said(instrument.status)}")
    if not is_shipped(instrument):
        own = _("Not the instrument that ships with Soken, but this installation's own. Source: %(source)s")
        typer.echo(own % {"source": instrument.source})
    for band in instrument.bands.values():
        told = {"points": f"{band.points:>3}", "days": band.target_days}
        words = _("from %(points)s points, within %(days)s days of receipt") % told
        typer.echo(f"  {in_words(band.code, band_words(band.code)):<10} {words}")
        for rate in instrument.rates_of(band.code):
            typer.echo(f"    {rate.tool}: {rate.share:.1%} {_said(rate, language)} [{rate.source}]")
    for factor in instrument.factors.values():
        group, star = in_words(factor.group, GROUP_WORDS[factor.group]), " *" if factor.required else ""
        typer.echo(f"{factor.code} ({group}){star}: {_said(factor, language)}")
        for code, answer in factor.answers.items():
            typer.echo(f"    {answer.points:>3}  {code}: {_said(answer, language)}")
    typer.echo("* " + _("counts in full while it is not known"))


def _line(one: Ranked) -> str:
    """Return a person in one line."""
    from soken.desk.priority_words import band_words

    row = one.priority
    late = _("%(days)s d late") % {"days": one.days} if one.days > 0 else _("in time")
    marks = [late, *([_("ALARM")] if one.lateness == "alarm" else []), *([_("assess again")] if one.again else [])]
    marks += [_("a lowering waits")] if one.waits else []
    band = in_words(row.band, band_words(row.band)) if row.band else _("not assessed")
    due = _("due %(day)s") % {"day": row.due_on}
    return f"{row.dossier.person_code}  {band:<12} {due}  {', '.join(marks)}"


def _assessment(one: Assessment) -> dict[str, Any]:
    """Return a version for programs."""
    return {
        "number": one.number,
        "instrument": one.instrument,
        "instrument_version": one.instrument_version,
        "instrument_sha256": one.instrument_sha256,
        "score": one.score,
        "band": str(one.band),
        "lowest": one.lowest,
        "highest": one.highest,
        "contributions": one.contributions,
        "reason": one.reason,
        "by": one.by.username if one.by else None,
        "at": one.at.isoformat(),
        "again_by": one.next_on.isoformat(),
    }


def _said(one: Any, language: str) -> str:
    """Return the words in a language."""
    return str(one.ja if language == "ja" else one.en)
