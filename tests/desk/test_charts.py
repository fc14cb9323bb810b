"""The drawn charts: well-formed, said in words, and never without what they draw."""

from xml.etree import ElementTree

import pytest

from soken.casework.selectors.funnel import Funnel
from soken.casework.selectors.person import Purchase
from soken.desk.charts import funnel_chart, timeline_chart


def bought(*days: str) -> list[Purchase]:
    return [Purchase("E-000000000000", row, "ITEM-0001", day) for row, day in enumerate(days, start=1)]


def drawn(svg: str, kind: str) -> int:
    elements = ElementTree.fromstring(svg).iter()  # noqa: S314 (our own drawing)
    return sum(one.get("class", "").split()[:1] == [kind] for one in elements)


@pytest.mark.parametrize(
    ("days", "dots"),
    [
        (["2016-01-01"], 1),
        (["2016-01-01", "2016-01-31", "2019-12-31"], 3),
        (["2016-01-01", ""], 1),
        (["2016-03-01"] * 40, 8),  # as many as fit; the figure above them says how many there are
        ([f"{year}-06-01" for year in range(1990, 2026)], 36),
    ],
)
def test_a_dot_for_each_dated_purchase(days: list[str], dots: int) -> None:
    assert drawn(timeline_chart(bought(*days)), "dot") == dots


def test_a_full_month_says_how_many_there_are() -> None:
    assert ">40<" in timeline_chart(bought(*["2016-03-01"] * 40))


@pytest.mark.parametrize("days", [[], ["", ""]])
def test_no_line_of_time_without_a_date(days: list[str]) -> None:
    assert timeline_chart(bought(*days)) == ""


def test_the_line_of_time_is_told_in_words() -> None:
    assert 'aria-label="2 purchases, 2016-01-01 to 2017-02-03;' in timeline_chart(bought("2016-01-01", "2017-02-03"))


@pytest.mark.parametrize(
    ("counts", "bars"), [(Funnel(6, 5, 1), 3), (Funnel(6, 5, 1, 5, 4, 3, 1), 7), (Funnel(0, 0, 0), 3)]
)
def test_a_bar_for_each_count_that_is_known(counts: Funnel, bars: int) -> None:
    assert drawn(funnel_chart(counts), "bar") == bars
