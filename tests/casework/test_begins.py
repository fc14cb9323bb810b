"""The list of persons, filtered by what a name begins with: found by an index, and what `istartswith` finds."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from soken.access.eyes import machine_sees_all
from soken.casework.begins import begins, first_behind
from soken.casework.models import Operation, Person
from soken.casework.selectors import persons as selectors
from soken.casework.selectors.persons import PersonQuery, persons_page
from tests.desk.factory import make_world

pytestmark = pytest.mark.django_db

NAMES = (
    "佐藤 一郎",
    "佐々木 花",
    "𠮷田 翔",
    "McDonald Ann",
    "mcdonald Bo",
    "MCDONALD",
    "van Dijk",
    "ÅSTRÖM",
    "åström",
    "%_",
    "",
)


@pytest.fixture
def operation() -> Operation:
    operation = make_world(resolved=False).operation
    Person.objects.bulk_create(
        Person(
            operation=operation,
            code=f"P-0000-0000-{at:04d}",
            name=name,
            kana=name,
            band="same",
            rows=1,
            records=1,
            items=1,
        )
        for at, name in enumerate(NAMES)
    )
    return operation


@pytest.mark.parametrize(
    ("text", "found"),
    [("佐", 2), ("佐藤", 1), ("𠮷", 1), ("mcdon", 3), ("McDonald a", 1), ("VAN d", 1), ("%", 1), ("_", 0), ("x", 0)],
)
def test_a_beginning_is_found_in_capitals_or_not(operation: Operation, text: str, found: int) -> None:
    assert operation.persons.filter(begins("name", text)).count() == found


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.sampled_from("佐藤々𠮷mMcCdDvVaA %_åÅ\ud7ff\U0010ffff"), min_size=1, max_size=6))
def test_whatever_is_typed_finds_whom_it_begins(operation: Operation, text: str) -> None:
    found = set(operation.persons.filter(begins("name", text)).values_list("name", flat=True))
    exactly = {name for name in NAMES if name.startswith(text)}
    in_any_case = {name for name in NAMES if name.lower().startswith(text.lower())}
    assert exactly <= found <= in_any_case


@pytest.mark.parametrize(
    ("text", "behind"),
    [("佐", "佑"), ("a", "b"), ("\ud7ff", "\ue000"), ("a\U0010ffff", "b"), ("\U0010ffff", "")],
)
def test_the_first_text_behind_all_that_begin_so(text: str, behind: str) -> None:
    assert first_behind(text) == behind


def test_an_index_finds_it() -> None:
    operation = make_world(resolved=False).operation
    Person.objects.bulk_create(
        Person(operation=operation, code=f"P-{at:014d}", kana=f"{at:04d}", band="same", rows=1, records=1, items=1)
        for at in range(2_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    plan = operation.persons.filter(begins("kana", "サトウ")).explain()
    if connection.vendor == "sqlite":
        assert "person_kana" in plan
    else:
        assert "person_kana_begins" in plan
        assert "(kana)::text >=" in plan.split("Index Cond", 1)[1].splitlines()[0]


def test_no_query_of_the_list_goes_through_all_that_fit(operation: Operation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "COUNTED", 5)
    with machine_sees_all():
        page = persons_page(operation, PersonQuery())
        few = persons_page(operation, PersonQuery(text="佐"))
    assert (page.total, page.more) == (5, True)
    assert (few.total, few.more) == (2, False)
