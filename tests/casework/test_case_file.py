"""Exports as CASE/UCO: what the published validator accepts, complete, the same twice, and no more than asked."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from case_utils.case_validate import validate

from soken.casework.actions.ask_disclosure import ask_disclosure
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.release_disclosure import release_disclosure
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_disclosure import take_disclosure
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import Dossier, Judgement, Ownership
from soken.casework.selectors import store
from soken.casework.selectors.case_file import export_operation, export_packet, export_person
from soken.core.errors import NotFoundError, RefusedError
from soken.core.fields import FIELDS
from soken.core.home import open_home
from soken.core.progress import silent
from soken.desk.packet_words import packet_in_words
from soken.intake import Acquisition
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_room

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from soken.casework.models import Operation

pytestmark = pytest.mark.django_db

LIST = """氏名,フリガナ,メールアドレス,電話番号,郵便番号,住所,注文日,商品名
髙橋 花子,タカハシ ハナコ,hanako@mail.example,090-1234-5678,100-0001,東京都千代田区千代田1-1,2017-01-02,one
高橋花子,,hanako@mail.example,09012345678,100-0001,東京都千代田区千代田1丁目1,2017-02-03,two
𠮷田 太郎,ヨシダ タロウ,taro@mail.example,080-1111-2222,530-0001,大阪府大阪市北区梅田2-2,2017-03-04,one
佐藤 次郎,サトウ ジロウ,jiro@mail.example,070-3333-4444,060-0001,北海道札幌市中央区北1条西2,2017-04-05,three
"""


@pytest.fixture
def room(settings: Settings, tmp_path: Path) -> Room:
    settings.HOME = home = open_home(tmp_path / "home")
    made = make_room()
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    take_in_evidence(
        made.operation, tmp_path / "list.csv", home=home, actor="tester", progress=silent(),
        acquisition=Acquisition(seized_at="2026-11-01", seized_where="a server", seized_by="a unit"),
    )  # fmt: skip
    resolve_operation(made.operation, home=home, progress=silent())
    return made


def referred(room: Room) -> Dossier:
    dossier = open_dossier(room.operation, codes(room)[0], by=room.analyst)
    Ownership.objects.filter(dossier=dossier).delete()
    Ownership.objects.create(dossier=dossier, force="tokyo", reason="住所地", by=room.reviewer, since=AT)
    Dossier.objects.filter(pk=dossier.pk).update(force="tokyo")
    dossier.refresh_from_db()
    return bring_to(dossier, Stage.REFERRED, room)


def codes(room: Room) -> list[str]:
    return list(room.operation.persons.order_by("-rows", "code").values_list("code", flat=True))


def graph(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["@graph"]
    return found


def of(nodes: list[dict[str, Any]], what: str) -> list[dict[str, Any]]:
    return [one for one in nodes if one["@type"].endswith(f":{what}")]


def test_the_validator_accepts_every_person_the_packet_and_the_operation(room: Room, tmp_path: Path) -> None:
    dossier = referred(room)
    files = []
    for code in codes(room):
        files.append(tmp_path / f"{code}.jsonld")
        export_person(room.operation, code, files[-1])
    export_packet(room.operation, dossier.person_code, tmp_path / "packet.jsonld")
    export_operation(room.operation, tmp_path / "operation.jsonld")
    files += [tmp_path / "packet.jsonld", tmp_path / "operation.jsonld"]
    result = validate([str(one) for one in files], case_version="case-1.4.0")
    assert result.conforms, result.text
    assert not result.undefined_concepts
    ids = [one["@id"] for one in graph(tmp_path / "operation.jsonld")]
    assert [one for one, times in Counter(ids).items() if times > 1] == []
    packet = graph(tmp_path / "packet.jsonld")
    assert [one["uco-core:name"] for one in of(packet, "Subject")] == [dossier.person_code]
    assert {one["soken:part"] for one in of(packet, "Annotation")} == {"fact", "assessment", "category"}
    sent = dossier.referrals.get()
    assert [one["soken:contentsSha256"] for one in packet if "soken:contentsSha256" in one] == [sent.contents_sha256]


def test_every_row_stands_in_the_operations_file_as_typed_with_codes_for_items(room: Room, tmp_path: Path) -> None:
    export_operation(room.operation, tmp_path / "one.jsonld")
    export_operation(room.operation, tmp_path / "two.jsonld")
    assert (tmp_path / "one.jsonld").read_bytes() == (tmp_path / "two.jsonld").read_bytes()
    nodes = graph(tmp_path / "one.jsonld")
    rows = of(nodes, "TableField")
    assert [one["soken:row"] for one in rows] == [1, 2, 3, 4]
    names = [cells(one)["full_name"] for one in rows]
    assert names == ["髙橋 花子", "高橋花子", "𠮷田 太郎", "佐藤 次郎"]
    items = [cells(one)["item_code"] for one in rows]
    assert all(one.startswith("ITEM-") for one in items)
    assert items[0] == items[2] != items[1]
    assert len(of(nodes, "Person")) == room.operation.persons.count() == 3


def cells(row: dict[str, Any]) -> dict[str, str]:
    said = row["uco-core:hasFacet"]
    return {one["uco-observable:recordFieldName"]: one["uco-observable:recordFieldValue"] for one in said}


def test_custody_is_a_chain_of_acts_and_the_first_ones_yield_the_provenance_record(room: Room, tmp_path: Path) -> None:
    export_operation(room.operation, tmp_path / "one.jsonld")
    nodes = graph(tmp_path / "one.jsonld")
    acts = [one for one in of(nodes, "InvestigativeAction") if one["uco-core:name"] != "resolved"]
    assert [one["uco-core:name"] for one in acts][:3] == ["seized", "received", "sealed"]
    for before, after in itertools.pairwise(acts):
        assert after["case-investigation:wasInformedBy"] == [{"@id": before["@id"]}]
    record = of(nodes, "ProvenanceRecord")[0]
    assert all(one["uco-action:result"] == [{"@id": record["@id"]}] for one in acts[:3])


def test_a_link_has_its_confidence_and_a_judgement_is_a_statement(room: Room, tmp_path: Path) -> None:
    item = room.operation.evidence.get().evidence_id
    Judgement.objects.create(
        operation=room.operation, left_evidence=item, left_row=1, right_evidence=item, right_row=2,
        verdict="same", reason="同じ電話", by=room.analyst, at=AT,
    )  # fmt: skip
    export_person(room.operation, codes(room)[0], tmp_path / "one.jsonld")
    nodes = graph(tmp_path / "one.jsonld")
    links = [one for one in nodes if one.get("uco-core:kindOfRelationship") == "Same_Person_Proposed"]
    assert [int(one["uco-core:hasFacet"][0]["uco-core:confidence"]["@value"]) >= 99 for one in links] == [True]
    assert [one["uco-core:statement"] for one in of(nodes, "Annotation")] == ["same"]
    # Nobody has confirmed anything, so nobody is a subject; and the rows of others stay at home.
    assert of(nodes, "Subject") == []
    assert [one["soken:row"] for one in of(nodes, "TableField")] == [1, 2]


def test_what_cannot_be_exported_is_refused_and_leaves_no_file(room: Room, tmp_path: Path) -> None:
    out = tmp_path / "none.jsonld"
    with pytest.raises(NotFoundError):
        export_person(room.operation, "P-0000-0000-0000", out)
    with pytest.raises(NotFoundError, match="no dossier"):
        export_packet(room.operation, codes(room)[0], out)
    with pytest.raises(RefusedError, match="no evidence"):
        export_operation(make_room("empty").operation, out)
    assert not out.exists()


def test_what_was_exported_can_be_taken_in_again_and_gives_the_same_rows(
    room: Room, settings: Settings, tmp_path: Path
) -> None:
    export_operation(room.operation, tmp_path / "case.jsonld")
    nodes = len(graph(tmp_path / "case.jsonld"))
    other = make_room("egret").operation
    take_in_evidence(
        other,
        tmp_path / "case.jsonld",
        home=settings.HOME,
        actor="tester",
        progress=silent(),
        acquisition=Acquisition(),
    )
    item = other.evidence.get()
    assert (item.profile, item.rows_read, item.rows_set_aside) == ("soken-case", nodes, 0)
    before, after = rows_of(room.operation), rows_of(other)
    assert [{**one, "item_code": ""} for one in before] == [{**one, "item_code": ""} for one in after]
    # Item codes are an installation's own: another one gives its own, one for one.
    pairs = {(one["item_code"], two["item_code"]) for one, two in zip(before, after, strict=True)}
    assert len(pairs) == len(dict(pairs)) == len({two for _one, two in pairs}) == 3
    # The persons proposed elsewhere are nobody's claims here: the rows alone are resolved, to as many persons.
    resolve_operation(other, home=settings.HOME, progress=silent())
    assert other.persons.count() == room.operation.persons.count()


def rows_of(operation: Operation) -> list[dict[str, Any]]:
    path = str(store.reading_folder(operation.evidence.get()) / "rows.parquet")
    return store.ask(
        f"select kind, {', '.join(FIELDS)} from read_parquet($path) where kind <> 'other' order by row", path=path
    )


def test_a_copy_of_a_person_under_a_disclosure_is_valid_and_bears_its_mark(room: Room, tmp_path: Path) -> None:
    code = codes(room)[0]
    asked = ask_disclosure(
        room.operation, by=room.analyst, form="case", person=code, recipient="東京地検", reason="照会12号"
    )
    release_disclosure(room.operation, asked.pk, by=room.reviewer, packet=packet_in_words)
    copy = take_disclosure(room.operation, asked.pk, by=room.analyst, packet=packet_in_words)
    (tmp_path / copy.name).write_bytes(copy.data)
    assert validate([str(tmp_path / copy.name)]).conforms
    (mark,) = [one for one in graph(tmp_path / copy.name) if one.get("soken:part") == "mark"]
    assert mark["soken:taken_by"] == room.analyst.username
    export_person(room.operation, code, tmp_path / "unmarked.jsonld")
    assert graph(tmp_path / "unmarked.jsonld") == [one for one in graph(tmp_path / copy.name) if one != mark]
