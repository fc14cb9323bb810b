"""Which of several verdicts counts, and since when for good: the later instance, and only once it is final (R36)."""

from __future__ import annotations

from datetime import date

import pytest

from soken.review.court import Final, Given, counting, final_verdict

_DAYS = [date(2027, month, 1) for month in range(1, 7)]


def given(*said: str) -> list[Given]:
    """Verdicts as "kind instance", with "!" where one is final; each final on the first of its month."""
    found = []
    for day, one in zip(_DAYS, said, strict=False):
        kind, instance = one.removesuffix("!").split()
        found.append(Given(kind, instance, day if one.endswith("!") else None))
    return found


@pytest.mark.parametrize(
    ("verdicts", "kind", "month"),
    [
        pytest.param([], "", 0, id="no verdict"),
        pytest.param(["acquitted first"], "", 0, id="an acquittal that is not final counts for nothing yet"),
        pytest.param(["acquitted first!"], "acquitted", 1, id="a final acquittal"),
        pytest.param(["imprisonment first", "acquitted appeal!"], "acquitted", 2, id="the appeal court acquits"),
        pytest.param(["acquitted first", "imprisonment appeal!"], "imprisonment", 2, id="the appeal court convicts"),
        pytest.param(["acquitted first", "imprisonment appeal"], "", 0, id="convicted on appeal, not final"),
        pytest.param(["acquitted first", "upheld appeal!"], "acquitted", 2, id="the prosecutor's appeal is dismissed"),
        pytest.param(["fine first", "upheld appeal"], "", 0, id="a dismissal that is not final"),
        pytest.param(["fine first", "upheld appeal", "upheld final-appeal!"], "fine", 3, id="dismissed twice"),
        pytest.param(["acquitted first", "remanded appeal"], "", 0, id="quashed and sent back"),
        pytest.param(["acquitted first", "remanded appeal!"], "", 0, id="sent back, and that is final"),
        pytest.param(["acquitted first", "remanded appeal!", "fine first!"], "fine", 3, id="tried anew"),
        pytest.param(["imprisonment first!", "acquitted retrial"], "imprisonment", 1, id="retried, not final yet"),
        pytest.param(["imprisonment first!", "acquitted retrial!"], "acquitted", 2, id="cleared by the retrial"),
        pytest.param(
            ["imprisonment first!", "acquitted retrial", "upheld appeal!"], "acquitted", 3, id="and upheld on appeal"
        ),
        pytest.param(["to-family-court first!"], "", 0, id="sent to the family court"),
        pytest.param(["to-family-court first!", "no-delinquency first!"], "no-delinquency", 2, id="which clears"),
    ],
)
def test_the_last_final_verdict_counts(verdicts: list[str], kind: str, month: int) -> None:
    found = final_verdict(given(*verdicts))
    assert (found.kind, found.on.month) == (kind, month) if found else kind == ""


def test_a_final_verdict_says_what_it_means() -> None:
    found = final_verdict(given("fine first", "upheld appeal!"))
    assert isinstance(found, Final)
    assert found.outcome == "convicted"


def test_after_a_case_was_sent_back_nothing_counts() -> None:
    assert counting(given("fine first", "remanded appeal")) is None
    assert counting(given("fine first", "upheld appeal")) == given("fine first")[0]
