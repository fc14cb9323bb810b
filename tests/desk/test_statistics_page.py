"""The page of the statistics: whom it is open to, what it says, what can be carried away (R38-R40)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from soken.access.models import Role, User
from soken.casework.actions.take_vintage import load_published
from soken.casework.models import Vintage
from soken.core.home import open_home
from tests.desk.reading import signed_in, text_of

if TYPE_CHECKING:
    from django.test import Client

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
    load_published(open_home())
    page = text_of(statistician.get("/statistics?vintage=published-1&year=2017", headers={"accept-language": "en"}))
    for said in ("2,413", "+316", "1,703", "1,216", "42.4 % is a share of the child victims", "7,000 on the list"):
        assert said in page
    ja = text_of(statistician.get("/statistics?vintage=published-1&year=2017", headers={"accept-language": "ja"}))
    assert "検挙人員" in ja
    assert "42.4％は被害児童に占める割合" in ja


def test_a_chart_says_in_words_what_it_shows(statistician: Client) -> None:
    load_published(open_home())
    page = statistician.get("/statistics", headers={"accept-language": "en"}).content.decode()
    assert "Cases cleared: 2015 1,938, 2016 2,097, 2017 2,413, 2018 3,097." in page
    assert "style=" not in page.split("<main")[1], "the content security policy would drop it"


@pytest.mark.parametrize("ending", ["json", "csv", "xlsx", "pdf"])
def test_each_file_is_handed_out_under_its_name(ending: str, statistician: Client) -> None:
    load_published(open_home())
    answer = statistician.get(f"/statistics?year=2017&file={ending}")
    assert answer.status_code == 200
    assert f"soken-published-1-2017.{ending}" in answer["Content-Disposition"]
    assert len(answer.content) > 1000


@pytest.mark.parametrize("address", ["/statistics?vintage=live-9", "/statistics?file=exe", "/statistics?file=pdf"])
def test_what_is_not_there_is_not_found(address: str, statistician: Client) -> None:
    assert statistician.get(address).status_code == 404


def test_before_the_first_vintage_the_page_says_what_to_do(statistician: Client) -> None:
    assert "Record clearances from the referral on" in text_of(
        statistician.get("/statistics", headers={"accept-language": "en"})
    )
