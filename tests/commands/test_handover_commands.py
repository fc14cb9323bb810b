"""``soken handover``, end to end: two installations, a home each, and a carrier who gets in the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands.installations import Installation
from tests.commands.pair import HERE, THERE, Pair
from tests.home_database import copy_home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, empty_home: Path) -> Iterator[Pair]:
    made = Pair(tmp_path_factory.mktemp("two"), empty_home)
    yield made
    made.end()


def test_a_person_goes_from_one_installation_to_the_other_and_has_one_owner_all_the_way(pair: Pair) -> None:
    code = pair.person(0)
    pair.tokyo(
        "safety", "notify", code, *HERE, "--body", "child-guidance-centre", "--office", "中央児童相談所", "--method",
        "phone", by="inv",
    )  # fmt: skip
    pair.tokyo(
        "track", "allege", code, *HERE, "--offence", "7-1", "--last-on", "2017-02-03", "--basis", "ITEM-0001", by="inv"
    )
    pair.tokyo(
        "dossier", "place", code, *HERE, "--ground", "residence", "--prefecture", "27", "--basis", "住民票", by="inv"
    )
    assert pair.may_act() == (True, False)
    transfer, offer = pair.sent(code)
    assert pair.may_act() == (False, False)

    told = pair.arrived(offer).told
    assert (told["how"], told["state"]) == ("news", "arrived")
    assert [one["handover"] for one in pair.osaka("handover", "list", "--json", by="inv").told["in"]] == [transfer]
    shown = pair.osaka("handover", "show", transfer, *THERE, by="inv").out
    assert "a dossier on 2 rows of 1 files, received 2026-11-02" in shown
    assert "notifications for a child's safety: 1, without an answer: 1" in shown
    assert "two of yours have to" in shown
    assert pair.heard(pair.answered("receive", transfer)).told["state"] == "received"
    assert pair.may_act() == (False, False)

    acceptance = pair.answered("accept", transfer, "--answer", "受理番号 5")
    assert pair.may_act() == (False, True)  # Osaka owns; Tokyo does not know yet, and acts on nothing
    assert pair.heard(acceptance).told["state"] == "accepted"
    assert pair.may_act() == (False, True)
    again = pair.heard(acceptance).told
    assert again["how"] == "again"
    assert "second copy" in again["said"]
    assert pair.arrived(offer).told["how"] == "again"

    osaka = json.loads(pair.osaka.python(_WHAT_BECAME))
    tokyo = json.loads(pair.tokyo.python(_WHAT_BECAME))
    assert [one["force"] for one in tokyo] == ["osaka"]
    (became,) = osaka
    assert (became["force"], became["received_on"], became["stage"]) == ("osaka", "2026-11-02", "proposed")
    assert (became["offences"], became["places"], became["told"]) == (["7-1"], ["27"], ["中央児童相談所"])
    assert [row["full_name"] for row in became["rows"]] == ["髙橋 花子", "高橋花子"]
    (sealed,) = {row["sha256"] for row in tokyo[0]["rows"]}
    assert [(row["of"], row["line"], row["file"]) for row in became["rows"]] == [
        (f"{tokyo[0]['rows'][0]['evidence']}:{number}", str(number + 1), sealed) for number in (1, 2)
    ]
    assert became["confirmations"] == 0
    assert "secret title" not in json.dumps(osaka, ensure_ascii=False)
    assert "taken over from Tokyo MPD; inv" in became["basis"]

    pair.osaka("resolve", *THERE, by="ana")
    proposed = pair.osaka.python(
        "from soken.casework.models import Person\nprint(*Person.objects.values_list('code', flat=True))"
    )
    assert proposed.split() == [became["person"]]
    for side, operation in ((pair.tokyo, "heron"), (pair.osaka, "crane")):
        side("ledger", "verify", by="aud")
        side("doctor", by="root")
        assert transfer in side.python(_DISCLOSED.format(slug=operation))


_WHAT_BECAME = """
import json
from soken.commands.started import started
started()
from soken.casework.models import Dossier, SafetyNotification
from soken.casework.selectors import store
from soken.core.vault import opened, original_in
found = []
for one in Dossier.objects.order_by("pk"):
    rows = []
    for place in one.rows.order_by("evidence", "row"):
        item = one.operation.evidence.get(evidence_id=place.evidence)
        (row,) = store.ask(
            "select full_name, byte_offset, byte_length from read_parquet($path) where row = $row",
            path=str(store.reading_folder(item) / "rows.parquet"), row=place.row,
        )
        with opened(original_in(store.evidence_folder(item.evidence_id))) as stream:
            raw = stream.read()
        if raw.startswith(b"{"):
            node = json.loads(raw[row["byte_offset"] :][: row["byte_length"]])
            row |= {"of": f"{node['soken:evidence']}:{node['soken:row']}", "line": node["soken:line"]}
            graph = {each["@id"]: each for each in json.loads(raw)["@graph"]}
            (file,) = [each["uco-core:target"]["@id"] for each in graph.values()
                       if each.get("uco-core:source") == {"@id": node["@id"]}]
            row["file"] = graph[file]["uco-core:hasFacet"][1]["uco-observable:hash"]["uco-types:hashValue"]["@value"]
        rows.append(row | {"evidence": place.evidence, "sha256": item.sha256})
    offence = one.offences.first()
    found.append({
        "person": one.person_code, "force": one.force, "stage": one.stage, "received_on": one.received_on.isoformat(),
        "offences": [each.code for each in one.offences.all()],
        "places": [each.prefecture for each in one.places.all()],
        "told": [each.office for each in SafetyNotification.objects.filter(person_code=one.person_code)],
        "confirmations": one.confirmations.count(), "rows": rows, "basis": offence.basis if offence else "",
    })
print(json.dumps(found, ensure_ascii=False))
"""
_DISCLOSED = """
from soken.commands.started import started
started()
from soken.ledger.models import Entry
from soken.ledger.entries import Kind
from soken.ledger.reading import opened
for one in Entry.objects.filter(kind=Kind.DISCLOSURE, operation={slug!r}):
    print(one.recipient, one.about, opened(one))
"""


def test_a_carrier_who_alters_doubles_delays_and_mixes_up_is_told_and_moves_nobody(pair: Pair) -> None:
    code = pair.person(1)
    transfer, offer = pair.sent(code)
    altered = pair.file()
    data = bytearray(offer.read_bytes())
    data[-40] ^= 1
    altered.write_bytes(data)
    assert "altered or damaged on the way" in pair.arrived(altered, code=3).err
    assert "written by this installation itself" in pair.heard(offer, code=5).err
    assert "is no handover of Soken" in pair.arrived(pair.folder / "list.csv", code=3).err
    # The withdrawal overtakes the offer: the offer can never be accepted any more.
    withdrawal = pair.file()
    pair.tokyo("handover", "withdraw", transfer, *HERE, "--reason", "誤送", "--out", withdrawal, by="inv")
    assert pair.may_act() == (False, True)  # Osaka acts on the first test's person, Tokyo on nobody
    assert pair.arrived(withdrawal).told["state"] == "withdrawn"
    late = pair.arrived(offer).told
    assert (late["how"], late["state"]) == ("late", "withdrawn")
    assert "came late" in late["said"]
    pair.osaka("handover", "receive", transfer, *THERE, "--out", pair.file(), by="inv", code=5)
    assert pair.heard(pair.answered("answer", transfer)).told["state"] == "withdrawn"
    assert pair.may_act()[0]
    pair.tokyo(
        "dossier", "place", code, *HERE, "--ground", "residence", "--prefecture", "13", "--basis", "戻り", by="inv"
    )


def test_an_acceptance_that_crosses_a_withdrawal_stands_and_a_return_gives_back(pair: Pair) -> None:
    code = pair.person(2)
    transfer, offer = pair.sent(code)
    pair.arrived(offer)
    pair.answered("receive", transfer)  # lost
    returned = pair.answered("return", transfer, "--reason", "管内に居住の事実なし")
    told = pair.heard(returned).told
    assert told["state"] == "returned"
    assert pair.may_act()[0]
    assert "kept no longer" in pair.osaka("handover", "show", transfer, *THERE, by="inv", code=5).err
    # Once more, under a new code; this time Osaka accepts while Tokyo asks for the person back.
    transfer, offer = pair.sent(code)
    pair.arrived(offer)
    pair.answered("receive", transfer)
    withdrawal = pair.file()
    pair.tokyo("handover", "withdraw", transfer, *HERE, "--reason", "誤送", "--out", withdrawal, by="inv")
    pair.answered("accept", transfer)  # lost
    crossed = pair.arrived(withdrawal).told
    assert (crossed["how"], crossed["state"]) == ("late", "accepted")
    assert pair.heard(pair.answered("answer", transfer)).told["state"] == "accepted"
    assert pair.may_act() == (False, True)
    # What was returned cannot be accepted by an old file, and the other way round.
    assert "second copy" in pair.heard(returned).told["said"]


def test_two_people_are_two_and_a_change_asks_for_a_new_approval(pair: Pair, tmp_path: Path) -> None:
    card = tmp_path / "kyoto.card"
    fingerprint = pair.osaka("handover", "key", "--out", card, "--name", "x", by="root").out.strip()
    add = ["handover", "trust", "add", "Osaka again", "--card", card, "--fingerprint"]
    pair.tokyo(*add, "0000 0000", by="rev", code=3)
    pair.tokyo(*add, fingerprint, by="rev", code=5)  # these keys are registered
    pair.tokyo(*add, fingerprint, by="inv", code=5)  # not for this role
    listed = pair.tokyo("handover", "trust", "list", "--json", by="rev").told["installations"]
    assert [(one["name"], one["state"], one["added_by"], one["compared_by"]) for one in listed] == [
        ("Osaka", "trusted", "rev", "rev2")
    ]


@pytest.fixture(scope="module")
def kyoto(tmp_path_factory: pytest.TempPathFactory, empty_home: Path) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("three")
    copy_home(empty_home, folder / "home")
    made = Installation(folder / "home", "kyoto")
    made("operation", "new", "Ibis", by="root")
    made.people(inv="investigator", rev="reviewer", rev2="reviewer")
    yield made
    made.end()


def test_a_file_that_is_passed_on_to_a_third_installation_counts_for_nothing_there(
    pair: Pair, kyoto: Installation
) -> None:
    pair.trust(pair.tokyo, "Tokyo MPD", kyoto)
    passed_on = pair.folder / "passed-on.age"
    shown: dict[str, Any] = {"kyoto": kyoto.home, "out": passed_on, "file": pair.any_offer()}
    card = pair.folder / "kyoto.card"
    kyoto("handover", "key", "--out", card, "--name", "Kyoto", by="root")
    # Osaka may open what it got, and encrypts Tokyo's own signed words to Kyoto.
    pair.osaka.python(
        "import json, pyrage\nfrom pathlib import Path\n"
        "from soken.casework.selectors import handover_keys\n"
        f"plain = pyrage.decrypt(Path({str(shown['file'])!r}).read_bytes(), [handover_keys._identity()])\n"
        f"to = json.loads(Path({str(card)!r}).read_text())['recipient']\n"
        f"Path({str(passed_on)!r}).write_bytes(pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(to)]))"
    )
    refused = kyoto("handover", "take-in", passed_on, "--operation", "ibis", by="inv", code=5).err
    assert "signed this file for another installation" in refused
    refused = kyoto("handover", "take-in", shown["file"], "--operation", "ibis", by="inv", code=3).err
    assert "encrypted for another installation" in refused
    assert kyoto("handover", "list", "--json", by="inv").told == {"out": [], "in": [], "left_out": 0}


def test_keys_that_were_revoked_send_and_bring_nothing(pair: Pair) -> None:
    offer = pair.any_offer()
    pair.osaka("handover", "trust", "revoke", "Tokyo MPD", "--reason", "鍵の紛失", by="rev")
    refused = pair.arrived(offer, code=5).err
    assert "revoked" in refused
