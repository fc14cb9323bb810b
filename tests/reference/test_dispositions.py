"""The code lists of what a prosecutor decides: whole, dated, and what each means for the case (R30)."""

from __future__ import annotations

from datetime import date

import pytest

from soken.core.errors import DamagedStoreError
from soken.reference.dispositions import (
    DispositionClass,
    disposition_kind,
    disposition_kinds,
    inquest_resolutions,
    reopening_grounds,
)


def test_a_summary_order_is_a_prosecution() -> None:
    assert disposition_kinds()["summary-order"].of is DispositionClass.PROSECUTION


@pytest.mark.parametrize(
    ("of", "codes"),
    [
        (DispositionClass.PROSECUTION, {"formal-trial", "summary-order", "speedy-trial", "inquest-indictment"}),
        (
            DispositionClass.NON_PROSECUTION,
            {
                "no-offence", "no-suspicion", "insufficient-evidence", "suspension-of-prosecution",
                "limitation-complete", "suspect-dead", "other-ground", "jurisdiction-lacking", "complaint-lacking",
                "final-judgment", "protective-measure", "already-indicted", "penalty-abolished", "amnesty",
                "under-14", "insanity", "penalty-exempted",
            },
        ),
        (DispositionClass.FAMILY_COURT, {"family-court"}),
        (DispositionClass.INTERMEDIATE, {"transfer", "suspension-of-investigation"}),
    ],
)  # fmt: skip
def test_each_code_stands_in_its_class(of: DispositionClass, codes: set[str]) -> None:
    assert {code for code, one in disposition_kinds().items() if one.of is of} == codes


def test_only_an_intermediate_one_leaves_the_case_open() -> None:
    assert {code for code, one in disposition_kinds().items() if not one.final} == {
        "transfer", "suspension-of-investigation",
    }  # fmt: skip


@pytest.mark.parametrize(("day", "possible"), [(date(2006, 10, 1), False), (date(2006, 10, 2), True)])
def test_a_code_is_possible_from_its_first_day(day: date, possible: bool) -> None:
    assert disposition_kinds()["speedy-trial"].possible_on(day) is possible


def test_every_code_has_words_in_both_languages() -> None:
    for table in (disposition_kinds(), reopening_grounds(), inquest_resolutions()):
        for one in table.values():
            assert one.said("en").isascii()
            assert not one.said("ja").isascii()


def test_only_a_resolution_against_the_non_prosecution_renews_the_case() -> None:
    renewing = {one for ground in reopening_grounds().values() for one in ground.inquest}
    assert renewing == {"prosecute", "not-proper", "indictment"}


def test_a_second_review_ends_in_an_indictment_or_none_and_since_2009() -> None:
    second = {code: one.since for code, one in inquest_resolutions().items() if one.second}
    assert second == dict.fromkeys(("indictment", "no-indictment"), date(2009, 5, 21))
    assert not disposition_kinds()["inquest-indictment"].possible_on(date(2009, 5, 20))


def test_the_family_court_alone_gives_back_what_went_there() -> None:
    lifts = {code: one.lifts for code, one in reopening_grounds().items()}
    assert {code for code, of in lifts.items() if of is DispositionClass.FAMILY_COURT} == {
        "family-court", "family-court-of-age",
    }  # fmt: skip
    assert {code for code, of in lifts.items() if of is DispositionClass.PROSECUTION} == {"dismissed"}


def test_a_stored_code_that_the_list_lost_is_said() -> None:
    with pytest.raises(DamagedStoreError, match="pardon"):
        disposition_kind("pardon")
