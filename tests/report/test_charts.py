"""Charts say everything in words as well, hold no style and escape what people typed."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from soken.reference.prefectures import prefectures
from soken.report.charts import Line, bar_chart, part_chart, series_chart, tile_map, tile_names, tiles

NAMES = {code: one.ja for code, one in prefectures().items()}
CHARTS = {
    "series": series_chart("年別", ["2016", "2017"], [Line("cases", "<件>", [3, 2413]), Line("persons", "人", [0, 1])],
                           identity="a"),
    "bars": bar_chart("職業", {"教員 & 他": 21, "不明": None, "なし": 0}, withheld="x", identity="b"),
    "parts": part_chart("目標超過", {"高": (3, 12), "低": (0, 0)}, part="超過", identity="c"),
    "map": tile_map("地図", {"13": 190, "47": 1}, NAMES, short=tile_names("en"), nothing="なし", identity="d"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_picture_with_title_and_description(name: str) -> None:
    picture = ElementTree.fromstring(CHARTS[name])  # noqa: S314 (our own)
    space = "{http://www.w3.org/2000/svg}"
    title, told = picture.find(f"{space}title"), picture.find(f"{space}desc")
    assert title is not None
    assert told is not None
    assert picture.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
    assert "style=" not in CHARTS[name]
    assert "<script" not in CHARTS[name]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("series", "&lt;件&gt;: 2016 3, 2017 2,413."),
        ("bars", "教員 &amp; 他: 21; 不明: x; なし: 0"),
        ("parts", "高: 3 / 12 超過; 低: 0 / 0 超過"),
        ("map", "東京都 190; 沖縄県 1"),
    ],
)
def test_what_is_drawn_is_said(name: str, said: str) -> None:
    assert said in CHARTS[name]


def test_a_bar_is_as_long_as_its_figure() -> None:
    widths = [float(one) for one in re.findall(r'ch-bar".*?width="([\d.]+)"', CHARTS["bars"])]
    assert widths[0] > 0
    assert widths[1:] == [0, 0]


def test_every_prefecture_has_a_tile_of_its_own() -> None:
    assert tiles().keys() == prefectures().keys()
    assert len(set(tiles().values())) == 47


def test_the_most_is_the_darkest_and_none_the_lightest() -> None:
    shades = re.findall(r"<title>([^<]+)</title><rect class=\"ch-tile ch-shade-(\d)", CHARTS["map"])
    told = dict(shades)
    assert told["東京都: 190"] == "4"
    assert told["沖縄県: 1"] == "1"
    assert told["北海道: なし"] == "0"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_name_on_a_tile_is_one_prefectures_and_fits(language: str) -> None:
    names = tile_names(language)
    assert names.keys() == prefectures().keys()
    assert len(set(names.values())) == 47
    assert max(map(len, names.values())) <= 6


def test_what_a_tile_says_is_the_whole_name() -> None:
    assert ">Tokyo<" in CHARTS["map"]
    assert "<title>東京都: 190</title>" in CHARTS["map"]
