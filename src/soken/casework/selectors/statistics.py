"""The report of a year, half-year or month, and each of its tables, counted from a vintage."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.models import Dataset, Operation
from soken.casework.selectors.clearances import fingerprint
from soken.casework.selectors.vintages import open_vintage, tables_of
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.report.counting import Place
from soken.report.naming import Naming
from soken.report.published import published_mark
from soken.report.span import Span
from soken.report.whole import Counted, Report, Source, one_table, whole_report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.access.models import User
    from soken.casework.models import Vintage
    from soken.core.home import Home
    from soken.report.tables import Table


def annual_report(
    home: Home,
    vintage: Vintage,
    year: int,
    *,
    reader: User | None,
    part: str = "",
    place: Place = Place.CLEARED_AT,
    public: bool = False,
    tags: Mapping[str, str] = MappingProxyType({}),
) -> Report:
    """Return the report of a year, or of a part of one.

    Args:
        home: where the units are kept.
        vintage: what to count from.
        year: of clearing.
        reader: who is shown it; operations that they do not see are counted and not named. None for the installation.
        part: of the year, as `soken.report.span.Span` has it; '' for the whole.
        place: with which force units count.
        public: whether to withhold small crossings, for publication.
        tags: operation → public tag; a publication names no others.

    Raises:
        DamagedStoreError: the vintage's units are not there.
        BadInputError: a tag is given to an operation of which the vintage holds nothing, or a year has no such part.
        RefusedError: a month is not published, or nothing is known of a part of a year.
    """
    counted = _counted(vintage, Span(year, part), place, public=public)
    naming = _naming(vintage, reader, tags, public=public)
    with open_vintage(home, vintage) as con:
        return whole_report(
            con, counted.source, tables_of(vintage, con), counted.span, place=place, public=public, naming=naming
        )


def annual_table(
    home: Home,
    vintage: Vintage,
    year: int,
    code: str,
    *,
    reader: User | None,
    part: str = "",
    place: Place = Place.CLEARED_AT,
    public: bool = False,
    tags: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Counted, Table]:
    """Return one table as it stands in a report; nothing is counted that it does not need.

    Args:
        home, vintage, year, reader, part, place, public, tags: see `annual_report`.
        code: short name of the table.

    Raises:
        NotFoundError: the report has no such table.
        RefusedError: the table cannot be published, with the reason; and see `annual_report`.
        DamagedStoreError, BadInputError: see `annual_report`.
    """
    with open_vintage(home, vintage) as con:
        kinds = {one.code: one for one in tables_of(vintage, con)}
        if code not in kinds:
            raise NotFoundError(
                _("There is no table %(table)s; there are %(tables)s.") % {"table": code, "tables": ", ".join(kinds)}
            )
        counted = _counted(vintage, Span(year, part), place, public=public)
        naming = _naming(vintage, reader, tags, public=public)
        found = one_table(con, kinds[code], list(kinds.values()), counted, naming=naming)
    if found is None:
        raise RefusedError(
            _("The table %(table)s is not published: small numbers could be worked out from its totals.")
            % {"table": code}
        )
    return counted, found


def _counted(vintage: Vintage, span: Span, place: Place, *, public: bool) -> Counted:
    """Return from what, and how, something is counted.

    Raises:
        RefusedError: a month would be published alone, where the tables by months of its year and half-year withhold
            what it would tell; or the units have no day, only a year or half-year.
    """
    if span.part and vintage.dataset == Dataset.PUBLISHED:
        raise RefusedError(
            _("National figures were published by year; what is known of half-years stands in the table %(table)s.")
            % {"table": "cases-group-half"}
        )
    if span.part.isdigit() and public:
        raise RefusedError(
            _("A month is published in the tables by months of its year and half-year, which are protected together; "
              "alone it would give away what they withhold.")
        )  # fmt: skip
    source = Source(vintage.dataset, vintage.number, vintage.final, vintage.cut_off, vintage.sha256, vintage.made_at)
    return Counted(span, source, place, public)


def _naming(vintage: Vintage, reader: User | None, tags: Mapping[str, str], *, public: bool) -> Naming | None:
    """Return which of this installation's operations are named to a reader; None for published figures: of none.

    Raises:
        BadInputError: a tag is given, and none of these operations is counted.
    """
    if vintage.dataset != Dataset.LIVE:
        if tags:
            raise BadInputError(_("Published figures come from no operation of this installation; leave the tag out."))
        return None
    if reader is None:
        return Naming(None, tags, public=public)
    seen = Operation.objects.visible_to(reader).values_list("slug", flat=True)
    return Naming(frozenset(seen), tags, public=public)


def years_of(home: Home, vintage: Vintage) -> list[int]:
    """Return the years in which a vintage has cases or decisions, newest first."""
    with open_vintage(home, vintage) as con:
        rows = con.execute(
            "SELECT year(cleared_on) FROM cases UNION SELECT year(decided_on) FROM disposed ORDER BY 1 DESC"
        ).fetchall()
    return [row[0] for row in rows]


def is_behind(vintage: Vintage) -> bool:
    """Tell whether there is something newer than a vintage holds.

    Of this installation: clearances or decisions that were recorded or struck since. Of published figures: they were
    corrected since they were loaded.
    """
    now = published_mark() if vintage.dataset == Dataset.PUBLISHED else fingerprint()
    return vintage.fingerprint != now
