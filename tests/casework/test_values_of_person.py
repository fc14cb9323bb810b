"""What is looked for after an erasure: all that a person's rows say and nobody else's, also as tables compare it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import Operation
from soken.casework.selectors import store
from soken.casework.selectors.person_rows import values_of_person
from soken.core.home import open_home
from soken.core.ordered import ordered
from soken.core.progress import silent
from soken.intake import Acquisition
from soken.normalise.search_index import TERMS

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

LIST = """氏名,メールアドレス,電話番号,住所,送付先氏名,送付先電話番号,会員番号
佐藤 一男,kazuo@mail.example,090-1234-5001,東京都渋谷区神宮前1-2-34,佐藤 一男,,1001
御手洗 薫子,ＫＡＯＲＵＫＯ@mail.example,(090)9876-5432,東京都渋谷区神宮前1-2-3,綾小路 菊麿,080-5555-7777,1002
鈴木 花子,hanako@mail.example,090-1234-5002,東京都港区芝1-1-1,鈴木 花子,,1003
"""


def test_addressees_and_what_is_compared_are_looked_for_too_and_nothing_that_others_say(
    tmp_path: Path, settings: Settings
) -> None:
    settings.HOME = open_home(tmp_path / "home")
    operation = Operation.objects.create(name="Heron", slug="heron", created_at="2026-05-01T00:00:00Z")
    path = tmp_path / "list.csv"
    path.write_text(LIST, "utf-8")
    taken = take_in_evidence(
        operation, path, home=settings.HOME, acquisition=Acquisition(), actor="tester", progress=silent()
    )
    run = resolve_operation(operation, home=settings.HOME, progress=silent()).run
    told = set(values_of_person(operation, {taken.result.evidence_id: [2]}))
    assert {"御手洗 薫子", "ＫＡＯＲＵＫＯ@mail.example", "(090)9876-5432", "綾小路 菊麿", "080-5555-7777"} <= told
    assert {"御手洗薫子", "kaoruko@mail.example"} <= told, "as they are compared"
    assert "東京都渋谷区神宮前1-2-3" not in told, "it stands within what another says"
    assert "1002" not in told, "four figures stand somewhere by chance"
    terms = ordered(store.run_folder(operation, run) / TERMS, "term")
    words = {term for lines in terms.between("", "\U0010ffff") for term in lines["term"].to_pylist()}
    assert {kind for kind in "nmp" if any(f"{kind}{value}" in words for value in told)} == {"n", "m", "p"}
