"""Why two records were joined, kept apart or put before a person: as sentences and as the steps of a waterfall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from soken.core.ordered import ordered
from soken.core.replaced import reread
from soken.resolve.phrases import sentence, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Reason:
    """What one comparison found.

    Attributes:
        comparison: code of the comparison.
        level: code of its outcome.
        weight: evidence in bits; above 0 for one person.
        left_value: value of the left record, null if it gives none.
        right_value: value of the right record.
    """

    comparison: str
    level: str
    weight: float
    left_value: str | None
    right_value: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """Two records and the evidence that they are one person: a row of ``links.parquet``."""

    left_record: int
    right_record: int
    band: str
    weight: float
    reasons: tuple[Reason, ...]
    review_reason: str | None
    judged: str | None
    blocked_by: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the waterfall.

    Attributes:
        code: "prior", a comparison, or "final".
        label: words for it.
        weight: bits that this step adds ("final": the sum).
        start: sum before the step.
        end: sum after it.
        left_value: value of the left record (comparisons only).
        right_value: value of the right record.
    """

    code: str
    label: str
    weight: float
    start: float
    end: float
    left_value: str | None = None
    right_value: str | None = None


#: Columns of ``links.parquet`` that a link is made of.
LINE: Final = (
    "left_record", "right_record", "band", "weight", "reasons", "review_reason", "judged", "blocked_by"
)  # fmt: skip


def link_from(row: dict[str, Any]) -> Link:
    """Return a link from a row of ``links.parquet`` as a dictionary."""
    return Link(
        left_record=row["left_record"],
        right_record=row["right_record"],
        band=row["band"],
        weight=row["weight"],
        reasons=tuple(Reason(**reason) for reason in row["reasons"] or ()),
        review_reason=row["review_reason"],
        judged=row["judged"],
        blocked_by=row["blocked_by"],
    )


def read_links(run: Path, records: Sequence[int]) -> list[Link]:
    """Return the links of a run that touch any of the given records, heaviest first.

    Args:
        run: folder with ``links.parquet``.
        records: record numbers.

    Raises:
        DamagedStoreError: the folder holds no links.
    """
    path, ends = run / "links.parquet", ("left_record", "right_record")
    rows = reread(lambda: ordered(path, "left_record").having(ends, records, LINE)).to_pylist()
    rows.sort(key=lambda one: (-one["weight"], one["left_record"], one["right_record"]))
    return [link_from(row) for row in rows]


def explain(link: Link, locale: str = "en") -> list[str]:
    """Return the reasons of a link as sentences, strongest first, e.g. "given names differ: タロウ / ジロウ, −6.2".

    Args:
        link: a link.
        locale: "en" or "ja".
    """
    said = [words("review", link.review_reason, locale)] if link.review_reason else []
    pattern = sentence(locale)
    for reason in sorted(link.reasons, key=lambda one: -abs(one.weight)):
        said.append(
            pattern.format(
                text=words(reason.comparison, reason.level, locale),
                left=reason.left_value or "–",
                right=reason.right_value or "–",
                weight=signed(reason.weight),
            )
        )
    return said


def waterfall(link: Link, locale: str = "en") -> list[Step]:
    """Return how the weight of a link comes about: prior, each comparison, final.

    Args:
        link: a link.
        locale: "en" or "ja".
    """
    total = round(link.weight - sum(reason.weight for reason in link.reasons), 6)
    steps = [Step("prior", words("fixed", "prior", locale), total, 0.0, total)]
    for reason in link.reasons:
        start, total = total, round(total + reason.weight, 6)
        steps.append(
            Step(
                reason.comparison,
                words(reason.comparison, reason.level, locale),
                reason.weight,
                start,
                total,
                reason.left_value,
                reason.right_value,
            )
        )
    return [*steps, Step("final", words("fixed", "final", locale), total, 0.0, total)]


def signed(weight: float) -> str:
    """Return a weight with its sign and one decimal, e.g. "+6.1", "−6.2"."""
    return f"{_MINUS if weight < 0 else '+'}{abs(weight):.1f}"
