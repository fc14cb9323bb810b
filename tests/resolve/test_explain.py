"""Every link says why, in two languages, in words and as a picture."""

from __future__ import annotations

import tomllib
import xml.etree.ElementTree as ET
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from soken.resolve import Link, explain, read_links, resolve, waterfall, waterfall_svg
from soken.resolve.decide import RULES
from soken.resolve.explain import Reason, signed
from soken.resolve.phrases import words
from tests.resolve.factory import record, write_records

if TYPE_CHECKING:
    from pathlib import Path

BROTHERS = Link(
    left_record=1,
    right_record=2,
    band="different",
    weight=17.5,
    reasons=(
        Reason("family", "same", 7.9, "田中", "田中"),
        Reason("given", "differ", -8.6, "太郎", "次郎"),
        Reason("email", "same", 16.9, "t@shop.example", "t@shop.example"),
    ),
    review_reason="given-differs",
    judged=None,
    blocked_by="email",
)


def test_sentences_name_the_finding_both_values_and_the_weight_strongest_first() -> None:
    said = explain(BROTHERS)
    assert said[0] == words("review", "given-differs", "en")
    assert said[1] == "same mail: t@shop.example / t@shop.example, +16.9"
    assert said[2] == "given names differ: 太郎 / 次郎, \u22128.6"


def test_sentences_in_japanese() -> None:
    assert explain(BROTHERS, "ja")[2] == "名が相違：太郎 / 次郎、\u22128.6"


def test_the_waterfall_leads_from_the_prior_to_the_final_weight() -> None:
    steps = waterfall(BROTHERS)
    assert [step.code for step in steps] == ["prior", "family", "given", "email", "final"]
    assert steps[0].weight == pytest.approx(17.5 - 7.9 + 8.6 - 16.9)
    for before, after in pairwise(steps[:-1]):
        assert after.start == before.end
    assert steps[-1].weight == pytest.approx(17.5)


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_the_picture_says_it_in_words_and_has_neither_style_nor_script(locale: str) -> None:
    picture = waterfall_svg(BROTHERS, locale, identity="w1")
    root = ET.fromstring(picture)  # noqa: S314 (our own picture)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "w1-title w1-desc"
    texts = ["".join(node.itertext()) for node in root]
    assert any(signed(17.5) in text for text in texts)
    assert words("given", "differ", locale) in picture
    assert "style=" not in picture
    assert "<script" not in picture


def test_values_cannot_break_out_of_the_picture() -> None:
    evil = Link(1, 2, "review", 1.0, (Reason("email", "same", 1.0, "<script>", '"&'),), None, None, None)
    assert "<script>" not in waterfall_svg(evil)
    ET.fromstring(waterfall_svg(evil))  # noqa: S314 (our own picture)


def test_a_link_without_reasons_has_a_waterfall_and_a_picture() -> None:
    bare = Link(1, 2, "same", 0.0, (), None, "same", None)
    assert [step.code for step in waterfall(bare)] == ["prior", "final"]
    assert waterfall_svg(bare).startswith("<svg")


def test_every_review_reason_has_words_in_both_languages() -> None:
    codes = {code for _condition, _band, code in RULES if code} | {"conflict-in-group", "judgements-contradict"}
    table = tomllib.loads(files("soken.resolve").joinpath("phrases.toml").read_text("utf-8"))["review"]
    assert codes <= set(table)
    assert all(entry["en"] and entry["ja"] for entry in table.values())


def test_a_link_can_be_read_back_and_its_steps_add_up(tmp_path: Path) -> None:
    shared = {"email": "t@shop.example", "address": "緑町 1-2-3"}
    write_records(
        tmp_path,
        [
            record("田中 太郎", readings="tanaka taro", **shared),
            record("田中 次郎", readings="tanaka jiro", **shared),
            record("佐藤 花子", readings="sato hanako"),
        ],
    )
    resolve(tmp_path, [], tmp_path / "run")
    link = read_links(tmp_path / "run", [1])[0]
    assert link.band == "different"
    assert any(one.startswith("given names differ: 太郎 / 次郎, \u2212") for one in explain(link))
    assert waterfall(link)[-1].weight == pytest.approx(link.weight)
