"""The list of persons: whatever the filter and the order, each person on exactly one page, forwards and backwards."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from soken.casework.models import Operation, Person
from soken.casework.selectors import persons as selectors
from soken.casework.selectors.persons import ORDERS, PersonQuery, persons_page
from soken.casework.selectors.prefectures import prefecture_counts
from tests.desk.factory import AT


def make_persons(count: int) -> Operation:
    """Persons with many equal values, so that only the key tells them apart; some without a name, date or place."""
    operation = Operation.objects.create(name="Long", slug="long", created_at=AT)
    Person.objects.bulk_create(
        Person(
            operation=operation,
            code=f"P-0000-0000-{number:04d}",
            name=("", "佐藤", "Sato", "𠮷田")[number % 4],
            prefecture=("", "01", "13", "Bavaria")[number % 4],
            band=("same", "review")[number % 3 == 0],
            rows=number % 5 + 1,
            records=1,
            items=0,
            last_order=("", "2016-01-01", "2017-12-31")[number % 3],
        )
        for number in range(count)
    )
    return operation


def walk(operation: Operation, query: PersonQuery, *, back: bool = False) -> list[list[str]]:
    """All pages from the first to the last, or from the last back to the first (in reading order)."""
    pages = []
    page = persons_page(operation, query)
    cursors = []
    while True:
        pages.append(page)
        if not page.later:
            break
        cursors.append(page.later)
        page = persons_page(operation, _at(query, page.later))
    if not back:
        return [[one.code for one in page.persons] for page in pages]
    returned = [pages[-1]]
    while returned[0].earlier:
        returned.insert(0, persons_page(operation, _at(query, returned[0].earlier)))
    assert [(one.first, one.last) for one in returned] == [(one.first, one.last) for one in pages]
    return [[one.code for one in page.persons] for page in returned]


def _at(query: PersonQuery, cursor: str) -> PersonQuery:
    return PersonQuery(query.prefecture, query.band, query.least, query.text, query.order, cursor)


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(ORDERS))
@pytest.mark.parametrize("prefecture", ["", "-", "13"])
@pytest.mark.parametrize("band", ["", "review"])
def test_each_person_is_on_exactly_one_page(
    order: str, prefecture: str, band: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "PAGE", 7)
    operation = make_persons(61)
    query = PersonQuery(prefecture=prefecture, band=band, order=order)
    fitting = operation.persons.order_by(*ORDERS[order])
    if prefecture:
        fitting = fitting.filter(prefecture=prefecture.strip("-"))
    if band:
        fitting = fitting.filter(band=band)
    codes = list(fitting.values_list("code", flat=True))
    forwards = walk(operation, query)
    assert [code for page in forwards for code in page] == codes
    assert persons_page(operation, query).total == len(codes)
    assert walk(operation, query, back=True) == forwards


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 100])
def test_pages_at_the_edges_of_fifty(count: int) -> None:
    operation = make_persons(count)
    page = persons_page(operation, PersonQuery())
    assert len(page.persons) == min(count, 50)
    assert bool(page.later) == (count > 50)
    assert page.earlier == ""


@pytest.mark.django_db
def test_a_cursor_of_another_order_begins_at_the_first_page() -> None:
    operation = make_persons(120)
    later = persons_page(operation, PersonQuery(order="name")).later
    assert persons_page(operation, PersonQuery(order="rows", cursor=later)).first == 1


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=80))
@example("M0")
@example("e30")
def test_no_cursor_breaks_the_page(text: str) -> None:
    if not Operation.objects.exists():
        make_persons(3)
    page = persons_page(Operation.objects.get(), PersonQuery(cursor=text))
    assert page.total == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("佐", 15),
        ("ｓａｔｏ", 15),
        ("Ｓａｔｏ", 15),
        ("𠮷", 15),
        ("P-0000-0000-0007", 1),
        ("0000-0000-0007", 1),
        ("%", 0),
        ("  ", 60),
    ],
)
def test_the_search_takes_beginnings_however_wide(text: str, found: int) -> None:
    operation = make_persons(60)
    assert persons_page(operation, PersonQuery(text=text)).total == found


@pytest.mark.django_db
def test_prefectures_are_counted() -> None:
    assert prefecture_counts(make_persons(60), None) == [("", 15), ("01", 15), ("13", 15), ("Bavaria", 15)]


@pytest.mark.django_db
def test_the_filtered_list_is_read_through_an_index() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own plan")
    operation = make_persons(10)
    for query in (PersonQuery(), PersonQuery(prefecture="13"), PersonQuery(band="review"), PersonQuery(order="name")):
        plan = selectors._filtered(operation, query).order_by(*ORDERS[query.order])[:51].explain()
        assert "USING INDEX" in plan
        assert "TEMP B-TREE" not in plan, plan


@pytest.mark.django_db
def test_those_in_review_are_looked_for_among_themselves() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own plan")
    operation = make_persons(10)
    for query, index in (
        (PersonQuery(band="review"), "person_review"),
        (PersonQuery(band="review", prefecture="13"), "person_review_prefecture"),
    ):
        fitting = selectors._filtered(operation, query)
        for asked in (fitting.order_by(*ORDERS[query.order])[:51], fitting.order_by()[:101]):
            assert re.search(rf"\b{index}\b", asked.explain()), asked.explain()
