"""The vintages that statistics are counted from: the newest, one by its number, and its units opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.models import Dataset, Vintage
from soken.core.errors import DamagedStoreError, NotFoundError, RefusedError
from soken.report.counting import Scope, Unit, total
from soken.report.published import TABLES
from soken.report.tables import table_kinds
from soken.report.units import LATER, UNITS, holds, open_units

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from soken.core.home import Home
    from soken.report.span import Span
    from soken.report.tables import TableKind


def vintage_folder(home: Home, vintage: Vintage) -> Path:
    """Return the folder of a vintage's units, named by what they are too: a number alone may have been given before."""
    return home.statistics / f"{vintage.dataset}-{vintage.number}-{vintage.sha256[:12]}"


def newest_vintage(dataset: str) -> Vintage | None:
    """Return the vintage of a data set with the latest cut-off, None before the first; one taken later can go back."""
    return Vintage.objects.filter(dataset=dataset).order_by("-cut_off", "-number").first()


def open_vintage(home: Home, vintage: Vintage) -> duckdb.DuckDBPyConnection:
    """Return a connection that has the units of a vintage.

    Raises:
        DamagedStoreError: its files are not there.
    """
    folder = vintage_folder(home, vintage)
    if not all((folder / f"{name}.parquet").is_file() for name in UNITS.keys() - LATER):
        raise DamagedStoreError(
            f"The units of vintage {vintage} are missing in {folder.name}; restore them or take a new vintage."
        )
    return open_units(folder)


def vintage_for(home: Home, *, dataset: str = "", number: int | None = None, span: Span | None = None) -> Vintage:
    """Return the vintage that was asked for; by default the newest of the one data set that knows of the span.

    Args:
        home: where the units are kept.
        dataset: value of `Dataset`, '' for whichever has any.
        number: of the vintage, None for the newest: that with the latest cut-off.
        span: of clearing, None for any.

    Raises:
        NotFoundError: there is no such vintage, or none with a case or a decision in that span.
        RefusedError: both data sets have some of that span: say which.
    """
    if number is not None:
        found = Vintage.objects.filter(dataset=dataset or Dataset.LIVE, number=number).first()
        if found is None:
            raise NotFoundError(f"There is no vintage {dataset or Dataset.LIVE.value} {number}.")
        return found
    newest = [one for name in ([dataset] if dataset else Dataset.values) if (one := newest_vintage(name))]
    having = [one for one in newest if span is None or _counts_any(home, one, span)]
    if not having:
        raise NotFoundError(
            _("Nothing is recorded as cleared in %(year)s; take a vintage with `soken report vintage` after recording.")
            % {"year": span.label if span else "-"}
        )
    if len(having) > 1 and span is not None:
        sets = " or ".join(f"--dataset {one.dataset}" for one in having)
        raise RefusedError(f"Both data sets have cases of {span.label}; say {sets}.")
    return having[0]


def tables_of(vintage: Vintage, con: duckdb.DuckDBPyConnection) -> list[TableKind]:
    """Return the tables that mean something in a vintage: of published figures, only what was published together.

    Args:
        vintage: which.
        con: holds its units; what was not counted yet when it was taken has no table.
    """
    kinds = table_kinds()
    if vintage.dataset == Dataset.PUBLISHED:
        return [kinds[code] for code in TABLES]
    missing = {unit for unit in Unit if unit.value in LATER and not holds(con, unit.value)}
    return [one for one in kinds.values() if one.unit not in missing]


def _counts_any(home: Home, vintage: Vintage, span: Span) -> bool:
    """Tell whether a vintage has a case or a decision of a span."""
    with open_vintage(home, vintage) as con:
        return any(total(con, unit, Scope(span.period)) for unit in (Unit.CASES, Unit.DISPOSED))
