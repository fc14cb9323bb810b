"""Every refusal that a page or a command shows is said in the reader's language: a new one without fails here."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.actions.receive_referral import receive_referral
from soken.casework.actions.record_custody_step import record_custody_step
from soken.casework.actions.record_disposition import record_disposition
from soken.casework.actions.record_restraint import record_restraint
from soken.casework.models import Person
from soken.core import errors
from soken.core.errors import SokenError
from soken.desk.posted import refusal_words
from soken.desk.sentences import in_japanese
from soken.review.stages import Stage
from soken.route.transfers import rules
from tests.casework.dossiers import AT, Room, bring_to, decide, make_dossier, make_room, refer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from soken.casework.models import Dossier

SOURCE = Path(__file__).parents[2] / "src" / "soken"
NAMES = {name for name, one in vars(errors).items() if isinstance(one, type)} | {"GateError"}
TRANSLATED = {"_", "gettext", "ngettext", "pgettext"}
#: What no person is told: answers to programs, which go by the code of a refusal.
NO_PERSON = ("api/",)
#: What leads to the page that says that there is nothing here, whatever the sentence.
NOT_FOUND_HERE = ("The page has no such form.", "The page has no such row.", "The form names no job.",
                  "There is no such document.", "The evidence item has no such column.",
                  "There is no such installation.")  # fmt: skip


def _texts(node: ast.expr, known: dict[str, str]) -> list[str] | None:
    """The sentences that an expression can be, varying parts as ``<part>``; None where that cannot be told."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Name) and node.id in known:
        return [known[node.id]]
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(one.value) if isinstance(one, ast.Constant) else "<part>" for one in node.values)]
    if isinstance(node, ast.IfExp):
        return [*(_texts(node.body, known) or []), *(_texts(node.orelse, known) or [])]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        name = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
        return [re.sub(r"\{\w*\}", "<part>", known[name])] if name in known else None
    return None


def _is_translated(node: ast.expr) -> bool:
    told = node.left if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) else node
    return isinstance(told, ast.Call) and isinstance(told.func, ast.Name) and told.func.id in TRANSLATED


def _refusals() -> Iterator[tuple[str, list[str] | None]]:
    """Every refusal in the code, for people: where, and its sentences if it is not translated."""
    for path in sorted(SOURCE.rglob("*.py")):
        where = path.relative_to(SOURCE).as_posix()
        if where.startswith(NO_PERSON):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known = {
            one.target.id: one.value.value
            for one in tree.body
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
            and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str)
        }  # fmt: skip
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES):
                continue
            if node.args and not _is_translated(node.args[0]):
                yield f"{where}:{node.lineno}", _texts(node.args[0], known)


def _known(text: str) -> bool:
    """Tell whether a sentence has its Japanese; a part glued to a word may be a clause that is not always there."""
    return any(in_japanese(one) is not None for one in (text, re.sub(r"(?<=\w)<part>", "", text)))


#: Sentences that are made elsewhere and handed on → where they are.
MADE_ELSEWHERE = {
    "access/actions.py": "Django says what is wrong with a password, in its own translations",
    "casework/actions/enter_address.py": "host_words: gettext, one sentence a fault",
    "core/duck.py": "the sentence of whoever asks a table, each of them in sentences.toml",
    "intake/reading.py": "tally.nobody, in sentences.toml",
    "prioritise/checked.py": "the caller's sentence, each of them in prioritise/instrument_file.py",
    "commands/dossier.py": "the head of a shut gate, with what is missing in words",
    "casework/actions/advance.py": "the head of a shut gate, translated where it is raised",
}


def test_every_refusal_that_a_person_can_be_shown_is_known_in_japanese() -> None:
    unknown = [
        (where, text)
        for where, texts in _refusals()
        if where.split(":")[0] not in MADE_ELSEWHERE or texts
        for text in (texts if texts is not None else ["?"])
        if text not in NOT_FOUND_HERE and not _known(text)
    ]
    assert unknown == [], "translate it by gettext, or, below the desk, add it to sentences.toml"


def test_what_is_left_out_is_still_there() -> None:
    for part in (*NO_PERSON, *MADE_ELSEWHERE):
        assert (SOURCE / part).exists(), part


def test_a_page_shows_no_refusal_but_through_the_words_of_its_language() -> None:
    bare = [
        path.name for path in SOURCE.rglob("*.html") if re.search(r"{{ *\w*\.?problem *}}", path.read_text("utf-8"))
    ]
    assert bare == []


# And played: refusals that put words of a table into a sentence

LATIN = re.compile(r"[A-Za-z]{3,}")
DAY = AT.date()
FORM = dict.fromkeys(rules().form, "別添のとおり")


def _offer(dossier: Dossier, room: Room) -> None:
    offer_transfer(
        dossier, by=room.reviewer, to="osaka", kind="transfer", reason="転居", form={**FORM, next(iter(FORM)): ""}
    )


def _another_office(dossier: Dossier, room: Room) -> None:
    refer(dossier, room, office="osaka")


def _gate(dossier: Dossier, room: Room) -> None:
    Person.objects.filter(code=dossier.person_code).update(band="review")
    refer(dossier, room)


def _same_office(dossier: Dossier, room: Room) -> None:
    refer(dossier, room)
    decide(dossier, room, "transfer", office="tokyo")


def _not_possible_then(dossier: Dossier, room: Room) -> None:
    refer(dossier, room)
    receive_referral(dossier, by=room.liaison, on=DAY, number="検1号")
    record_disposition(dossier, by=room.liaison, kind="summary-order", on=DAY + timedelta(days=1), reference="検1号")


def _custody_out_of_turn(dossier: Dossier, room: Room) -> None:
    record_restraint(
        dossier, by=room.investigator, began_at=AT - timedelta(hours=5), arrested_by="police", form="warrant"
    )
    record_custody_step(dossier, by=room.investigator, kind="extended", happened_at=AT, days=5)


PLAYED = [_offer, _another_office, _gate, _same_office, _not_possible_then, _custody_out_of_turn]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("act", PLAYED)
def test_words_of_tables_inside_a_refusal_are_the_readers_too(
    act: Callable[[Dossier, Room], Any], language: str
) -> None:
    with time_machine.travel(AT, tick=False):
        room = make_room()
        dossier = bring_to(make_dossier(room), Stage.READY, room)
        with translation.override(language), pytest.raises(SokenError) as refused:
            act(dossier, room)
        with translation.override(language):
            said = refusal_words(refused.value)
    own = said.replace(dossier.person_code, "").replace(room.operation.name, "")
    if language == "ja":
        assert not LATIN.search(own), said
    else:
        assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", own), said


@pytest.mark.django_db
def test_a_shut_gate_says_in_japanese_what_is_missing() -> None:
    """The room of the prosecutor, as a page: no code of ours, the sentence and what is missing in words."""
    with time_machine.travel(AT, tick=False):
        room = make_room()
        dossier = bring_to(make_dossier(room), Stage.READY, room)
        Person.objects.filter(code=dossier.person_code).update(band="review")
        desk = Client(headers={"accept-language": "ja"})
        desk.force_login(room.reviewer)
        said = {"kind": "papers", "office": "tokyo", "reference": "送致1号", "sent_on": DAY, "liaison": "heron-liaison"}
        answer = desk.post(
            f"/operations/heron/persons/{dossier.person_code}/referral",
            {"act": "send", "version": dossier.version, **said},
        )
    alert = re.search(r'role="alert"><p>(.*?)</p>', answer.content.decode(), re.DOTALL)[1]
    assert answer.status_code == 409
    assert "review-open" not in alert
    assert "まだ" in alert
