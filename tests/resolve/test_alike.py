"""Names side by side, as a careful reader would take them."""

from __future__ import annotations

import pytest

from soken.resolve.alike import Levels, Name, compare_names, mail_bears


def name(family: str = "", given: str = "", *, keys: str = "", **more: object) -> Name:
    """Return a name; ``keys``: romaji keys of its parts, default the parts themselves."""
    spoken = (keys or f"{family} {given}").split()
    kanji = any("\u4e00" <= sign <= "\u9fff" for sign in family + given)
    told: dict[str, object] = {
        "name_key": family + given,
        "mail1": None,
        "name_han": kanji,
        "fam": family if given else None,
        "giv": given or None,
        "fam_key": spoken[0] if len(spoken) > 1 else None,
        "giv_key": spoken[1] if len(spoken) > 1 else None,
        "full_key": "".join(spoken) or None,
        "sure": not kanji,
        "giv_known": False,
        "locale": "ja",
    }
    return Name(**{**told, **more})  # type: ignore[arg-type]


KANA = {"keys": "tanaka hitoki"}
CASES: list[tuple[str, Name, Name, bool, Levels | None]] = [
    ("kanji read as they can be", name("田中", "一樹", keys="tanaka kazuki"), name("タナカ", "ヒトキ", **KANA), True,
     ("fits", None)),
    ("kanji that cannot be read so", name("田中", "健一", keys="tanaka kenichi"),
     name("タナカ", "マサオ", keys="tanaka masao"), True, ("misfit", None)),
    ("one kanji alone", name("田中", "仁", keys="tanaka jin"), name("タナカ", "ヒトナリ", keys="tanaka hitonari"), True,
     ("unsure", None)),
    ("a slip in the kana", name("田中", "剛志", keys="tanaka koshi"),
     name("タナカ", "ツヨヒ", keys="tanaka tsuyohi"), True, ("close", None)),
    ("nearly the name of somebody else", name("田中", "剛志", keys="tanaka koshi"),
     name("タナカ", "ツヨヒ", keys="tanaka tsuyohi", giv_known=True), True, ("unsure", None)),
    ("undivided kanji, given name first", name("頼哉中村"), name("nakamura", "raiya"), False, ("fits", "fits")),
    ("a family name of other kanji", name("畑山", "紀力", keys="hatayama noriyoshi"),
     name("ハタケヤマ", "ノリチカ", keys="hatakeyama norichika"), False, ("fits", "fits")),
    ("a kana column beside the kanji says it", name("田中", "一樹", keys="tanaka kazuki", sure=True),
     name("タナカ", "ヒトキ", **KANA), True, None),
    ("two names in kanji", name("田中", "一樹"), name("田中", "健一"), True, None),
    ("a mail that bears another reading", name("谷岡", "愛紗実", keys="tanioka aishami", mail1="asami.t@a.example"),
     name("タニオカ", "オサミ", keys="tanioka osami"), True, ("unsure", None)),
    ("a slip in a Latin name", name("henry", "geen", keys="henry gen"), name("henry", "green", keys="henry gren"), True,
     ("close", None)),
    ("names in the other order with a slip", name("henry", "geen", keys="henry gen"),
     name("green", "henry", keys="gren henry"), False, ("close", "swapped")),
    ("a pet form in the other order with a slip", name("parwlel", "james"), name("jim", "parwell"), False,
     ("close", "swapped")),
    ("a pet form beside a slip in the family name", name("parwlel", "james"), name("parwell", "jim"), False,
     (None, "close")),
    ("two pet forms of one name, the family name with a slip", name("parwlel", "jimmy"), name("parwell", "jim"), False,
     (None, "close")),
    ("another name beside a slip in the family name", name("parwlel", "james"), name("parwell", "john"), False, None),
    ("names in the other order", name("taro", "tanaka"), name("tanaka", "taro"), False, ("swapped", "swapped")),
    ("an initial, though the romaji key begins otherwise", name("smith", "dimitri", keys="smith jimitri"),
     name("smith", "d"), True, ("initial", None)),
    ("an initial beside kanji", name("松本", "友菜", keys="matsumoto yuna"), name("matsumoto", "t"), True,
     ("initial", None)),
    ("an initial of what the dictionary alone reads", name("松本", "恵", keys="matsumoto kei"), name("matsumoto", "m"),
     True, ("initial", None)),
    ("an initial that the kanji are not read with", name("松本", "友菜", keys="matsumoto yuna"), name("matsumoto", "k"),
     True, ("misfit", None)),
    ("a Western name in kana, its family name as it sounds", name("ローラン", "エマ", keys="roran ema"),
     name("emma", "laurent", keys="enma laurent"), False, ("fits", "unsure")),
    ("a Western name in kana, its given name as it sounds", name("サントス", "ジョゼ", keys="santosu joze"),
     name("joseph", "santos"), False, ("unsure", "fits")),
    ("a wife of the same family name", name("サントス", "マリア", keys="santosu maria"), name("ana", "santos"), False,
     None),
    ("an r that is not heard", name("ノバク", "ピーター", keys="nobaku pita"), name("peter", "novak"), False,
     ("fits", "fits")),
    ("an initial of the first of several readings", name("阿部", "洋子", keys="abe yoko"), name("abe", "y"), True,
     ("initial", None)),
    ("an initial of somebody else", name("smith", "vincent", keys="smith binkent"), name("smith", "b"), True, None),
    ("two usual names one letter apart", name("oda", "mii", giv_known=True), name("oda", "miei", giv_known=True), True,
     ("close-known", None)),
    ("a slip in the family name", name("noble", "drew"), name("npble", "drew"), False, (None, "close")),
    ("a Western name in kana", name("white", "daniel", keys="white danier"),
     name("ダニエル", "ホワイト", keys="danieru howaito"), False, ("fits", "fits")),
    ("consonants alike in one script", name("suzuki", "akihiro"), name("suzuki", "kirari"), True, None),
    ("a family name alone, with a slip", name("droughtt"), name("drought", "lachlan"), False, ("part", None)),
    ("two undivided names, a sound apart", name("わだまさかかず", keys="wadamasakakazu"),
     name("わだまさかず", keys="wadamasakazu"), False, None),
    ("two undivided names, two sounds in each other's place", name("オガワノミル", keys="ogawanomiru"),
     name("オガワ", "ミノル", keys="ogawa minoru"), False, ("close", None)),
    ("the same, and turned round", name("たなかつたや", keys="tanakatsutaya"),
     name("タツヤ", "タナカ", keys="tatsuya tanaka"), False, ("close", None)),
    ("two undivided names, a letter apart", name("ヤマダタロウ", keys="yamadataro"),
     name("ヤマダタロ", keys="yamadatar"), False, ("close", None)),
    ("a long name cut and turned, with a slip", name("bahadur", "poudel", words=["bahadur", "bishal", "poudel"]),
     name("bishal", "paudel", words=["bishal", "paudel"]), False, ("words", "words")),
    ("a long name turned, one word of it an initial", name("flores", "michael", words=["b", "flores", "michael"]),
     name("bautista", "flores", words=["bautista", "flores", "michael"]), False, ("close", "close")),
    ("long names with one word in common", name("nguyen", "van", words=["long", "nguyen", "van"]),
     name("bao", "nguyen", words=["bao", "huu", "nguyen"]), False, None),
    ("long names with two slips", name("poudel", "bishal", words=["bahadur", "bishal", "poudel"]),
     name("bishul", "paudel", words=["bahadur", "bishul", "paudel"]), False, None),
    ("a table has the reading, but the mailbox bears another", name("関口", "英拳", keys="sekiguchi hideken",
     mail1="eiken62@a.example"), name("セキグチ", "ヨシヒロ", keys="sekiguchi yoshihiro"), True, ("unsure", None)),
    ("nothing alike", name("tanaka", "taro"), name("suzuki", "hanako"), False, None),
]  # fmt: skip


@pytest.mark.parametrize(("case", "one", "two", "family_ok", "levels"), CASES, ids=[case[0] for case in CASES])
def test_two_names(case: str, one: Name, two: Name, family_ok: bool, levels: Levels | None) -> None:
    assert compare_names(one, two, family_ok=family_ok) == levels
    assert compare_names(two, one, family_ok=family_ok) == levels


@pytest.mark.parametrize(
    ("mail", "keys", "whose"),
    [
        ("koseki.nagahiko@ume.example", ["koseki", "nagahiko"], "own"),
        ("nagahiko58@ume.example", ["koseki", "nagahiko"], "own"),
        ("KoushiroSatoh@ume.example", ["sato", "koshiro"], "own"),
        ("m_kubota538@example.net", ["matsuda", "takaaki"], "other"),
        ("hidenori-shimazaki69@example.jp", ["koseki", "nagahiko"], "other"),
        ("yoru.no.tori@example.jp", ["koseki", "nagahiko"], "none"),
        ("x81@example.jp", ["koseki", "nagahiko"], "none"),
        ("a.o@example.jp", ["a", "o"], "none"),
        ("@example.jp", [], "none"),
    ],
)
def test_whose_name_a_mail_bears(mail: str, keys: list[str], whose: str) -> None:
    assert mail_bears(mail, keys) == whose
