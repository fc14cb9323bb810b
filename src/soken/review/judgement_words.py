"""The coded reasons of judgements: each belongs to one verdict, so that choosing it says both."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from soken.core.errors import DamagedStoreError
from soken.resolve import Verdict
from soken.review.words import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.review.words import Word

_FILE: Final = "judgement_reasons.toml"


@cache
def judgement_reasons() -> Mapping[Verdict, Mapping[str, Word]]:
    """Return verdict → code → words, in the file's order; flagged ones need a note beside them.

    Raises:
        DamagedStoreError: the file lacks a verdict, or names a code twice.
    """
    table = tomllib.loads(files("soken.review").joinpath(_FILE).read_text("utf-8"))
    if set(table) != set(Verdict):
        raise DamagedStoreError(f"{_FILE} does not name exactly the verdicts; reinstall Soken.")
    found = {verdict: words_of(_FILE, table[verdict], "note") for verdict in Verdict}
    if len(verdicts_by_code(found)) != sum(len(words) for words in found.values()):
        raise DamagedStoreError(f"{_FILE} names a code under two verdicts; reinstall Soken.")
    return MappingProxyType(found)


def verdicts_by_code(reasons: Mapping[Verdict, Mapping[str, Word]] | None = None) -> dict[str, Verdict]:
    """Return which verdict each coded reason belongs to."""
    said = judgement_reasons() if reasons is None else reasons
    return {code: verdict for verdict, words in said.items() for code in words}
