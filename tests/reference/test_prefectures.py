"""The 47 prefectures and their names."""

import pytest

from soken.reference.prefectures import prefecture_name, prefectures


def test_there_are_47_each_with_its_own_names() -> None:
    table = prefectures()
    assert list(table) == [f"{number:02d}" for number in range(1, 48)]
    assert len({one.ja for one in table.values()}) == len({one.en for one in table.values()}) == 47
    assert {one.ja[-1] for one in table.values()} == set("道都府県")


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("01", "ja", "北海道"),
        ("13", "en", "Tokyo"),
        ("26", "ja", "京都府"),
        ("47", "en", "Okinawa"),
        ("48", "ja", "48"),
        ("Bavaria", "ja", "Bavaria"),
        ("", "en", ""),
    ],
)
def test_a_code_is_named_and_another_region_stays_as_it_is(code: str, language: str, name: str) -> None:
    assert prefecture_name(code, language) == name
