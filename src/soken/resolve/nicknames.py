"""Which full names a short given name stands for (``nicknames.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import pyarrow as pa


@cache
def _short() -> dict[str, list[str]]:
    """Return short name → full names."""
    table = tomllib.loads(files("soken.resolve").joinpath("nicknames.toml").read_text("utf-8"))
    short: dict[str, list[str]] = table["short"]
    return short


def may_be_one(one: str, two: str) -> bool:
    """Tell whether two given names (lower case, without accents) may stand for one full name: jim and james."""
    full = _short()
    return not {one, *full.get(one, ())}.isdisjoint({two, *full.get(two, ())})


@cache
def full_names() -> pa.Table:
    """Return short given names with what they stand for.

    Returns:
        a table with columns ``value`` (the short name), ``readings`` (list of full names, the short one among them).
    """
    short = _short()
    names = sorted(short)
    return pa.table(
        {
            "value": pa.array(names, pa.string()),
            "readings": pa.array([sorted({name, *short[name]}) for name in names], pa.list_(pa.string())),
        }
    )
