"""Clearances are recorded from the referral on, as codes; a vintage keeps them as they stood (R38, R39)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from soken.casework.actions import take_vintage as take_vintage_module
from soken.casework.actions.acknowledge_safety import acknowledge_safety
from soken.casework.actions.cancel_safety import cancel_safety
from soken.casework.actions.end_dossier import end_dossier
from soken.casework.actions.notify_safety import notify_safety
from soken.casework.actions.record_clearance import Clearance, Suffering, record_clearance, strike_clearance
from soken.casework.actions.take_vintage import load_published, take_vintage
from soken.casework.models import (
    CasePerson,
    CaseVictim,
    ClearedCase,
    ClearedPerson,
    Dossier,
    Membership,
    OldCaseImport,
    Victim,
    Vintage,
)
from soken.casework.selectors.statistics import annual_report, annual_table, is_behind
from soken.casework.selectors.vintages import vintage_folder, vintage_for
from soken.core import clock
from soken.core.errors import BadInputError, DamagedStoreError, NotFoundError, RefusedError
from soken.exchange.statistics import report_object
from soken.report.codes import UNSTATED
from soken.report.published import published_units
from soken.report.span import Span
from soken.review.stages import Stage
from soken.route.clocks import JAPAN
from tests.casework.dossiers import AT, BORN, Room, bring_to, make_dossier, make_room

if TYPE_CHECKING:
    from soken.core.home import Home

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DAY = AT.date()
SAID = Clearance(
    "production", DAY, "tokyo", occurred_at="osaka", network="yes", age=41, occupation="teacher",
    victims=(Suffering("V-1", "primary", "self-generated", "network"),),
)  # fmt: skip


@pytest.fixture
def room(room_and_referred: tuple[Room, Dossier]) -> Room:
    return room_and_referred[0]


@pytest.fixture
def referred(room_and_referred: tuple[Room, Dossier]) -> Dossier:
    return room_and_referred[1]


def held(dossier: Dossier, room: Room, *, days_ago: int) -> None:
    """Say that the person was arrested then; no clock of it runs."""
    began = AT - timedelta(days=days_ago)
    dossier.restraints.create(began_at=began, form="warrant", arrested_by="police", by=room.reviewer, at=AT)


@pytest.fixture
def of_long(referred: Dossier, room: Room) -> Dossier:
    """Arrested years ago, and nobody states a birth date: cleared in other years, at any age."""
    referred.confirmations.update(born_on=None)
    held(referred, room, days_ago=4000)
    return referred


def test_a_clearance_lies_on_no_day_before_the_person_was_ready_or_held(referred: Dossier, room: Room) -> None:
    before = replace(SAID, cleared_on=DAY - timedelta(days=3), age=None)
    with pytest.raises(BadInputError, match=f"lies before {DAY}, when the person became ready for action or was held"):
        record_clearance(referred, before, by=room.liaison)
    assert not ClearedCase.objects.exists()
    assert not ClearedPerson.objects.exists()
    referred.restraints.create(
        began_at=AT - timedelta(days=3), form="warrant", arrested_by="police", by=room.reviewer, at=AT
    )
    assert record_clearance(referred, before, by=room.liaison).cleared_on == before.cleared_on


def test_an_old_case_that_was_taken_over_was_cleared_before_anybody_was_ready_here(
    referred: Dossier, room: Room
) -> None:
    batch = OldCaseImport.objects.create(
        operation=room.operation, sha256="0" * 64, by=room.analyst, at=AT, lines_read=1, lines_done=1, lines_part=0,
        lines_aside=0,
    )  # fmt: skip
    batch.lines.create(operation=room.operation, number=1, dossier=referred, outcome="done")
    cleared = record_clearance(referred, replace(SAID, cleared_on=date(2017, 3, 1), age=31), by=room.liaison)
    assert cleared.cleared_on == date(2017, 3, 1)


@pytest.mark.parametrize(
    ("day", "age"), [(DAY, 12), (DAY, 40), (DAY, 42), (date(2026, 4, 30), 41), (date(2026, 5, 1), 40)]
)
def test_an_age_fits_the_confirmed_birth_date(day: date, age: int, referred: Dossier, room: Room) -> None:
    held(referred, room, days_ago=400)
    said = replace(SAID, cleared_on=day, age=age)
    with pytest.raises(RefusedError, match=f"born on {BORN}, and cannot be aged {age} on {day}"):
        record_clearance(referred, said, by=room.liaison)
    assert not ClearedPerson.objects.exists()
    fitting = replace(said, age=41 if day >= date(2026, 5, 1) else 40)
    assert record_clearance(referred, fitting, by=room.liaison)


def test_a_clearance_is_a_case_a_person_and_its_children(referred: Dossier, room: Room, home: Home) -> None:
    record_clearance(referred, SAID, by=room.liaison)
    report = annual_report(home, take_vintage(home, by=None), DAY.year, reader=None)
    figures = report.figures
    assert (figures["cases"]["production"], figures["persons"]["teachers"]) == (1, 1)
    assert (figures["victims"]["self_generated"], figures["victims"]["self_generated_share"]) == (1, 100.0)
    assert figures["sources"] == [{"source": "heron", "group": "production", "cases": 1, "of": 1, "share": 100.0}], (
        "tagged with the operation that it came from"
    )
    assert figures["funnel"]["heron"]["referred"] == 1


def test_further_cases_of_a_person_are_further_cases_and_one_person(referred: Dossier, room: Room) -> None:
    again = tuple(replace(one, same_in="") for one in SAID.victims)
    for group, children in (("production", SAID.victims), ("possession", again)):
        record_clearance(referred, Clearance(group, DAY, "tokyo", victims=children), by=room.liaison)
    assert (ClearedCase.objects.count(), ClearedPerson.objects.count(), Victim.objects.count()) == (2, 1, 1)
    assert CaseVictim.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"group": "theft"}, "none of the groups"),
        ({"cleared_on": DAY + timedelta(days=1)}, "in the future"),
        ({"cleared_at": "edo"}, "'edo' is no force"),
        ({"occurred_at": "edo"}, "'edo' is no force"),
        ({"age": 121}, "from 0 to 120"),
        ({"occupation": "ninja"}, "none of the occupations"),
        ({"network": "perhaps"}, "none of the networks"),
        ({"victims": (Suffering("山田花子"),)}, "never a name"),
        ({"victims": (Suffering("V-TANAKA-HANAKO"),)}, "never a name"),
        ({"victims": (Suffering("V-1AI"),)}, "never a name"),
        ({"victims": (Suffering("V-A"),)}, "never a name"),
        ({"victims": (Suffering("V-2", "primary", "drawn"),)}, "none of the forms"),
        ({"victims": (Suffering("V-2"), Suffering("V-2", "high"))}, "V-2 stands twice in this case"),
        ({"victims": (Suffering("V-2"), Suffering("V-2", same_in=""))}, "V-2 stands twice in this case"),
        ({"victims": (Suffering("V-2"), Suffering("V-2", same_in="heron"))}, "V-2 stands twice in this case"),
    ],
    ids=lambda one: str(one)[:30],
)
def test_what_cannot_be_is_refused_and_nothing_is_recorded(
    changed: dict[str, Any], message: str, referred: Dossier, room: Room
) -> None:
    said = {field: getattr(SAID, field) for field in Clearance.__dataclass_fields__} | changed
    with pytest.raises(BadInputError, match=message):
        record_clearance(referred, Clearance(**said), by=room.liaison)
    assert not ClearedCase.objects.exists()
    assert not ClearedPerson.objects.exists()


def test_a_child_is_counted_in_each_year_with_the_school_stage_of_the_time(
    of_long: Dossier, room: Room, home: Home
) -> None:
    before = date(DAY.year - 1, 12, 1)
    child, again = Suffering("V-1", "primary"), Suffering("V-1", "junior-high", same_in="")
    record_clearance(of_long, Clearance("possession", before, "tokyo", victims=(child,)), by=room.liaison)
    record_clearance(of_long, Clearance("possession", DAY, "tokyo", victims=(again,)), by=room.liaison)
    assert Victim.objects.count() == 1
    vintage = take_vintage(home, by=None)
    for year, stage in ((before.year, "primary"), (DAY.year, "junior-high")):
        report = annual_report(home, vintage, year, reader=None)
        (told,) = [one.row_totals for one in report.tables if one.kind.code == "victims-stage-form"]
        assert (told[stage], sum(told.values())) == (1, 1), year


def test_a_vintage_of_when_the_stage_stood_with_the_child_is_still_counted(
    referred: Dossier, room: Room, home: Home
) -> None:
    record_clearance(referred, SAID, by=room.liaison)
    vintage = take_vintage(home, by=None)
    folder = vintage_folder(home, vintage)
    told = pq.read_table(folder / "case_victims.parquet")
    pq.write_table(told.select(["case", "victim", "form", "relation"]), folder / "case_victims.parquet")
    pq.write_table(told.select(["victim", "stage"]), folder / "victims.parquet")
    report = annual_report(home, vintage, DAY.year, reader=None)
    (stages,) = [one.row_totals for one in report.tables if one.kind.code == "victims-stage-form"]
    assert (stages["primary"], report.figures["victims"]["total"]) == (1, 1)


@pytest.mark.parametrize(
    ("first", "age", "later", "fits"),
    [
        (41, 41, 0, True),
        (41, 42, 0, False),
        (19, 20, 200, True),
        (19, 19, 200, True),
        (19, 21, 200, False),
        (19, 18, 200, False),
        (17, 18, 365, True),
        (17, 19, 731, True),
        (17, 71, 731, False),
    ],
)
def test_a_person_is_as_old_in_each_case_as_they_can_be(
    first: int, age: int, later: int, fits: bool, of_long: Dossier, room: Room
) -> None:
    before = DAY - timedelta(days=later)
    case = record_clearance(of_long, replace(SAID, cleared_on=before, age=first), by=room.liaison)
    now = replace(SAID, age=age, occupation="police", victims=())
    if not fits:
        with pytest.raises(RefusedError, match=f"aged {first} at the clearance of {before}, and cannot be aged {age}"):
            record_clearance(of_long, now, by=room.liaison)
        assert ClearedCase.objects.count() == 1
        strike_clearance(case, by=room.liaison, because="mistyped")
    record_clearance(of_long, now, by=room.liaison)
    told = list(CasePerson.objects.order_by("pk").values_list("age", "occupation"))
    assert told == [(first, "teacher"), (age, "police")], "each case keeps what was so then"


def test_a_person_cleared_in_two_years_is_counted_in_each_with_the_age_of_that_year(
    of_long: Dossier, room: Room, home: Home
) -> None:
    before = date(DAY.year - 1, 12, 1)
    for on, age, occupation in ((before, 19, "student"), (DAY, 20, "teacher")):
        record_clearance(of_long, Clearance("possession", on, "tokyo", age=age, occupation=occupation), by=room.liaison)
    vintage = take_vintage(home, by=None)
    for year, band, juvenile in ((DAY.year - 1, "14-19", "juvenile"), (DAY.year, "20-29", "adult")):
        report = annual_report(home, vintage, year, reader=None)
        told = {table.kind.code: table for table in report.tables}
        assert report.figures["persons"]["total"] == 1
        assert told["persons-age-group"].row_totals[band] == 1, year
        assert told["persons-group-juvenile"].column_totals[juvenile] == 1, year


def test_what_one_case_does_not_state_is_not_taken_from_another_year(of_long: Dossier, room: Room, home: Home) -> None:
    for on, age in ((date(DAY.year - 1, 12, 1), 19), (DAY - timedelta(days=9), None), (DAY, 20)):
        record_clearance(of_long, Clearance("possession", on, "tokyo", age=age), by=room.liaison)
    report = annual_report(home, take_vintage(home, by=None), DAY.year, reader=None)
    (ages,) = [table.row_totals for table in report.tables if table.kind.code == "persons-age-group"]
    assert (ages["20-29"], sum(ages.values())) == (1, 1), "of the cases of a year, the first that states it"


def test_one_code_in_two_operations_is_two_children_unless_somebody_says_otherwise(room: Room, home: Home) -> None:
    other = make_room("egret")
    first = bring_to(make_dossier(room), Stage.REFERRED, room)
    second = bring_to(make_dossier(other), Stage.REFERRED, other)
    record_clearance(first, SAID, by=room.liaison)
    record_clearance(second, SAID, by=other.liaison)
    assert annual_report(home, take_vintage(home, by=None), DAY.year, reader=None).figures["victims"]["total"] == 2
    said = replace(SAID, victims=(replace(SAID.victims[0], same_in="heron"),))
    with pytest.raises(BadInputError, match="No child is recorded as V-1"):
        record_clearance(second, said, by=other.liaison)
    Membership.objects.create(operation=room.operation, user=other.liaison)
    record_clearance(second, said, by=other.liaison)
    assert annual_report(home, take_vintage(home, by=None), DAY.year, reader=None).figures["victims"]["total"] == 2


def test_one_code_in_two_cases_is_one_child_only_where_somebody_says_so(
    referred: Dossier, room: Room, home: Home
) -> None:
    record_clearance(referred, SAID, by=room.liaison)
    with pytest.raises(RefusedError, match="V-1 is a child recorded before; say that this is the same child"):
        record_clearance(referred, SAID, by=room.liaison)
    with pytest.raises(BadInputError, match="No child is recorded as V-2"):
        record_clearance(referred, replace(SAID, victims=(Suffering("V-2", "primary", same_in=""),)), by=room.liaison)
    assert ClearedCase.objects.count() == 1, "nothing is recorded by halves"
    record_clearance(referred, replace(SAID, victims=(replace(SAID.victims[0], same_in=""),)), by=room.liaison)
    figures = annual_report(home, take_vintage(home, by=None), DAY.year, reader=None).figures
    assert (figures["cases"]["total"], figures["victims"]["total"]) == (2, 1)


def test_a_vintage_of_when_age_stood_with_the_person_is_still_counted(
    referred: Dossier, room: Room, home: Home
) -> None:
    record_clearance(referred, SAID, by=room.liaison)
    vintage = take_vintage(home, by=None)
    folder = vintage_folder(home, vintage)
    told = pq.read_table(folder / "case_persons.parquet")
    pq.write_table(told.select(["case", "person"]), folder / "case_persons.parquet")
    pq.write_table(told.select(["person", "age", "occupation"]), folder / "persons.parquet")
    figures = annual_report(home, vintage, DAY.year, reader=None).figures
    assert (figures["persons"]["total"], figures["persons"]["teachers"]) == (1, 1)


def test_a_vintage_says_when_it_was_made_and_keeps_the_funnel_of_that_moment(
    referred: Dossier, room: Room, home: Home, now: Any
) -> None:
    record_clearance(referred, SAID, by=room.liaison)
    until = clock.now()
    now.shift(timedelta(days=2))
    make_dossier(room)
    vintage = take_vintage(home, by=None, cut_off=until)
    made = clock.now()
    assert (vintage.cut_off, vintage.made_at) == (until, made)
    now.shift(timedelta(days=2))
    make_dossier(room)
    report = annual_report(home, vintage, DAY.year, reader=None)
    assert report.figures["funnel"]["heron"]["listed"] == 2, "as it stood when the vintage was made"
    assert report_object(report, "en")["vintage"]["made_at"] == made.isoformat()
    there = made.astimezone(JAPAN).isoformat(timespec="minutes")
    assert any(f"when this vintage was made ({there})" in one for one in report.notes("en"))
    Vintage.objects.update(made_at=None)
    before = annual_report(home, Vintage.objects.get(), DAY.year, reader=None)
    assert any("before that moment was kept" in one for one in before.notes("en"))


def test_before_the_referral_nothing_is_cleared(room: Room) -> None:
    with pytest.raises(RefusedError, match="has not been referred"):
        record_clearance(bring_to(make_dossier(room), Stage.READY, room), SAID, by=room.liaison)


def test_an_analyst_records_no_clearance(referred: Dossier, room: Room) -> None:
    with pytest.raises(RefusedError, match="Your role"):
        record_clearance(referred, SAID, by=room.analyst)


def test_a_vintage_keeps_what_was_struck_later(referred: Dossier, room: Room, home: Home, now: Any) -> None:
    case = record_clearance(referred, SAID, by=room.liaison)
    provisional = take_vintage(home, by=None)
    now.shift(timedelta(days=1))
    strike_clearance(case, by=room.liaison, because="recorded twice")
    assert is_behind(provisional)
    final = take_vintage(home, by=None, final=True)
    assert not is_behind(final)
    assert [one.number for one in (provisional, final)] == [1, 2]
    counts = [annual_report(home, one, DAY.year, reader=None).figures["cases"]["total"] for one in (provisional, final)]
    assert counts == [1, 0]
    # What was known on an earlier day can still be counted later.
    assert take_vintage(home, by=None, cut_off=AT).cases == 1
    with pytest.raises(RefusedError, match="struck already"):
        strike_clearance(case, by=room.liaison, because="again")


def test_a_vintage_up_to_an_earlier_day_is_behind_what_was_recorded_since(
    referred: Dossier, room: Room, home: Home, now: Any
) -> None:
    case = record_clearance(referred, SAID, by=room.liaison)
    now.shift(timedelta(days=1))
    assert not is_behind(take_vintage(home, by=None, cut_off=AT)), "nothing came later"
    record_clearance(referred, Clearance("possession", DAY, "tokyo"), by=room.liaison)
    assert is_behind(take_vintage(home, by=None, cut_off=AT)), "a case was recorded later"
    between = clock.now()
    now.shift(timedelta(days=1))
    strike_clearance(case, by=room.liaison, because="recorded twice")
    assert is_behind(take_vintage(home, by=None, cut_off=between)), "a case was struck later"
    assert not is_behind(take_vintage(home, by=None))


def test_a_cut_off_does_not_lie_in_the_future(home: Home) -> None:
    with pytest.raises(BadInputError, match="future"):
        take_vintage(home, by=None, cut_off=clock.now() + timedelta(hours=1))
    assert not Vintage.objects.exists()


def test_an_analyst_takes_no_vintage(room: Room, home: Home) -> None:
    with pytest.raises(RefusedError, match="ask a statistician"):
        take_vintage(home, by=room.analyst)


def test_published_figures_never_stand_among_the_records(home: Home) -> None:
    assert load_published(home).pk == load_published(home).pk, "twice is once"
    assert not ClearedCase.objects.exists()
    assert vintage_for(home, span=Span(2017)).dataset == "published"
    assert annual_report(home, vintage_for(home, span=Span(2017)), 2017, reader=None).figures["cases"]["total"] == 2413


def test_published_figures_that_were_told_otherwise_before_are_loaded_anew_and_the_old_vintage_stays(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until 30 November 2026 the list of a case was told as "none" where nobody had published it."""
    old = published_units()
    old["cases"] = [(*one[:-1], "none" if one[-1] == UNSTATED else one[-1]) for one in old["cases"]]
    with monkeypatch.context() as before:
        before.setattr(take_vintage_module, "published_units", lambda: old)
        before.setattr(take_vintage_module, "published_mark", lambda: "published.toml")
        loaded = load_published(home)
    assert sources_of(home, loaded) == ("none",)
    assert is_behind(loaded)
    anew = load_published(home)
    assert (anew.number, is_behind(anew)) == (2, False)
    assert sources_of(home, vintage_for(home, span=Span(2017))) == ("unstated",), "the newest is what is asked for"
    assert sources_of(home, loaded) == ("none",), "a vintage never changes"
    assert load_published(home).pk == anew.pk, "twice is once"


def sources_of(home: Home, vintage: Vintage) -> tuple[str, ...]:
    """The source operations that the table of published cases of 2017 names."""
    return annual_table(home, vintage, 2017, "cases-source-group", reader=None)[1].rows


def test_the_newest_vintage_is_that_of_the_latest_cut_off(referred: Dossier, room: Room, home: Home, now: Any) -> None:
    record_clearance(referred, SAID, by=room.liaison)
    now.shift(timedelta(days=1))
    whole = take_vintage(home, by=None)
    earlier = take_vintage(home, by=None, cut_off=AT - timedelta(days=1))
    assert (earlier.number, earlier.cases) == (2, 0)
    assert vintage_for(home, span=Span(DAY.year)) == whole, "figures of an earlier day stand in for none of a later one"


def test_figures_of_both_sets_are_not_mixed_up(of_long: Dossier, room: Room, home: Home) -> None:
    load_published(home)
    record_clearance(of_long, Clearance("possession", date(2017, 3, 1), "tokyo"), by=room.liaison)
    take_vintage(home, by=None)
    with pytest.raises(RefusedError, match="--dataset live or --dataset published"):
        vintage_for(home, span=Span(2017))
    assert vintage_for(home, dataset="live", span=Span(2017)).cases == 1


def test_what_is_not_there_is_said(home: Home) -> None:
    with pytest.raises(NotFoundError, match="Nothing is recorded as cleared in 2017"):
        vintage_for(home, span=Span(2017))
    with pytest.raises(NotFoundError, match="no vintage live 7"):
        vintage_for(home, number=7)
    made = take_vintage(home, by=None)
    (vintage_folder(home, made) / "cases.parquet").unlink()
    with pytest.raises(DamagedStoreError, match="missing in live-1"):
        annual_report(home, made, 2017, reader=None)


def test_the_funnel_keeps_who_cannot_be_identified_and_counts_children_safeguarded(
    referred: Dossier, room: Room, home: Home
) -> None:
    """R8, R40: those not identifiable stay in the denominator; only notifications that were acknowledged count."""
    gone = make_dossier(room)
    end_dossier(gone, by=room.analyst, kind="not-identifiable", basis="no answer from any office")
    acknowledged, open_, cancelled = (
        notify_safety(
            room.operation,
            referred.person_code,
            by=room.analyst,
            body="child-guidance-centre",
            office="A",
            method="phone",
        )
        for _each in range(3)
    )
    acknowledge_safety(room.operation, acknowledged.pk, by=room.analyst, who="the officer on duty")
    cancel_safety(room.operation, cancelled.pk, by=room.analyst, reason="entered twice")
    record_clearance(referred, SAID, by=room.liaison)
    report = annual_report(home, take_vintage(home, by=None), DAY.year, reader=None)
    stages = report.figures["funnel"]["heron"]
    assert (stages["listed"], stages["chargeable"], stages["referred"]) == (2, 1, 1)
    assert (stages["not_identifiable"], stages["safeguarded"]) == (1, 1)
    assert open_.is_open
    assert any("Children safeguarded are counted as notifications" in note for note in report.notes("en"))
    vintage, tags = take_vintage(home, by=None), {"heron": "list-x"}
    public = annual_report(home, vintage, DAY.year, public=True, reader=None, tags=tags)
    assert public.figures["funnel"]["list-x"]["safeguarded"] is None, "one child could be pointed at"
    assert public.figures["funnel"]["list-x"]["listed"] == 2, "plain totals stay"


def test_who_waits_past_the_target_is_in_the_report_by_band_and_in_no_publication(
    room: Room, home: Home, now: Any
) -> None:
    make_dossier(room)
    record_clearance(bring_to(make_dossier(room), Stage.REFERRED, room), SAID, by=room.liaison)
    now.shift(timedelta(days=2))
    vintage = take_vintage(home, by=None)
    waiting = annual_report(home, vintage, DAY.year, reader=None).figures["waiting"]
    assert {one["band"]: (one["persons"], one["late"]) for one in waiting}[""] == (1, 1), "unknown is not low"
    assert annual_report(home, vintage, DAY.year, public=True, reader=None).figures["waiting"] == []


def test_a_vintage_that_was_taken_before_anybody_counted_who_waits_is_still_counted(
    referred: Dossier, room: Room, home: Home
) -> None:
    record_clearance(referred, SAID, by=room.liaison)
    vintage = take_vintage(home, by=None)
    (vintage_folder(home, vintage) / "waiting.parquet").unlink()
    report = annual_report(home, vintage, DAY.year, reader=None)
    assert (report.figures["cases"]["total"], report.figures["waiting"]) == (1, [])


@pytest.mark.parametrize("code", ["V-1", "V-2017-03", "V-17B", "V-B17"])
def test_a_childs_code_is_digits_with_a_letter_at_most(code: str, referred: Dossier, room: Room) -> None:
    record_clearance(referred, replace(SAID, victims=(Suffering(code, "primary"),)), by=room.liaison)
    assert Victim.objects.get().code == code


def test_a_child_recorded_under_the_older_rule_keeps_its_code(referred: Dossier, room: Room) -> None:
    Victim.objects.create(operation=referred.operation, code="V-AB-12")
    again = replace(SAID, victims=(Suffering("V-AB-12", "primary", same_in=""),))
    record_clearance(referred, again, by=room.liaison)
    assert CaseVictim.objects.get().victim.code == "V-AB-12"
