"""One place, one key, however an address is written; different houses stay different."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.normalise.address import AddressKey, normalise_address, normalise_postal
from soken.normalise.address_intl import normalise_address_intl
from soken.normalise.places import places


def line(text: str, postal: str | None = None) -> AddressKey:
    return normalise_address(postal, None, None, text, None)


_KEYS = {
    "whole line": ("東京都新宿区西新宿2-8-1", "13|新宿区|西新宿|2-8-1"),
    "long form": ("東京都新宿区西新宿二丁目8番1号", "13|新宿区|西新宿|2-8-1"),
    "arabic long form": ("東京都新宿区西新宿2丁目8番1号", "13|新宿区|西新宿|2-8-1"),
    "half long": ("東京都新宿区西新宿2丁目8-1", "13|新宿区|西新宿|2-8-1"),
    "full width": ("東京都新宿区西新宿２−８−１", "13|新宿区|西新宿|2-8-1"),
    "long marks": ("東京都新宿区西新宿２ー８ー１", "13|新宿区|西新宿|2-8-1"),
    "no between": ("東京都新宿区西新宿2の8の1", "13|新宿区|西新宿|2-8-1"),
    "kanji throughout": ("東京都新宿区西新宿二丁目八番一号", "13|新宿区|西新宿|2-8-1"),
    "spaces": ("東京都 新宿区 西新宿 2-8-1", "13|新宿区|西新宿|2-8-1"),
    "space in the town": ("東京都新宿区 西 新宿 2-8-1", "13|新宿区|西新宿|2-8-1"),
    "space in the municipality": ("東京都新 宿区西新宿2-8-1", "13|新宿区|西新宿|2-8-1"),
    "postal code in the line": ("〒160-0023 東京都新宿区西新宿2-8-1", "13|新宿区|西新宿|2-8-1"),
    "no prefecture": ("新宿区西新宿2-8-1", "13|新宿区|西新宿|2-8-1"),
    "country": ("日本、東京都新宿区西新宿2-8-1", "13|新宿区|西新宿|2-8-1"),
    "lot with branch": ("茨城県龍ケ崎市3710番地の2", "08|龍ケ崎市||3710-2"),
    "ke or ka": ("茨城県龍ヶ崎市3710-2", "08|龍ケ崎市||3710-2"),
    "city of cities": ("三重県四日市市諏訪町1番5号", "24|四日市市|諏訪町|1-5"),
    "numeral in the city": ("広島県廿日市市下平良一丁目11番1号", "34|廿日市市|下平良|1-11-1"),
    "city named city": ("千葉県市川市八幡1-1-1", "12|市川市|8幡|1-1-1"),
    "ward of sapporo": ("札幌市中央区北1条西2丁目", "01|札幌市中央区|北1条西|2"),
    "ward of sapporo in kanji": ("札幌市中央区北一条西二丁目", "01|札幌市中央区|北1条西|2"),
    "sapporo as spoken": ("札幌市中央区北1西2", "01|札幌市中央区|北1条西|2"),
    "numeral in the town": ("東京都港区六本木六丁目10番1号", "13|港区|6本木|6-10-1"),
    "town of a number": ("東京都千代田区三番町1番地の2", "13|千代田区|3番町|1-2"),
    "county": ("神奈川県足柄下郡箱根町湯本256", "14|足柄下郡箱根町|湯本|256"),
    "county left out": ("箱根町湯本256番地", "14|足柄下郡箱根町|湯本|256"),
    "two cities, town decides": ("府中市宮西町2-24", "13|府中市|宮西町|2-24"),
    "two cities, other town": ("府中市府川町315", "34|府中市|府川町|315"),
    "ward that is no more": ("静岡県浜松市中区元城町103-2", "22|浜松市中央区|元城町|103-2"),
    "city renamed": ("兵庫県篠山市北新町41", "28|丹波篠山市|北新町|41"),
    "town that became a city": ("福岡県筑紫郡那珂川町西隈1-1-1", "40|那珂川市|西隈|1-1-1"),
    "kyoto streets": ("京都府京都市中京区寺町通御池上る上本能寺前町488番地", "26|京都市中京区|上本能寺前町|488"),
    "hamlet signs": ("岐阜県大垣市大字上石津町1", "21|大垣市|上石津町|1"),
    "postal code in brackets": ("(160-0023)東京都新宿区西新宿2-8-1", "13|新宿区|西新宿|2-8-1"),
    "postal code in wide brackets": ("（１６０－００２３） 新宿区 西新宿 二丁目８の１", "13|新宿区|西新宿|2-8-1"),
    "middle dots": ("東京都新宿区西新宿2・8・1", "13|新宿区|西新宿|2-8-1"),
    "ward without its city": ("千種区今池3丁目4番5号", "23|名古屋市千種区|今池|3-4-5"),
    "ward of several cities, town decides": ("北区梅田3-1-1", "27|大阪市北区|梅田|3-1-1"),
    "ward of several cities, postal code decides": ("〒862-0975 中央区新屋敷1-9-6", "43|熊本市中央区|新屋敷|1-9-6"),
    "ward that is a city of its own": ("中央区銀座4-5-6", "13|中央区|銀座|4-5-6"),
    "lots by division": ("岩手県盛岡市玉山1地割2-3", "03|盛岡市|玉山|1-2-3"),
}


@pytest.mark.parametrize(("typed", "key"), _KEYS.values(), ids=_KEYS)
def test_whole_line(typed: str, key: str) -> None:
    assert line(typed).key == key


_FLATS = {
    "in brackets": ("新宿区西新宿2-8-1（メゾン青葉205）", "205"),
    "remark behind a sign": ("新宿区西新宿2-8-1 メゾン青葉205 ※表札なし", "205"),
    "remark in brackets": ("新宿区西新宿2-8-1（不在時は宅配ボックス）", None),
    "remark behind the room": ("新宿区西新宿2-8-1-205 置き配希望", "205"),
}


@pytest.mark.parametrize(("typed", "flat"), _FLATS.values(), ids=_FLATS)
def test_what_is_said_to_the_postman_is_no_building(typed: str, flat: str | None) -> None:
    found = line(typed)
    assert (found.key, found.building) == ("13|新宿区|西新宿|2-8-1", flat)


_FIELDS = {
    "street in address 1": (("160-0023", "東京都", "新宿区", "西新宿2-8-1", None), "13|新宿区|西新宿|2-8-1", None),
    "street in address 2": (("160-0023", "東京都", None, "新宿区西新宿", "2-8-1"), "13|新宿区|西新宿|2-8-1", None),
    "street and building in address 2": (("160-0023", "東京都", None, "新宿区西新宿", "2丁目8番1号 メゾン青葉205"), "13|新宿区|西新宿|2-8-1", "205"),
    "building in address 2": (("160-0023", "東京都", None, "新宿区西新宿2-8-1", "メゾン青葉205号室"), "13|新宿区|西新宿|2-8-1", "205"),
    "prefecture as a number": ((None, "13", None, "新宿区西新宿2-8-1", None), "13|新宿区|西新宿|2-8-1", None),
    "prefecture twice": ((None, "東京都", None, "東京都新宿区西新宿2-8-1", None), "13|新宿区|西新宿|2-8-1", None),
    "prefecture without its ending": ((None, "東京", "新宿区", "西新宿2-8-1", None), "13|新宿区|西新宿|2-8-1", None),
    "ward left to the postal code": (("231-0017", None, None, "横浜市港町1-1", None), "14|横浜市中区|港町|1-1", None),
    "only numbers": (("530-0001", None, None, "3-1-1", None), "27|大阪市北区|梅田|3-1-1", None),
    "building with a number of its own": ((None, "東京都", "港区", "六本木6-10-1", "第2青葉ビル 3F"), "13|港区|6本木|6-10-1", "3f"),
    "room behind the street": ((None, "神奈川県", "横浜市西区", "みなとみらい2-2-1-305", None), "14|横浜市西区|みなとみらい|2-2-1", "305"),
    "house name": ((None, "東京都", "中央区", "八丁堀2-3-4", "コーポ青葉"), "13|中央区|8丁堀|2-3-4", "コポ青葉"),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "key", "building"), _FIELDS.values(), ids=_FIELDS)
def test_separate_fields(fields: tuple[str | None, ...], key: str, building: str | None) -> None:
    postal, prefecture, city, address, address2 = fields
    found = normalise_address(postal, prefecture, city, address, address2)
    assert (found.key, found.building) == (key, building)


@pytest.mark.parametrize(
    ("one", "other"),
    [("東京都港区六本木6-10-1", "東京都港区六本木6-1-10"), ("東京都中央区銀座1-1-1", "東京都港区芝1-1-1"), ("東京都府中市1-2", "広島県府中市1-2"),
     ("札幌市中央区北1条西2丁目", "札幌市中央区北2条西1丁目"), ("東京都港区芝1-11", "東京都港区芝11-1")],
)  # fmt: skip
def test_different_houses_stay_different(one: str, other: str) -> None:
    assert line(one).key != line(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("メゾン青葉 205号室", "メゾン青葉２０５"),
        ("メゾン青葉205", "205号"),
        ("グリーンハイツ A-101", "グリーンハイツA101号室"),
        ("2階", "2F"),
    ],
)
def test_one_flat(one: str, other: str) -> None:
    found = {normalise_address(None, "東京都", "港区", "芝1-2-3", building).building for building in (one, other)}
    assert len(found) == 1


@pytest.mark.parametrize("town", ["西新宿", " 西新宿 ", " 西 新宿 ", "西新宿 "])
def test_a_space_before_the_numbers_does_not_join_the_room_to_them(town: str) -> None:
    found = line(f"東京都新宿区{town}2-8-1 405")
    assert (found.town, found.street, found.building) == ("西新宿", "2-8-1", "405")


def test_text_without_a_known_place_is_kept_whole() -> None:
    assert line("foo bar 12").key == "foobar12"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("160-0023", "1600023"), ("１６０ー００２３", "1600023"), ("〒160 0023", "1600023"), ("1600023", "1600023"), ("600001", "0600001"),
     ("'1600023", "1600023"), ("0000000", None), ("123", None), ("", None), ("abc", None), ("12345678", None)],
)  # fmt: skip
def test_postal_code(typed: str, code: str | None) -> None:
    assert normalise_postal(typed) == code


def test_prefectures_have_their_jis_codes() -> None:
    codes = places().prefectures
    assert (codes["北海道"], codes["東京都"], codes["大阪府"], codes["沖縄県"]) == ("01", "13", "27", "47")
    assert len(set(codes.values())) == 47


_INTL = {
    "full words": (("2600", "ACT", "Canberra", "12 Main Street", None), ("12 main st", None)),
    "short words": (("2600", "act", "canberra", "12 Main St.", None), ("12 main st", None)),
    "unit before": (("2600", "ACT", "Canberra", "Unit 3, 12 Main St", None), ("12 main st", "3")),
    "unit slash": (("2600", "ACT", "Canberra", "3/12 Main St", None), ("12 main st", "3")),
    "unit word and slash": (("2600", "ACT", "Canberra", "Unit 3/12 Main St", None), ("12 main st", "3")),
    "unit in address 2": (("2600", "ACT", "Canberra", "12 Main Street", "Flat 3"), ("12 main st", "3")),
    "unit behind": (("2600", "ACT", "Canberra", "12 Main Street Apt 3", None), ("12 main st", "3")),
    "hash": (("2600", "ACT", "Canberra", "12 Main Street #3", None), ("12 main st", "3")),
    "avenue": ((None, None, "York", "7 Park Avenue", None), ("7 park ave", None)),
    "crescent": ((None, None, "York", "7 Park Crescent", None), ("7 park cres", None)),
    "north": ((None, None, "York", "7 North Park Rd", None), ("7 n park rd", None)),
    "accents": ((None, None, "Québec", "7 Rue Émile", None), ("7 rue emile", None)),
    "number apart": ((None, None, "York", "12, High Street", None), ("12 high st", None)),
    "letter number": ((None, None, "York", "12a High Street", None), ("12a high st", None)),
    "apostrophe": ((None, None, "York", "3 King's Road", None), ("3 kings rd", None)),
    "post box": ((None, None, "York", "P.O. Box 12", None), ("pobox 12", None)),
    "no street": ((None, None, "York", None, "brentwood vlge"), ("brentwood vlge", None)),
    "whole line": ((None, None, None, "1 High St, Leeds, LS1 4AB", None), ("1 high st", None)),
    "floor": ((None, None, "York", "Level 4, 1 High St", None), ("1 high st", "l4")),
    "upper case": ((None, None, "YORK", "1 HIGH STREET", None), ("1 high st", None)),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "parts"), _INTL.values(), ids=_INTL)
def test_international(fields: tuple[str | None, ...], parts: tuple[str, str | None]) -> None:
    postal, state, city, address, address2 = fields
    found = normalise_address_intl(postal, state, city, address, address2)
    assert (found.street, found.building) == parts


_ANY = (
    st.none()
    | st.text(max_size=20)
    | st.sampled_from(["東京都", "新宿区西新宿2-8-1", "160-0023", "１ー２", "京都市中京区寺町通上る", "号室", "Unit 3"])
)


@settings(max_examples=200, deadline=None)
@given(_ANY, _ANY, _ANY, _ANY, _ANY)
def test_never_raises_and_never_empties(
    a: str | None, b: str | None, c: str | None, d: str | None, e: str | None
) -> None:
    for found in (normalise_address(a, b, c, d, e), normalise_address_intl(a, b, c, d, e)):
        if any(mark.isalnum() for part in (c, d) for mark in part or ""):
            assert found.key or found.building or found.municipality or found.prefecture
