"""What the reading of several tables finds is said in Japanese too."""

from __future__ import annotations

import pytest
from django.utils import translation

from soken.desk.sentences import on_this_page


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        (
            "tables: some look like EC-CUBE, database (4.0 to 4.3) as well and were not read as that; --profile "
            "eccube4 reads them",
            "EC-CUBE, database（4.0 to 4.3）の形式にも見える",
        ),
        ("tables: 19 rows belong to the person whose number they have", "19"),
        ("the row is nested deeper than 64 levels", "64段を超える"),
    ],
    ids=["another version of a shop", "rows that belong to somebody", "a row too deep"],
)
def test_it_is_said_in_japanese(english: str, japanese: str) -> None:
    with translation.override("ja"):
        said, known = on_this_page(english)
    assert known
    assert japanese in said
