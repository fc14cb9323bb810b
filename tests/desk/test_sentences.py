"""What intake and resolve say in English is said in Japanese on Japanese pages, and nothing else is touched."""

import ast
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from soken.desk.sentences import custody_note, in_japanese, on_this_page, sentences
from soken.desk.templatetags.desk import typed
from tests.desk.factory import World

INTAKE = Path(__file__).parents[2] / "src" / "soken" / "intake"

SAID = {
    "encoding": (
        "cp932, contradicted by 0 of 600 lines looked at",
        "cp932（600行を調べ、矛盾なし）",
    ),
    "encoding with doubt": (
        "cp932, contradicted by 3 of 600 lines looked at",
        "cp932（600行を調べ、3行が矛盾）",
    ),
    "a clause inside": (
        "photos.zip: passed over (no list: an image)",
        "photos.zip：読まなかった（名簿ではない：画像）",
    ),
    "a field's name": (
        "The mapping maps 'TEL' and '連絡先' to 'email', which takes one column: leave one of them out.",
        "列'TEL'と列'連絡先'をともに「メールアドレス」に対応させていますが、この項目には1列しか使えません。"
        "どちらかを「対応なし」にしてください。",
    ),
    "braces in a value": ("at {place} {x}", "場所：{place} {x}"),
    "several lines": ("at shop,\nsecond floor", "場所：shop,\nsecond floor"),
}


@pytest.fixture
def japanese() -> object:
    with translation.override("ja"):
        yield


@pytest.mark.parametrize("case", SAID)
def test_a_sentence_is_said_in_japanese(case: str, japanese: object) -> None:
    english, wanted = SAID[case]
    assert on_this_page(english) == (wanted, True)


def test_on_an_english_page_it_stays_as_it_is() -> None:
    with translation.override("en"):
        assert on_this_page("comma") == ("comma", True)


@pytest.mark.parametrize(
    ("text", "native"),
    [
        ("nobody has translated this sentence yet.", False),
        ("utf-8", True),
        ("12", True),
        ("", True),
        ("何も変わっていません。", True),
        ("x" * 5000, True),
    ],
    ids=["English", "a code", "a number", "nothing", "Japanese", "overlong"],
)
def test_what_is_not_known_stays_and_is_marked_where_it_is_english(text: str, native: bool, japanese: object) -> None:
    assert on_this_page(text) == (text, native)


def test_each_sentence_is_found_by_its_own_shape(japanese: object) -> None:
    """None hides behind an earlier, wider one: its own words come back."""
    for one in sentences():
        english = re.sub(r"\{clause\w*\}", "empty", one.english)
        english = re.sub(r"\{(\w+)\}", r"<\1>", english)
        wanted = re.sub(r"\{clause\w*\}", "空", one.japanese)
        assert in_japanese(english) == re.sub(r"\{(\w+)\}", r"<\1>", wanted)


def test_the_note_of_bytes_received_again_is_a_clause_and_no_json(japanese: object) -> None:
    assert custody_note('{"name": "list.csv", "warrant": "2026-117"}') == "list.csv、令状：2026-117"
    assert custody_note("{not json") == "{not json"


def _texts(node: ast.expr) -> list[str]:
    """The sentences that an expression can be, their varying parts as ``{}``; none where it cannot be told."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(one.value) if isinstance(one, ast.Constant) else "<part>" for one in node.values)]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    return []


def _told() -> set[str]:
    """Each note and each detail that stands as a text in the readers' code."""
    found: set[str] = set()
    for path in sorted(INTAKE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign):
                target = node.targets[0]
                if isinstance(target, ast.Name) and target.id == "detail":
                    found.update(_texts(node.value))
                if isinstance(target, ast.Subscript) and ast.unparse(target.value) == "notes":
                    found.update(_texts(node.value))
    return {one for one in found if one.strip("<part>") or one == ""} - {"", "<part>"}


def test_every_note_and_detail_of_the_readers_is_known(japanese: object) -> None:
    """A reader that learns to say something new says it in both languages: add it to ``sentences.toml``."""
    assert {one for one in _told() if in_japanese(one) is None} == set()


def _stages() -> set[str]:
    """Each stage of work and each unit of it that stands as a text in the code."""
    found: set[str] = set()
    for path in sorted(INTAKE.parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "stage":
                for one in (*node.args[:1], *node.args[2:], *(each.value for each in node.keywords)):
                    found.update(_texts(one))
    return found


def test_every_stage_of_work_and_its_unit_is_known(japanese: object) -> None:
    """What a bar of progress says, and the table of where the time went."""
    assert {one for one in _stages() if in_japanese(re.sub("<part>", "x", one)) is None} == set()


def test_a_japanese_page_of_evidence_holds_no_english_sentence(desk: Client, world: World) -> None:
    desk.cookies["django_language"] = "ja"
    address = f"/operations/kingfisher/evidence/{world.item.evidence_id}"
    for path in (address, f"{address}/rows/4"):
        assert 'lang="en">' not in desk.get(path).content.decode().replace('lang="en" aria-pressed', "")


def test_signs_that_turn_the_writing_are_seen_in_a_typed_value() -> None:
    shown = typed("\u202e逆順<b>")
    assert shown == '<span class="typed" lang="ja"><span class="unseen-sign">U+202E</span>逆順&lt;b&gt;</span>'
