"""The words and days of the register of wrong persons: copies, answers, questions, decisions; data, checked once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from soken.core.errors import DamagedStoreError
from soken.review.words import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soken.review.words import Word

_FILE: Final = "misidentified.toml"
#: What a kind of copy is called whose door or table the file does not name.
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Register:
    """The file.

    Attributes:
        copies: kinds of copies.
        of_ledger: table or door of the ledger → kind of copy.
        no_person: tables and doors by which something goes out that holds no person.
        methods: how a copy is asked back.
        answers: what a recipient can answer; flagged where the copy is gone.
        questions: of the review, all of which must be answered.
        notices: what two people can decide that the person is told.
        answer_days: days until a recall without an answer is overdue.
    """

    copies: Mapping[str, Word]
    of_ledger: Mapping[str, str]
    no_person: frozenset[str]
    methods: Mapping[str, Word]
    answers: Mapping[str, Word]
    questions: Mapping[str, Word]
    notices: Mapping[str, Word]
    answer_days: int


@cache
def register() -> Register:
    """Return the words and days of the register.

    Raises:
        DamagedStoreError: the file that ships with Soken is not whole.
    """
    said: dict[str, Any] = tomllib.loads(files("soken.review").joinpath(_FILE).read_text("utf-8"))
    copies = said.get("copies", {})
    days = said.get("deadlines", {}).get("answer_days")
    if not isinstance(days, int) or days < 1:
        raise DamagedStoreError(f"{_FILE} does not say how many days a recipient has; reinstall Soken.")
    return Register(
        copies=words_of(_FILE, {code: {k: v for k, v in one.items() if k != "ledger"} for code, one in copies.items()}),
        of_ledger=MappingProxyType({name: code for code, one in copies.items() for name in one.get("ledger", ())}),
        no_person=frozenset(said.get("no-person", {}).get("ledger", ())),
        methods=words_of(_FILE, said.get("methods", {})),
        answers=words_of(_FILE, said.get("answers", {}), "final"),
        questions=words_of(_FILE, said.get("questions", {})),
        notices=words_of(_FILE, said.get("notices", {})),
        answer_days=days,
    )
