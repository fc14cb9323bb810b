"""The coded words: whole in both languages, and a damaged table stops instead of passing as law."""

from datetime import date
from typing import Any

import pytest

from soken.core.errors import DamagedStoreError
from soken.review import words

TABLES = [
    words.elements, words.screening_reasons, words.rival_explanations, words.corroboration_kinds,
    words.exhibit_origins,
]  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_word_is_there_in_both_languages(table: Any) -> None:
    for word in table().values():
        assert word.said("en").isascii()
        assert not word.said("ja").isascii()
        assert bool(word.hint("en")) == bool(word.hint("ja"))


def test_possession_is_punishable_since_the_day_of_the_law() -> None:
    assert words.punishable_from() == date(2015, 7, 15)
    assert [code for code, word in words.elements().items() if word.flag] == [words.POSSESSION]


def test_the_list_never_stands_beside_itself() -> None:
    assert [code for code, word in words.exhibit_origins().items() if not word.flag] == ["list-row", "list-file"]


@pytest.mark.parametrize("origins", [None, [], ["bank", "moon"], ["bank", "bank"], "bank"])
def test_origins_that_are_none_or_not_known_are_refused(origins: Any) -> None:
    said = {"en": "one", "ja": "一", **({} if origins is None else {"origins": origins})}
    with pytest.raises(DamagedStoreError, match="reinstall Soken"):
        words.words_of("some.toml", {"one": said}, origins=words.exhibit_origins())


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"one": {"en": "one", "flag": True}},
        {"one": {"en": "one", "ja": "一"}},
        {"one": {"en": "one", "ja": "一", "flag": "yes"}},
        {"one": {"en": "one", "ja": "一", "flag": True, "hint": "misspelt"}},
        {"one" * 11: {"en": "one", "ja": "一", "flag": True}},
    ],
    ids=["empty", "no Japanese", "no flag", "flag is text", "unknown key", "too long to store"],
)
def test_a_table_that_is_not_whole_is_refused(table: dict[str, dict[str, Any]]) -> None:
    with pytest.raises(DamagedStoreError, match="reinstall Soken"):
        words.words_of("some.toml", table, "flag")
