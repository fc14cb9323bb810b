"""The reference of the API is what the program is, and the how-to names what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from soken.api.problems import Code
from soken.api.reference import questions, reference, reference_of_answers, shapes
from soken.api.service import description

DOCS = Path(__file__).parents[2] / "docs"


def test_the_reference_is_what_the_program_has() -> None:
    for page, made, how in (
        ("api.md", reference, "soken api"), ("api-answers.md", reference_of_answers, "soken api --answers")
    ):  # fmt: skip
        written = (DOCS / "reference" / page).read_text(encoding="utf-8")
        assert made(description()) == written, f"renew it: {how} > docs/reference/{page}"


def test_every_question_and_every_part_of_one_is_explained() -> None:
    asked = questions(description())
    assert len(asked) == len(description()["paths"])
    assert [one.path for one in asked if not one.summary or not one.about] == []
    assert [(one.path, part.name) for one in asked for part in one.parts if not part.about] == []
    assert [one.name for one in shapes(description()) if not one.about] == []


def test_the_how_to_names_every_problem_and_only_addresses_that_there_are() -> None:
    text = (DOCS / "how-to" / "api.md").read_text(encoding="utf-8")
    assert [code for code in get_args(Code) if f"`{code}`" not in text] == []
    named = {found.split("?")[0] for found in re.findall(r"example(/api/[^\s\"]*)", text)}
    known = [re.sub(r"{\w+}", "[^/]+", one.path) for one in questions(description())]
    assert named
    assert [path for path in named if not any(re.fullmatch(one, path) for one in known)] == []
