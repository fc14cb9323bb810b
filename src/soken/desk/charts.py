"""Charts that the server draws: SVG with words for who does not see it, coloured by the style sheet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

    from soken.casework.selectors.funnel import Funnel
    from soken.casework.selectors.person import Purchase

_WIDTH: Final = 720


def funnel_steps(funnel: Funnel) -> list[tuple[str, str, int | None]]:
    """Return the steps from row to person: code, words, count (None: not known yet)."""
    return [
        ("read", _("Rows read"), funnel.rows_read),
        ("accepted", _("Rows accepted"), funnel.rows_accepted),
        ("aside", _("Rows set aside"), funnel.rows_set_aside),
        ("identity", _("Rows that claim an identity"), funnel.identity_rows),
        ("records", _("Records (different claimed identities)"), funnel.records),
        ("persons", _("Proposed persons"), funnel.persons),
        ("review", _("Links to review"), funnel.review_links),
    ]


def funnel_chart(funnel: Funnel) -> SafeString:
    """Draw the funnel as bars; the table beside it says the same in figures."""
    steps = [(code, count) for code, _words, count in funnel_steps(funnel) if count is not None]
    most = max([1, *(count for _code, count in steps)])
    row, bar, width = 34, 18, 400
    height = row * len(steps)
    bars = format_html_join(
        "",
        '<rect class="bar-track" x="0" y="{}" width="{}" height="{}" rx="2"/>'
        '<rect class="bar bar-{}" x="0" y="{}" width="{}" height="{}" rx="2"/>',
        (
            (
                number * row + 8,
                width,
                bar,
                code,
                number * row + 8,
                max(2 if count else 0, round(width * count / most, 1)),
                bar,
            )
            for number, (code, count) in enumerate(steps)
        ),
    )
    return format_html(
        '<svg class="funnel-chart" viewBox="0 0 {} {}" role="img" aria-label="{}" preserveAspectRatio="none">{}</svg>',
        width,
        height,
        _("Bars for the counts in the table beside this chart"),
        bars,
    )


def timeline_chart(purchases: Sequence[Purchase]) -> SafeString | str:
    """Draw dated purchases as a dot a row on a line of years; '' where fewer than one has a date.

    Several rows in one month stand above each other; what does not fit is in the table below the chart.
    """
    dated = [date.fromisoformat(one.on) for one in purchases if one.on]
    if not dated:
        return ""
    first_year, last_year = dated[0].year, dated[-1].year
    years = last_year - first_year + 1
    left, right, most = 12, 12, 8
    scale = (_WIDTH - left - right) / (years * 12)
    months: dict[int, int] = {}
    for day in dated:
        month = (day.year - first_year) * 12 + day.month - 1
        months[month] = months.get(month, 0) + 1
    tall = min(most, max(months.values()))
    base = 14 + tall * 12
    dots = format_html_join(
        "",
        '<circle class="dot" cx="{}" cy="{}" r="4.5"/>',
        (
            (round(left + (month + 0.5) * scale, 1), base - 8 - level * 12)
            for month, count in months.items()
            for level in range(min(count, most))
        ),
    )
    more = format_html_join(
        "",
        '<text class="dot-more" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((round(left + (month + 0.5) * scale, 1), 10, count) for month, count in months.items() if count > most),
    )
    every = max(1, -(-years // 12))
    ticks = format_html_join(
        "",
        '<line class="tick" x1="{0}" y1="{1}" x2="{0}" y2="{2}"/><text class="tick-label" x="{3}" y="{4}">{5}</text>',
        (
            (
                round(left + number * 12 * scale, 1),
                base,
                base + 6,
                round(left + number * 12 * scale + 3, 1),
                base + 18,
                first_year + number,
            )
            for number in range(0, years, every)
        ),
    )
    words = ngettext(
        "%(count)d purchase, %(first)s to %(last)s; the table below lists it.",
        "%(count)d purchases, %(first)s to %(last)s; the table below lists them.",
        len(dated),
    ) % {"count": len(dated), "first": dated[0].isoformat(), "last": dated[-1].isoformat()}
    return format_html(
        '<svg class="timeline" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<line class="axis" x1="{}" y1="{}" x2="{}" y2="{}"/>{}{}{}</svg>',
        _WIDTH,
        base + 24,
        words,
        left,
        base,
        _WIDTH - right,
        base,
        ticks,
        dots,
        more,
    )
