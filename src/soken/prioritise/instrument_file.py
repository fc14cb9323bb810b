"""Reading an instrument from TOML.

What would make one unfair or dangerous is refused when it is read, never when it is used: inputs that must not be asked
(R16), an item grade that caps or dominates (R11), bands without published error rates (R12), a status that claims more
than decision support.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from soken.core.errors import BadInputError
from soken.prioritise.checked import Entry, checked_answers, whole
from soken.prioritise.instrument import (
    GROUP_OF,
    STATUS,
    UNKNOWN,
    Band,
    Factor,
    Group,
    Instrument,
    PriorityBand,
    Rate,
    Subject,
)
from soken.prioritise.refused import refuse_grade, refuse_input, refuse_places, refuse_reading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: Longest target, alarm and re-assessment in days.
_LONGEST: Final = 366


def load_instrument(path: Path) -> Instrument:
    """Read and check an instrument.

    Raises:
        BadInputError: the file cannot be read or is not an instrument that Soken may use; it says which part and why.
    """
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise BadInputError(f"The instrument {path} cannot be read: {problem.strerror}.") from problem
    instrument = parse_instrument(raw, path.name)
    # The one that ships is tested for it: who has no instrument of their own does not wait for the list of places.
    for factor in instrument.factors.values():
        refuse_places(path.name, factor.code, factor.texts)
    return instrument


@cache
def default_instrument() -> Instrument:
    """Return the instrument that ships with Soken."""
    return parse_instrument(shipped_text().encode(), "default.toml")


def shipped_text() -> str:
    """Return the file of the instrument that ships with Soken."""
    return files("soken.prioritise").joinpath("instruments/default.toml").read_bytes().decode()


def is_shipped(instrument: Instrument) -> bool:
    """Tell whether an instrument is, to the byte, the one that ships; every other says so where it is shown."""
    return instrument.sha256 == default_instrument().sha256


def parse_instrument(raw: bytes, name: str) -> Instrument:
    """Read and check an instrument's text.

    Args:
        raw: the TOML.
        name: name of the file, for the error.

    Raises:
        BadInputError: see `load_instrument`.
    """
    try:
        table = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as problem:
        raise BadInputError(f"{name} is not TOML in UTF-8 ({problem}); correct the file.") from problem
    top = Entry(name, "", table)
    top.only("id", "version", "date", "source", "status", "reassess_days", "unopened_days", "bands", "rates", "factors")
    if top.text("status") != STATUS:
        raise BadInputError(f"{name}: status must say {STATUS!r}; no instrument here has been validated.")
    bands = _bands(top)
    instrument = Instrument(
        id=top.code_at("id"),
        version=top.number("version", 1, 1_000_000),
        date=top.day("date"),
        source=top.text("source"),
        status=STATUS,
        reassess_days=top.number("reassess_days", 1, _LONGEST),
        unopened_days=_unopened_days(top, bands),
        bands=bands,
        factors=_factors(top),
        rates=tuple(_rate(one) for one in top.entries("rates")),
        sha256=hashlib.sha256(raw).hexdigest(),
    )
    _check_rates(instrument, name)
    _check_weights(instrument, name)
    return instrument


def _unopened_days(top: Entry, bands: Mapping[PriorityBand, Band]) -> int:
    """Return after how many days persons without a dossier are reported."""
    if "unopened_days" in top.table:
        return top.number("unopened_days", 1, _LONGEST)
    return bands[PriorityBand.VERY_HIGH].alarm_days


def _bands(top: Entry) -> Mapping[PriorityBand, Band]:
    """Return the bands, each once, falling to 0 points, with targets that do not shrink."""
    found = [_band(one) for one in top.entries("bands")]
    points = [one.points for one in found]
    whole(
        [one.code for one in found] == list(PriorityBand),
        f"{top.name}: bands must be {', '.join(PriorityBand)}, in this order, each once.",
    )
    whole(
        points == sorted(set(points), reverse=True) and points[-1] == 0,
        f"{top.name}: 'from' must fall from band to band and end at 0.",
    )
    for days in ([one.target_days for one in found], [one.alarm_days for one in found]):
        whole(days == sorted(days), f"{top.name}: a more urgent band may not have a later target or alarm.")
    return MappingProxyType({one.code: one for one in found})


def _band(entry: Entry) -> Band:
    """Return a band."""
    entry.only("code", "from", "target_days", "alarm_days")
    code = entry.choice("code", PriorityBand)
    band = Band(
        PriorityBand(code),
        entry.number("from", 0, 10_000),
        entry.number("target_days", 1, _LONGEST),
        entry.number("alarm_days", 1, _LONGEST),
    )
    whole(band.alarm_days >= band.target_days, f"{entry.name}: the alarm of {code} lies before its target.")
    return band


def _rate(entry: Entry) -> Rate:
    """Return a published rate."""
    entry.only("bands", "tool", "share", "en", "ja", "source")
    bands = entry.texts("bands")
    whole(set(bands) <= set(PriorityBand), f"{entry.name}: a rate names a band that does not exist.")
    share = entry.table.get("share")
    if not isinstance(share, float) or not 0 <= share <= 1:
        raise BadInputError(f"{entry.name}: the share of a rate must be a number from 0.0 to 1.0.")
    return Rate(
        tuple(PriorityBand(one) for one in bands),
        entry.text("tool"),
        share,
        entry.text("en"),
        entry.text("ja"),
        entry.text("source"),
    )


def _factors(top: Entry) -> Mapping[str, Factor]:
    """Return the factors; a code stands once."""
    found: dict[str, Factor] = {}
    for entry in top.entries("factors"):
        factor = _factor(entry)
        whole(factor.code not in found, f"{top.name}: the factor {factor.code!r} stands twice.")
        found[factor.code] = factor
    return MappingProxyType(found)


def _factor(entry: Entry) -> Factor:
    """Return a factor that may be asked."""
    code = entry.code_at("code")
    entry = Entry(entry.name, code, entry.table)
    entry.only("code", "group", "about", "en", "ja", "hint_en", "hint_ja", "source", "required", "reads", "answers")
    factor = Factor(
        code=code,
        group=Group(entry.choice("group", Group)),
        about=Subject(entry.choice("about", Subject)),
        en=entry.text("en"),
        ja=entry.text("ja"),
        hint_en=entry.text("hint_en", needed=False),
        hint_ja=entry.text("hint_ja", needed=False),
        source=entry.text("source"),
        required=entry.flag("required"),
        reads=tuple(entry.texts("reads")),
        answers=checked_answers(entry, UNKNOWN),
    )
    whole(
        factor.group is GROUP_OF[factor.about],
        f"{entry.name}: the factor {code!r} is about {factor.about}, which belongs to the group "
        f"{GROUP_OF[factor.about]}.",
    )
    if not factor.grade:
        refuse_grade(entry.name, code, factor.texts, factor.reads)
    refuse_reading(entry.name, code, factor.reads)
    refuse_input(entry.name, code, factor.texts)
    return factor


def _check_rates(instrument: Instrument, name: str) -> None:
    """Refuse a band without a published rate beside it (R12)."""
    for band in instrument.bands:
        whole(bool(instrument.rates_of(band)), f"{name}: no published error rate stands beside the band {band}.")


def _check_weights(instrument: Instrument, name: str) -> None:
    """Refuse weights under which the items' grade caps or dominates, or access to children does not suffice (R11).

    Points are never negative, so no answer pulls another down. All grades together count less than the smallest
    distance between two bands, so that a change of grade alone moves nobody by more than one band.
    """
    thresholds = [one.points for one in instrument.bands.values()]
    gap = min(above - below for above, below in pairwise(thresholds))
    grades = [one for one in instrument.factors.values() if one.grade]
    whole(
        sum(one.most for one in grades) < gap,
        f"{name}: the items' grade counts {sum(one.most for one in grades)} points, but must count less than {gap}, "
        "the smallest distance between two bands, so that it never dominates.",
    )
    whole(
        all(one.least == 0 for one in instrument.factors.values()),
        f"{name}: every factor needs an answer of 0 points, so that no question lifts everybody.",
    )
    access = [one for one in instrument.factors.values() if one.group is Group.ACCESS]
    whole(
        any(one.most >= thresholds[0] and one.required for one in access),
        f"{name}: a required factor of the group 'access' must reach {PriorityBand.VERY_HIGH} alone.",
    )
