"""An instrument that would be unfair or dangerous is refused when it is read, in one sentence."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.core.fields import FIELDS
from soken.prioritise.instrument import STATUS, Group, PriorityBand
from soken.prioritise.instrument_file import default_instrument, load_instrument, parse_instrument
from soken.prioritise.refused import refused_inputs

if TYPE_CHECKING:
    from pathlib import Path

TEXT: Final = files("soken.prioritise").joinpath("instruments/default.toml").read_text("utf-8")


def extra(**values: str) -> str:
    """Return the default instrument with one more factor."""
    lines = {
        "code": '"extra"',
        "group": '"other"',
        "about": '"violence"',
        "en": '"Extra?"',
        "ja": '"追加"',
        "source": '"test"',
        **values,
    }
    lines.setdefault("answers", '[{code="no",points=0,en="no",ja="無"},{code="yes",points=1,en="yes",ja="有"}]')
    return TEXT + "\n[[factors]]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items()) + "\n"


def refusal(text: str) -> str:
    with pytest.raises(BadInputError) as refused:
        parse_instrument(text.encode(), "own.toml")
    return refused.value.message


def test_the_default_asks_in_all_groups_and_says_that_nobody_has_validated_it() -> None:
    instrument = default_instrument()
    assert {one.group for one in instrument.factors.values()} == set(Group)
    assert instrument.status == STATUS
    assert "unvalidated" in instrument.status


def test_the_targets_are_1_7_14_and_30_days() -> None:
    assert [one.target_days for one in default_instrument().bands.values()] == [1, 7, 14, 30]


def test_published_rates_with_their_source_stand_beside_every_band() -> None:
    for band in PriorityBand:
        assert default_instrument().rates_of(band)
        assert all(one.source and one.tool for one in default_instrument().rates_of(band))


def test_thresholds_and_targets_can_be_changed(tmp_path: Path) -> None:
    own = tmp_path / "current.toml"
    own.write_text(TEXT.replace("from = 40\ntarget_days = 7", "from = 35\ntarget_days = 5"), encoding="utf-8")
    band = load_instrument(own).bands[PriorityBand.HIGH]
    assert (band.points, band.target_days) == (35, 5)
    assert load_instrument(own).sha256 != default_instrument().sha256


@pytest.mark.parametrize(
    ("code", "en", "ja", "reads"),
    [
        pytest.param("home-district", "Where?", "どこか", "[]", id="address area by code"),
        pytest.param("area", "Lives in a deprived postcode?", "該当するか", "[]", id="postcode by question"),
        pytest.param("area", "Which?", "居住地域はどこか", "[]", id="address area in Japanese"),
        pytest.param("area", "Which?", "どれか", '["postal_code"]', id="postcode by what it reads"),
        pytest.param("area", "Which?", "どれか", '["prefecture"]', id="prefecture by what it reads"),
        pytest.param("passport", "Which?", "どれか", "[]", id="nationality by code"),
        pytest.param("who", "Is it a foreign national?", "該当するか", "[]", id="nationality by question"),
        pytest.param("who", "Which?", "国籍はどこか", "[]", id="nationality in Japanese"),
        pytest.param("who", "Ethnic group?", "該当するか", "[]", id="ethnic group"),
        pytest.param("who", "Which?", "本籍・出身地", "[]", id="social origin in Japanese"),
        pytest.param("who", "Which?", "どれか", '["full_name"]', id="name by what it reads"),
        pytest.param("who", "Religion?", "該当するか", "[]", id="religion"),
        pytest.param("who", "Income?", "該当するか", "[]", id="income"),
        pytest.param("q", "Country of birth, and where does the person live?", "Q", "[]", id="country of birth"),
        pytest.param("q", "Is it the Nishinari area?", "Q", "[]", id="area by its name"),
        pytest.param("q", "Q", "西成かどうか", "[]", id="area by its Japanese name"),
        pytest.param("q", "Lives in public housing?", "Q", "[]", id="public housing"),
        pytest.param("q", "From Osaka?", "Q", "[]", id="prefecture by its name"),
        pytest.param("q", "From the Kansai?", "Q", "[]", id="region by its name"),
        pytest.param("q", "Q", "九州の者か", "[]", id="region by its Japanese name"),
        pytest.param("q", "Seen in Kobe?", "Q", "[]", id="large city by its name"),
        pytest.param("q", "Speaks Portuguese?", "Q", "[]", id="language spoken"),
        pytest.param("q", "Q", "日本語を話すか", "[]", id="language in Japanese"),
        pytest.param("q", "A Catholic?", "Q", "[]", id="church"),
        pytest.param("q", "Q", "右翼か", "[]", id="politics in Japanese"),
        pytest.param("q", "Is it a man?", "Q", "[]", id="sex"),
        pytest.param("q", "Disabled?", "Q", "[]", id="disability"),
        pytest.param("q", "Q", "療育手帳の有無", "[]", id="disability in Japanese"),
        pytest.param("q", "Skin colour?", "Q", "[]", id="skin colour"),
        pytest.param("q", "Mother tongue?", "Q", "[]", id="mother tongue"),
        pytest.param("q", "Q", "在日か", "[]", id="Korean residents"),
        pytest.param("q", "Q", "同和関係か", "[]", id="dowa"),
        pytest.param("q", "Q", "どんな居住か", "[]", id="dwelling"),
        pytest.param("q", "Q", "エリアは", "[]", id="area in katakana"),
        pytest.param("q", "Q", "ｴﾘｱは", "[]", id="area in half-width katakana"),
        pytest.param("q", "Q", "国 籍 は", "[]", id="parted by blanks"),
        pytest.param("q", "Ｎationality?", "Q", "[]", id="a full-width letter"),
        pytest.param("q", "N A T I O N A L I T Y?", "Q", "[]", id="letters set apart"),
        pytest.param("q", "Natio\u00adnal\u200bity?", "Q", "[]", id="marks that show nothing"),
        pytest.param("q", "N\u0430ti\u043en\u0430lity?", "Q", "[]", id="letters of another alphabet"),
        pytest.param("q", "Nàtiönality?", "Q", "[]", id="accents"),
        pytest.param("q", "Q", "杉並の者か", "[]", id="ward by its short name"),
        pytest.param("q", "Q", "最寄り駅", "[]", id="nearest station in Japanese"),
        pytest.param("q", "Latitude above 35?", "Q", "[]", id="coordinates"),
        pytest.param("q", "Post-code?", "Q", "[]", id="hyphen"),
        pytest.param("q", "Q", "Q", '["phone"]', id="area code by what it reads"),
        pytest.param("q", "Q", "Q", '["order_no", "country"]', id="the second field that it reads"),
    ],
)
def test_what_must_not_be_asked_is_refused_in_one_sentence(code: str, en: str, ja: str, reads: str) -> None:
    said = refusal(extra(code=f'"{code}"', en=f'"{en}"', ja=f'"{ja}"', reads=reads))
    assert "may not set anybody's priority" in said
    assert repr(code) in said
    assert said.count(".") == 2  # the file's name and the end


@pytest.mark.parametrize(
    "ja", ["枚方市の者か", "足立区か", "箱根町", "足柄下郡箱根町", "龍ケ崎市・龍ヶ崎市", "堺市 堺区", "泊村"]
)
def test_a_municipality_by_its_name_is_refused(ja: str, tmp_path: Path) -> None:
    own = tmp_path / "current.toml"
    own.write_text(extra(ja=f'"{ja}"'), encoding="utf-8")
    with pytest.raises(BadInputError, match=r"where somebody lives .*may not set anybody's priority"):
        load_instrument(own)


def test_the_shipped_instrument_names_no_municipality(tmp_path: Path) -> None:
    own = tmp_path / "current.toml"
    own.write_text(TEXT, encoding="utf-8")
    assert load_instrument(own).sha256 == default_instrument().sha256


def test_an_answer_that_names_a_nationality_is_refused() -> None:
    said = refusal(extra(answers='[{code="no",points=0,en="no",ja="無"},{code="yes",points=1,en="foreigner",ja="有"}]'))
    assert "nationality" in said


@pytest.mark.parametrize("read", ["addr1", "zipcode", "pref", "Address", "address ", ""])
def test_what_is_no_field_of_a_record_cannot_be_read(read: str) -> None:
    said = refusal(extra(reads=f'["{read}"]'))
    assert f"'extra' reads {read!r}, which is no field of a record" in said
    assert "occupation" in said
    assert "address" not in said.split("it may read")[1]


def test_every_field_is_either_barred_or_may_be_read() -> None:
    barred = {field for one in refused_inputs() for field in one.fields}
    for field in FIELDS:
        text = extra(reads=f'["{field}"]', about='"item-grade"')
        if field in barred:
            assert "may not set anybody's priority" in refusal(text)
        else:
            assert parse_instrument(text.encode(), "own.toml").factors["extra"].reads == (field,)
    assert {"occupation", "company", "ordered_at"} <= FIELDS.keys() - barred


def test_the_file_of_the_review_is_refused() -> None:
    """As it was played: accepted whole, with 60 points for living in one quarter."""
    said = refusal(
        extra(
            en='"Country of birth, and where does the person live?"',
            reads='["addr1", "zipcode", "pref"]',
            answers='[{code="n",points=0,en="elsewhere",ja="A"},{code="y",points=60,en="the Nishinari area",ja="B"}]',
        )
    )
    assert "'extra'" in said


@pytest.mark.parametrize("about", ["substances", "violence"])
def test_the_grade_of_an_item_counts_under_no_other_subject(about: str) -> None:
    """As the review played it: 100 points for the highest grade and the mark left out lifted low to very high."""
    heavy = TEXT.replace('{ code = "high", points = 5, en = "highest"', '{ code = "high", points = 100, en = "highest"')
    assert "never dominates" in refusal(heavy)
    assert "speaks of the items' grade ('grade')" in refusal(heavy.replace('"item-grade"\nen', f'"{about}"\nen'))


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"code": '"item-category"'}, "category"),
        ({"en": '"Category of the item bought?"'}, "category"),
        ({"en": '"How severe is it?"'}, "severe"),
        ({"en": '"ＧＲＡＤＥ?"'}, "grade"),
        ({"ja": '"購入品の区分"'}, "区分"),
        ({"ja": '"商品の等 級"'}, "等級"),
        ({"hint_ja": '"カテゴリーで答える"'}, "カテゴリ"),
        ({"hint_en": '"See its SAP class"'}, "sap"),
        ({"en": '"How bad are the items?"'}, "how bad"),
        ({"ja": '"商品がどれほど酷いか"'}, "酷"),
        ({"reads": '["item_code"]'}, "item_code"),
    ],
)
def test_words_of_the_grade_are_refused_where_the_factor_is_not_about_it(said: dict[str, str], word: str) -> None:
    assert f"speaks of the items' grade ({word!r})" in refusal(extra(**said))
    assert parse_instrument(extra(about='"item-grade"', **said).encode(), "own.toml").factors


def test_the_code_of_an_answer_is_looked_at_too() -> None:
    answers = '[{code="no",points=0,en="no",ja="無"},{code="osaka",points=1,en="yes",ja="有"}]'
    assert "'osaka'" in refusal(extra(answers=answers))


@given(
    st.sampled_from(["住所", "国籍", "出身", "宗教", "性別", "年収", "氏名"]),
    st.text("あいうえおかきく", max_size=8),
    st.text("あいうえおかきく", max_size=8),
)
def test_a_refused_word_is_found_wherever_it_stands(word: str, before: str, after: str) -> None:
    assert "may not set anybody's priority" in refusal(extra(ja=f'"{before}{word}{after}"'))


def test_everything_on_the_list_is_said_in_both_languages() -> None:
    assert {"address-area", "nationality"} <= {one.code for one in refused_inputs()}
    assert all(one.en and one.ja for one in refused_inputs())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(
            TEXT.replace('status = "unvalidated decision support"', 'status = "validated"'), "status", id="claims more"
        ),
        pytest.param(extra(weight="3"), "'weight' is not known", id="unknown key of a factor"),
        pytest.param(TEXT.replace("version = 1", "version = 1\nowner = 'x'"), "'owner' is not known", id="unknown key"),
        pytest.param(extra(group='"looks"'), "'group' must be one of", id="unknown group"),
        pytest.param(extra(code='"access-home"'), "stands twice", id="factor twice"),
        pytest.param(extra(code='"Extra Factor"'), "small letters", id="odd code"),
        pytest.param(extra(ja='""'), "'ja' must be a text", id="no Japanese"),
        pytest.param(
            TEXT.replace('{ code = "middle", points = 3', '{ code = "middle", points = -3'),
            "whole number",
            id="an answer that lowers",
        ),
        pytest.param(
            TEXT.replace('{ code = "high", points = 5', '{ code = "high", points = 20'),
            "never dominates",
            id="a grade that dominates",
        ),
        pytest.param(
            extra(
                about='"item-grade"', answers='[{code="a",points=0,en="a",ja="a"},{code="b",points=15,en="b",ja="b"}]'
            ),
            "never dominates",
            id="two grades that dominate together",
        ),
        pytest.param(TEXT.replace("required = true", 'required = "yes"'), "true or false", id="flag of text"),
        pytest.param(TEXT.replace('about = "item-grade"\n', ""), "'about' must be one of", id="about nothing"),
        pytest.param(extra(about='"looks"'), "'about' must be one of", id="about something unknown"),
        pytest.param(extra(grade="false"), "'grade' is not known", id="the mark of old"),
        pytest.param(
            TEXT.replace('group = "other"\nabout = "item-grade"', 'group = "conduct"\nabout = "item-grade"'),
            "belongs to the group other",
            id="grade as conduct",
        ),
        pytest.param(
            TEXT.replace('{ code = "low", points = 0, en = "lowest"', '{ code = "low", points = 1, en = "lowest"'),
            "answer of 0 points",
            id="a question that lifts everybody",
        ),
        pytest.param(
            TEXT.replace("points = 60", "points = 59"), "must reach very-high alone", id="access that never suffices"
        ),
        pytest.param(
            TEXT.replace('bands = ["medium", "low"]', 'bands = ["medium"]'),
            "beside the band low",
            id="band without rates",
        ),
        pytest.param(TEXT.replace("share = 0.377", "share = 37.7"), "from 0.0 to 1.0", id="rate beyond 1"),
        pytest.param(TEXT.replace("from = 40", "from = 60"), "must fall", id="bands that do not fall"),
        pytest.param(TEXT.replace("from = 0", "from = 5"), "end at 0", id="bands that leave somebody out"),
        pytest.param(
            TEXT.replace("target_days = 30", "target_days = 13"), "later target", id="target shorter in a lower band"
        ),
        pytest.param(
            TEXT.replace("target_days = 30\nalarm_days = 45", "target_days = 30\nalarm_days = 29"),
            "before its target",
            id="alarm before target",
        ),
        pytest.param(
            TEXT.replace('code = "low"\nfrom', 'code = "lowest"\nfrom'), "'code' must be one of", id="unknown band"
        ),
        pytest.param(TEXT.replace("date = 2026-11-23", "date = 'today'"), "must be a day", id="no date"),
        pytest.param("id = ", "is not TOML", id="no TOML"),
        pytest.param("", "'status' must be", id="empty"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_and_says_where(text: str, says: str) -> None:
    said = refusal(text)
    assert says in said
    assert said.startswith("own.toml")


def test_a_file_that_is_not_text_or_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="not TOML"):
        parse_instrument(b"\xff\xfe", "own.toml")
    with pytest.raises(BadInputError, match="cannot be read"):
        load_instrument(tmp_path / "none.toml")
