"""What is nearly enough, or enough only in one kind of list: who is put before somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from soken.resolve import resolve
from tests.resolve.factory import record, write_records
from tests.resolve.pairs import NOT_SAME
from tests.resolve.people import (
    BIRTH,
    HOME,
    JIRO,
    LABELLED,
    MAIL,
    OTHER_HOME,
    OTHER_MAIL,
    OTHER_PHONE,
    PHONE,
    TARO,
    bands,
    filler,
)

if TYPE_CHECKING:
    from pathlib import Path

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
    "kanji that can be read as the other side typed, in one home": (
        record("田中 一樹", readings="tanaka kazuki", sure=False, **HOME, **MAIL),
        record("たなか ひとき", readings="tanaka hitoki", name_script="kana", **HOME),
    ),
    "half a name at a home": (
        record(**TARO, **HOME, **MAIL),
        record("田中", family="田中", family_readings=["tanaka"], **HOME),
    ),
    "one name, home and birth date, another mailbox and another kind of telephone": (
        record(**TARO, **HOME, **BIRTH, email="t.tanaka@shop.example", phone="+81451234567"),
        record(**TARO, **HOME, **BIRTH, email="quite-other@mail.example", phone="+819000007788"),
    ),
    "no names, one mailbox, two customer numbers on two devices": (
        record(**MAIL, account="E-000000000001:4713", device="b3b81cd5530f92e7"),
        record(**MAIL, account="E-000000000001:4714", device="c3b81cd5530f92e8"),
    ),
    "an account without a name, its mailbox called as another of the house": (
        record("田中 雪", readings="tanaka yuki", **MAIL, **PHONE),
        record(email="miyuki88@shop.example", **PHONE),
    ),
    "half a name, the landline of a house": (
        record(**TARO, **MAIL, phone="+81451234501"),
        record("田中", family="田中", family_readings=["tanaka"], phone="+81451234501"),
    ),
    "given names of other kanji that might be read alike, one mailbox": (
        record("田中 優", readings="tanaka yu|masaru", sure=False, **MAIL),
        record("田中 勝", readings="tanaka masaru|sho", sure=False, **MAIL),
    ),
    "given names of other kanji that are mostly read alike, one mailbox": (
        record("田中 崇", readings="tanaka takashi", sure=False, **MAIL),
        record("田中 隆", readings="tanaka takashi|ryu", sure=False, **MAIL),
    ),
    "no names, a label behind a plus, one device: a child's account": (
        record(**MAIL, login="kuro50", device="d3b81cd5530f92e7"),
        record(**LABELLED, login="yuki71", device="d3b81cd5530f92e7"),
    ),
    "an account without a name, its mailbox called as somebody of another family": (
        record("佐藤 雪", readings="sato yuki", **PHONE),
        record(email="yuki.mori@shop.example", **PHONE),
    ),
    "half a name, a landline that is the second number of the other": (
        record("田中", family="田中", family_readings=["tanaka"], phone="+81451234501"),
        record(**TARO, phone="+819012345678", phone2_key="+81451234501"),
    ),
    "given names of other kanji that are mostly read alike, the landline of a house": (
        record("田中 裕子", readings="tanaka yuko|hiroko", sure=False, phone="+81451234501"),
        record("田中 優子", readings="tanaka yuko|masako", sure=False, phone="+81451234501"),
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


@pytest.mark.parametrize("patchy", [True, False], ids=["each gives one contact", "all give both"])
def test_a_new_telephone_at_the_old_home_is_a_new_telephone_where_most_give_one_contact_only(
    patchy: bool, tmp_path: Path
) -> None:
    mail, phone = dict.fromkeys(("email", "email_key", "email_local")), dict.fromkeys(("phone", "phone_key"))
    others = [one | (mail if number % 2 else phone) if patchy else one for number, one in enumerate(filler())]
    write_records(tmp_path, [record(**TARO, **HOME, **PHONE), record(**TARO, **HOME, **OTHER_PHONE), *others])
    resolve(tmp_path, [], tmp_path / "run")
    one, other = pq.read_table(tmp_path / "run" / "clusters.parquet").to_pylist()[:2]
    assert (one["person"] == other["person"]) is patchy
    assert (one["review_with"] is None) is patchy


def test_a_pet_form_with_birth_date_contacts_and_home_is_not_shut_out_by_a_slip_beside_it(tmp_path: Path) -> None:
    same = {"locale": "intl", **MAIL, **PHONE, **HOME, **BIRTH}
    persons, _ = bands(
        tmp_path, record("britten mochael", **same), record("britten michael", **same), record("britten mick", **same)
    )
    assert len(set(persons)) == 1


def test_half_a_name_that_fits_one_person_is_asked_before_one_that_fits_two(tmp_path: Path) -> None:
    half = {"family_readings": ["tanaka"], "family": "田中"}
    records = [
        record(**TARO, **HOME, **MAIL),
        record(**JIRO, **HOME, **PHONE),
        record("田中", **half, **HOME),
        record("田中 三郎", readings="tanaka saburo", **OTHER_HOME, **OTHER_MAIL),
        record("田中", **half, **OTHER_HOME, phone="+819000005511"),
    ]
    bands(tmp_path, *records)
    links = pq.read_table(tmp_path / "run" / "links.parquet").to_pylist()
    asked = sorted((one for one in links if one["review_place"]), key=lambda one: one["review_place"])
    assert [(one["left_record"], one["right_record"]) for one in asked] == [(4, 5), (1, 3), (2, 3)]


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


#: Two whom a mailbox or a telephone of their own joins, and who are asked about where a third name has it too.
_CROWDED = {
    "a reading that only may be right": (
        record("田中 一樹", readings="tanaka kazuki", sure=False, **MAIL),
        record("たなか ひとき", readings="tanaka hitoki", name_script="kana", **MAIL),
    ),
    "another family name, telephone and home": (
        record(**TARO, **PHONE, **HOME, **MAIL),
        record("木村 太郎", readings="kimura taro", **PHONE, **HOME, **OTHER_MAIL),
    ),
    "half a name": (
        record(**TARO, **PHONE),
        record("田中", family="田中", family_readings=["tanaka"], **PHONE),
    ),
}


@pytest.mark.parametrize("case", _CROWDED)
def test_half_a_proof_of_the_name_does_not_tell_whom_of_three_a_contact_belongs_to(case: str, tmp_path: Path) -> None:
    (one, other), _ = bands(tmp_path / "two", *_CROWDED[case])
    assert one == other
    contact = {key: _CROWDED[case][1][key] for key in ("email", "phone") if _CROWDED[case][1][key]}
    if "quite-other" in contact.get("email", ""):
        del contact["email"]
    (one, other, _third), review = bands(
        tmp_path / "three", *_CROWDED[case], record("渡辺 恵", readings="watanabe megumi", **contact)
    )
    assert one != other
    assert review[0] == other


def test_two_of_a_house_are_not_chained_through_a_third_writing_and_its_telephone(tmp_path: Path) -> None:
    house = {"phone": "+81451234501"}
    (one, other, _heard), _review = bands(
        tmp_path,
        record("田中 裕子", readings="tanaka yuko|hiroko", sure=False, **MAIL, **house),
        record("田中 優子", readings="tanaka yuko|masako", sure=False, **OTHER_MAIL, **house),
        record("たなか ゆうこ", readings="tanaka yuko", name_script="kana", **house),
    )
    assert one != other


@pytest.mark.parametrize("shown", [True, False], ids=["several numbers show one name", "each number has its own"])
def test_a_name_that_accounts_only_show_is_nobodys_own(shown: bool, tmp_path: Path) -> None:
    others = [
        record(email=f"w{number}@x{number}.example", login=f"someone{number // 2 if shown else number}",
               account=f"E-000000000001:{number}") for number in range(40)
    ]  # fmt: skip
    name = {"login": "blackraven"}
    two = [record(email=mail, **name) for mail in ("blackraven@mail.example", "raven@mail.example")]
    write_records(tmp_path, [*two, *others])
    resolve(tmp_path, [], tmp_path / "run")
    one, other = pq.read_table(tmp_path / "run" / "clusters.parquet").to_pylist()[:2]
    assert (one["person"] == other["person"]) is not shown
