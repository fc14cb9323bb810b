"""The model's figures: how much each level of each comparison weighs (``weights.toml``), loaded and checked."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from soken.core.errors import DamagedStoreError
from soken.resolve.levels import COMPARISONS


@dataclass(frozen=True, slots=True)
class LevelWeight:
    """What one level says.

    Attributes:
        m: share of pairs of one person that are at this level.
        u: share of pairs of two persons that are.
    """

    m: float
    u: float

    @property
    def bits(self) -> float:
        """Return log2(m / u): above 0 speaks for one person, below 0 against."""
        return math.log2(self.m / self.u)


#: locale → comparison → level → weight
Weights = dict[str, dict[str, dict[str, LevelWeight]]]


@cache
def load_weights() -> Weights:
    """Return the weights of all locales.

    Raises:
        DamagedStoreError: the file does not fit the comparisons, or two levels could not be told apart by weight.
    """
    table = tomllib.loads(files("soken.resolve").joinpath("weights.toml").read_text("utf-8"))
    return {locale: _locale_weights(locale, table.get(locale, {})) for locale in COMPARISONS}


def _locale_weights(locale: str, table: dict[str, dict[str, dict[str, float]]]) -> dict[str, dict[str, LevelWeight]]:
    """Return one locale's weights, in the order of its comparisons."""
    weights: dict[str, dict[str, LevelWeight]] = {}
    for comparison in COMPARISONS[locale]:
        given = table.get(comparison.name, {})
        if set(given) != {level.name for level in comparison.levels}:
            raise DamagedStoreError(
                f"weights.toml does not name the levels of {locale}.{comparison.name}; reinstall Soken."
            )
        levels = {level.name: LevelWeight(**given[level.name]) for level in comparison.levels}
        bits = [round(weight.bits, 3) for weight in levels.values()]
        if len(set(bits)) < len(bits) or 0.0 in bits:
            raise DamagedStoreError(f"weights.toml: two levels of {locale}.{comparison.name} weigh the same, or one 0.")
        weights[comparison.name] = levels
    return weights
