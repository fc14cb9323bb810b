"""Dates of both calendars; impossible ones are refused, ambiguous ones marked."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.normalise.dates import day_first_of, normalise_date

_SURE = {
    "iso": ("1988-01-07", "1988-01-07"), "slashes": ("1988/1/7", "1988-01-07"), "dots": ("1988.1.7", "1988-01-07"),
    "packed": ("19391023", "1939-10-23"), "packed float": ("19391023.0", "1939-10-23"), "kanji": ("1988年1月7日", "1988-01-07"),
    "full width": ("１９８８年１月７日", "1988-01-07"), "kanji numerals": ("一九八八年一月七日", "1988-01-07"),
    "showa": ("昭和63年1月7日", "1988-01-07"), "showa kanji numerals": ("昭和六十三年一月七日", "1988-01-07"),
    "showa last day": ("昭和64年1月7日", "1989-01-07"), "heisei first day": ("平成元年1月8日", "1989-01-08"),
    "heisei 1": ("平成1年1月8日", "1989-01-08"), "reiwa": ("令和元年5月1日", "2019-05-01"), "taisho": ("大正15年12月24日", "1926-12-24"),
    "meiji": ("明治45年7月29日", "1912-07-29"), "one sign era": ("㍼63年1月7日", "1988-01-07"), "letter": ("S63.1.7", "1988-01-07"),
    "letter slash": ("s63/1/7", "1988-01-07"), "letter packed": ("H300401", "2018-04-01"), "short era": ("平30.4.1", "2018-04-01"),
    "full-width letter": ("Ｈ３０．４．１", "2018-04-01"), "spaces": ("昭和 63年 1月 7日", "1988-01-07"), "time behind": ("1988-01-07 00:00:00", "1988-01-07"),
    "iso time": ("1988-01-07T00:00:00+09:00", "1988-01-07"), "weekday": ("1988年1月7日(木)", "1988-01-07"),
    "day month name": ("7 Jan 1988", "1988-01-07"), "month name day": ("January 7, 1988", "1988-01-07"), "ordinal": ("7th January 1988", "1988-01-07"),
    "day must be first": ("23/10/1939", "1939-10-23"), "day must be second": ("10/23/1939", "1939-10-23"), "same both ways": ("05/05/1980", "1980-05-05"),
    "leap day": ("2000-02-29", "2000-02-29"),
}  # fmt: skip


@pytest.mark.parametrize(("typed", "iso"), _SURE.values(), ids=_SURE)
def test_sure_dates(typed: str, iso: str) -> None:
    found = normalise_date(typed)
    assert (found.iso, found.sure, found.flag) == (iso, True, "")


@pytest.mark.parametrize(
    ("typed", "flag"),
    [("昭和64年1月8日", "impossible"), ("平成31年5月1日", "impossible"), ("平成元年1月7日", "impossible"), ("令和元年4月30日", "impossible"),
     ("1988-02-30", "impossible"), ("1900-02-29", "impossible"), ("13/13/1980", "impossible"), ("1988-13-01", "impossible"),
     ("1988-00-10", "impossible"), ("0000-00-00", "impossible"), ("昭和0年1月1日", "impossible"), ("1988年1月", "not-a-date"),
     ("2月30日", "not-a-date"), ("", "not-a-date"), ("不明", "not-a-date"), ("1988", "not-a-date"), ("31 Feb 1988", "impossible"),
     ("31 Foo 1988", "not-a-date"), ("３０代", "not-a-date"), ("99999", "not-a-date")],
)  # fmt: skip
def test_refused(typed: str, flag: str) -> None:
    found = normalise_date(typed)
    assert (found.iso, found.flag) == (None, flag)


@pytest.mark.parametrize(
    ("typed", "iso", "flag"),
    [("01/02/1980", "1980-01-02", "day-month"), ("1.2.1980", "1980-01-02", "day-month"), ("80/1/2", "1980-01-02", "short-year"),
     ("05/6/7", "2005-06-07", "short-year"), ("32874", "1990-01-01", "serial"), ("32874.0", "1990-01-01", "serial")],
)  # fmt: skip
def test_what_can_be_read_two_ways_is_marked(typed: str, iso: str, flag: str) -> None:
    found = normalise_date(typed)
    assert (found.iso, found.sure, found.flag) == (iso, False, flag)


def test_the_list_shows_how_it_writes_days_and_months() -> None:
    assert day_first_of(["23/10/1980", "01/02/1980", "30/01/1971", "13/5/1960"]) is True
    assert day_first_of(["10/23/1980", "01/02/1980", "01/30/1971", "5/13/1960"]) is False
    assert day_first_of(["10/23/1980", "23/10/1980", "30/01/1971"]) is None
    assert day_first_of(["01/02/1980"]) is None
    assert normalise_date("01/02/1980", day_first=True).iso == "1980-02-01"
    assert normalise_date("01/02/1980", day_first=False).sure


@given(st.text())
def test_never_raises(text: str) -> None:
    found = normalise_date(text)
    assert (found.iso is None) == (found.flag in {"impossible", "not-a-date"})


_PIECES = st.lists(
    st.sampled_from(
        ["昭和", "S", "平成", "令和", "元", "63", "1", "12", "31", "1988", "08", "年", "月", "日", "/", "-", ".", " ", "Jan", "7th", "T00:00",
         "㍼", "一", "十", "20", "(木)", ",", "29", "2"]
    ),
    max_size=9,
).map("".join)  # fmt: skip


@given(st.text() | _PIECES)
def test_what_was_read_reads_as_itself_and_nothing_is_dropped_silently(text: str) -> None:
    found = normalise_date(text)
    if found.iso is None:
        assert found.flag
    else:
        again = normalise_date(found.iso)
        assert (again.iso, again.sure, again.flag) == (found.iso, True, "")


@given(st.dates(datetime.date(1868, 2, 1), datetime.date(2100, 1, 1)))
def test_every_day_in_its_own_form_comes_back(day: datetime.date) -> None:
    for text in (day.isoformat(), day.strftime("%Y%m%d"), f"{day.year}年{day.month}月{day.day}日", f"{day:%d %B %Y}"):
        assert normalise_date(text).iso == day.isoformat()
