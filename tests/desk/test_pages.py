"""What the pages tell: every row accounted for, every value led back to its row, nothing claimed that nobody found."""

import html
import re
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from soken.access.models import Role
from soken.casework.models import EvidenceItem, Membership, Operation, Person, ResolveRun
from tests.desk.factory import ALONE, AT, PASSWORD, RELATIVE, TAKAHASHI, World, make_evidence, make_user
from tests.desk.reading import signed_in

BASE = "/operations/kingfisher"


def text_of(page: bytes) -> str:
    """The page as a person reads it: without tags, spaces made one."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.decode())).split())


def row_address(world: World, number: int) -> str:
    return reverse("row", args=["kingfisher", world.item.evidence_id, number])


# Entrance


def test_sign_in_and_out(world: World) -> None:
    client = Client()
    answer = client.post("/sign-in", {"login": "kingfisher-analyst", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == "/"
    client.post("/sign-out")
    assert client.get(BASE).status_code == 302


def test_a_wrong_password_tells_nothing_about_the_name(world: World) -> None:
    for name in ("kingfisher-analyst", "nobody"):
        answer = Client().post("/sign-in", {"login": name, "password": "wrong"})
        assert "The name or the password is wrong." in text_of(answer.content)


def test_sign_in_does_not_lead_off_the_site(world: World) -> None:
    answer = Client().post(
        "/sign-in?next=https://evil.example/",
        {"login": "kingfisher-analyst", "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert answer["Location"] == "/"


def test_the_language_is_switched_and_the_page_kept(desk: Client) -> None:
    answer = desk.post("/language", {"language": "ja", "next": f"{BASE}/persons?band=review"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{BASE}/persons?band=review"
    page = answer.content.decode()
    assert '<html lang="ja">' in page
    assert "人物候補" in page


def test_health_is_told_without_sign_in(db: None) -> None:
    assert Client().get("/healthz").content == b"ok\n"


def test_every_answer_forbids_what_is_not_ours(desk: Client) -> None:
    for path in ("/operations", BASE, "/nothing"):
        policy = desk.get(path)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_an_administrator_reads_where_their_work_is_done(db: None) -> None:
    page = text_of(signed_in(make_user("teal-admin", Role.ADMINISTRATOR)).get("/operations").content)
    assert "see no person" in page
    assert "soken user new NAME --role ROLE" in page


# Errors


@pytest.mark.parametrize(("language", "words"), [("en", "Not found"), ("ja", "見つかりません")])
def test_what_is_not_there_is_told_in_the_readers_language(language: str, words: str, desk: Client) -> None:
    desk.cookies["django_language"] = language
    assert words in text_of(desk.get("/nothing").content)


def test_a_form_without_its_token_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in", {"login": "kingfisher-analyst", "password": PASSWORD})
    assert answer.status_code == 403
    assert "The form was not accepted" in text_of(answer.content)


def test_a_damaged_store_is_told_as_such(desk: Client, world: World) -> None:
    (_folder(world) / "readings" / "0001" / "reading.json").write_text("{", encoding="utf-8")
    answer = desk.get(reverse("evidence", args=["kingfisher", world.item.evidence_id]))
    assert answer.status_code == 500
    assert "soken doctor" in text_of(answer.content)


def _folder(world: World):
    from django.conf import settings

    return settings.HOME.evidence / world.item.evidence_id


# Overview


def test_the_overview_reconciles_and_counts(desk: Client, world: World) -> None:
    page = text_of(desk.get(BASE).content)
    assert "6 = 5 + 1" in page
    assert "adds up" in page
    for words in ("Rows read 6", "Rows that claim an identity 5", "Proposed persons 3", "Links to review 1"):
        assert words in page
    assert world.item.sha256 in page.replace(" ", "")


def test_without_evidence_the_overview_tells_what_to_do(desk: Client, world: World) -> None:
    empty = Operation.objects.create(name="Empty", slug="empty", created_at=AT)
    Membership.objects.create(operation=empty, user=world.users["analyst"])
    assert "soken intake FILE --operation empty" in text_of(desk.get("/operations/empty").content)
    assert "soken resolve --operation empty" in text_of(desk.get("/operations/empty/persons").content)


def test_before_the_first_run_the_overview_tells_what_to_do(desk: Client, world: World) -> None:
    ResolveRun.objects.all().delete()
    page = text_of(desk.get(BASE).content)
    assert "soken resolve --operation kingfisher" in page
    assert "6 = 5 + 1" in page


def test_evidence_after_the_run_makes_the_persons_out_of_date(desk: Client, world: World) -> None:
    assert "out of date" not in text_of(desk.get(BASE).content)
    make_evidence(world.operation)
    assert "out of date" in text_of(desk.get(BASE).content)
    assert "out of date" in text_of(desk.get(f"{BASE}/persons/{TAKAHASHI}").content)


# Evidence


def test_what_the_manifest_lacks_is_said_to_be_missing(desk: Client, world: World) -> None:
    page = text_of(desk.get(reverse("evidence", args=["kingfisher", world.item.evidence_id])).content)
    assert "Warrant 平成29年(む)第12号" in page
    assert "Seized where not recorded" in page
    assert page.index("received by tester") < page.index("sealed: copied, hashed, made read-only by tester")
    assert "ショップ用メモ欄 not mapped" in page


def test_rows_set_aside_are_listed_with_reason_and_masked(desk: Client, world: World) -> None:
    address = reverse("set-aside", args=["kingfisher", world.item.evidence_id])
    page = text_of(desk.get(address).content)
    assert "fewer fields than the header" in page
    assert "line 5 · byte 480, 31 long" in page
    assert "9999,字字" in page
    assert "1 row" in text_of(desk.get(f"{address}?reason=too-few-fields").content)
    assert "0 rows" in text_of(desk.get(f"{address}?reason=syntax").content)


def test_a_row_is_shown_as_typed_with_its_place(desk: Client, world: World) -> None:
    page = text_of(desk.get(row_address(world, 3)).content)
    for words in ("Line 4", "from 360, 119 long", "ﾀｶﾊｼ", "渋谷区神宮前１－２－３", "お名前(姓)", "ショップ用メモ欄"):
        assert words in page
    assert world.item.sha256 in page.replace(" ", "")
    assert TAKAHASHI in page


def test_a_row_that_was_set_aside_is_shown_masked(desk: Client, world: World) -> None:
    page = text_of(desk.get(row_address(world, 4)).content)
    assert "set aside fewer fields than the header" in page
    assert "9999,字字" in page


def test_rows_lead_to_the_rows_before_and_after(desk: Client, world: World) -> None:
    first = desk.get(row_address(world, 1)).content.decode()
    assert 'rel="prev"' not in first
    assert f'rel="next" href="{row_address(world, 2)}"' in first
    assert 'rel="next"' not in desk.get(row_address(world, 6)).content.decode()


def test_text_from_the_file_is_never_markup(desk: Client, world: World) -> None:
    for path in (row_address(world, 6), f"{BASE}/persons/{ALONE}"):
        page = desk.get(path).content.decode()
        assert "<b>12</b>" not in page
        assert "&lt;b&gt;12&lt;/b&gt;" in page


# Persons


def test_the_list_shows_persons_with_most_rows_first(desk: Client) -> None:
    page = text_of(desk.get(f"{BASE}/persons").content)
    assert "1–3 of 3 persons" in page
    assert page.index(TAKAHASHI) < page.index(RELATIVE)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("band=review", {TAKAHASHI, RELATIVE}),
        ("band=same", {ALONE}),
        ("prefecture=13", {TAKAHASHI, RELATIVE}),
        ("prefecture=Bavaria", {ALONE}),
        ("least=2", {TAKAHASHI}),
        ("q=髙橋", {TAKAHASHI}),
        ("q=高", {RELATIVE}),
        ("q=p-2222", {RELATIVE}),
        ("q=3333", {ALONE}),
        ("q=%00%25_", set()),
        ("band=nonsense&least=-4&order=nonsense&at=nonsense", {TAKAHASHI, RELATIVE, ALONE}),
    ],
)
def test_the_list_is_filtered_by_the_address(query: str, expected: set[str], desk: Client) -> None:
    page = desk.get(f"{BASE}/persons?{query}").content.decode()
    assert set(re.findall(r">(P-[0-9A-Z-]{14})</a>", page)) == expected


@pytest.mark.parametrize(("language", "name"), [("en", "Tokyo"), ("ja", "東京都")])
def test_prefectures_are_named_in_the_readers_language(language: str, name: str, desk: Client) -> None:
    desk.cookies["django_language"] = language
    assert name in text_of(desk.get(f"{BASE}/persons").content)


def test_the_list_costs_the_same_few_queries_however_long_it_is(
    desk: Client, world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Person.objects.bulk_create(
        Person(
            operation=world.operation,
            code=f"P-0000-0000-{n:04d}",
            name=f"佐藤{n}",
            band="same",
            rows=1,
            records=1,
            items=0,
        )
        for n in range(120)
    )
    # Session, user, operation, compartments, run; count, page, prefectures.
    with django_assert_num_queries(10):
        desk.get(f"{BASE}/persons")


def test_the_person_page_costs_few_queries(
    desk: Client, world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Session, user, operation, compartments, person, run, evidence, names of those to review,
    # dossier.
    with django_assert_num_queries(11):
        desk.get(f"{BASE}/persons/{TAKAHASHI}")


# One person


def test_a_person_is_plainly_a_proposal(desk: Client) -> None:
    page = text_of(desk.get(f"{BASE}/persons/{TAKAHASHI}").content)
    assert "proposed Nobody has confirmed this person." in page


def test_a_person_shows_what_its_rows_claim_and_why_they_are_one(desk: Client) -> None:
    page = text_of(desk.get(f"{BASE}/persons/{TAKAHASHI}").content)
    for words in ("髙橋 健一 高橋健一", "ﾀｶﾊｼ ｹﾝｲﾁ", "KEN.TAKA@mail.example ken.taka@mail.example", "ITEM-0002"):
        assert words in page
    assert "same phone 090-0000-0001 09000000001 +12.1" in page
    assert "given names differ 健一 美咲 −6.2" in page
    assert "a misread name, or a relative?" in page
    assert RELATIVE in page


def test_other_peoples_names_stand_apart_from_the_persons(desk: Client) -> None:
    page = text_of(desk.get(f"{BASE}/persons/{TAKAHASHI}").content)
    assert "Addressee 山本 葵 1 row 2" in page
    assert "Addressees and payers may be other people" in page


def test_every_claimed_identity_leads_to_its_row(desk: Client, world: World) -> None:
    page = desk.get(f"{BASE}/persons/{TAKAHASHI}").content.decode()
    for number in (1, 2, 3):
        assert f'href="{row_address(world, number)}"' in page
    assert f'href="{row_address(world, 5)}"' in page, "the other side of the link to review"


def test_a_person_of_one_identity_says_so(desk: Client) -> None:
    page = text_of(desk.get(f"{BASE}/persons/{ALONE}").content)
    assert "All rows claim exactly the same identity." in page
    assert "no date" in page


def test_evidence_counts_are_those_of_the_store(world: World) -> None:
    """The factory's own sums, so that the other tests stand on something."""
    item = EvidenceItem.objects.get()
    assert item.rows_read == item.rows_accepted + item.rows_set_aside == 6


def test_a_viewer_is_not_shown_the_mapping_form(world: World) -> None:
    viewer = make_user("viewer", "investigator")  # type: ignore[arg-type]
    Membership.objects.create(operation=world.operation, user=viewer)
    client = signed_in(viewer)
    page = client.get(reverse("evidence", args=["kingfisher", world.item.evidence_id])).content.decode()
    assert "/mapping" not in page


# On paper


def test_a_page_on_paper_says_who_saw_it_and_when(desk: Client) -> None:
    with time_machine.travel("2026-11-24T01:00:00+00:00", tick=False):
        page = text_of(desk.get(f"{BASE}/persons/{TAKAHASHI}").content)
    assert f"As kingfisher-analyst saw it on 2026-11-24 10:00 JST. testserver{BASE}/persons/{TAKAHASHI}" in page


def test_no_page_shows_a_hash_unbroken() -> None:
    """64 signs in a row are wider than a telephone: hashes are shown in blocks that a line can end between."""
    bare = re.compile(r"{{ [a-z_.]*sha256 }}")
    shown = Path(__file__).parents[2].joinpath("src", "soken", "desk", "templates").rglob("*.html")
    assert [path.name for path in shown if bare.search(path.read_text(encoding="utf-8"))] == []
