"""Exports as CASE/UCO: what the published validator accepts, complete, the same twice, and no more than asked."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from bench.case_files import ontology_loaded_once, queries_parsed_once
from case_utils.case_validate import validate

from soken.casework.actions.ask_disclosure import ask_disclosure
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.release_disclosure import release_disclosure
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_disclosure import take_disclosure
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import Dossier, DossierRow, Judgement, Ownership
from soken.casework.selectors import store
from soken.casework.selectors.case_file import export_operation, export_packet, export_person
from soken.core.errors import NotFoundError, RefusedError
from soken.core.fields import FIELDS
from soken.core.home import open_home
from soken.core.origin import PLACES, origin_in
from soken.core.progress import silent
from soken.desk.packet_words import packet_in_words
from soken.exchange.case.terms import node_id
from soken.intake import Acquisition
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, make_room

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

    from soken.casework.models import EvidenceItem, Operation

pytestmark = pytest.mark.django_db

LIST = """氏名,フリガナ,メールアドレス,電話番号,郵便番号,住所,注文日,商品名
髙橋 花子,タカハシ ハナコ,hanako@mail.example,090-1234-5678,100-0001,東京都千代田区千代田1-1,2017-01-02,one
高橋花子,,hanako@mail.example,09012345678,100-0001,東京都千代田区千代田1丁目1,2017-02-03,two
𠮷田 太郎,ヨシダ タロウ,taro@mail.example,080-1111-2222,530-0001,大阪府大阪市北区梅田2-2,2017-03-04,one
佐藤 次郎,サトウ ジロウ,jiro@mail.example,070-3333-4444,060-0001,北海道札幌市中央区北1条西2,2017-04-05,three
"""
SHOP = """CREATE TABLE dtb_customer (customer_id int, name01 text, name02 text, email text);
INSERT INTO dtb_customer VALUES (1,'伊藤','六郎','rokuro@mail.example'),(2,'山本','七海','nanami@mail.example');
CREATE TABLE dtb_order (order_id int, customer_id int, order_name01 text, order_name02 text, order_email text);
INSERT INTO dtb_order VALUES (11,1,'伊藤','六郎','rokuro@mail.example');
CREATE TABLE dtb_order_detail (order_detail_id int, order_id int, product_id int, product_name text);
INSERT INTO dtb_order_detail VALUES (21,11,31,'five'),(22,11,32,'six'),(23,99,33,'seven');
"""


@pytest.fixture(scope="module", autouse=True)
def loaded_once() -> Iterator[None]:
    """Four files are held against one ontology; that a fault is found so is shown in test_case_demo."""
    with queries_parsed_once(), ontology_loaded_once():
        yield


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


def test_whom_no_run_proposes_and_rows_that_moved_stand_in_the_file_that_speaks_of_them(
    room: Room, tmp_path: Path
) -> None:
    """Of a joined person's dossier, and of a row that is proposed to be another's by now."""
    gone, other = make_dossier(room, rows=0), open_dossier(room.operation, codes(room)[0], by=room.analyst)
    room.operation.persons.filter(code=gone.person_code).delete()
    item = room.operation.evidence.get().evidence_id
    DossierRow.objects.create(dossier=other, operation=room.operation, evidence=item, row=4)
    files = [tmp_path / f"{name}.jsonld" for name in ("operation", "person", "packet")]
    export_operation(room.operation, files[0])
    export_person(room.operation, other.person_code, files[1])
    export_packet(room.operation, other.person_code, files[2])
    assert gone.person_code not in codes(room)
    assert gone.person_code in {one.get("soken:person") for one in of(graph(files[0]), "Person")}
    assert 4 in [one["soken:row"] for one in of(graph(files[1]), "TableField")]
    for file in files:
        assert pointed_to(graph(file)) - told_of(graph(file)) == set(), file.name
        assert validate([str(file)], case_version="case-1.4.0").conforms


def pointed_to(part: Any) -> set[str]:
    """The nodes that something points to."""
    if isinstance(part, dict):
        own = {part["@id"]} if part.keys() == {"@id"} else set()
        return own.union(*map(pointed_to, part.values()))
    return set().union(*map(pointed_to, part)) if isinstance(part, list) else set()


def told_of(part: Any) -> set[str]:
    """The nodes of which something is said."""
    if isinstance(part, dict):
        own = {part["@id"]} if "@id" in part and len(part) > 1 else set()
        return own.union(*map(told_of, part.values()))
    return set().union(*map(told_of, part)) if isinstance(part, list) else set()


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


def taken_in(room: Room, file: Path, slug: str, folder: Path, settings: Settings) -> Operation:
    """Another installation's operation, in a home of its own, with an exported file as its evidence."""
    settings.HOME = open_home(folder / slug)
    other = make_room(slug).operation
    take_in_evidence(
        other, file, home=settings.HOME, actor="tester", progress=silent(), acquisition=Acquisition()
    )  # fmt: skip
    return other


def test_what_was_exported_comes_back_field_by_field_in_a_fresh_home_and_from_there_in_a_third(
    room: Room, settings: Settings, tmp_path: Path
) -> None:
    attach_rows(room, settings, tmp_path)
    first, second, third = (tmp_path / f"{name}.jsonld" for name in ("first", "second", "third"))
    export_operation(room.operation, first)
    before, there = said_by(room.operation), graph(first)
    other = taken_in(room, first, "egret", tmp_path, settings)
    item = other.evidence.get()
    assert (item.profile, item.rows_read, item.rows_set_aside) == ("soken-case", len(there), 0)
    assert said_by(other) == before
    assert place_of_rows(other) == {code_of(one): place(one) for one in of(there, "TableField")}
    export_operation(other, second)
    for what in ("File", "ProvenanceRecord", "Authorization", "Identity", "Location"):
        assert not missing(of(there, what), of(graph(second), what)), what
    assert not missing(custody_of(there), custody_of(graph(second)))
    assert len(custody_of(there)) >= 6
    assert validate([str(second)]).conforms
    # From hand to hand no row is lost or doubled; what was a row at first says where it stood first.
    last = taken_in(room, second, "stork", tmp_path, settings)
    places = [origin_in(key).place.get("rowKey") for key in keys_of(last)]  # type: ignore[union-attr]
    said = {
        origin_in(first_place).code: one  # type: ignore[union-attr]
        for one, first_place in zip(said_by(last), places, strict=True)
        if first_place
    }
    assert said == dict(zip([code_of(one) for one in of(there, "TableField")], before, strict=True))
    assert len(said) == sum(place is not None for place in places) == len(before)
    export_operation(last, third)
    assert not missing(custody_of(there), custody_of(graph(third)))
    # The persons proposed elsewhere are nobody's claims here: the rows alone are resolved, to as many persons.
    resolve_operation(last, home=settings.HOME, progress=silent())
    assert last.persons.count() == room.operation.persons.count()


def test_a_file_of_others_takes_the_place_of_nothing_that_is_held_here(
    room: Room, settings: Settings, tmp_path: Path
) -> None:
    """Whoever writes such a file can work out every id that we use."""
    dossier = referred(room)
    first = tmp_path / "first.jsonld"
    export_operation(room.operation, first)
    told = json.loads(first.read_text("utf-8"))
    file = next(one for one in told["@graph"] if one["@type"].endswith(":File"))
    row = next(one for one in told["@graph"] if one["@type"].endswith(":TableField"))
    actor = node_id("actor", "tester")
    forged = [
        {"@id": file["@id"], "@type": file["@type"], "uco-core:name": "forged"},
        {"@id": "urn:uuid:own-id", "@type": "case-investigation:InvestigativeAction", "uco-core:name": "seized",
         "uco-action:object": [{"@id": file["@id"]}], "uco-action:performer": {"@id": actor}},
        {"@id": actor, "@type": "uco-identity:Identity", "uco-core:name": "forged"},
        {"@id": node_id("person", "heron", dossier.person_code), "@type": "uco-identity:Identity",
         "uco-core:name": "forged"},
        {"@id": row["@id"], "@type": "uco-identity:Identity", "uco-core:name": "forged"},
        {"@id": node_id("actor", "their tester"), "@type": "uco-identity:Identity", "uco-core:name": "their tester"},
    ]  # fmt: skip
    (tmp_path / "forged.jsonld").write_text(json.dumps({**told, "@graph": forged + told["@graph"]}), "utf-8")
    take_in_evidence(
        room.operation, tmp_path / "forged.jsonld", home=settings.HOME, actor="tester", progress=silent(),
        acquisition=Acquisition(),
    )  # fmt: skip
    export_operation(room.operation, tmp_path / "second.jsonld")
    found = graph(tmp_path / "second.jsonld")
    assert not [one for one in found if one.get("uco-core:name") == "forged"]
    assert len({one["@id"] for one in found}) == len(found)
    now, before = (
        [one for one in custody_of(nodes) if {"@id": file["@id"]} in one["uco-action:object"]]
        for nodes in (found, graph(first))
    )
    assert now == before != [], "nobody else says what was done to it"
    assert [one for one in found if one.get("uco-core:name") == "their tester"], "what is theirs alone is told on"


def test_two_files_that_say_different_things_under_one_id_are_both_told_on(
    room: Room, settings: Settings, tmp_path: Path
) -> None:
    export_operation(room.operation, tmp_path / "one.jsonld")
    told = json.loads((tmp_path / "one.jsonld").read_text("utf-8"))
    warrant = {"@id": "urn:uuid:3f0c", "@type": "case-investigation:Authorization"}
    reference = "case-investigation:authorizationIdentifier"
    other = make_room("egret")
    for number in ("令状1号", "令状2号"):
        path = tmp_path / f"{number}.jsonld"
        path.write_text(json.dumps({**told, "@graph": [*told["@graph"], warrant | {reference: number}]}), "utf-8")
        take_in_evidence(
            other.operation, path, home=settings.HOME, actor="tester", progress=silent(), acquisition=Acquisition()
        )  # fmt: skip
    for _again in range(2):
        export_operation(other.operation, tmp_path / f"out-{_again}.jsonld")
    found, again = (graph(tmp_path / f"out-{number}.jsonld") for number in range(2))
    both = {one[reference]: one["@id"] for one in found if one.get("soken:idBefore") == warrant["@id"]}
    assert both.keys() == {"令状1号", "令状2号"}
    assert len({*both.values(), warrant["@id"]}) == 3
    assert [one["@id"] for one in found] == [one["@id"] for one in again]
    assert len({one["@id"] for one in found}) == len(found)
    for what in ("File", "ProvenanceRecord"):
        assert not missing(of(told["@graph"], what), of(found, what)), "told alike by both, once and as it was"
    assert not missing(custody_of(told["@graph"]), custody_of(found))
    assert validate([str(tmp_path / "out-0.jsonld")]).conforms


def attach_rows(room: Room, settings: Settings, tmp_path: Path) -> None:
    """A second item: a shop's database of several tables, with rows that belong to others and rows of nobody."""
    (tmp_path / "shop.sql").write_text(SHOP, "utf-8")
    take_in_evidence(
        room.operation, tmp_path / "shop.sql", home=settings.HOME, actor="tester", progress=silent(),
        acquisition=Acquisition(warrant="令状2号", seized_where="a second server"),
    )  # fmt: skip
    resolve_operation(room.operation, home=settings.HOME, progress=silent())


def said_by(operation: Operation) -> list[dict[str, str]]:
    """What each row says; the row that it belongs to is told by its place before: numbers are each item's own."""
    return [{name: text for name, text in one.items() if text and name != "owner"} for one in rows_of(operation)]


def missing(wanted: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in wanted if one not in found]


def custody_of(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in of(nodes, "InvestigativeAction") if one["uco-core:name"] != "resolved"]


def code_of(node: dict[str, Any]) -> str:
    return f"{node['soken:evidence']}:{node['soken:row']}"


def place(node: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    said = {name: node[f"soken:{name}"] for name in PLACES if f"soken:{name}" in node}
    return node.get("soken:table", ""), said


def place_of_rows(operation: Operation) -> dict[str, tuple[str, Any]]:
    """The place before of every row that an imported item holds."""
    found = [origin_in(key) for key in keys_of(operation)]
    return {one.code: (one.table, one.place) for one in found if one is not None}


def keys_of(operation: Operation) -> list[str]:
    path = str(store.reading_folder(operation.evidence.get()) / "rows.parquet")
    sql = "select row_key from read_parquet($path) where row_key is not null order by row"
    return [one["row_key"] for one in store.ask(sql, path=path)]


def test_an_item_whose_code_is_anothers_here_gets_one_of_its_own(
    room: Room, settings: Settings, tmp_path: Path
) -> None:
    """Every operation has an ITEM-0001: two of two operations are two items."""
    export_operation(room.operation, tmp_path / "one.jsonld")
    other = make_room("egret")
    (tmp_path / "other.csv").write_text(LIST.replace("one", "eight"), "utf-8")
    for name in ("other.csv", "one.jsonld"):
        take_in_evidence(
            other.operation, tmp_path / name, home=settings.HOME, actor="tester", progress=silent(),
            acquisition=Acquisition(),
        )  # fmt: skip
    own, theirs = ({one["item_code"] for one in rows_of_item(item)} for item in other.operation.evidence.order_by("pk"))
    assert own == {"ITEM-0001", "ITEM-0002", "ITEM-0003"}
    assert (len(theirs), own & theirs) == (3, set())
    for operation in (room.operation, other.operation):
        export_operation(operation, tmp_path / f"to-third-{operation.slug}.jsonld")
    settings.HOME, first_codes = open_home(tmp_path / "third"), [row["item_code"] for row in rows_of(room.operation)]
    third = make_room("stork")
    for operation in (room.operation, other.operation):
        take_in_evidence(
            third.operation, tmp_path / f"to-third-{operation.slug}.jsonld", home=settings.HOME, actor="tester",
            progress=silent(), acquisition=Acquisition(),
        )  # fmt: skip
    one, two = ([row["item_code"] for row in rows_of_item(item)] for item in third.operation.evidence.order_by("pk"))
    assert one == first_codes
    assert not set(one) & set(two)


def rows_of(operation: Operation) -> list[dict[str, Any]]:
    return [row for item in operation.evidence.order_by("pk") for row in rows_of_item(item)]


def rows_of_item(item: EvidenceItem) -> list[dict[str, Any]]:
    """An item's rows with their fields; of one that Soken exported only those that were rows before."""
    path = str(store.reading_folder(item) / "rows.parquet")
    own = "where row_key like 'E-%:% {%'" if item.profile == "soken-case" else ""
    return store.ask(f"select kind, owner, {', '.join(FIELDS)} from read_parquet($path) {own} order by row", path=path)


def test_a_copy_of_a_person_under_a_disclosure_is_valid_and_bears_its_mark(room: Room, tmp_path: Path) -> None:
    code = codes(room)[0]
    asked = ask_disclosure(
        room.operation, by=room.analyst, form="case", person=code, recipient="東京地検", reason="照会12号"
    )
    release_disclosure(room.operation, asked.pk, by=room.reviewer, packet=packet_in_words)
    copy = take_disclosure(room.operation, asked.pk, by=room.analyst, packet=packet_in_words)
    (tmp_path / copy.name).write_bytes(copy.file.read())
    assert validate([str(tmp_path / copy.name)]).conforms
    (mark,) = [one for one in graph(tmp_path / copy.name) if one.get("soken:part") == "mark"]
    assert mark["soken:taken_by"] == room.analyst.username
    export_person(room.operation, code, tmp_path / "unmarked.jsonld")
    assert graph(tmp_path / "unmarked.jsonld") == [one for one in graph(tmp_path / copy.name) if one != mark]


def test_another_systems_devices_and_acts_are_evidence_and_its_persons_have_their_names(
    settings: Settings, tmp_path: Path
) -> None:
    settings.HOME = home = open_home(tmp_path / "home")
    room = make_room("foreign")
    context = {
        "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
        "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
        "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
        "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    }
    things: list[dict[str, Any]] = [
        {"@id": "kb:d", "@type": "uco-observable:Device", "uco-core:name": "laptop"},
        {"@id": "kb:a", "@type": "case-investigation:InvestigativeAction", "uco-core:name": "seized"},
    ]
    person = {"@id": "kb:p", "@type": "uco-identity:Person", "uco-core:name": "山田 太郎"}
    taken = []
    for name, graph in (("things.jsonld", things), ("named.jsonld", [*things, person])):
        file = tmp_path / name
        file.write_text(json.dumps({"@context": context, "@graph": graph}, ensure_ascii=False), "utf-8")
        said = Acquisition(warrant="W", seized_by="x", received_at="2026-11-02T09:00:00+09:00")
        made = take_in_evidence(room.operation, file, home=home, acquisition=said, actor="tester", progress=silent())
        taken.append((made.result.rows_accepted, made.result.rows_set_aside))
    assert taken == [(2, 0), (3, 0)]
    resolve_operation(room.operation, home=home, progress=silent())
    assert list(room.operation.persons.values_list("name", flat=True)) == ["山田 太郎"], "no device is a person"
