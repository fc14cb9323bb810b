"""The requirement in small: who is proposed as one person, who is put before somebody, who is not."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from soken.core.errors import DamagedStoreError
from soken.resolve import Judgement, RowRef, Verdict, resolve
from tests.resolve.factory import record, write_records

if TYPE_CHECKING:
    from pathlib import Path

E1 = "E-000000000001"
TARO = {"name": "田中 太郎", "readings": "tanaka taro"}
JIRO = {"name": "田中 次郎", "readings": "tanaka jiro"}
HANAKO = {"name": "田中 花子", "readings": "tanaka hanako"}
MAIL, OTHER_MAIL = {"email": "t.tanaka@shop.example"}, {"email": "quite-other@mail.example"}
PHONE, OTHER_PHONE = {"phone": "+819000000001"}, {"phone": "+819000007788"}
LABELLED = {"email": MAIL["email"].replace("@", "+shop@")}
HOME, OTHER_HOME = {"address": "緑町 1-2-3"}, {"address": "本町 9-8-7"}
BIRTH, OTHER_BIRTH = {"birth": "1980-03-04"}, {"birth": "1957-11-29"}


def filler() -> list[dict[str, Any]]:
    """Return other people, so that the list is a list."""
    names = [("佐藤", "sato"), ("鈴木", "suzuki"), ("山本", "yamamoto"), ("中村", "nakamura"), ("小林", "kobayashi")]
    given = [("一郎", "ichiro"), ("京子", "kyoko"), ("健", "ken"), ("真由美", "mayumi")]
    return [
        record(
            f"{family} {first}",
            readings=f"{family_read} {read}",
            email=f"p{i}{j}@x.example",
            phone=f"+81300{i}{j}00{j}{i}",
            address=f"町{i} {j + 4}-{i + 5}-9",
        )
        for i, (family, family_read) in enumerate(names)
        for j, (first, read) in enumerate(given)
    ]


def bands(
    folder: Path, *records: dict[str, Any], judgements: list[Judgement] | None = None
) -> tuple[list[str], list[str | None]]:
    """Resolve these records among others; return person and review partners of each."""
    write_records(folder, [*records, *filler()])
    resolve(folder, judgements or [], folder / "run")
    rows = pq.read_table(folder / "run" / "clusters.parquet").to_pylist()[: len(records)]
    return [row["person"] for row in rows], [row["review_with"] for row in rows]


SAME = {
    "kanji and kana entry, same mail": (
        record(**TARO, **MAIL),
        record("たなか たろう", readings="tanaka taro", name_script="kana", **MAIL),
    ),
    "kanji and romaji entry, same phone": (record(**TARO, **PHONE), record("tanaka taro", **PHONE)),
    "moved home, mail kept": (record(**TARO, **MAIL, **HOME), record(**TARO, **MAIL, **OTHER_HOME)),
    "changed mail, phone and home kept": (
        record(**TARO, **MAIL, **PHONE, **HOME),
        record(**TARO, **OTHER_MAIL, **PHONE, **HOME),
    ),
    "changed mail and home, phone kept": (
        record(**TARO, **MAIL, **PHONE, **HOME),
        record(**TARO, **OTHER_MAIL, **PHONE, **OTHER_HOME),
    ),
    "names swapped, same mail": (record(**TARO, **MAIL), record("taro tanaka", **MAIL)),
    "undivided name, same mail": (record(**TARO, **MAIL), record("田中太郎", readings="tanakataro", **MAIL)),
    "married name, mail and phone kept": (
        record("田中 花子", readings="tanaka hanako", **MAIL, **PHONE),
        record("木村 花子", readings="kimura hanako", **MAIL, **PHONE),
    ),
    "name and birth date, moved and changed": (
        record(**TARO, **MAIL, **HOME, **BIRTH),
        record(**TARO, **OTHER_MAIL, **OTHER_HOME, **BIRTH),
    ),
    "contacts gone, name and address same": (record(**TARO, **HOME, **MAIL), record(**TARO, **HOME)),
    "kanji read as no table has it, but as they can be": (
        record("田中 一樹", readings="tanaka kazuki", sure=False, **MAIL),
        record("たなか ひとき", readings="tanaka hitoki", name_script="kana", **MAIL),
    ),
    "undivided, given name first": (record(**TARO, **MAIL), record("太郎田中", sure=False, **MAIL)),
    "a second mailbox of one's own, at home": (
        record(**TARO, **HOME, email="taro1980@shop.example"),
        record(**TARO, **HOME, email="mr.tanaka@mail.example"),
    ),
    "a Western name in kana": (
        record("ダニエル ホワイト", readings="danieru howaito", name_script="kana", **MAIL, **PHONE),
        record("white daniel", **MAIL, **PHONE),
    ),
    "one name divided in two places": (
        record("田中 太壮秀", readings="tanaka taakihide", sure=False, **MAIL),
        record("田 中太壮秀", readings="ta chutaakihide", sure=False, **MAIL),
    ),
    "married, one entry in kana, all contacts kept": (
        record("清水 匠哉", readings="shimizu takuya", sure=False, **MAIL, **PHONE, **HOME),
        record("kuwabara takuya", **MAIL, **PHONE, **HOME),
    ),
    "a slip in the mail, the name the same": (
        record(**TARO, **MAIL),
        record(**TARO, email="t.tanakaa@shop.example"),
    ),
    "an initial, mail and phone the same": (
        record("smith dimitri", readings="smith jimitri", **MAIL, **PHONE),
        record("smith d", **MAIL, **PHONE),
    ),
    "a pet form in the other order": (
        record("taylor debbie", locale="intl", **MAIL),
        record("deborah taylor", locale="intl", **MAIL),
    ),
    "a pet form that is the name's beginning, in the other order": (
        record("riddell daniel", locale="intl", **MAIL),
        record("danny riddell", locale="intl", **MAIL),
    ),
    "the first letter of what a pet form stands for": (
        record("rodriguez ted", locale="intl", **MAIL, **PHONE),
        record("rodriguez e", locale="intl", **MAIL, **PHONE),
    ),
    "an umlaut in another spelling, in the other order, with a slip": (
        record("müller stefan", readings="muller|mueller stefan", locale="intl", **MAIL),
        record("stefn mueller", locale="intl", **MAIL),
    ),
    "a slip in a short family name, in the other order": (
        record("wood barbara", locale="intl", **MAIL),
        record("barbara wodo", locale="intl", **MAIL),
    ),
    "half a name, the mobile and the home": (
        record("kinter ronald", locale="intl", phone="+61412345678", address="town 9 elm road"),
        record("kinter", locale="intl", phone="+61412345678", address="town 9 elm road"),
    ),
    "now the landline, now the mobile": (
        record(**TARO, **HOME, phone="+81312345678"),
        record(**TARO, **HOME, phone="+819012345678"),
    ),
    "no names, one mailbox": (record(**MAIL), record(**MAIL)),
    "no names, a label behind a plus": (record(**MAIL), record(**LABELLED)),
    "no names, a sign-in name nobody else has": (
        record(**MAIL, login="sora_san8365"),
        record(**OTHER_MAIL, login="sora_san8365"),
    ),
    "same personal number, name misspelt": (
        record("joan smyth", locale="intl", id_number="4417752", address="town 1 elm road"),
        record("joann smith", locale="intl", id_number="4417752", address="town 1 elm road"),
    ),
}

NOT_SAME = {
    "namesakes in two towns, their mailboxes one underscore apart": (
        record("becker wolfgang", locale="intl", email="wolfgang.becker@mail.example", address="markt 66"),
        record("becker wolfgang", locale="intl", email="wolfgang_becker@mail.example", address="ring 87"),
    ),
    "half a name, the landline and the home": (
        record("abbott sheila", locale="intl", phone="+61798761278", address="quarry 31"),
        record("abbott", locale="intl", phone="+61798761278", address="quarry 31"),
    ),
    "twins, one a Mary": (
        record("moore mary", locale="intl", **OTHER_MAIL, address="lakeview 1334", birth="1973-06-08"),
        record("moore margaret", locale="intl", **MAIL, address="lakeview 1334", birth="1973-06-08"),
    ),
    "namesakes whose mailboxes differ in the figures": (
        record("davis samuel", locale="intl", email="davis62@mail.example", address="oak 2384"),
        record("davis samuel", locale="intl", email="davis65@mail.example", address="sunset 2357"),
    ),
    "father and son whose names begin with one sign, one telephone": (
        record("田中 隆", readings="tanaka takashi", **MAIL, **HOME, phone="+81312345678"),
        record("田中 隆之", readings="tanaka takayuki|takashi", sure=False, **OTHER_MAIL, **HOME, phone="+81312345678"),
    ),
    "sisters whose short names differ by two letters": (
        record("edson talia", locale="intl", **MAIL, address="town 14 inkster street"),
        record("edson talyah", locale="intl", **MAIL, address="town 14 inkster street"),
    ),
    "two brothers, one mailbox, phone and home": (
        record(**TARO, **MAIL, **PHONE, **HOME),
        record(**JIRO, **MAIL, **PHONE, **HOME),
    ),
    "a couple, one mailbox and home": (record(**TARO, **MAIL, **HOME), record(**HANAKO, **MAIL, **HOME)),
    "namesakes, all else different": (
        record(**TARO, **MAIL, **PHONE, **HOME),
        record(**TARO, **OTHER_MAIL, **OTHER_PHONE, **OTHER_HOME),
    ),
    "no names, one mailbox, two sign-in names": (record(**MAIL, login="kuro50"), record(**MAIL, login="yuki71")),
    "no names, a sign-in name that many choose": (record(**MAIL, login="yuki"), record(**OTHER_MAIL, login="yuki")),
    "no names, a sign-in name with a year": (
        record(**MAIL, login="taro_1985"),
        record(**OTHER_MAIL, login="taro_1985"),
    ),
    "namesakes, each with the name as mail name": (
        record(**TARO, email="tarotanaka@shop.example", phone="+81312345678"),
        record(**TARO, email="tarotanaka@mail.example", phone="+819012345678"),
    ),
    "father and son of one name, one home and phone": (
        record("nowak jan", locale="intl", generation="sr", **PHONE, address="town 1 elm road"),
        record("nowak jan", locale="intl", generation="jr", **PHONE, address="town 1 elm road"),
    ),
    "one of them marked as the son, each with a mailbox in that name": (
        record("kowal piotr", locale="intl", address="town 2 oak road", email="kowal.piotr@mail.example"),
        record(
            "kowal piotr", locale="intl", generation="jr", address="town 2 oak road", email="p.kowal77@post.example"
        ),
    ),
    "one underscore in the mail, nothing else in common": (
        record(**TARO, email="moon_light@mail.example"),
        record("吉田 勝", readings="yoshida masaru", email="moonlight@mail.example"),
    ),
    "same name and address, both contacts differ": (
        record(**TARO, **MAIL, **PHONE, **HOME),
        record(**TARO, **OTHER_MAIL, **OTHER_PHONE, **HOME),
    ),
    "same mail, two sure birth dates": (record(**TARO, **MAIL, **BIRTH), record(**TARO, **MAIL, **OTHER_BIRTH)),
    "same mail, sex differs": (record(**TARO, **MAIL, sex="M"), record(**TARO, **MAIL, sex="F")),
    "same mail, two personal numbers": (
        record(**TARO, **MAIL, id_number="4417752"),
        record(**TARO, **MAIL, id_number="9025518"),
    ),
    "twins, one home": (record(**TARO, **HOME, **BIRTH), record(**JIRO, **HOME, **BIRTH)),
    "strangers, one junk mail": (record(**TARO, **MAIL), record("吉田 勝", readings="yoshida masaru", **MAIL)),
    "siblings with names one letter apart": (
        record("田中 由紀", readings="tanaka yuki", **MAIL, **PHONE, **HOME),
        record("田中 由香", readings="tanaka yuka", **MAIL, **PHONE, **HOME),
    ),
    "the name alone": (record(**TARO), record(**TARO, **MAIL)),
    "somebody uses another's name, home and birth date": (
        record(**TARO, **MAIL, **PHONE, **HOME, **BIRTH),
        record(**TARO, **OTHER_MAIL, **OTHER_PHONE, **HOME, **BIRTH),
    ),
    "somebody with a mailbox in another name uses name, home and birth date": (
        record(**TARO, **MAIL, **HOME, **BIRTH),
        record(**TARO, email="k-watanabe@mail.example", **PHONE, **HOME, **BIRTH),
    ),
    "sisters whose kanji might be read alike": (
        record("田中 奈帆子", readings="tanaka nahoko|naoko", sure=False, **MAIL, **PHONE, **HOME),
        record("田中 七緒子", readings="tanaka naoko|naoko", sure=False, **MAIL, **PHONE, **HOME),
    ),
    "kanji that cannot be read as typed": (
        record("田中 健一", readings="tanaka kenichi", sure=False, **MAIL, **PHONE, **HOME),
        record("たなか まさお", readings="tanaka masao", name_script="kana", **MAIL, **PHONE, **HOME),
    ),
    "a possible reading, one contact another's": (
        record("田中 一樹", readings="tanaka kazuki", sure=False, **MAIL, **PHONE, **HOME),
        record("たなか ひとき", readings="tanaka hitoki", name_script="kana", **OTHER_MAIL, **PHONE, **HOME),
    ),
    "an initial, one contact another's": (
        record("smith thomas", **MAIL, **PHONE, **HOME),
        record("smith t", **OTHER_MAIL, **PHONE, **HOME),
    ),
}

REVIEWED = (
    "same name and address, both contacts differ",
    "same mail, sex differs",
    "same mail, two personal numbers",
    "somebody uses another's name, home and birth date",
    "somebody with a mailbox in another name uses name, home and birth date",
    "sisters whose kanji might be read alike",
    "a possible reading, one contact another's",
    "an initial, one contact another's",
)


# fmt: off
SURNAMES = [
    ("安藤", "ando"), ("馬場", "baba"), ("千葉", "chiba"), ("土井", "doi"), ("江口", "eguchi"),
    ("福田", "fukuda"), ("後藤", "goto"), ("浜田", "hamada"), ("今井", "imai"), ("神保", "jinbo"),
    ("川上", "kawakami"), ("松尾", "matsuo"), ("永井", "nagai"), ("小野", "ono"), ("大塚", "otsuka"),
    ("六車", "muguruma"), ("坂本", "sakamoto"), ("高木", "takagi"), ("上田", "ueda"), ("和田", "wada"),
    ("矢野", "yano"), ("財前", "zaizen"), ("荒木", "araki"), ("堀", "hori"), ("西村", "nishimura"),
    ("久保", "kubo"), ("内田", "uchida"), ("松田", "matsuda"), ("原田", "harada"), ("竹内", "takeuchi"),
    ("中山", "nakayama"), ("石田", "ishida"), ("森田", "morita"), ("柴田", "shibata"), ("酒井", "sakai"),
    ("工藤", "kudo"), ("横山", "yokoyama"), ("宮崎", "miyazaki"), ("宮本", "miyamoto"), ("内田", "uchida"),
    ("高木", "takagi"), ("安藤", "ando"), ("谷口", "taniguchi"), ("大野", "ono"), ("丸山", "maruyama"),
    ("今井", "imai"), ("河野", "kono"), ("藤原", "fujiwara"), ("杉山", "sugiyama"), ("藤井", "fujii"),
    ("平野", "hirano"), ("菅原", "sugawara"), ("千田", "chida"), ("小島", "kojima"), ("新井", "arai"),
    ("松井", "matsui"), ("佐野", "sano"), ("武田", "takeda"), ("増田", "masuda"), ("水野", "mizuno"),
]
# fmt: on


def apart(records: tuple[dict[str, Any], ...], number: int) -> list[dict[str, Any]]:
    """Return the records of a case with a surname, contacts, address, birth date and numbers that no other case has."""
    surname, reading = SURNAMES[number]

    def told(value: Any) -> Any:
        if isinstance(value, list):
            return [told(one) for one in value]
        if not isinstance(value, str):
            return value
        return value.replace("田中", surname).replace("tanaka", reading)

    made = []
    for one in records:
        new = {key: told(value) for key, value in one.items()}
        for key in ("email_local", "town", "address_key", "id_number", "login"):
            if new[key]:
                new[key] = f"{number:02}{new[key]}"
        if new["phone_key"]:
            new["phone_key"] = f"{new['phone_key'][:-2]}{number:02}"
        if new["birth_date"]:
            new["birth_date"] = f"{int(new['birth_date'][:4]) - 2 * number}{new['birth_date'][4:]}"
        if new["email_key"]:
            new["email_key"] = f"{new['email_local']}@{new['email_domain']}"
        made.append(new)
    return made


@pytest.fixture(scope="module")
def decided(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, tuple[tuple[str, str], tuple[str | None, str | None]]]:
    """Resolve all cases as one list; return persons and review partners of each case's two records."""
    folder = tmp_path_factory.mktemp("cases")
    cases = {**SAME, **NOT_SAME}
    records = [one for number, case in enumerate(cases) for one in apart(cases[case], number)]
    write_records(folder, [*records, *filler()])
    resolve(folder, [], folder / "run")
    rows = pq.read_table(folder / "run" / "clusters.parquet").to_pylist()
    found = {}
    for number, case in enumerate(cases):
        one, other = rows[2 * number : 2 * number + 2]
        found[case] = ((one["person"], other["person"]), (one["review_with"], other["review_with"]))
    return found


@pytest.mark.parametrize("case", SAME)
def test_one_person(case: str, decided: dict[str, Any]) -> None:
    (one, other), _ = decided[case]
    assert one == other


@pytest.mark.parametrize("case", NOT_SAME)
def test_not_proposed_as_one_person(case: str, decided: dict[str, Any]) -> None:
    (one, other), review = decided[case]
    assert one != other
    if case in REVIEWED:
        assert review == (other, one)


NEARLY = {
    "slips in both names, mailbox, home and birth date the same": (
        record("penno elanna", locale="intl", **MAIL, **HOME, **BIRTH),
        record("elana peno", locale="intl", **MAIL, **HOME, **BIRTH),
    ),
    "half of a name by marriage, mailbox, home and birth date the same": (
        record("browne jayden", locale="intl", **MAIL, **HOME, **BIRTH),
        record("wilkins", locale="intl", **MAIL, **HOME, **BIRTH),
    ),
    "half a name in a family's mailbox, one side without a birth date": (
        record("goode shelbey", locale="intl", email="goode77@shop.example", **HOME),
        record("goode", locale="intl", email="goode77@shop.example", **HOME, **BIRTH),
    ),
    "one name, home and birth date, another mailbox and another kind of telephone": (
        record(**TARO, **HOME, **BIRTH, email="t.tanaka@shop.example", phone="+81451234567"),
        record(**TARO, **HOME, **BIRTH, email="quite-other@mail.example", phone="+819000007788"),
    ),
    **{
        case: NOT_SAME[case]
        for case in (
            "namesakes in two towns, their mailboxes one underscore apart",
            "half a name, the landline and the home",
        )
    },
}


@pytest.mark.parametrize("case", NEARLY)
def test_nearly_enough_is_a_question(case: str, tmp_path: Path) -> None:
    (one, other), review = bands(tmp_path, *NEARLY[case])
    assert one != other
    assert review == [other, one]


@pytest.mark.parametrize("mails", [True, False], ids=["most give a mail", "by post and telephone"])
def test_a_new_telephone_at_the_old_home_is_a_question_only_where_mails_are_given(mails: bool, tmp_path: Path) -> None:
    others = filler() if mails else [one | dict.fromkeys(("email", "email_key", "email_local")) for one in filler()]
    write_records(tmp_path, [record(**TARO, **HOME, **PHONE), record(**TARO, **HOME, **OTHER_PHONE), *others])
    resolve(tmp_path, [], tmp_path / "run")
    one, other = pq.read_table(tmp_path / "run" / "clusters.parquet").to_pylist()[:2]
    assert (one["person"], one["review_with"]) == (
        (one["person"], other["person"]) if mails else (other["person"], None)
    )


def test_half_a_name_in_a_mailbox_that_bears_the_other_half_is_one_person(tmp_path: Path) -> None:
    own = {"email": "shelbey77@shop.example"}
    whole, half = record("goode shelbey", locale="intl", **own, **HOME), record("goode", locale="intl", **own, **HOME)
    (one, other), _review = bands(tmp_path, whole, half | {"birth_date": "1980-03-04", "birth": "1980-03-04"})
    assert one == other


def test_a_kana_entry_that_one_kanji_alone_may_mean_is_put_before_somebody(tmp_path: Path) -> None:
    kana = record("たなか ひとなり", readings="tanaka hitonari", name_script="kana", **MAIL, **PHONE)
    kanji = record("田中 仁", readings="tanaka jin", sure=False, **MAIL, **PHONE)
    (one, other), review = bands(tmp_path, kanji, kana)
    assert one != other
    assert review == [other, one]


def test_in_a_list_of_names_and_mails_a_rare_name_under_two_mails_is_a_question(tmp_path: Path) -> None:
    others = [record(one["name"], readings=" ".join((*one["family_readings"], *one["given_readings"])),
                     email=one["email"]) for one in filler()]  # fmt: skip
    rare = {"name": "六車 苺百香", "readings": "muguruma momoka"}
    write_records(tmp_path, [record(**rare, **MAIL), record(**rare, **OTHER_MAIL), *others])
    resolve(tmp_path, [], tmp_path / "run")
    one, other = pq.read_table(tmp_path / "run" / "clusters.parquet").to_pylist()[:2]
    assert one["person"] != other["person"]
    assert one["review_with"] == other["person"]


@pytest.mark.parametrize(("further", "one_person"), [({}, True), (OTHER_PHONE, False)], ids=["bare", "phones too"])
def test_where_a_list_says_no_more_a_new_family_name_in_ones_mailbox_is_a_marriage(
    further: dict[str, Any], one_person: bool, tmp_path: Path
) -> None:
    others = filler()
    if not further:
        others = [one | {"phone": None, "phone_key": None, "address": None, "address_key": None} for one in others]
    before = record("田中 美咲", readings="tanaka misaki", **MAIL, **(PHONE if further else {}))
    after = record("小林 美咲", readings="kobayashi misaki", **MAIL, **further)
    write_records(tmp_path, [before, after, *others])
    resolve(tmp_path, [], tmp_path / "run")
    one, other = pq.read_table(tmp_path / "run" / "clusters.parquet").to_pylist()[:2]
    assert (one["person"] == other["person"]) is one_person


def test_a_mailbox_and_phone_of_two_whose_names_have_nothing_in_common_is_a_question(tmp_path: Path) -> None:
    """Somebody else's name with one's own contacts: what a user of false names does."""
    taro = record(**TARO, **MAIL, **PHONE, **HOME)
    other = record("佐々木 裕介", readings="sasaki yusuke", **MAIL, **PHONE, **OTHER_HOME)
    (one, two), review = bands(tmp_path, taro, other)
    assert one != two
    assert review == [two, one]
    third = record("遠藤 恵", readings="endo megumi", **MAIL, **PHONE)
    _, review = bands(tmp_path, taro, other, third)
    assert review == [None, None, None], "a telephone and mailbox of three names are an office's"


def test_one_name_in_two_kanji_does_not_shut_out_the_third_entry_without_kana(tmp_path: Path) -> None:
    one = record("佐藤 英成", readings="sato hidenari", **PHONE, **HOME)
    slip = record("佐藤 秀成", readings="sato hidenari", **PHONE, **HOME, **BIRTH)
    unread = record("佐藤 英成", readings="sato eisei", sure=False, **PHONE, **HOME)
    persons, _ = bands(tmp_path, one, slip, unread)
    assert len(set(persons)) == 1
    persons, _ = bands(tmp_path, unread, slip)
    assert len(set(persons)) == 2, "without the entry that was read, two kanji may be two people of one house"


def test_half_a_name_between_two_brothers_joins_neither(tmp_path: Path) -> None:
    half = record("田中", readings="tanaka", family="田中", family_readings=["tanaka"], **MAIL)
    persons, _ = bands(tmp_path, record(**TARO, **MAIL), record(**JIRO, **MAIL), half)
    assert len(set(persons)) == 3


def test_a_judgement_different_is_kept_against_all_evidence_and_same_against_all_contradiction(tmp_path: Path) -> None:
    alike = [record(**TARO, **MAIL, **PHONE, **HOME), record(**TARO, **MAIL, **OTHER_PHONE, **HOME)]
    apart = Judgement(RowRef(E1, 1), RowRef(E1, 2), Verdict.DIFFERENT)
    (one, other), review = bands(tmp_path, *alike, judgements=[apart])
    assert one != other
    assert review == [None, None]
    together = Judgement(RowRef(E1, 1), RowRef(E1, 2), Verdict.SAME)
    (one, other), _ = bands(
        tmp_path, record(**TARO, **MAIL), record("吉田 勝", readings="yoshida masaru"), judgements=[together]
    )
    assert one == other


def test_a_judgement_outlives_a_re_run_on_a_list_that_has_grown(tmp_path: Path) -> None:
    apart = Judgement(RowRef(E1, 1), RowRef(E1, 2), Verdict.DIFFERENT)
    pair = [record(**TARO, **MAIL, **PHONE, first_row=1), record(**TARO, **MAIL, first_row=2)]
    grown = [record("新田 恵", readings="nitta megumi", first_row=900), *pair]
    write_records(
        tmp_path / "second",
        [{**one, "first_row": one.get("first_row", 1000 + n)} for n, one in enumerate([*grown, *filler()])],
    )
    resolve(tmp_path / "second", [apart], tmp_path / "run")
    persons = {r["record"]: r["person"] for r in pq.read_table(tmp_path / "run" / "clusters.parquet").to_pylist()}
    assert persons[2] != persons[3]


def test_contradicting_judgements_are_reported_and_nobody_is_joined(tmp_path: Path) -> None:
    write_records(tmp_path, [record(**TARO, **MAIL), record(**JIRO, **MAIL), record(**HANAKO, **MAIL), *filler()])
    rows = [RowRef(E1, n) for n in (1, 2, 3)]
    said = [
        Judgement(rows[0], rows[1], Verdict.SAME),
        Judgement(rows[1], rows[2], Verdict.SAME),
        Judgement(rows[0], rows[2], Verdict.DIFFERENT),
    ]
    result = resolve(tmp_path, said, tmp_path / "run")
    assert [one.kind for one in result.contradictions] == ["chain"]
    clusters = pq.read_table(tmp_path / "run" / "clusters.parquet").to_pylist()
    assert len({row["person"] for row in clusters[:3]}) == 3
    assert json.loads((tmp_path / "run" / "run.json").read_text())["judgements_contradicting"][0]["kind"] == "chain"


DEGENERATE = {
    "no record": [],
    "one record": [record(**TARO)],
    "five rows, nothing but names": [record(f"田中 太{n}") for n in "一二三四五"],
    "all the same person": [record(**TARO, **MAIL, phone=f"+8190000000{n:02}") for n in range(70)],
    "no mail, no phone": [record(**TARO, **HOME), record(**JIRO, **HOME)],
    "no names": [record("", **MAIL, phone=f"+819000000{n}") for n in range(3)],
    "one mail for everybody": [record(f"田{n} 太郎", readings=f"ta{n} taro", **MAIL) for n in range(200)],
    "everything empty": [record() for _ in range(3)],
    "two locales": [record(**TARO, **MAIL), record("taro tanaka", locale="intl", **MAIL)],
}


@pytest.mark.parametrize("case", DEGENERATE)
def test_no_list_is_too_odd(case: str, tmp_path: Path) -> None:
    write_records(tmp_path, DEGENERATE[case])
    result = resolve(tmp_path, [], tmp_path / "run")
    clusters = pq.read_table(tmp_path / "run" / "clusters.parquet")
    assert clusters.num_rows == result.records == len(DEGENERATE[case])
    assert not (tmp_path / "run" / "scratch").exists()


def test_one_huge_customer_stays_one(tmp_path: Path) -> None:
    write_records(tmp_path, [*DEGENERATE["all the same person"], *filler()])
    assert resolve(tmp_path, [], tmp_path / "run").persons == 1 + len(filler())


def test_the_same_input_gives_the_same_files(tmp_path: Path) -> None:
    write_records(tmp_path, [one for pair in SAME.values() for one in pair] + filler())
    digests = []
    for run in ("a", "b"):
        resolve(tmp_path, [], tmp_path / run, threads=2 if run == "a" else 1)
        digests.append(
            [
                hashlib.sha256((tmp_path / run / f).read_bytes()).hexdigest()
                for f in ("links.parquet", "clusters.parquet")
            ]
        )
    assert digests[0] == digests[1]


def test_person_ids_do_not_change_when_other_people_join_the_list(tmp_path: Path) -> None:
    before, _ = bands(tmp_path / "a", record(**TARO, **MAIL), record(**JIRO, **MAIL))
    after, _ = bands(
        tmp_path / "b", record(**TARO, **MAIL), record(**JIRO, **MAIL), record("新田 恵", readings="nitta megumi")
    )
    assert after[:2] == before
    assert all(len(one) == 16 and one.startswith("P-") for one in before)


def test_a_missing_file_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DamagedStoreError, match="records"):
        resolve(tmp_path, [], tmp_path / "run")
