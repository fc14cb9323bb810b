"""The vintages that statistics are counted from: the newest, one by its number, and its units opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from soken.casework.models import Dataset, Vintage
from soken.core.errors import DamagedStoreError, NotFoundError, RefusedError
from soken.report.annual import whole_year
from soken.report.counting import Scope, Unit, total
from soken.report.published import TABLES
from soken.report.tables import table_kinds
from soken.report.units import LATER, UNITS, open_units

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from soken.core.home import Home
    from soken.report.tables import TableKind


def vintage_folder(home: Home, vintage: Vintage) -> Path:
    """Return the folder of a vintage's units, named by what they are too: a number alone may have been given before."""
    return home.statistics / f"{vintage.dataset}-{vintage.number}-{vintage.sha256[:12]}"


def newest_vintage(dataset: str) -> Vintage | None:
    """Return the newest vintage of a data set, None before the first."""
    return Vintage.objects.filter(dataset=dataset).first()


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


def vintage_for(home: Home, *, dataset: str = "", number: int | None = None, year: int | None = None) -> Vintage:
    """Return the vintage that was asked for; by default the newest of the one data set that has cases of the year.

    Args:
        home: where the units are kept.
        dataset: value of `Dataset`, '' for whichever has any.
        number: of the vintage, None for the newest.
        year: of clearing, None for any.

    Raises:
        NotFoundError: there is no such vintage, or none with a case in that year.
        RefusedError: both data sets have cases of that year: say which.
    """
    if number is not None:
        found = Vintage.objects.filter(dataset=dataset or Dataset.LIVE, number=number).first()
        if found is None:
            raise NotFoundError(f"There is no vintage {dataset or Dataset.LIVE.value} {number}.")
        return found
    newest = [one for name in ([dataset] if dataset else Dataset.values) if (one := newest_vintage(name))]
    having = [one for one in newest if year is None or _cases(home, one, year)]
    if not having:
        raise NotFoundError(
            _("Nothing is recorded as cleared in %(year)s; take a vintage with `soken report vintage` after recording.")
            % {"year": year or "-"}
        )
    if len(having) > 1 and year is not None:
        sets = " or ".join(f"--dataset {one.dataset}" for one in having)
        raise RefusedError(f"Both data sets have cases of {year}; say {sets}.")
    return having[0]


def tables_of(vintage: Vintage) -> list[TableKind]:
    """Return the tables that mean something in a vintage: of published figures, only what was published together."""
    kinds = table_kinds()
    return [kinds[code] for code in TABLES] if vintage.dataset == Dataset.PUBLISHED else list(kinds.values())


def _cases(home: Home, vintage: Vintage, year: int) -> int:
    """Return how many cases of a year a vintage has."""
    with open_vintage(home, vintage) as con:
        return total(con, Unit.CASES, Scope(whole_year(year)))
