"""Every command line on a page is run, as a reader runs it; a sentence names only what there is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyarrow.parquet as pq
import pytest

from tests.docs.named import unknown
from tests.docs.pages import pages
from tests.docs.shell import GIVEN, Reader

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
_INLINE: Final = re.compile(r"`((?:\./)?soken [^`\n]+)`")


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
    assert len(lines) == 7
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
def test_a_command_that_stands_in_a_sentence_is_there_with_its_options(name: str) -> None:
    said = "\n".join(_INLINE.findall(re.sub(r"^```.*?^```", "", PAGES[name].text, flags=re.M | re.S)))
    assert list(unknown(said)) == []


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
    ("said", "found"),
    [
        ("./soken intake a.csv --operation x", []),
        ("soken review next, judge, undo", []),
        ("soken filter save|list NAME", []),
        ("soken frobnicate now", ["soken frobnicate"]),
        ("soken review guess", ["soken review guess"]),
        ("soken handover trust add NAME --card a.card", []),
        ("soken handover trust lose NAME", ["soken handover trust lose"]),
        ("SOKEN_HOME=x ./soken doctor --quick", ["soken doctor --quick"]),
        ("soken --debug intake", []),
    ],
)
def test_what_there_is_not_is_found(said: str, found: list[str]) -> None:
    assert list(unknown(said)) == found
