"""Addresses read in parts give what they give when read whole."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from soken.normalise import address_heads
from soken.normalise.address import normalise_address
from soken.normalise.address_heads import Addresses

Typed = tuple[str | None, str | None, str | None, str | None, str | None]

_APART: dict[str, Typed] = {
    "plain": ("160-0023", "東京都", None, "新宿区西新宿2-8-1", None),
    "long form": ("160-0023", "東京都", None, "新宿区西新宿二丁目8番1号", None),
    "building behind": ("160-0023", "東京都", None, "新宿区西新宿２－８－１　メゾン青葉２０５", None),
    "building in its field": (None, "東京都", "新宿区", "西新宿 2-8-1", "メゾン青葉205号室"),
    "room behind a space": (None, None, None, "東京都新宿区西新宿 2-8-1 205", None),
    "four numbers": (None, None, None, "東京都新宿区西新宿2-8-1-205 コーポ青葉", None),
    "numeral in the town": (None, "東京都", None, "千代田区三番町二丁目10番1号", None),
    "hamlet sign": (None, "東京都", None, "新宿区大字西新宿1", None),
    "postal code before": (None, None, None, "〒160-0023　東京都新宿区西新宿2-8-1", None),
    "only the code says the town": ("530-0001", "大阪府", None, "大阪市北区3-1-1", None),
}
_TOGETHER: dict[str, Typed] = {
    "streets of Sapporo": (None, "北海道", None, "札幌市中央区北1条西2丁目", None),
    "streets of Sapporo, spoken": (None, "北海道", None, "札幌市中央区北1西2", None),
    "streets of Kyoto behind a number": (None, None, None, "京都府京都市中京区1番寺町通御池上る上本能寺前町488", None),
    "two cities of a name": (None, None, None, "府中市府川町315", None),
    "numbers in the second field": (None, "東京都", None, "新宿区西新宿", "2-8-1"),
    "country behind": (None, None, None, "東京都新宿区西新宿2-8-1, Japan", None),
    "postal code and country before": (None, None, None, "〒160-0023 日本東京都新宿区西新宿2-8-1", None),
    "two postal codes before": (None, None, None, "160-0023 160-0022東京都新宿区西新宿2-8-1", None),
    "no postal code before": (None, None, None, "000-0000 東京都新宿区西新宿2-8-1", None),
    "the city's field goes on": (None, None, "新宿区西新宿二丁目", "新宿区西新宿二丁目8-1", None),
    "towns that go on with a number": (None, "岐阜県", None, "大垣市上石津町1", None),
    "no place": (None, None, None, "foo bar 12", None),
    "a numeral before the numbers": (None, "東京都", None, "港区百二丁目1", None),
    "nothing": (None, None, None, None, None),
}


@pytest.mark.parametrize("typed", [*_APART.values(), *_TOGETHER.values()], ids=[*_APART, *_TOGETHER])
def test_parts_and_whole_agree(typed: Typed) -> None:
    assert Addresses().read(*typed) == normalise_address(*typed)


@pytest.mark.parametrize("typed", _APART.values(), ids=_APART)
def test_usual_addresses_are_read_in_parts(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = normalise_address(*typed)
    monkeypatch.setattr(address_heads, "normalise_address", None)
    assert Addresses().read(*typed) == expected


_PIECES = st.sampled_from(
    [
        "東京都", "新宿区", "西新宿", "西", "新宿", "港区", "六本木", "府中市", "宮西町", "札幌市", "中央区", "北", "1条", "一条",
        "京都市中京区", "寺町通", "上る", "上本能寺前町", "大字", "字", "日本", "Japan", "japan", "〒", "160-0023", "四日市市", "三番町",
        "一", "二", "十", "百", "二丁目", "丁目", "番", "番地", "号", "号室", "の", "ノ", "ー", "-", "－", "~", "、", " ", "　", "1", "２",
        "10", "305", "メゾン", "コーポ青葉", "ﾊｲﾂ", "第二ビル", "様方", "F", "々", "佐佐", "ヶ", "が", "\u3099", "\ufe00", "①", "½",
    ]
)  # fmt: skip
_LINE = st.lists(_PIECES, max_size=9).map("".join) | st.text(max_size=6)
_PLACE = st.tuples(
    st.sampled_from(["", "", "〒160-0023", "1600023　", "０６０－０００１", "000-0000", "〒 530-0001 "]),
    st.sampled_from(["", "東京都", "北海道", "京都府京都市"]),
    st.sampled_from(["新宿区", "港区", "札幌市中央区", "府中市", "中京区", "龍ヶ崎市", "大阪市北区"]),
    st.sampled_from(["", "西新宿", " 西 新宿", "六本木", "北", "北一条西", "字", "上本能寺前町"]),
    _LINE,
).map("".join)
_CODE = st.none() | st.sampled_from(["160-0023", "1600023", "060-0001", "530-0001", "１０６－００３２", "x"])
_FIELD = (
    st.none()
    | st.sampled_from(["東京都", "13", "北海道", "新宿区", "新宿区西新宿二丁目", "港区1", "Tokyo", ""])
    | _LINE
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(_CODE, _FIELD, _FIELD, _PLACE | _LINE, st.none() | _LINE), min_size=1, max_size=4))
@example([(None, "東京都", None, "港区芝-1-2 第一-3", None)])
def test_one_after_another_they_agree_with_the_whole(rows: list[Typed]) -> None:
    addresses = Addresses()
    for row in [*rows, *rows]:
        assert addresses.read(*row) == normalise_address(*row)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_heads, "_KEPT", 3)
    addresses = Addresses()
    for number in range(1, 20):
        typed = (None, "東京都", None, f"港区芝{number}-1 ハイツ{number}", f"{number}号")
        assert addresses.read(*typed) == normalise_address(*typed)
    assert all(len(kept) <= 3 for kept in (addresses._tails, addresses._flats, addresses._buildings))
