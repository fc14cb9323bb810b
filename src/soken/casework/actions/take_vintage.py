"""Take a vintage: keep the units of the statistics as they stand at a cut-off, to be counted from for good (R39)."""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from soken.access.eyes import machine_sees_all
from soken.access.policy import Act, allows
from soken.casework.models import Dataset, Vintage
from soken.casework.selectors.clearances import fingerprint, recorded_units
from soken.casework.selectors.vintages import newest_vintage, vintage_folder
from soken.core import clock
from soken.core.errors import BadInputError, RefusedError
from soken.report.published import published_mark, published_units
from soken.report.units import UNITS, write_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from soken.access.models import User
    from soken.core.home import Home


@machine_sees_all()
def take_vintage(home: Home, *, by: User | None, final: bool = False, cut_off: datetime | None = None) -> Vintage:
    """Keep what this installation has recorded up to a cut-off.

    Args:
        home: where the units are kept.
        by: who takes it; None for the installation.
        final: whether it is final; else provisional.
        cut_off: what was recorded later does not count; None for now.

    Raises:
        RefusedError: the role does not permit it.
        BadInputError: the cut-off is in the future.
    """
    if by is not None and not allows(by, Act.TAKE_VINTAGE):
        raise RefusedError(_("Your role may not take a vintage of the statistics; ask a statistician."))
    now = clock.now()
    if cut_off is not None and cut_off > now:
        raise BadInputError(_("The cut-off lies in the future; what will be recorded then nobody knows."))
    until = (cut_off or now).astimezone(UTC)
    # Of what the vintage holds, so that whatever was recorded after the cut-off makes it behind.
    return _keep(home, Dataset.LIVE, recorded_units(until), cut_off=until, mark=fingerprint(until), final=final, by=by)


def load_published(home: Home) -> Vintage:
    """Keep units made to the published national figures; twice the same is one vintage.

    Figures that were corrected since they were loaded are a new vintage: the one before stays, as every vintage does.
    """
    units, mark = published_units(), published_mark()
    newest = newest_vintage(Dataset.PUBLISHED)
    if newest is not None and newest.fingerprint == mark and vintage_folder(home, newest).is_dir():
        return newest
    return _keep(home, Dataset.PUBLISHED, units, cut_off=clock.now(), mark=mark, final=True, by=None)


def _keep(
    home: Home,
    dataset: Dataset,
    units: Mapping[str, Iterable[tuple[Any, ...]]],
    *,
    cut_off: datetime,
    mark: str,
    final: bool,
    by: User | None,
) -> Vintage:
    """Write units to a folder of their own and record it; both or neither."""
    with home.stage() as staged:
        folder = staged / "units"
        folder.mkdir()
        write_units(folder, units)
        digests = [hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest() for name in UNITS]
        with transaction.atomic():
            last = Vintage.objects.filter(dataset=dataset).aggregate(last=Max("number"))["last"] or 0
            made = Vintage.objects.create(
                dataset=dataset,
                number=last + 1,
                final=final,
                cut_off=cut_off,
                made_at=clock.now(),
                sha256=hashlib.sha256("".join(digests).encode()).hexdigest(),
                cases=pq.read_metadata(folder / "cases.parquet").num_rows,
                fingerprint=mark,
                made_by=by,
            )
            home.statistics.mkdir(exist_ok=True)
            # Left by a database that was restored to before: the same name is the same units.
            if not vintage_folder(home, made).is_dir():
                folder.rename(vintage_folder(home, made))
    return made
