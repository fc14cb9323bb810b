"""Can these kanji be read so? Cases that no table of whole names decides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.normalise.name_tables import given_readings
from soken.normalise.sounds import IN_TABLE, fit, fit_whole, likely_readings, moras

#: A reading at least this likely counts as fitting, one below the other as not (`soken.resolve.alike`).
FITS, MISFITS = 4.0, -2.5

READ_SO = [
    ("太郎", "taro"), ("一樹", "hitoki"), ("一成", "ichinari"), ("健二", "kenji"), ("直美", "naomi"), ("正文", "seibun"),
    ("俊也", "toshinari"), ("香代利", "kayori"), ("月人", "tsukito"), ("大樹", "taiju"), ("長和", "nagayori"),
    ("奈帆子", "naoko"), ("剛生", "tsuyoki"), ("智恵", "satoe"), ("季史", "toshifumi"), ("愛美", "akimi"),
    ("敬美", "hayami"), ("政史", "seiji"), ("甚作", "jinsaku"), ("宗八", "sohachi"), ("美智子", "michiko"),
]  # fmt: skip
NOT_READ_SO = [
    ("太郎", "jiro"), ("健一", "kenji"), ("健一", "masao"), ("直美", "takeshi"), ("一樹", "masao"), ("美咲", "yoko"),
    ("大輔", "haruka"), ("翔太", "kenichi"), ("由美子", "takahiro"), ("淳仁", "toshiko"), ("晋之", "miyoji"),
    ("紀力", "kazuki"), ("和子", "ichiro"), ("三郎", "shiro"), ("花子", "hanae"), ("愛", "takanobu"), ("誠二", "seiichi"),
    ("優子", "yuta"), ("正雄", "masako"), ("久美", "kumiko"),
]  # fmt: skip
WHOLE = [
    ("山田太郎", "yamadataro"), ("征八早川", "hayakawaseiya"), ("頼哉中村", "nakamuraraiya"),
    ("東孟群", "taketomohigashi"), ("住吉国珊", "sumiyoshikokusan"), ("平文章", "fumiakihira"),
    ("長谷川充孝", "hasegawamichitaka"), ("島崎宗二", "shimazakimuneji"),
    # The key has folded the vowels where family and given name meet: サトウウタコ, オノオサム, イノウエエミ, イシイイクオ.
    ("佐藤歌子", "satotako"), ("小野修", "onosamu"), ("井上恵美", "inoemi"), ("石井郁夫", "ishiikuo"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "reading"), READ_SO)
def test_a_name_can_be_read_so(name: str, reading: str) -> None:
    bits = fit(name, reading)
    assert bits is not None
    assert bits >= FITS


@pytest.mark.parametrize(("name", "reading"), NOT_READ_SO)
def test_a_name_does_not_fit_another_persons_reading(name: str, reading: str) -> None:
    bits = fit(name, reading)
    assert bits is None or bits < FITS


def test_two_readings_of_one_household_are_told_apart() -> None:
    assert (fit("健一", "kenichi") or 0) > FITS > MISFITS > (fit("健一", "kenji") or 0)


@pytest.mark.parametrize(("name", "reading"), WHOLE)
def test_a_whole_name_is_read_in_either_order(name: str, reading: str) -> None:
    found = fit_whole(name, reading)
    assert found is not None
    assert found.family == IN_TABLE
    assert found.given >= FITS


def test_the_commonest_surname_divides_a_name() -> None:
    """山 and 田太郎 would fit "dajiro" well; nobody is called so."""
    found = fit_whole("山田太郎", "yamadajiro")
    assert found is not None
    assert found.given < FITS


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "　", "-", "ー", "1", "たろう", "タロウ", "ﾀﾛｳ", "taro", "Ωμ", "太郎 ", "太　郎", "太郎\n", "太郎1", "太郎o", "太ろう", "太郎・",
        "太,郎", "(太郎)", "太郎?", "太郎\u200b", "😀", "太" * 20,
    ],
)  # fmt: skip
def test_nothing_is_said_of_what_is_no_name_in_kanji(name: str) -> None:
    assert fit(name, "taro") is None
    assert fit_whole(name, "yamadataro") is None
    assert likely_readings(name) == []


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("太郎", "taro"), ("健二", "kenji"), ("直美", "naomi"), ("美智子", "michiko"), ("翔太", "shota"), ("裕子", "yuko"),
        ("和也", "kazuya"), ("恵子", "keiko"), ("浩一", "koichi"), ("真由美", "mayumi"), ("大輔", "daisuke"), ("達也", "tatsuya"),
        ("智子", "tomoko"), ("正雄", "masao"), ("由香里", "yukari"), ("隆史", "takashi"), ("博之", "hiroyuki"), ("愛", "ai"),
        ("千代", "chiyo"), ("一郎", "ichiro"), ("貴之", "takayuki"), ("康夫", "yasuo"), ("絵里", "eri"),
    ],
)  # fmt: skip
def test_the_usual_reading_is_among_the_likely_ones(name: str, reading: str) -> None:
    assert reading in likely_readings(name, share=0.1)


def test_a_single_kanji_that_is_a_whole_name_is_left_to_the_tables() -> None:
    """誠 sounds otherwise beside other kanji; that it is Makoto alone, `soken.normalise.name_tables` says."""
    assert "makoto" not in likely_readings("誠", share=0.1)
    assert "makoto" in given_readings("誠")


@given(st.text(alphabet="太郎健一二美子愛真由直樹大和誠々", min_size=1, max_size=4))
def test_what_is_likely_fits_sound_by_sound_and_asked_again_is_the_same(name: str) -> None:
    found = likely_readings(name)
    assert len(found) == len(set(found)) <= 40
    assert set(likely_readings(name, share=0.1)) <= set(found)
    for reading in found:
        assert "".join(moras(reading)) == reading
        assert moras(reading) == [sound for part in moras(reading) for sound in moras(part)]
        assert fit(name, reading) is not None
    assert likely_readings(name) == found


@given(st.text(alphabet="太郎健一二美子愛真由a1 あ々", max_size=10), st.text(max_size=40))
def test_anything_can_be_asked(name: str, reading: str) -> None:
    for answer in (fit(name, reading), fit_whole(name, reading)):
        assert answer is None or isinstance(answer, object)
    bits = fit(name, reading)
    assert bits is None or -200 < bits < 200
