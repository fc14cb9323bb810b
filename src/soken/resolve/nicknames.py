"""Which full names a short given name stands for (``nicknames.toml``)."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pyarrow as pa


def full_names() -> pa.Table:
    """Return short given names with what they stand for.

    Returns:
        a table with columns ``value`` (the short name), ``readings`` (list of full names, the short one among them).
    """
    table = tomllib.loads(files("soken.resolve").joinpath("nicknames.toml").read_text("utf-8"))
    short: dict[str, list[str]] = table["short"]
    names = sorted(short)
    return pa.table(
        {
            "value": pa.array(names, pa.string()),
            "readings": pa.array([sorted({name, *short[name]}) for name in names], pa.list_(pa.string())),
        }
    )
