"""The code lists of verdicts and instances: what each means once it is final, before which court, since when (R36)."""

from __future__ import annotations

from datetime import date

import pytest

from soken.core.errors import DamagedStoreError
from soken.reference.dispositions import DispositionClass
from soken.reference.verdicts import COURTS, Outcome, instance_named, instances, verdict_kind, verdict_kinds
from soken.review.retention import rules


@pytest.mark.parametrize(
    ("outcome", "codes"),
    [
        (
            Outcome.CONVICTED,
            {
                "imprisonment",
                "suspended-sentence",
                "part-suspended-sentence",
                "fine",
                "summary-order",
                "penalty-exempted",
            },
        ),
        # Of a child of whom nothing is proved the family court says so by another word; it is the same for the child.
        (Outcome.ACQUITTED, {"acquitted", "no-delinquency"}),
        (Outcome.ENDED, {"discharged", "dismissed-by-judgment", "dismissed-by-ruling", "no-jurisdiction"}),
        (Outcome.MEASURE, {"protective-measure"}),
        (Outcome.NO_MEASURE, {"child-welfare", "no-hearing", "no-disposition", "measure-revoked"}),
        (Outcome.UPHELD, {"upheld"}),
        (Outcome.UNDECIDED, {"remanded", "to-family-court"}),
    ],
)
def test_each_verdict_means_what_the_law_says(outcome: Outcome, codes: set[str]) -> None:
    assert {code for code, one in verdict_kinds().items() if one.outcome is outcome} == codes


def test_after_an_acquittal_alone_erasing_is_the_default() -> None:
    """A discharge or a dismissal says nothing of guilt: people decide anew."""
    erased = {one for one in Outcome if one.value in rules().outcomes and rules().outcomes[one.value].word.flag}
    assert erased == {Outcome.ACQUITTED}
    assert {one.value for one in Outcome} - rules().outcomes.keys() == {"upheld", "undecided"}


def test_only_what_was_ended_without_a_judgment_on_it_can_be_brought_anew() -> None:
    assert {code for code, one in verdict_kinds().items() if one.again} == {
        "dismissed-by-judgment", "dismissed-by-ruling", "no-jurisdiction",
    }  # fmt: skip


def test_nobody_is_found_guilty_by_the_family_court_nor_measured_by_another() -> None:
    only = {code for code, one in verdict_kinds().items() if one.of == {DispositionClass.FAMILY_COURT}}
    assert only == {
        "protective-measure", "child-welfare", "no-hearing", "no-disposition", "no-delinquency", "measure-revoked",
    }  # fmt: skip
    assert {code for code, one in verdict_kinds().items() if one.of == COURTS} == {"upheld", "remanded"}


def test_a_retrial_alone_follows_what_is_final() -> None:
    assert {code for code, one in instances().items() if one.final} == {"retrial", "revocation"}


def test_every_code_has_words_in_both_languages_a_law_and_a_first_day() -> None:
    for table in (verdict_kinds(), instances()):
        for one in table.values():
            assert one.said("en").isascii()
            assert not one.said("ja").isascii()
            assert "法" in one.law
            assert date(1949, 1, 1) <= one.since
    assert verdict_kinds()["part-suspended-sentence"].since == date(2016, 6, 1)


def test_a_stored_code_that_the_list_lost_is_said() -> None:
    with pytest.raises(DamagedStoreError, match="pardoned"):
        verdict_kind("pardoned")
    with pytest.raises(DamagedStoreError, match="moon"):
        instance_named("moon")
