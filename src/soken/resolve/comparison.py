"""What a comparison of two records is: levels as SQL conditions, the first that holds is the pair's level."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison.

    Attributes:
        name: stable code, as in ``weights.toml`` and in a link's reasons.
        condition: SQL over the prepared columns with the suffixes ``_l`` and ``_r``; "ELSE" for the last one.
    """

    name: str
    condition: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that two records are compared on.

    Attributes:
        name: stable code.
        shown: display columns of the records whose values a reason shows, best first.
        silent: SQL condition under which the records say nothing about it (weight 0).
        levels: outcomes, most alike first; the last condition is "ELSE".
    """

    name: str
    shown: tuple[str, ...]
    silent: str
    levels: tuple[Level, ...]


def overlap(left: str, right: str) -> str:
    """Return the condition that two sets of readings share one."""
    return f"list_has_any({left}_l, {right}_r)"


def close(column: str, *, strict: bool) -> str:
    """Return the condition that two ASCII keys differ by one slip (two in a long word).

    One kana left out or moved changes up to three Latin letters: kana are compared as kana, one byte each ("_mora").
    """
    slip = f"damerau_levenshtein({column}_l, {column}_r)"
    least = f"least(length({column}_l), length({column}_r))"
    if strict:
        part = column.removesuffix("_key")
        kana = f"damerau_levenshtein({part}_mora_l, {part}_mora_r) <= 1"
        long = f"least(length({part}_mora_l), length({part}_mora_r)) >= 3"
        return f"({slip} <= 1 AND {least} >= 4 OR {kana} AND {long})"
    return f"({slip} <= 1 AND {least} >= 3 OR {slip} <= 2 AND {least} >= 6)"
