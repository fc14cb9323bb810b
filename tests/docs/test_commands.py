"""Every command line on a page is run, as a reader runs it; a synopsis in a sentence is as the parser has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyarrow.parquet as pq
import pytest

from tests.docs.named import COMMANDS, lines, named
from tests.docs.pages import ROOT, pages
from tests.docs.shell import GIVEN, Reader
from tests.docs.synopsis import followers_in, is_name, is_synopsis, said_in, wrong_in

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES: Final = pages()
#: What is given → the marker of tests that need it.
_MARKERS: Final = {
    "a Spark cluster": pytest.mark.spark,
    "a database on PostgreSQL": pytest.mark.postgres,
    "a PostgreSQL server": pytest.mark.postgres,
}
RUN: Final = [
    pytest.param(name, marks=[_MARKERS[given] for given in one.given() if given in _MARKERS])
    for name, one in PAGES.items()
    if one.is_run()
]
#: Lines of all blocks that are run, without what follows ``#``.
_TYPED: Final = frozenset(
    re.sub(r" +# .*", "", line)
    for page in PAGES.values() for block in page.blocks if block.is_shell for line in lines(block.text)
)  # fmt: skip
#: Commands that another test runs in the same way, since once is dear enough.
_ELSEWHERE: Final = {"docs": "tests/docs/test_site.py"}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    one = Reader(tmp_path_factory.mktemp("reader"))
    yield one
    one.close()


@pytest.mark.parametrize("name", RUN)
def test_the_commands_of_a_page_do_what_it_says(reader: Reader, name: str) -> None:
    reader.follow(PAGES, name)


def test_the_tables_on_the_page_of_data_formats_have_the_columns_that_it_names(reader: Reader) -> None:
    reader.follow(PAGES, "reference/data-formats.md")
    lines = re.findall(r"^\| `(\w+\.parquet)` \| [^|]+ \| (.*) \|$", PAGES["reference/data-formats.md"].text, re.M)
    assert len(lines) == 8
    for table, columns in lines:
        # A vintage has a table of persons too, which is another.
        paths = [path for path in reader.home.rglob(table) if "statistics" not in path.parts]
        (found,) = {tuple(pq.read_schema(path).names) for path in paths}
        assert set(re.findall(r"`(\w+)`", columns)) <= set(found), table


@pytest.mark.parametrize("name", [name for name, one in PAGES.items() if one.same_as])
def test_a_translated_page_has_the_commands_of_the_one_that_is_run(name: str) -> None:
    other = PAGES[PAGES[name].same_as]
    told = [[(one.text, one.mark) for one in page.blocks if one.is_shell] for page in (PAGES[name], other)]
    assert told[0] == told[1]


@pytest.mark.parametrize("name", PAGES)
def test_each_command_in_a_block_is_run_and_what_a_page_is_given_is_there(name: str) -> None:
    page = PAGES[name]
    assert [one.line for one in page.blocks if one.is_shell and one.mark in {"file", "shown"}] == []
    assert [one for one in page.given() if not (GIVEN / f"{one.replace(' ', '-')}.sh").is_file()] == []
    said = "".join(one.text for one in page.blocks if one.is_shell)
    assert [one for one in page.reads if one not in said] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_command_in_a_sentence_is_a_name_a_line_that_is_run_or_a_synopsis_as_the_parser_has_it(name: str) -> None:
    text = PAGES[name].text
    said = [one for one in said_in(text) if not is_name(one)]
    assert [one for one in said if not is_synopsis(one) and one not in _TYPED] == []
    assert [wrong for one in said if is_synopsis(one) for wrong in wrong_in(one)] == []
    assert [one for one in followers_in(text) if one not in COMMANDS] == []


def test_every_command_is_run_on_some_page() -> None:
    typed = named("\n".join(f"soken {line}" for line in _TYPED))
    assert sorted(set(COMMANDS) - typed - {""}) == sorted(_ELSEWHERE)
    for name, place in _ELSEWHERE.items():
        assert f'app, ["{name}"' in (ROOT / place).read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_no_command_hides_in_a_block_that_is_not_said_to_be_commands(name: str) -> None:
    others = [one for one in PAGES[name].blocks if not one.is_shell]
    assert [one.line for one in others if re.search(r"^(\./)?soken ", one.text, re.M)] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_block_is_seen_and_every_mark_stands_before_one(name: str) -> None:
    page = PAGES[name]
    assert len(re.findall(r"^ *```", page.text, re.M)) == 2 * len(page.blocks)
    marks = sorted(re.findall(r"<!-- *([a-z ]+)\b.*-->", page.text))
    heads = [mark for mark in ("after", "same as") if f"<!-- {mark}: " in page.text]
    seen = [one.mark for one in (*page.blocks, *page.turns) if one.mark] + ["reads"] * len(page.reads) + heads
    assert marks == sorted(seen)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("intake FILE… --operation NAME", ""),
        ("intake FILE --operation NAME", "FILE is repeated"),
        ("intake FILE…", "--operation is needed"),
        ("intake FILE… --operation NAME --profile NAME", "--profile is left out at will, and stands in brackets"),
        ("intake FILE… [--operation NAME]", "--operation is needed"),
        ("intake FILE… --operation NAME [--frobnicate]", "--frobnicate is no option"),
        ("intake --operation NAME", "1 to 1 arguments are taken"),
        ("review guess NAME", "there is no such command"),
        ("report half-year --year YEAR --half 1|2", ""),
        ("report half-year --year YEAR --half 1|3", "--half takes 1|2"),
        ("report annual --year YEAR [--format csv|json]", "--format takes csv|html|json|pdf|xlsx"),
        ("report annual --year YEAR [--publish YES]", "--publish takes no value"),
    ],
)
def test_what_a_synopsis_says_otherwise_than_the_parser_is_found(said: str, wrong: str) -> None:
    assert [one.removeprefix(f"{said}: ") for one in wrong_in(said)] == ([wrong] if wrong else [])


def test_names_lines_and_synopses_are_told_apart() -> None:
    text = "`soken review next`, `undo`; `SOKEN_HOME=x ./soken doctor --quick`, `0 7 * * * /opt/soken notify`"
    assert said_in(text) == ["review next", "doctor --quick", "notify"]
    assert followers_in(text) == ["review undo"]
    assert [(is_name(one), is_synopsis(one)) for one in said_in(text)] == [
        (True, False), (False, False), (True, False),
    ]  # fmt: skip
