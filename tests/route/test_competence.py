"""Which forces are competent, in which order and why; a proposal, nothing else (R18)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.route.competence import Competence, Place, competent, grounds

NOW = date(2026, 11, 23)
HOME, ACT, HERE = "residence", "offence", "present"


def proposed(*places: tuple[str, str]) -> list[str]:
    return [one.force.code for one in competent([Place(*one) for one in places], NOW).proposals]


@pytest.mark.parametrize(
    ("places", "forces"),
    [
        pytest.param([], [], id="nothing known, nothing proposed"),
        pytest.param([(HOME, "27")], ["osaka"], id="home alone"),
        pytest.param([(HERE, "01"), (HOME, "27")], ["osaka", "hokkaido"], id="home before a present place"),
        pytest.param([(ACT, "13"), (HOME, "27")], ["osaka", "tokyo"], id="home before the place of offence"),
        pytest.param([(HERE, "01"), (ACT, "13")], ["tokyo", "hokkaido"], id="offence before a present place"),
        pytest.param([(HOME, "27"), (ACT, "13"), (HERE, "13")], ["tokyo", "osaka"], id="two grounds before one"),
        pytest.param([(HOME, "27"), (HERE, "13"), (HERE, "13")], ["osaka", "tokyo"], id="one ground told twice is one"),
        pytest.param([(HOME, "27"), (HOME, "13")], ["tokyo", "osaka"], id="two homes: by prefecture"),
    ],
)
def test_the_order_of_the_proposals(places: list[tuple[str, str]], forces: list[str]) -> None:
    assert proposed(*places) == forces


def test_each_proposal_says_why() -> None:
    found = competent([Place(HERE, "27", "聴取 2026-11-20"), Place(HOME, "27", "住民票")], NOW).proposals[0]
    assert [(why.ground.ja, why.evidence) for why in found.reasons] == [
        ("住所・居所", "住民票"),
        ("現在地", "聴取 2026-11-20"),
    ]
    assert all("刑訴法2条" in why.ground.law for why in found.reasons)


def test_a_force_comes_with_the_offices_and_the_bureau_of_the_day() -> None:
    def one(day: date, prefecture: str = "34") -> tuple[str | None, int]:
        found = competent([Place(HOME, prefecture)], day).proposals[0]
        return found.bureau.code if found.bureau else None, len(found.offices)

    assert one(date(2019, 3, 31)) == ("chugoku", 1)
    assert one(date(2019, 4, 1)) == ("chugoku-shikoku", 1)
    assert one(NOW, "01") == (None, 4)


def test_a_place_outside_the_prefectures_is_named_and_nothing_is_made_of_it() -> None:
    abroad = Place(HERE, "Berlin", "旅券")
    assert competent([abroad], NOW) == Competence((), (abroad,))


def test_an_unknown_ground_is_no_ground() -> None:
    with pytest.raises(KeyError):
        competent([Place("hunch", "13")], NOW)


@given(
    st.lists(
        st.builds(Place, st.sampled_from(sorted(grounds())), st.sampled_from(["01", "13", "27", "47", "DE"])),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_places_are_given_makes_no_difference(places: list[Place], shuffler: object) -> None:
    mixed = list(places)
    shuffler.shuffle(mixed)  # type: ignore[attr-defined]
    assert proposed(*((one.ground, one.prefecture) for one in places)) == proposed(
        *((one.ground, one.prefecture) for one in mixed)
    )
