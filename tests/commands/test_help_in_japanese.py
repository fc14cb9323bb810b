"""Help, and what was not understood, in Japanese to who has a Japanese locale; in English to everybody else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from soken.commands.options import commands
from tests.commands.installations import Installation
from tests.commands.spoken import JAPANESE, walk, whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IN = ("--operation", "operation-tanuki")


@pytest.fixture(scope="module")
def japanese(empty_home: Path) -> Iterator[Installation]:
    """The command with a Japanese locale, in an empty home that none of this changes."""
    one = Installation(empty_home, "", language="ja_JP.UTF-8")
    yield one
    one.end()


def test_what_was_not_understood_is_told_in_japanese(japanese: Installation) -> None:
    assert walk(
        japanese,
        ("root", 2, ("person",)),
        ("root", 2, ("nothing",)),
        ("root", 2, ("persons", "lists")),
        ("root", 2, ("persons", "list")),
        ("root", 2, ("persons", "list", "--operations", "x")),
        ("root", 2, ("persons", "list", "--operation")),
        ("root", 2, ("persons", "list", *IN, "--limit", "many")),
        ("root", 2, ("persons", "list", *IN, "further")),
        ("root", 2, ("disclosure", "ask", *IN, "--form", "letter", "--recipient", "地検", "--reason", "送致")),
        ("root", 2, ("feed", "verify", "no-such-file")),
        ("root", 2, ("track", "show", *IN)),
    ) == {}  # fmt: skip


def test_the_help_of_every_command_and_group_is_in_japanese(japanese: Installation) -> None:
    groups = {"", *(name.rpartition(" ")[0] for name in commands() if " " in name)}
    asked = [(*name.split(), "--help") for name in {*commands(), *groups}] + [tuple(name.split()) for name in groups]
    assert walk(japanese, *(("root", 0 if "--help" in words else 2, words) for words in asked)) == {}


def test_the_help_is_whole_in_a_narrow_window(empty_home: Path) -> None:
    """Japanese has no spaces at which a line could end; what the window cannot hold would be cut off."""
    side = Installation(empty_home, "", language="ja_JP.UTF-8", columns=60)
    said = "".join(whole(side(*words, by="root")) for words in (("--help",), ("key", "rotate", "--help")))
    side.end()
    assert "…" not in re.sub(r"FILE…", "", said)


def test_the_help_is_in_english_for_everybody_else(empty_home: Path) -> None:
    side = Installation(empty_home, "")
    assert not JAPANESE.search(whole(side("handover", "send", "--help", by="root")))
    side.end()
