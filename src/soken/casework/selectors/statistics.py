"""The report of a year, counted from a vintage."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from soken.casework.models import Dataset, Operation
from soken.casework.selectors.clearances import fingerprint
from soken.casework.selectors.vintages import open_vintage, tables_of
from soken.report.counting import Place
from soken.report.naming import Naming
from soken.report.whole import Report, Source, year_report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.access.models import User
    from soken.casework.models import Vintage
    from soken.core.home import Home


def annual_report(
    home: Home,
    vintage: Vintage,
    year: int,
    *,
    reader: User | None,
    place: Place = Place.CLEARED_AT,
    public: bool = False,
    tags: Mapping[str, str] = MappingProxyType({}),
) -> Report:
    """Return a year's report.

    Args:
        home: where the units are kept.
        vintage: what to count from.
        year: of clearing.
        reader: who is shown it; operations that they do not see are counted and not named. None for the installation.
        place: with which force units count.
        public: whether to withhold small crossings, for publication.
        tags: operation → public tag; a publication names no others.

    Raises:
        DamagedStoreError: the vintage's units are not there.
        BadInputError: a tag is given to an operation of which the vintage holds nothing.
    """
    source = Source(vintage.dataset, vintage.number, vintage.final, vintage.cut_off, vintage.sha256, vintage.made_at)
    naming = _naming(reader, tags, public=public) if vintage.dataset == Dataset.LIVE else None
    with open_vintage(home, vintage) as con:
        return year_report(con, source, tables_of(vintage), year, place=place, public=public, naming=naming)


def _naming(reader: User | None, tags: Mapping[str, str], *, public: bool) -> Naming:
    """Return which of this installation's operations are named to a reader."""
    if reader is None:
        return Naming(None, tags, public=public)
    seen = Operation.objects.visible_to(reader).values_list("slug", flat=True)
    return Naming(frozenset(seen), tags, public=public)


def years_of(home: Home, vintage: Vintage) -> list[int]:
    """Return the years in which a vintage has cases, newest first."""
    with open_vintage(home, vintage) as con:
        rows = con.execute("SELECT DISTINCT year(cleared_on) FROM cases ORDER BY 1 DESC").fetchall()
    return [row[0] for row in rows]


def is_behind(vintage: Vintage) -> bool:
    """Tell whether clearances were recorded or struck since a vintage of this installation was taken."""
    return vintage.dataset == "live" and vintage.fingerprint != fingerprint()
