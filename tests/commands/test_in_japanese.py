"""Commands speak Japanese to who has a Japanese locale: guards, refusals, headings; programs are answered as ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest

from soken.commands.language import spoken_language
from tests.commands.installations import Installation
from tests.commands.pair import HERE, THERE, Pair
from tests.commands.spoken import JAPANESE, english, walk, whole
from tests.docs.pages import DOCS
from tests.home_database import copy_home, told_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: A day that is still to come: commands that are started go by the clock of the machine.
LATER: Final = f"{datetime.now(UTC).date() + timedelta(days=200)}"
IN: Final = ("--operation", "operation-tanuki")
PERSON: Final = "P-RBP4-WBZP-9690"
#: Another, of whom the dossier is open.
OTHER: Final = "P-7W5G-TF3R-G6RM"
#: The list that both are of.
ITEM: Final = "E-85fe1f1ecaad"
SEARCH: Final = (
    "--kind", "search-seizure", "--issued-by", "簡裁", "--issued-on", "2026-11-20", "--scope", "店舗",
)  # fmt: skip


@pytest.fixture(scope="module")
def japanese(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The command with a Japanese locale, in a home with an operation and people."""
    home = tmp_path_factory.mktemp("japanese") / "home"
    copy_home(empty_home, home)
    one = Installation(home, "", language="ja_JP.UTF-8")
    one("operation", "new", "Operation Tanuki", by="root")
    one.people(aoki="analyst", baba="reviewer", chiba="investigator")
    yield one
    one.end()


def test_the_commands_of_a_whole_way_leave_no_english_sentence(japanese: Installation) -> None:
    form = japanese.home.parent / "form5.toml"
    form.write_text("case = 1\n", encoding="utf-8")
    said = [
        whole(japanese(*words, by=by, code=code))
        for by, code, words in (
            ("root", 0, ("intake", DOCS / "examples/customers.csv", *IN, "--received-at", "2026-11-02T09:00:00+09:00")),
            ("root", 0, ("resolve", *IN)),
            ("root", 0, ("persons", "list", *IN)),
            ("aoki", 0, ("review", "next", *IN)),
            ("aoki", 0, ("dossier", "open", PERSON, *IN)),
            ("aoki", 0, ("dossier", "screen", PERSON, *IN, "--reason", "items-covered")),
            ("aoki", 5, ("dossier", "review", PERSON, *IN)),
            ("aoki", 3, ("dossier", "screen", PERSON, *IN, "--reason", "nothing")),
            ("baba", 5, ("dossier", "advance", PERSON, *IN, "--to", "ready-for-action")),
            ("baba", 5, ("dossier", "advance", PERSON, *IN, "--to", "screened")),
            ("baba", 3, ("dossier", "advance", PERSON, *IN, "--to", "heaven")),
            ("root", 0, ("dossier", "show", PERSON, *IN)),
            ("aoki", 3, ("priority", "assess", PERSON, *IN, "--answer", "nothing")),
            ("aoki", 0, ("priority", "assess", PERSON, *IN, "--answer", "access-work=no")),
            ("root", 0, ("priority", "show", PERSON, *IN)),
            ("root", 0, ("priority", "list", *IN)),
            ("root", 3, ("priority", "list", *IN, "--band", "nothing")),
            ("chiba", 3, ("transfer", "offer", PERSON, *IN, "--to", "osaka", "--reason", "転居", "--form", form)),
            ("chiba", 0, ("transfer", "list")),
            ("chiba", 0, ("referral", "list", *IN)),
            ("baba", 5, ("referral", "send", PERSON, *IN, "--kind", "papers", "--office", "tokyo", "--reference", "1",
                         "--on", "2026-11-02", "--liaison", "aoki")),
            ("baba", 0, ("board",)),
            ("baba", 0, ("standing", *IN)),
            ("root", 0, ("report", "vintage")),
            ("root", 3, ("report", "annual", "--year", "2017", "--dataset", "nothing")),
            ("nobody", 4, ("board",)),
            ("root", 4, ("persons", "list", "--operation", "nothing")),
        )
    ]  # fmt: skip
    assert {text: found for text in said if (found := english(text))} == {}
    assert all(JAPANESE.search(text) for text in said)


@pytest.fixture(scope="module")
def worked(japanese: Installation) -> Installation:
    """The same with persons proposed, and everybody whom two-person acts take."""
    japanese("intake", DOCS / "examples/customers.csv", *IN, "--received-at", "2026-11-02T09:00:00+09:00", by="root")
    japanese("resolve", *IN, by="root")
    japanese.people(ebara="reviewer", fujii="oversight", goto="oversight", hara="liaison", ido="auditor")
    japanese("dossier", "open", OTHER, *IN, by="aoki")
    return japanese


def test_what_people_record_of_a_person_is_told_in_japanese(worked: Installation) -> None:
    paper, picture = (worked.home.parent / name for name in ("paper.txt", "picture.png"))
    paper.write_text("領収書の写し\n", encoding="utf-8")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    assert walk(
        worked,
        ("chiba", 0, ("track", "show", OTHER, *IN)),
        ("chiba", 3, ("track", "allege", OTHER, *IN, "--offence", "9", "--last-on", "2017-02-03", "--basis", "帳簿")),
        ("chiba", 0, ("track", "allege", OTHER, *IN, "--offence", "7-1", "--last-on", "2017-02-03", "--basis", "帳簿")),
        ("chiba", 3, ("track", "restrain", OTHER, *IN, "--at", "yesterday", "--form", "warrant")),
        ("chiba", 0, ("track", "clocks", "--limitation-days", "99999")),
        ("chiba", 3, ("dossier", "place", OTHER, *IN, "--ground", "nothing", "--prefecture", "27", "--basis", "書面")),
        ("chiba", 0, ("dossier", "elsewhere", OTHER, *IN)),
        ("chiba", 0, ("dossier", "rows", OTHER, *IN)),
        ("chiba", 5, ("dossier", "notice", OTHER, *IN, "--to", "osaka", "--purpose", "所在確認")),
        ("chiba", 3, ("dossier", "role", OTHER, *IN, "--role", "nothing", "--basis", "帳簿")),
        ("chiba", 3, ("dossier", "bulk", *IN, "--act", "open")),
        ("aoki", 0, ("attachment", "add", OTHER, paper, *IN)),
        ("aoki", 5, ("attachment", "get", OTHER, *IN, "--key", "1", "--to", paper)),
        ("aoki", 4, ("attachment", "get", OTHER, *IN, "--key", "9", "--to", paper)),
        ("aoki", 3, ("attachment", "add", OTHER, picture, *IN)),
        ("hara", 5, ("referral", "received", OTHER, *IN, "--number", "検1", "--on", "2026-11-20")),
        ("baba", 3, ("referral", "inquest", OTHER, *IN, "--on", "2026-11-20")),
        ("baba", 5, ("clearance", "record", OTHER, *IN, "--group", "none", "--on", "2026-11-20", "--force", "aichi")),
        ("chiba", 0, ("enquiry", "open", OTHER, *IN, "--question", "誰の端末か", "--follow", "chiba")),
        ("chiba", 0, ("enquiry", "list", OTHER, *IN)),
        ("chiba", 0, ("enquiry", "mine")),
        ("chiba", 3, ("enquiry", "close", OTHER, *IN, "--key", "1", "--result", "nothing", "--found", "なし")),
        ("chiba", 0, ("note", "write", OTHER, *IN, "--text", "電話で確認")),
        ("-chiba", 0, ("note", "list", OTHER, *IN)),
        ("chiba", 0, ("task", "give", OTHER, *IN, "--what", "照会", "--who", "aoki", "--due", LATER)),
        ("-aoki", 0, ("task", "mine")),
        ("aoki", 0, ("notify", "list")),
        ("aoki", 0, ("notify", "read")),
        ("root", 0, ("notify", "due")),
        ("chiba", 0, ("safety", "notify", OTHER, *IN, "--body", "child-guidance-centre", "--office", "中央")),
        ("chiba", 0, ("safety", "list", *IN)),
        ("chiba", 0, ("safety", "acknowledge", "1", *IN, "--who", "当直")),
        ("chiba", 4, ("safety", "cancel", "99", *IN, "--reason", "誤記")),
        ("chiba", 5, ("warrant", "record", *IN, *SEARCH, "--reference", "令状1", "--person", OTHER)),
        ("chiba", 0, ("warrant", "record", *IN, *SEARCH, "--reference", "令状1", "--nobody", "販売店の捜索")),
        ("chiba", 0, ("warrant", "list", *IN)),
        ("chiba", 3, ("warrant", "end", "1", *IN, "--outcome", "nothing", "--on", "2026-11-21")),
        ("baba", 0, ("squad", "form", *IN, "--reference", "協定1", "--force", "tokyo", "--force", "osaka",
                     "--commander", "課長", "--from", "2026-11-01", "--to", LATER)),
        ("baba", 0, ("squad", "cover", "1", *IN, "--person", OTHER)),
        ("baba", 0, ("squad", "list", *IN)),
        ("baba", 0, ("squad", "end", "1", *IN, "--on", "2026-11-28", "--reason", "終結")),
        ("baba", 0, ("squad", "list", *IN)),
        ("baba", 4, ("squad", "cover", "9", *IN, "--person", OTHER)),
        ("baba", 4, ("clearance", "strike", "9", *IN, "--because", "誤記")),
        ("baba", 3, ("clearance", "same-suspect", OTHER, *IN, "--as", "P-1", "--because", "同じ")),
        ("aoki", 0, ("search", "高橋", *IN)),
        ("aoki", 0, ("search", "令状1")),
        ("aoki", 0, ("search", "いない人", *IN)),
        ("aoki", 0, ("graph", "show", OTHER, *IN)),
    ) == {}  # fmt: skip


def test_what_two_people_decide_is_told_in_japanese(worked: Installation) -> None:
    folder = worked.home.parent
    (folder / "hosts.csv").write_text("host\nother.example\nnot a host\n", encoding="utf-8")
    (folder / "gone.txt").write_text("いない人の値\n", encoding="utf-8")
    (folder / "there.txt").write_text("Operation Tanuki\n", encoding="utf-8")
    assert walk(
        worked,
        ("aoki", 3, ("feed", "add", *IN)),
        ("aoki", 0, ("feed", "add", "shop.example", *IN)),
        ("aoki", 0, ("feed", "release", "shop.example", *IN, "--reason", "請求書", "--review-on", "2027-05-23")),
        ("aoki", 0, ("feed", "list", *IN)),
        ("aoki", 3, ("feed", "list", *IN, "--state", "nothing")),
        ("baba", 0, ("feed", "release", "shop.example", *IN, "--agree")),
        ("aoki", 3, ("feed", "add", "not a host", *IN)),
        ("aoki", 0, ("feed", "add", "--csv", folder / "hosts.csv", *IN)),
        ("aoki", 0, ("feed", "candidates", ITEM, "--column", "メールアドレス", *IN)),
        ("aoki", 4, ("feed", "candidates", "E-0", "--column", "連絡先", *IN)),
        ("baba", 0, ("feed", "publish")),
        ("baba", 0, ("feed", "get", "--form", "rpz", "--recipient", "回線事業者", "--out", folder / "feed.rpz")),
        ("baba", 5, ("feed", "get", "--form", "rpz", "--recipient", "回線事業者", "--out", folder / "feed.rpz")),
        ("baba", 0, ("feed", "lookup-key", "--recipient", "回線事業者", "--out", folder / "lookup.key")),
        ("root", 0, ("feed", "verify", folder / "feed.rpz")),
        ("root", 5, ("feed", "verify", folder / "feed.rpz", "--key", "00")),
        ("root", 0, ("feed", "check", "shop.example", "--list", folder / "feed.rpz")),
        ("root", 3, ("feed", "check", "shop.example", "--list", DOCS / "examples/customers.csv")),
        ("baba", 0, ("erase", "list", *IN)),
        ("baba", 3, ("erase", "propose", OTHER, *IN, "--ground", "nothing")),
        ("baba", 3, ("erase", "propose", OTHER, *IN, "--ground", "retention-over", "--row", "E-1")),
        ("baba", 0, ("erase", "keep", OTHER, *IN, "--ground", "claim", "--until", LATER)),
        ("baba", 0, ("erase", "list", *IN)),
        ("baba", 5, ("erase", "approve", "1", *IN, "--agree")),
        ("ebara", 0, ("erase", "approve", "1", *IN, "--agree")),
        ("baba", 5, ("erase", "carry-out", "1", *IN)),
        ("root", 0, ("erase", "verify", "--values", folder / "gone.txt")),
        ("root", 7, ("erase", "verify", "--values", folder / "there.txt")),
        ("aoki", 0, ("disclosure", "ask", *IN, "--form", "links", "--recipient", "地検", "--reason", "送致")),
        ("baba", 0, ("disclosure", "list", *IN)),
        ("baba", 0, ("disclosure", "release", "1", *IN)),
        ("aoki", 0, ("disclosure", "take", "1", *IN, "--out", folder / "links.csv")),
        ("aoki", 5, ("disclosure", "take", "1", *IN, "--out", folder / "links.csv")),
        ("root", 5, ("case", "export", *IN, "--recipient", "地検", "--reason", "送致", "--out", folder / "case.json")),
        ("root", 0, ("links", "export", *IN, "--out", folder / "own.csv")),
        ("root", 3, ("case", "import", DOCS / "examples/customers.csv", *IN)),
        ("fujii", 0, ("protected", "add", "山田 太郎", "--category", "police", "--mail", "t.yamada@police.example")),
        ("fujii", 0, ("protected", "list")),
        ("fujii", 0, ("protected", "withdraw", "1", "--reason", "転出")),
        ("baba", 0, ("compartment", "restrict", OTHER, *IN, "--user", "chiba", "--reason", "内偵")),
        ("baba", 0, ("compartment", "list")),
        ("baba", 4, ("compartment", "restrict", OTHER, *IN, "--user", "nobody", "--reason", "内偵")),
        ("baba", 0, ("compartment", "release", "1", "--reason", "終了")),
        ("chiba", 0, ("compartment", "shut", OTHER, *IN, "--reason", "身内")),
        ("fujii", 0, ("compartment", "let-in", "2", "--user", "chiba", "--reason", "捜査")),
        ("fujii", 0, ("compartment", "list")),
        ("goto", 0, ("compartment", "settle", "2", "1", "--agree", "--reason", "必要")),
        ("fujii", 0, ("compartment", "bar", "2", "--user", "aoki", "--reason", "親族")),
        ("fujii", 0, ("compartment", "list")),
        ("chiba", 0, ("wrong-person", "report", OTHER, *IN, "--basis", "免許証")),
        ("chiba", 0, ("wrong-person", "show", OTHER, *IN)),
        ("chiba", 0, ("wrong-person", "list", *IN)),
    ) == {}  # fmt: skip


def test_who_runs_the_machine_is_told_in_japanese(worked: Installation) -> None:
    folder = worked.home.parent
    empty = told_of(folder / "again").get("SOKEN_DATABASE_URL", "")
    (folder / "old.csv").write_text(f"reference,person\n旧1,{PERSON}\n旧2,P-1\n", encoding="utf-8")
    (folder / "own.txt").write_text("名前,name,,\n", encoding="utf-8")
    assert walk(
        worked,
        ("root", 0, ("doctor",)),
        ("root", 0, ("user", "list")),
        ("root", 3, ("user", "new", "kato", "--role", "nothing")),
        ("root", 5, ("user", "new", "aoki")),
        ("root", 0, ("user", "unlock", "aoki")),
        ("root", 0, ("user", "sign-out", "aoki")),
        ("root", 0, ("user", "reset-second-factor", "aoki")),
        ("root", 0, ("user", "contact", "aoki", "--full-name", "青木 一")),
        ("root", 4, ("user", "unlock", "nobody")),
        ("root", 3, ("user", "link", "aoki", "--service", "nothing", "--subject", "1")),
        ("root", 4, ("user", "unlink", "aoki", "--service", "nothing")),
        ("aoki", 0, ("token", "new", "集計", "--read", "see-operation")),
        ("aoki", 0, ("token", "list")),
        ("aoki", 3, ("token", "new", "集計", "--read", "nothing")),
        ("aoki", 4, ("token", "revoke", "nothing")),
        ("aoki", 0, ("filter", "save", "多い順", *IN, "--least", "2")),
        ("-aoki", 0, ("filter", "list", *IN)),
        ("aoki", 0, ("filter", "delete", "多い順", *IN)),
        ("aoki", 0, ("job", "resolve", *IN)),
        ("aoki", 0, ("job", "list", *IN)),
        ("root", 0, ("worker", "--once")),
        ("aoki", 0, ("job", "list", *IN)),
        ("aoki", 5, ("job", "cancel", "1", *IN)),
        ("root", 0, ("ledger", "checkpoint", "--out", folder / "point.json")),
        ("root", 5, ("ledger", "checkpoint", "--out", folder / "point.json")),
        ("root", 0, ("ledger", "verify")),
        ("root", 0, ("ledger", "list")),
        ("ido", 3, ("ledger", "list")),
        ("ido", 3, ("ledger", "list", *IN, "--kind", "nothing")),
        ("root", 4, ("ledger", "show", "99999", *IN)),
        ("root", 3, ("ledger", "verify", "--checkpoint", folder / "nothing.json")),
        ("root", 0, ("backup", "--out", folder / "all.soken", "--unencrypted")),
        ("root", 5, ("backup", "--out", folder / "all.soken", "--unencrypted")),
        ("root", 3, ("backup", "--out", folder / "other.soken")),
        ("root", 0, ("restore", folder / "all.soken", "--home", folder / "again", "--database", empty)),
        ("root", 5, ("restore", folder / "all.soken", "--home", folder / "again")),
        ("root", 7, ("restore", folder / "own.txt", "--home", folder / "third")),
        ("-root", 0, ("backup-key", "--out", folder / "backup.key")),
        ("root", 5, ("backup-key", "--out", folder / "backup.key")),
        ("root", 0, ("key", "make", "--out", folder / "store.key")),
        ("root", 5, ("key", "make", "--out", folder / "store.key")),
        ("root", 8, ("key", "make", "--out", folder / "nowhere" / "store.key")),
        ("root", 5, ("key", "rotate")),
        ("root", 3, ("mapping", "correct", "E-0", *IN, "--mapping", folder / "own.txt")),
        ("root", 3, ("old-case", "import", "--csv", folder / "nothing.csv", *IN)),
        ("aoki", 0, ("old-case", "import", "--csv", folder / "old.csv", *IN)),
        ("root", 3, ("packet", "verify", folder / "old.csv")),
        ("root", 3, ("report", "table", "nothing", "--year", "2017")),
        ("root", 5, ("packet", "make", *IN, "--out", folder / "p.pdf", "--recipient", "地検", "--reason", "送致")),
        ("root", 3, ("resolve", *IN, "--engine", "nothing")),
        ("root", 3, ("intake", folder / "nothing.csv", *IN)),
    ) == {}  # fmt: skip


def test_a_handover_is_told_in_japanese_on_both_sides(empty_home: Path, tmp_path: Path) -> None:
    pair = Pair(tmp_path, empty_home, language="ja_JP.UTF-8")
    code = pair.person(0)
    transfer, offer = pair.sent(code)
    receipt = pair.file()
    here = walk(
        pair.tokyo,
        ("inv", 0, ("handover", "list")),
        ("inv", 5, ("handover", "send", transfer, *HERE, "--out", offer)),
        ("inv", 3, ("handover", "withdraw", transfer, *HERE, "--reason", "誤り")),
        ("inv", 5, ("handover", "take-in", offer, *HERE)),
        ("inv", 3, ("handover", "take-in", tmp_path / "list.csv", *HERE)),
        ("rev", 0, ("handover", "trust", "list")),
        ("rev", 3, ("handover", "trust", "add", "Kyoto", "--card", tmp_path / "list.csv", "--fingerprint", "x")),
        ("rev", 3, ("handover", "trust", "add", "Kyoto", "--card", tmp_path / "nothing", "--fingerprint", "x")),
        ("rev", 4, ("handover", "trust", "revoke", "Kyoto", "--reason", "誤り")),
    )  # fmt: skip
    there = walk(
        pair.osaka,
        ("inv", 0, ("handover", "take-in", offer, *THERE)),
        ("inv", 0, ("handover", "take-in", offer, *THERE)),
        ("inv", 0, ("handover", "show", transfer, *THERE)),
        ("inv", 0, ("handover", "receive", transfer, *THERE, "--out", receipt)),
        ("inv", 0, ("handover", "list")),
        ("inv", 0, ("handover", "return", transfer, *THERE, "--reason", "管轄外", "--out", pair.file())),
        ("inv", 5, ("handover", "show", transfer, *THERE)),
        ("inv", 0, ("handover", "list")),
    )  # fmt: skip
    here |= walk(pair.tokyo, ("inv", 0, ("handover", "take-in", receipt, *HERE)))
    pair.end()
    assert here | there == {}


def test_the_gate_says_the_same_on_the_command_line_as_on_the_page(japanese: Installation) -> None:
    shown = japanese("dossier", "show", PERSON, *IN, by="root").out
    told = japanese("dossier", "show", PERSON, *IN, "--json", "--language", "ja", by="root").told
    lacks = [lack["says"] for ahead in told["next"] for lack in ahead["missing"]]
    assert lacks
    assert [one for one in lacks if one not in shown] == []


def test_the_summary_of_the_demo_is_in_japanese(japanese: Installation) -> None:
    said = whole(japanese("demo", "--rows", "40", "--no-serve", by="root"))
    assert "人物候補" in said
    assert english(said) == []


def test_programs_are_answered_in_english(japanese: Installation) -> None:
    told = japanese("dossier", "show", PERSON, *IN, "--json", by="root").told
    says = [lack["says"] for ahead in told["next"] for lack in ahead["missing"]]
    assert says
    assert all(one.isascii() for one in says)
    assert japanese("board", "--json", by="nobody", code=4).err.isascii()


@pytest.mark.parametrize(
    ("environment", "words", "language"),
    [
        ({}, [], "en"),
        ({"LANG": "ja_JP.UTF-8"}, [], "ja"),
        ({"LANG": "C.UTF-8"}, [], "en"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, [], "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "ja_JP.UTF-8"}, [], "ja"),
        ({"LANG": "en_GB.UTF-8", "SOKEN_LANGUAGE": "ja"}, [], "ja"),
        ({"LANG": "ja_JP.UTF-8", "SOKEN_LANGUAGE": "en"}, [], "en"),
        ({"LANG": "ja_JP.UTF-8"}, ["persons", "list", "--json"], "en"),
    ],
)
def test_the_setting_goes_before_the_locale_and_programs_get_english(
    environment: dict[str, str], words: list[str], language: str
) -> None:
    assert spoken_language(environment, words) == language
