"""The page of the statistics: whom it is open to, what it says, what can be carried away (R38-R40)."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from soken.access.models import Role, User
from soken.casework.actions.take_vintage import load_published
from soken.casework.models import ClearedCase, Vintage
from soken.casework.selectors.store import home
from tests.api.small import YEAR, take_small_vintage
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from django.test import Client

    from tests.desk.factory import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def statistician() -> Client:
    return signed_in(User.objects.create(username="counts", role=Role.STATISTICIAN))


@pytest.mark.parametrize(
    ("role", "status"),
    [("statistician", 200), ("auditor", 200), ("reviewer", 200), ("analyst", 403), ("administrator", 403)],
)
def test_who_sees_figures(role: str, status: int) -> None:
    client = signed_in(User.objects.create(username="who", role=role))
    assert client.get("/statistics").status_code == status
    taken = client.post("/statistics").status_code
    assert taken == {"statistician": 302, "auditor": 409, "reviewer": 409}.get(role, 403)
    assert Vintage.objects.exists() is (role == "statistician")


def test_the_page_shows_the_year_in_three_counts_and_says_how_to_read_them(statistician: Client) -> None:
    load_published(home())
    page = text_of(statistician.get("/statistics?vintage=published-1&year=2017", headers={"accept-language": "en"}))
    for said in ("2,413", "+316", "1,703", "1,216", "42.4 % is a share of the child victims", "7,000 on the list"):
        assert said in page
    ja = text_of(statistician.get("/statistics?vintage=published-1&year=2017", headers={"accept-language": "ja"}))
    assert "検挙人員" in ja
    assert "42.4％は被害児童に占める割合" in ja


def test_a_chart_says_in_words_what_it_shows(statistician: Client) -> None:
    load_published(home())
    page = statistician.get("/statistics", headers={"accept-language": "en"}).content.decode()
    assert "Cases cleared: 2015 1,938, 2016 2,097, 2017 2,413, 2018 3,097." in page
    assert "style=" not in page.split("<main")[1], "the content security policy would drop it"


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("year=2017&part=H3", 400, "H3"),
        ("year=2017&part=13&file=csv", 400, "13"),
        ("year=abc", 400, "no number"),
        ("year=%C2%B2", 400, "no number"),
        ("year=99999", 404, "no cases of 99999"),
        ("year=2017&table=nope", 400, "no table"),
        ("year=2017&place=moon", 400, "moon"),
        ("year=2017&public=perhaps", 400, "perhaps"),
    ],
)
def test_what_no_report_has_is_said_instead_of_another_report(
    address: str, status: int, says: str, statistician: Client
) -> None:
    load_published(home())
    answer = statistician.get(f"/statistics?vintage=published-1&{address}", headers={"accept-language": "en"})
    assert answer.status_code == status
    (said,) = re.findall(r'role="alert">(.*?)</p>', answer.content.decode())
    assert says in said
    assert "1,703" not in answer.content.decode(), "no other report in its place"


def test_the_page_says_where_published_figures_were_corrected_since_they_were_loaded(statistician: Client) -> None:
    loaded = load_published(home())
    asked = {"headers": {"accept-language": "ja"}}
    assert "訂正されました" not in text_of(statistician.get("/statistics", **asked))
    Vintage.objects.filter(pk=loaded.pk).update(fingerprint="published.toml")  # as an earlier version marked it
    page = text_of(statistician.get("/statistics", **asked))
    assert "公表値の収録内容が訂正されました。soken demo --published-tables で改めて読み込んでください。" in page


@pytest.mark.parametrize(("said", "final"), [({}, False), ({"final": "yes"}, True)])
def test_a_vintage_is_taken_as_provisional_or_final(said: dict[str, str], final: bool, statistician: Client) -> None:
    page = statistician.get("/statistics").content.decode()
    assert '<input type="checkbox" name="final" value="yes">' in page
    statistician.post("/statistics", said)
    assert Vintage.objects.get().final is final


def test_a_vintage_chosen_in_the_form_shows_its_newest_year(statistician: Client) -> None:
    """The form sends the year that it offered of the vintage before."""
    load_published(home())
    answer = statistician.get("/statistics?of=live-1&vintage=published-1&year=2026")
    assert answer.status_code == 200
    assert '<option value="2018" selected>' in answer.content.decode()


@pytest.mark.parametrize("ending", ["json", "csv", "xlsx", "pdf"])
def test_each_file_is_handed_out_under_its_name(ending: str, statistician: Client) -> None:
    load_published(home())
    answer = statistician.get(f"/statistics?year=2017&file={ending}")
    assert answer.status_code == 200
    assert f"soken-published-1-2017.{ending}" in answer["Content-Disposition"]
    assert len(answer.content) > 1000


@pytest.mark.parametrize("address", ["/statistics?vintage=live-9", "/statistics?file=exe", "/statistics?file=pdf"])
def test_what_is_not_there_is_not_found(address: str, statistician: Client) -> None:
    assert statistician.get(address).status_code == 404


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("public", ["no", "yes"])
def test_every_part_of_the_page_has_a_name_of_its_own(language: str, public: str, world: World) -> None:
    """Whoever hears the page goes from part to part by their names."""
    take_small_vintage(world)
    client = signed_in(world.users[Role.REVIEWER])
    page = client.get(
        f"/statistics?year={YEAR}&public={public}", headers={"accept-language": language}
    ).content.decode()
    names = re.findall(r'<section aria-labelledby="([^"]+)"><h2 id="\1">([^<]+)</h2>', page)
    assert len(names) == page.count("<section") > 10
    assert [name for name, seen in Counter(said for _code, said in names).items() if seen > 1] == []


def test_before_the_first_vintage_the_page_says_what_to_do(statistician: Client) -> None:
    assert "Record clearances from the referral on" in text_of(
        statistician.get("/statistics", headers={"accept-language": "en"})
    )


def test_the_page_shows_a_half_year_and_a_month_of_what_is_recorded_here(world: World) -> None:
    take_small_vintage(world)
    on = ClearedCase.objects.get().cleared_on
    client = signed_in(world.users[Role.REVIEWER])
    for language, month, half in (("en", f"{YEAR}-{on.month:02}", "half"), ("ja", f"{YEAR}年{on.month}月", "半期")):
        asked = {"headers": {"accept-language": language}}
        page = text_of(client.get(f"/statistics?vintage=live-1&year={YEAR}&part={on.month:02}", **asked))
        assert month in page
        part = "H1" if on.month <= 6 else "H2"
        assert half in text_of(client.get(f"/statistics?vintage=live-1&year={YEAR}&part={part}", **asked))
    answer = client.get(f"/statistics?vintage=live-1&year={YEAR}&part={on.month:02}&file=csv")
    assert f"soken-live-1-{YEAR}-{on.month:02}.csv" in answer["Content-Disposition"]


def test_a_half_year_is_published_from_the_page(world: World) -> None:
    take_small_vintage(world)
    client = signed_in(world.users[Role.REVIEWER])
    address = f"/statistics?vintage=live-1&year={YEAR}&part=H2&public=yes"
    page = text_of(client.get(address, headers={"accept-language": "en"}))
    assert "A year and its half-years are protected together" in page
    answer = client.get(f"{address}&file=csv", headers={"accept-language": "ja"})
    assert f"soken-live-1-{YEAR}-H2.csv" in answer["Content-Disposition"]
    assert "年と上半期・下半期の表は併せて保護している" in page + text_of(
        client.get(address, headers={"accept-language": "ja"})
    )


def test_a_part_that_cannot_be_shown_is_refused_in_words(world: World) -> None:
    take_small_vintage(world)
    load_published(home())
    client = signed_in(world.users[Role.REVIEWER])
    for address, says in (
        ("vintage=published-1&year=2017&part=H1", "cases-group-half"),
        (f"vintage=live-1&year={YEAR}&part=11&public=yes", "alone it would give away"),
    ):
        answer = client.get(f"/statistics?{address}", headers={"accept-language": "en"})
        assert answer.status_code == 409
        assert says in text_of(answer)


def test_a_table_that_is_left_out_says_why_in_its_place(world: World) -> None:
    take_small_vintage(world)
    client = signed_in(world.users[Role.REVIEWER])
    address = f"/statistics?vintage=live-1&year={YEAR}&public=yes"
    for language, says in (("en", "Not published: small numbers"), ("ja", "少数の値が逆算され得るため公表しない")):
        assert says in text_of(client.get(address, headers={"accept-language": language}))
    for ending in ("json", "csv"):
        assert (
            "逆算され得るため公表しない"
            in client.get(f"{address}&file={ending}", headers={"accept-language": "ja"}).content.decode()
        )
