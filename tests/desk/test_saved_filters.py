"""Saved filters: a choice of the list under a name, for oneself or for all, and whom it finds for work on many."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from soken.casework.actions.save_filter import delete_filter, save_filter
from soken.casework.models import Dossier, SavedFilter
from soken.casework.selectors.persons import ORDERS, PersonQuery
from soken.casework.selectors.saved_filters import codes_of, filter_named, query_of, saved_filters, text_of
from soken.commands.main import app
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from tests.desk.factory import ALONE, TAKAHASHI, World
from tests.desk.reading import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

LIST, FILTERS, BULK = (f"/operations/kingfisher/{name}" for name in ("persons", "filters", "bulk"))
TAKA = PersonQuery(text=TAKAHASHI)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def saved(world: World, who: str = "analyst", name: str = "高橋", **values: Any) -> SavedFilter:
    return save_filter(world.operation, by=world.users[who], name=name, **{"query": TAKA, **values})


@given(
    st.builds(
        PersonQuery,
        prefecture=st.sampled_from(["", "-", "13", "27"]),
        band=st.sampled_from(["", "same", "review"]),
        least=st.integers(1, 10**9),
        text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=100).map(str.strip),
        order=st.sampled_from(sorted(ORDERS)),
    )
)
def test_what_is_saved_asks_for_the_same_again(query: PersonQuery) -> None:
    from urllib.parse import parse_qsl

    assert query_of(dict(parse_qsl(text_of(query)))) == query


@pytest.mark.parametrize(
    "asked",
    [{"least": "9" * 5000}, {"band": "all"}, {"order": "pk; drop"}, {"least": "-1"}, {"q": "\0"}],
    ids=["a number far too long", "no band", "no order", "less than nothing", "a NUL"],
)
def test_what_an_address_cannot_mean_is_left_out(asked: dict[str, str]) -> None:
    assert query_of(asked) == PersonQuery()


def test_a_filter_is_saved_shown_used_and_deleted_on_the_page(desk: Client, world: World) -> None:
    answer = desk.post(FILTERS, {"name": "高橋さん", "query": f"q={TAKAHASHI}"})
    assert answer["Location"] == f"{LIST}?q={TAKAHASHI}"
    page = desk.get(answer["Location"]).content.decode()
    assert re.search(rf'<a href="{LIST}\?q={TAKAHASHI}" aria-current="true">高橋さん</a>', page)
    key = SavedFilter.objects.get().pk
    desk.post(FILTERS, {"act": "delete", "key": key})
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"name": "", "query": "q=a"}, 422, "Give the filter a name"),
        ({"name": "長" * 61, "query": "q=a"}, 422, "at most 60 characters"),
        ({"name": "全部", "query": "order=rows"}, 422, "The list is not filtered"),
        ({"name": "高橋", "query": "q=b"}, 409, "You have a filter “高橋” already"),
    ],
    ids=["no name", "a long name", "no filter", "a name taken"],
)
def test_bad_input_is_said_and_changes_nothing(
    form: dict[str, str], status: int, says: str, desk: Client, world: World
) -> None:
    saved(world)
    answer = desk.post(FILTERS, form)
    assert answer.status_code == status
    assert says in answer.content.decode()
    assert [one.query for one in SavedFilter.objects.all()] == [text_of(TAKA)]


def test_a_filter_is_replaced_only_when_asked(world: World) -> None:
    saved(world)
    saved(world, query=PersonQuery(band="review"), replace=True)
    assert [one.query for one in SavedFilter.objects.all()] == ["band=review"]


def test_a_filter_is_ones_own_until_it_is_shared_and_only_its_owner_deletes_it(world: World) -> None:
    mine = saved(world)
    reviewer = world.users["reviewer"]
    assert saved_filters(world.operation, reviewer) == []
    with pytest.raises(NotFoundError):
        delete_filter(world.operation, mine.pk, by=reviewer)
    saved(world, shared=True, replace=True)
    assert saved_filters(world.operation, reviewer) == [mine]
    with pytest.raises(RefusedError, match="only they can delete it"):
        delete_filter(world.operation, mine.pk, by=reviewer)


def test_ones_own_filter_goes_before_a_shared_one_of_its_name(world: World) -> None:
    saved(world, "reviewer", shared=True)
    assert filter_named(world.operation, world.users["analyst"], "高橋").by == world.users["reviewer"]
    own = saved(world, query=PersonQuery(band="same"))
    assert filter_named(world.operation, world.users["analyst"], "高橋") == own


def test_a_filter_finds_whom_the_list_shows_and_says_when_they_are_too_many(world: World) -> None:
    every = saved(world, query=PersonQuery(least=1, text="P-"))
    assert {TAKAHASHI, ALONE} <= set(codes_of(world.operation, every, 100))
    with pytest.raises(BadInputError, match="more than 1 persons"):
        codes_of(world.operation, every, 1)
    with pytest.raises(BadInputError, match="finds nobody now"):
        codes_of(world.operation, saved(world, name="誰も", query=PersonQuery(text="無い名前")), 100)


def test_work_on_many_takes_whom_a_filter_finds_and_previews_them_first(desk: Client, world: World) -> None:
    chosen = saved(world)
    answer = desk.post(BULK, {"act": "open", "step": "apply", "saved": chosen.pk})
    assert answer.status_code == 200
    assert not Dossier.objects.exists(), "a filter is previewed, whichever button was pressed"
    kept = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.content.decode(), re.DOTALL)
    assert kept is not None
    assert kept[1].split() == [TAKAHASHI]
    desk.post(BULK, {"act": "open", "step": "apply", "codes": kept[1]})
    assert [one.person_code for one in Dossier.objects.all()] == [TAKAHASHI]


def test_a_filter_that_finds_nobody_is_said_on_the_page_of_many(desk: Client, world: World) -> None:
    chosen = saved(world, query=PersonQuery(text="無い名前"))
    answer = desk.post(BULK, {"act": "open", "step": "preview", "saved": chosen.pk})
    assert answer.status_code == 400
    assert "finds nobody now" in answer.content.decode()


def test_who_sees_no_persons_saves_nothing(world: World) -> None:
    assert signed_in(world.users["auditor"]).post(FILTERS, {"name": "x", "query": "q=a"}).status_code == 403


def test_the_commands_do_the_same(world: World) -> None:
    analyst = world.users["analyst"]
    analyst.set_password("a long enough password")
    analyst.save()

    def run(*words: str) -> Any:
        said = [*words, "--operation", "kingfisher", "--by", analyst.username]
        return CliRunner().invoke(app, said, input="a long enough password\n")

    def told(*words: str) -> Any:
        printed = run(*words, "--json").stdout
        return json.loads(printed[printed.index("{") :])

    assert run("filter", "save", "高橋", "--text", TAKAHASHI, "--shared").exit_code == 0
    listed = told("filter", "list")
    assert [one["name"] for one in listed["filters"]] == ["高橋"]
    tried = told("dossier", "bulk", "--act", "open", "--filter", "高橋")
    assert [(one["person"], one["done"]) for one in tried["persons"]] == [(TAKAHASHI, True)]
    assert not Dossier.objects.exists()
    assert run("dossier", "bulk", "--act", "open").exit_code != 0
    assert run("filter", "delete", "高橋").exit_code == 0
    assert not SavedFilter.objects.exists()
