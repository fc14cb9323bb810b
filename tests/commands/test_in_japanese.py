"""Commands speak Japanese to who has a Japanese locale: guards, refusals, headings; programs are answered as ever."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Final

import pytest

from soken.commands.language import spoken_language
from tests.commands.installations import Installation
from tests.docs.pages import DOCS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.commands.installations import Done

IN: Final = ("--operation", "operation-tanuki")
PERSON: Final = "P-RBP4-WBZP-9690"
#: Two English words beside each other are a sentence, or a part of one; what commands are called is none.
_ENGLISH: Final = re.compile(r"[A-Za-z]{2,} [a-z]{2,}[^\n]*")
_COMMAND: Final = re.compile(
    r"soken( [a-z-]+)+( [A-Z]-[\w-]+(:\d+)?)*( --[a-z-]+( [\w-]+)?)*|Operation Tanuki|Tanaka Yui"
)


@pytest.fixture(scope="module")
def japanese(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The command with a Japanese locale, in a home with an operation and people."""
    home = tmp_path_factory.mktemp("japanese") / "home"
    shutil.copytree(empty_home, home)
    one = Installation(home, "", language="ja_JP.UTF-8")
    one("operation", "new", "Operation Tanuki", by="root")
    one.people(aoki="analyst", baba="reviewer", chiba="investigator")
    yield one
    one.end()


def whole(done: Done) -> str:
    """Return all that a command said."""
    return done.out + done.err


def english(text: str) -> list[str]:
    """Return what is English in what a command said."""
    return _ENGLISH.findall(_COMMAND.sub("", text))


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
    assert all(re.search(r"[ぁ-んァ-ン一-龠]", text) for text in said)


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
