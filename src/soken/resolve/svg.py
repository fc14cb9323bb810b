"""A waterfall as an SVG picture: no script, no inline style, readable without seeing it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr  # nosec B406  # writes; reads nothing

from soken.resolve.explain import explain, signed, waterfall
from soken.resolve.phrases import words

if TYPE_CHECKING:
    from soken.resolve.explain import Link, Step

_WIDTH, _LABELS, _RIGHT = 720, 300, 56
_ROW, _BAR, _TOP = 30, 16, 12
_BASELINE = 14


def waterfall_svg(link: Link, locale: str = "en", *, identity: str = "waterfall") -> str:
    """Return the waterfall of a link as one ``<svg>`` element.

    Bars carry the classes ``wf-for``, ``wf-against``, ``wf-prior`` and ``wf-final``, labels ``wf-label`` and
    ``wf-weight``, lines ``wf-axis`` and ``wf-step``; colours are the style sheet's. Sign and figure stand beside each
    bar, so that colour says nothing alone; title and description say the same in words.

    Args:
        link: a link.
        locale: "en" or "ja".
        identity: prefix of the element ids, unique on the page.
    """
    steps = waterfall(link, locale)
    low = min(0.0, *(min(step.start, step.end) for step in steps))
    high = max(0.0, *(max(step.start, step.end) for step in steps))
    scale = (_WIDTH - _LABELS - _RIGHT) / max(high - low, 1.0)

    def x(bits: float) -> float:
        return round(_LABELS + (bits - low) * scale, 1)

    height = _TOP * 2 + _ROW * len(steps)
    about = " ".join([words("fixed", "about", locale), *explain(link, locale)])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="waterfall" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f"aria-labelledby={quoteattr(f'{identity}-title {identity}-desc')}>",
        f"<title id={quoteattr(f'{identity}-title')}>"
        f"{escape(words('fixed', 'chart', locale))}: {signed(link.weight)}</title>",
        f"<desc id={quoteattr(f'{identity}-desc')}>{escape(about)}</desc>",
        f'<line class="wf-axis" x1="{x(0)}" y1="{_TOP}" x2="{x(0)}" y2="{height - _TOP}"/>',
    ]
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        parts += _row(step, _TOP + number * _ROW, x(step.start), x(step.end), last=last)
    return "".join([*parts, "</svg>"])


def _row(step: Step, top: int, start: float, end: float, *, last: bool) -> list[str]:
    """Return the elements of one step: label, bar, figure, and the line that leads to the next step."""
    left, width = min(start, end), max(round(abs(end - start), 1), 1.0)
    kind = step.code if step.code in ("prior", "final") else ("for" if step.weight >= 0 else "against")
    bar = top + (_ROW - _BAR) // 2
    line, beside = bar + _BASELINE - 1, round(left + width + 6, 1)
    parts = [
        f'<text class="wf-label" x="{_LABELS - 12}" y="{line}" text-anchor="end">{escape(step.label)}</text>',
        f'<rect class="wf-bar wf-{kind}" x="{left}" y="{bar}" width="{width}" height="{_BAR}" rx="2"/>',
        f'<text class="wf-weight" x="{beside}" y="{line}">{escape(signed(step.weight))}</text>',
    ]
    if not last:
        parts.append(f'<line class="wf-step" x1="{end}" y1="{bar + _BAR}" x2="{end}" y2="{bar + _ROW}"/>')
    return parts
