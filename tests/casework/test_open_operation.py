"""An operation's short name is its own, and never a word that the statistics use for something else."""

from __future__ import annotations

import pytest

from soken.casework.actions.open_operation import open_operation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Operation Kingfisher", "operation-kingfisher"),
        ("作戦 かわせみ", "operation-1"),
        ("None", "operation-1"),
        ("Unstated", "operation-1"),
        ("None other", "none-other"),
    ],
)
def test_the_short_name_is_of_the_name_but_no_word_of_the_statistics(name: str, short: str) -> None:
    assert open_operation(name).slug == short
