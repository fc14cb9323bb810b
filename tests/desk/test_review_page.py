"""The pages of the review queue: judged with a form, from the keyboard, by two analysts, with undo."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from soken.casework.actions.judge import judge
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.propose_run import propose_run
from soken.casework.models import Judgement, ReviewAct
from soken.core.progress import silent
from tests.casework.review_worlds import Desk, make_desk, sides
from tests.desk.reading import signed_in as browser_of

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

pytestmark = pytest.mark.django_db

REVIEW = "/operations/curlew/review"


@pytest.fixture
def desk(settings: object, tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def signed_in(desk: Desk, who: str = "analyst") -> Client:
    return browser_of(getattr(desk, who))


def form_of(page: str) -> dict[str, str]:
    """What the form of the pair carries along."""
    form = page[page.index("data-pair") : page.index("</form>", page.index("data-pair"))]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def page_of(client: Client, address: str = REVIEW, **query: Any) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_most_valuable_pair_stands_side_by_side_with_its_differences_marked(desk: Desk) -> None:
    page = page_of(signed_in(desk))
    pair = desk.pairs()[0]
    assert pair.left_person in page
    assert pair.right_person in page
    assert "<mark>" in page
    assert "<svg" in page
    assert page.count('type="radio"') == page.count("<kbd>") - 3
    assert re.search(r'<script src="[^"]*desk/review.js" defer>', page)


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("head", {}, 200),
        ("get", {"Sec-Purpose": "prefetch;prerender"}, 503),
        ("get", {"Sec-Purpose": "prefetch"}, 503),
        ("get", {"Purpose": "prefetch"}, 503),
    ],
)
def test_a_page_that_nobody_looks_at_takes_no_pair(
    method: str, headers: dict[str, str], status: int, desk: Desk
) -> None:
    answer = getattr(signed_in(desk), method)(REVIEW, headers=headers)
    assert answer.status_code == status
    assert not any(one.leased_by for one in desk.pairs())
    assert form_of(page_of(signed_in(desk, "analyst2")))["place"] == "1"


def test_an_answer_leads_to_the_next_pair(desk: Desk) -> None:
    client = signed_in(desk)
    said = form_of(page_of(client))
    answer = client.post(REVIEW, {**said, "reason": "different-given", "note": "姉弟"}, follow=True)
    assert "Recorded." in answer.content.decode()
    assert form_of(answer.content.decode())["place"] == "2"
    act = ReviewAct.objects.get()
    assert (act.verdict, act.code, act.note, act.by) == ("different", "different-given", "姉弟", desk.analyst)


def test_the_last_answer_is_undone_with_one_button_and_asked_again(desk: Desk) -> None:
    client = signed_in(desk)
    client.post(REVIEW, {**form_of(page_of(client)), "reason": "same-contact"})
    page = page_of(client)
    undo = dict(re.findall(r'name="(act|key|reason)" value="([^"]*)"', page[: page.index("data-pair")]))
    answer = client.post(REVIEW, undo, follow=True)
    assert "the pair is asked again" in answer.content.decode()
    assert desk.pairs()[0].settled_by is None


def test_two_analysts_see_two_pairs_and_the_second_answer_is_told(desk: Desk) -> None:
    one, other = signed_in(desk), signed_in(desk, "analyst2")
    mine = form_of(page_of(one))
    assert form_of(page_of(other))["place"] == "2"
    assert "curlew-analyst has this pair before them" in page_of(other, place=1)
    one.post(REVIEW, {**mine, "reason": "same-contact"})
    answer = other.post(REVIEW, {**mine, "reason": "different-given"})
    assert answer.status_code == 409
    assert "curlew-analyst has answered this pair since you opened it" in answer.content.decode()
    assert Judgement.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "status", "problem"),
    [
        ({}, 422, "Choose a reason"),
        ({"reason": "same-source"}, 422, "The note is missing"),
        ({"reason": "same-contact", "left": "nonsense"}, 404, ""),
        ({"reason": "same-contact", "left": "E-000000000000:1"}, 404, ""),
    ],
    ids=["no reason", "a reason that needs words", "no row", "nobody's row"],
)
def test_a_bad_answer_is_told_and_changes_nothing(desk: Desk, said: dict[str, str], status: int, problem: str) -> None:
    client = signed_in(desk)
    answer = client.post(REVIEW, {**form_of(page_of(client)), **said})
    assert answer.status_code == status
    assert problem in answer.content.decode()
    assert not ReviewAct.objects.exists()


def test_a_contradiction_is_shown_before_the_click(desk: Desk) -> None:
    pair = desk.pairs()[0]
    client = signed_in(desk)
    _reject_elsewhere(desk)
    page = page_of(client, place=pair.place)
    assert "contradicts what people have said" in page
    assert 'name="confirmed"' in page
    refused = client.post(REVIEW, {**form_of(page), "reason": "same-contact"})
    assert refused.status_code == 409
    assert "confirm that they are taken back" in refused.content.decode()
    client.post(REVIEW, {**form_of(page), "reason": "same-contact", "confirmed": "1"})
    assert desk.pairs()[0].settled_by is not None


def _reject_elsewhere(desk: Desk) -> None:
    """Judge other rows of the first pair's two persons different, without touching the pair itself."""
    import pyarrow.parquet as pq

    from soken.resolve import RowRef

    pair = desk.pairs()[0]
    third = desk.operation.persons.filter(band="same").order_by("pk").first()
    assert third is not None
    rows = pq.read_table(desk.folder / "membership.parquet").to_pylist()
    elsewhere = next(RowRef(one["evidence"], one["row"]) for one in rows if one["person"] == third.code)
    left, right = sides(pair).values()
    judge(desk.operation, by=desk.analyst2, left=left, right=elsewhere, verdict="same", code="same-contact")
    judge(desk.operation, by=desk.analyst2, left=elsewhere, right=right, verdict="different", code="different-given")


def test_what_was_said_is_listed_and_taken_back_with_a_reason(desk: Desk) -> None:
    act = judge(desk.operation, by=desk.analyst2, **sides(desk.pairs()[0]), verdict="same", code="same-moved")
    client = signed_in(desk)
    page = page_of(client, f"{REVIEW}/history")
    assert "Moved home or changed number" in page
    assert client.post(f"{REVIEW}/history", {"key": act.pk, "reason": " "}).status_code == 422
    page = client.post(f"{REVIEW}/history", {"key": act.pk, "reason": "誤り"}, follow=True).content.decode()
    assert f"Undone by act {act.pk + 1}." in page
    assert client.post(f"{REVIEW}/history", {"key": act.pk, "reason": "誤り"}).status_code == 409


def test_further_doubts_are_listed(desk: Desk) -> None:
    desk.operation.review_pairs.filter(place__gt=3).update(asked=False)
    page = page_of(signed_in(desk), f"{REVIEW}/further")
    assert page.count(f'href="{REVIEW}?place=') == len(desk.pairs()) - 3


def test_the_pages_are_japanese_on_request(desk: Desk) -> None:
    client = signed_in(desk)
    client.post("/language", {"language": "ja", "next": REVIEW})
    page = page_of(client)
    assert "同一人物か、別人か" in page
    assert "名が異なる（同居の家族）" in page


def test_who_may_not_judge_sees_no_way_there(desk: Desk) -> None:
    client = signed_in(desk, "investigator")
    assert client.get(REVIEW).status_code == 403
    assert f'href="{REVIEW}"' not in client.get("/operations/curlew/persons").content.decode()


def persons_of(desk: Desk) -> tuple[str, str]:
    """Two persons of several records about whom nothing is asked."""
    found = desk.operation.persons.filter(band="same", records__gte=2).order_by("records", "pk")
    return found[0].code, found[1].code


def test_a_persons_page_shows_its_open_questions_with_a_link(desk: Desk) -> None:
    pair = desk.pairs()[0]
    page = page_of(signed_in(desk), f"/operations/curlew/persons/{pair.left_person}")
    assert "open question" in page
    assert f'href="{REVIEW}?place=1"' in page
    assert "open question" not in page_of(signed_in(desk), f"/operations/curlew/persons/{persons_of(desk)[0]}")


def test_persons_are_joined_after_a_preview_of_what_it_contradicts(desk: Desk) -> None:
    one, other = persons_of(desk)
    client, address = signed_in(desk), f"/operations/curlew/persons/{one}/who"
    preview = page_of(client, address, **{"with": other})
    assert "contradicts nothing" in preview
    said = dict(re.findall(r'type="hidden" name="(act|seen|with)" value="([^"]*)"', preview))
    answer = client.post(address, {**said, "reason": "same-source", "note": "照会回答"}, follow=True)
    assert "the next run of resolve proposes the persons so" in answer.content.decode()
    assert "照会回答" in answer.content.decode()
    again = client.post(address, {**said, "reason": "same-source", "note": "照会回答"})
    assert again.status_code == 409
    assert "changed since you opened the page" in again.content.decode()


def test_who_joins_persons_is_told_of_the_work_under_way_on_them(desk: Desk) -> None:
    one, other = persons_of(desk)
    open_dossier(desk.operation, other, by=desk.analyst2)
    client, address = signed_in(desk), f"/operations/curlew/persons/{one}/who"
    preview = page_of(client, address, **{"with": other})
    assert "Work is under way on these" in preview
    assert f"/persons/{other}/dossier" in preview
    said = dict(re.findall(r'type="hidden" name="(act|seen|with)" value="([^"]*)"', preview))
    said |= {"reason": "same-source", "note": "照会回答"}
    assert client.post(address, said).status_code == 409
    assert ReviewAct.objects.count() == 0
    assert 'name="confirmed"' in preview
    assert client.post(address, {**said, "confirmed": "1"}).status_code == 302
    assert ReviewAct.objects.get().kind == "merge"


def test_the_queue_says_on_whom_work_is_under_way(desk: Desk) -> None:
    client, pair = signed_in(desk), desk.pairs()[0]
    assert "Work is under way on these" not in page_of(client, f"{REVIEW}?place=1")
    open_dossier(desk.operation, pair.right_person, by=desk.analyst2)
    page = page_of(client, f"{REVIEW}?place=1")
    assert "Work is under way on these" in page
    assert f"/persons/{pair.right_person}/dossier" in page


def test_a_person_is_split_after_a_preview_and_brought_back(desk: Desk) -> None:
    one, _other = persons_of(desk)
    client, address = signed_in(desk), f"/operations/curlew/persons/{one}/who"
    page = page_of(client, address)
    part = re.findall(r'name="part" value="([^"]+)"', page)[0]
    preview = page_of(client, address, part=part)
    said = dict(re.findall(r'type="hidden" name="(act|seen|part)" value="([^"]*)"', preview))
    client.post(address, {**said, "reason": "different-birth"})
    act = ReviewAct.objects.get()
    assert (act.kind, act.persons) == ("split", [one])
    then = page_of(client, address, at=act.pk)
    assert "Let the judgements stand as they stood then" in then
    client.post(address, {"act": "undo", "key": act.pk, "reason": "誤り"})
    client.post(address, {"act": "restore", "key": act.pk, "reason": "やはり別人"})
    assert Judgement.objects.filter(superseded_by=None, verdict="different").count() == act.judgements.count()
    assert "brought back to an earlier state" in page_of(client, address)


@pytest.mark.parametrize(
    ("asked", "status", "problem"),
    [
        ({"with": "nobody"}, 422, "code looks like"),
        ({"with": "P-0000-0000-0000"}, 404, "has no person"),
        ({"part": "E-000000000000:1"}, 404, "is not among the rows"),
        ({"at": "999"}, 404, "There is no act number 999"),
    ],
    ids=["no code", "no person", "no row", "no act"],
)
def test_a_preview_of_nonsense_is_told(desk: Desk, asked: dict[str, str], status: int, problem: str) -> None:
    answer = signed_in(desk).get(f"/operations/curlew/persons/{persons_of(desk)[0]}/who", asked)
    assert answer.status_code == status
    assert problem in answer.content.decode()


def test_a_new_run_is_shown_with_what_it_changes_and_accepted_by_a_button(settings: object, tmp_path: Path) -> None:
    desk = make_desk(tmp_path, rows=500)
    pair = desk.pairs()[0]
    judge(desk.operation, by=desk.analyst2, **sides(pair), verdict="same", code="same-contact")
    propose_run(desk.operation, home=desk.home, progress=silent())
    client, address = signed_in(desk), f"{REVIEW}/run"
    page = page_of(client, address)
    for code in (pair.left_person, pair.right_person):
        assert f"/persons/{code}" in page
    assert client.post(address, {"act": "accept", "candidate": "C-0009"}).status_code == 404
    answer = client.post(address, {"act": "accept", "candidate": "C-0001"}, follow=True)
    assert "its proposals are shown now" in answer.content.decode()
    assert desk.run.run_id == "R-0002"
    assert client.post(address, {"act": "discard", "candidate": "C-0001"}).status_code == 409
    assert signed_in(desk, "reviewer").get(address).status_code == 403
