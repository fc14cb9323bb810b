"""What became of a list (R40): how far its buyers came, who cannot be identified, and what was done for children.

A vintage says of each source operation how many persons came as far as a stage and no farther (`REACHED`); how many of
those listed are not identifiable, who stay in every denominator (R8); and how many notifications to child protection
were acknowledged, which is a count of notifications and no part of the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import duckdb

#: How far a listed buyer's case can have come, in order.
REACHED: Final = ("listed", "chargeable", "referred")
#: Listed, and work has ended because nobody can say who it is.
NOT_IDENTIFIABLE: Final = "not-identifiable"
#: Notifications for a child's safety that the body which was told has acknowledged.
SAFEGUARDED: Final = "safeguarded"


def funnel(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Return source operation → stage → how many came as far as that, or farther; and the two counts beside it.

    Args:
        con: holds the units (`soken.report.units.open_units`).

    Returns:
        ``listed``, ``chargeable`` and ``referred`` of each source; ``not_identifiable`` and ``safeguarded`` where the
        vintage counted them (published figures do not say them).
    """
    rows = con.execute("SELECT source, reached, sum(units) FROM listed GROUP BY ALL").fetchall()
    found: dict[str, dict[str, int]] = {}
    for source, reached, units in sorted(rows):
        stages = found.setdefault(source, dict.fromkeys(REACHED, 0))
        if reached in {NOT_IDENTIFIABLE, SAFEGUARDED}:
            stages[reached.replace("-", "_")] = int(units)
        for stage in _up_to(reached):
            stages[stage] += int(units)
    return found


def waiting(con: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    """Return, over all operations, band → persons in work, and how many of them are past their target (R13, R24)."""
    rows = con.execute("SELECT band, sum(units), sum(late) FROM waiting GROUP BY band ORDER BY band").fetchall()
    return [{"band": band or "", "persons": int(units), "late": int(late)} for band, units, late in rows]


def _up_to(reached: str) -> tuple[str, ...]:
    """Return the stages that somebody has come to; a notification is nobody on the list."""
    if reached == SAFEGUARDED:
        return ()
    if reached == NOT_IDENTIFIABLE:
        return REACHED[:1]
    return REACHED[: REACHED.index(reached) + 1]
