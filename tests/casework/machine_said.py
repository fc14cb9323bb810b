"""What several people may do and say to a dossier in the stateful test: right, wrong, or out of turn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from soken.casework.actions.add_party_role import add_party_role
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.end_squad import agree_to_end, propose_end, refuse_end
from soken.casework.actions.plan_welfare import plan_welfare
from soken.casework.actions.raise_rival import raise_rival
from soken.casework.actions.review_screening import review_screening
from soken.casework.actions.screen import screen
from soken.casework.actions.settle_rival import settle_rival
from tests.casework.dossiers import AT, REQUIRED_RIVALS

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE = ("analyst", "analyst2", "investigator", "reviewer", "reviewer2", "auditor", "stranger")
people = st.sampled_from(PEOPLE)
rivals = st.sampled_from([*REQUIRED_RIVALS, "namesake"])
births = st.sampled_from(
    [None, date(1979, 5, 1), date(1979, 5, 1), date(1979, 1, 5), date(2013, 5, 1), date(2030, 1, 1)]
)
days = st.sampled_from([None, date(2015, 7, 14), date(2026, 9, 2), date(1970, 1, 1), date(2027, 1, 1)])
untils = st.integers(-1, 100).map(lambda ahead: AT.date() + timedelta(days=ahead))

#: What is recorded with words and codes alone → its act.
ACTS: dict[str, Any] = {
    "screen": screen,
    "review": review_screening,
    "confirm": confirm_identity,
    "role": add_party_role,
    "raise": raise_rival,
    "settle": settle_rival,
    "welfare": plan_welfare,
}
ADDING = ("screen", "review", "review", "confirm", "confirm", "role", "raise", "settle", "settle", "welfare")
#: What may be said in it.
SAID: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "screen": st.fixed_dictionaries({"reason": st.sampled_from(["items-covered", "never-received", "whim"])}),
    "review": st.just({}),
    "confirm": st.fixed_dictionaries(
        {
            "basis": st.sampled_from(["住民票と照合", " "]),
            "born_on": births,
            "birth_unknown": st.sampled_from([False, True]),
        }
    ),
    "role": st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "payer"]), "other": st.sampled_from(["", "母"]), "basis": st.just("照会")}
    ),
    "raise": st.fixed_dictionaries({"kind": rivals, "why": st.just("確認のため")}),
    "settle": st.fixed_dictionaries(
        {"kind": rivals, "state": st.sampled_from(["ruled-out", "ruled-out", "holds", "open"]), "result": st.just("済")}
    ),
    "welfare": st.fixed_dictionaries(
        {"risks": st.just("不明"), "measures": st.just("同行"), "afterwards": st.just("連絡"), "good_until": untils}
    ),
}


def of_squad(act: Callable[..., object]) -> Callable[..., object]:
    """Return an act on a squad as one on a dossier."""
    return lambda _dossier, *, operation, key, **said: act(operation, key, **said)


#: Acts on the squad itself, that do not look at who is ready for action.
ENDS = {"end": of_squad(propose_end), "agree": of_squad(agree_to_end), "refuse": of_squad(refuse_end)}
SQUAD_ACTS = ("cover", "approve", "approve", "approve", "withdraw", "end", "agree", "agree", "refuse")
supervisors = st.sampled_from(["reviewer", "reviewer2", "reviewer", "reviewer2", "investigator", "stranger"])
steps = st.sampled_from(["action", "referral"])
CHARGES = ("allege", "allege", "ended", "withdraw")
HAPPENS = (
    "a day", "a month", "a run asks", "a run is sure", "a row is moved in", "a row is moved out",
    "a row is judged apart", "a run elsewhere", "a run joins", "a run parts",
)  # fmt: skip
#: What shuts a gate that was open, and what the beginning of the machine therefore tries often.
SHUTS = (
    "a month", "a run asks", "a run joins", "a row is moved in", "a row is moved out", "a row is judged apart",
    "a run elsewhere", "an act long ago", "an act before the law", "an act as a child", "possession as a child",
    "no act", "no birth date", "a squad",
)  # fmt: skip
#: Days of an act: now, before the law, so long ago that limitation completes within the month, and out of the question.
acted = st.sampled_from(
    [date(2026, 9, 2), date(2026, 9, 2), date(2015, 7, 14), date(2023, 12, 1), date(2019, 1, 1), date(2027, 1, 1)]
)
