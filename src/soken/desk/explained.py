"""A link ready for a page: findings and waterfall in the page's language, and where its two sides stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from soken.desk.words import page_language
from soken.resolve import waterfall, waterfall_svg
from soken.resolve.explain import signed
from soken.resolve.phrases import words

if TYPE_CHECKING:
    from soken.casework.selectors.person_links import LinkedPair
    from soken.resolve.explain import Step


@dataclass(frozen=True, slots=True)
class ExplainedLink:
    """A link as a page shows it.

    Attributes:
        pair: the link and its places.
        name: claimed name of the other person, '' where both sides are one's own.
        title: its weight, and the two rows.
        question: why a person must look at it, '' where nobody must.
        findings: what the comparisons found, strongest first.
        chart: its waterfall as SVG.
    """

    pair: LinkedPair
    name: str
    title: str
    question: str
    findings: list[Step]
    chart: SafeString


def explained(pair: LinkedPair, identity: str, name: str = "") -> ExplainedLink:
    """Return a link in the language of the page.

    Args:
        pair: the link.
        identity: prefix for the ids inside its chart, unique on the page.
        name: claimed name of the other person, if the link leads to one.
    """
    language = page_language()
    # waterfall_svg escapes every text itself.
    chart = mark_safe(waterfall_svg(pair.link, language, identity=identity))  # noqa: S308  # nosec B308 B703
    title = _("row %(left)s and row %(right)s: %(weight)s") % {
        "left": f"{pair.left.row:,}",
        "right": f"{pair.right.row:,}",
        "weight": signed(pair.link.weight),
    }
    question = words("review", pair.link.review_reason, language) if pair.link.review_reason else ""
    compared = [step for step in waterfall(pair.link, language) if step.code not in {"prior", "final"}]
    findings = sorted(compared, key=lambda step: -abs(step.weight))
    return ExplainedLink(pair, name, title, question, findings, chart)
