"""What ``bench/README.md`` says of a seized platform's list, and of a further one against it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from bench.scale import growth
from bench.tables import NONE, cell, table

#: Stages in groups, each with its floor.
_STAGES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "stages.toml").read_text(encoding="utf-8"))
_STAGE_HEADINGS = ["accounts / orders", "stages (seconds)", "seconds", "floor", "seconds of it", "times", "why more"]
#: Seconds below which a stage is not told apart from nothing.
_NOTHING = 0.05


def platform_table(results: list[dict[str, Any]]) -> str:
    """Return what a platform's list takes, stage by stage, beside the floors."""
    rows, stages = [], []
    for result in results:
        size = f"{result['accounts']:,} / {result['orders']:,} ({result['shape']}, {result['bytes'] / 1e6:,.0f} MB)"
        if result.get("problem"):
            rows.append([size, result["problem"], *[NONE] * 6])
            continue
        took = result["seconds"]
        rows.append(
            [size, f"{took['intake'] + took['resolve']:.1f}", f"{sum(took.values()):.1f}", f"{result['peak_mib']:,.0f}",
             f"{result['evidence_bytes'] / result['bytes']:.2f}", f"{result['proposed']:,}",
             cell(result["precision"], "precision"), cell(result["recall"], "recall")]
        )  # fmt: skip
        stages += [[size, *row] for row in _beside_floors(result)]
    power = growth(results)
    grown = "" if power is None else f"\nThe seconds grow with the rows to the power of {power:.2f}.\n"
    headings = [
        "accounts / orders", "file to persons in the desk, s", "new operation to export, s", "peak MiB",
        "evidence store / file", "persons", "precision", "recall",
    ]  # fmt: skip
    return f"{table(headings, rows)}{grown}\n{table(_STAGE_HEADINGS, stages)}"


def further_table(results: list[dict[str, Any]]) -> str:
    """Return what a further list takes."""
    rows, stages = [], []
    for one in results:
        size = f"{one['accounts']:,} / {one['orders']:,}"
        if one.get("problem"):
            rows.append([size, f"{one['rows']:,}", one["problem"], *[NONE] * 5])
            continue
        took = one["seconds"]
        rows.append(
            [size, f"{one['rows']:,}", f"{took['intake'] + took['resolve']:.1f}", f"{took['further intake']:.1f}",
             f"{took['further resolve']:.1f}", f"{one['peak_mib']:,.0f}",
             f"{one['pairs_weighed']:,} of {one['pairs']:,}", f"{one['moved']:,}"]
        )  # fmt: skip
        stages += [[size, name, f"{seconds:.1f}"] for name, seconds in one["stages"].items() if seconds >= 0.05]
    headings = [
        "accounts / orders", "further rows", "first: intake and resolve, s", "further: intake, s",
        "further: resolve, s", "peak MiB", "pairs weighed", "rows of the first list now another person's",
    ]  # fmt: skip
    return f"{table(headings, rows)}\n{table(['accounts / orders', 'stage of the further resolve', 'seconds'], stages)}"


def _beside_floors(result: dict[str, Any]) -> list[list[str]]:
    """Return each group of stages beside its floor, then the floors that belong to no group.

    Raises:
        ValueError: a stage was measured that no group names.
    """
    took = {**result["stages"], "load, start and end of resolve": result["other"]}
    took["export"] = result["seconds"]["export"]
    named = {name for group in _STAGES["group"] for name in group["stages"]}
    if unknown := {name for name in took if name not in named}:
        raise ValueError(f"bench/stages.toml names no floor for {', '.join(sorted(unknown))}")
    floors = {**result["floors"], **result.get("store_floors", {})}
    rows = [_group(group, took, floors) for group in _STAGES["group"]]
    used = {group.get("floor") for group in _STAGES["group"]}
    return rows + [[NONE, NONE, name, f"{floors[name]:.1f}", NONE, ""] for name in floors if name not in used]


def _group(group: dict[str, Any], took: dict[str, float], floors: dict[str, float]) -> list[str]:
    """Return one group: what its stages took, its floor, how many times that is, and why it is more than allowed."""
    stages = {name: took[name] for name in group["stages"] if took.get(name, 0) >= _NOTHING}
    seconds, floor = sum(stages.values()), floors.get(group.get("floor", ""))
    times = seconds / floor if floor else None
    told = ", ".join(f"{name} {one:.1f}" for name, one in stages.items()) if len(stages) > 1 else "".join(stages)
    return [
        told or group["stages"][0], f"{seconds:.1f}", NONE if floor is None else group["floor"],
        NONE if floor is None else f"{floor:.1f}", NONE if times is None else f"{times:.1f}",
        group["why"] if times is None or times > _STAGES["allowed"] else "",
    ]  # fmt: skip
