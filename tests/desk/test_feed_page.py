"""The pages of the filter feed: enter, decide by two, publish, carry away; who sees what."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from soken.access.models import Role, User
from soken.casework.actions.decide_address import agree_to_decision, propose_decision
from soken.casework.actions.enter_address import enter_address
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import FeedEntry, FeedVersion
from soken.casework.selectors.dossier import today
from soken.casework.selectors.feed_candidates import address_columns
from soken.core.progress import silent
from soken.exchange.feed_forms import Form
from soken.exchange.feed_read import Verdict, check_host, read_feed
from soken.intake import Acquisition
from tests.casework.test_feed import LIST
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from tests.desk.factory import World

RELEASE = {"act": "release", "reason": "押収"}
EN = {"accept-language": "en"}


def page(client: Client, address: str, language: str = "en") -> str:
    return text_of(client.get(address, headers={"accept-language": language}))


def post(client: Client, where: str, /, **said: Any) -> int:
    return client.post(where, said, headers=EN).status_code


@pytest.fixture
def reviewer(world: World) -> Client:
    return signed_in(world.users["reviewer"])


@pytest.fixture
def at(world: World) -> str:
    return f"/operations/{world.operation.slug}/feed"


def listed(world: World, host: str) -> FeedEntry:
    entry = enter_address(world.operation, host, by=world.users["analyst"])
    day = today() + timedelta(days=60)
    propose_decision(world.operation, host, "release", by=world.users["analyst"], reason="押収", review_on=day)
    agree_to_decision(world.operation, host, "release", by=world.users["reviewer"])
    return entry


def test_the_whole_way_of_an_address_by_two_people(desk: Client, reviewer: Client, at: str) -> None:
    day = (today() + timedelta(days=60)).isoformat()
    assert post(desk, at, act="enter", address="https://Shop.Example/cart") == 302
    assert "entered, not released" in page(desk, at)
    assert post(desk, at, act="release", host="shop.example", reason="裁判所の没収命令", review_on=day) == 302
    own = page(desk, at)
    assert "You have decided this; another person has to agree." in own
    assert "Agree: release it" not in own
    assert post(reviewer, "/feed") == 409, "one of two releases nothing"
    assert "Agree: release it" in page(reviewer, at)
    seen = FeedEntry.objects.get().steps.get().pk
    agree = {"act": "agree", "host": "shop.example", "decision": "release", "seen": seen}
    assert post(desk, at, **agree) == 409
    assert post(reviewer, at, **agree) == 302
    assert "The newest version is not what stands released now" in page(desk, at)
    assert post(desk, "/feed") == 409, "an analyst publishes nothing"
    assert post(reviewer, "/feed") == 302
    assert post(reviewer, "/feed") == 409, "nothing has changed"
    for form in Form:
        answer = desk.get(f"/feed?version=1&file={form.value}")
        assert answer["Content-Disposition"].startswith('attachment; filename="0001-soken-feed.')
        assert read_feed(answer.content).version == 1
    assert post(reviewer, at, act="delist", host="shop.example", reason="誤り", review_on="") == 302
    seen = FeedEntry.objects.get().steps.last().pk
    assert post(desk, at, act="agree", host="shop.example", decision="delist", seen=seen) == 302
    assert post(reviewer, "/feed") == 302
    file = read_feed(desk.get("/feed?version=2&file=rpz").content)
    assert check_host("shop.example", file) is Verdict.NOT_LISTED
    said = page(desk, at)
    for word in ("delisted", "裁判所の没収命令", "誤り", "analyst", "reviewer"):
        assert word in said
    assert list(FeedVersion.objects.values_list("number", "hosts")) == [(2, 0), (1, 1)]


def test_an_address_past_its_review_date_is_shown_and_stays(world: World, desk: Client, at: str) -> None:
    entry = listed(world, "shop.example")
    listed(world, "shop2.example")
    listed(world, "日本語.example")
    assert "xn--wgv71a119e.example 日本語.example" in page(desk, at), "two people can read what they release"
    assert "review date passed" not in page(desk, at)
    FeedEntry.objects.filter(pk=entry.pk).update(review_on=today() - timedelta(days=1))
    said = page(desk, at)
    assert "The review date of 1 address has passed." in said
    assert "They stay as they are until two people decide." in said
    only = page(desk, f"{at}?overdue=yes")
    assert "shop.example" in only
    assert "shop2.example" not in only
    assert FeedEntry.objects.get(pk=entry.pk).state == "listed"
    ja = page(desk, at, "ja")
    assert "1件のアドレスが見直し日を過ぎています。" in ja
    assert "フィルター用フィード" in ja


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({"act": "enter", "address": "co.jp"}, 422, "where everybody registers names"),
        ({"act": "enter", "address": "github.io"}, 409, "all its users would be withheld"),
        ({"act": "enter", "address": ""}, 422, "The form is not complete"),
        ({**RELEASE, "host": "shop.example", "review_on": ""}, 422, "The form is not complete"),
        ({**RELEASE, "host": "none.example", "review_on": "2027-01-01"}, 409, "has not entered"),
        ({"act": "agree", "host": "shop.example", "decision": "release", "seen": "x"}, 409, "as you saw it"),
        ({"act": "csv"}, 422, "The form is not complete"),
    ],
)
def test_what_is_refused_is_said_above_the_form_and_changes_nothing(
    said: dict[str, str], status: int, words: str, world: World, desk: Client, at: str
) -> None:
    enter_address(world.operation, "shop.example", by=world.users["analyst"])
    answer = desk.post(at, said, headers=EN)
    assert answer.status_code == status
    assert words in text_of(answer)
    assert list(FeedEntry.objects.values_list("host", "state")) == [("shop.example", "entered")]


def test_a_csv_says_what_became_of_each_line(desk: Client, at: str) -> None:
    file = SimpleUploadedFile("list.csv", b"host\nshop.example\nco.jp\nshop.example\n")
    said = text_of(desk.post(at, {"act": "csv", "file": file}, headers=EN))
    assert "3 lines: 1 entered, 1 known already, 1 refused" in said
    assert "Line 3: “co.jp” is where everybody registers names" in said


def test_addresses_are_picked_from_a_column_of_the_evidence(
    world: World, desk: Client, at: str, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(LIST, "utf-8")
    item = take_in_evidence(
        world.operation, path, home=settings.HOME, acquisition=Acquisition(), actor="tester", progress=silent()
    ).item
    here = f"{at}/{item.evidence_id}"
    assert item.evidence_id in page(desk, at)
    assert "product" not in page(desk, here), "a column of titles is not offered"
    place = str(address_columns(item).index(("", "shop_url")) + 1)
    shown = page(desk, f"{here}?column={place}")
    for words in ("shop.example", "cdn.shop2.example", "6 rows; 1 say nothing there, 1 name no host"):
        assert words in shown
    assert "one.two" not in shown
    assert post(desk, here, column=place, host=["github.io"]) == 409
    assert post(desk, here, column=place) == 422
    assert post(desk, here, column=place, host=["shop.example", "cdn.shop2.example"]) == 302
    assert list(FeedEntry.objects.values_list("host", "source", "row")) == [
        ("cdn.shop2.example", "evidence", 3), ("shop.example", "evidence", 1)
    ]  # fmt: skip
    assert desk.get(f"{here}?column=99").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [("analyst", 200), ("investigator", 200), ("reviewer", 200), ("liaison", 403), ("auditor", 403)],
)
def test_who_sees_the_versions(role: str, status: int, db: None) -> None:
    client = signed_in(User.objects.create(username="who", role=Role(role)))
    assert client.get("/feed").status_code == status


@pytest.mark.parametrize("address", ["/feed?file=rpz", "/feed?version=1&file=exe", "/feed?version=9&file=rpz"])
def test_what_is_not_there_is_not_found(address: str, desk: Client) -> None:
    assert desk.get(address).status_code == 404
