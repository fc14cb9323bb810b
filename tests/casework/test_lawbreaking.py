"""Whoever was under 14 at the act is not cleared, and counts apart as a lawbreaking child (Penal Code art. 41, R25)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from soken.casework.actions.add_suspect import add_suspect
from soken.casework.actions.advance import advance
from soken.casework.actions.allege_offence import allege_offence
from soken.casework.actions.confirm_identity import confirm_identity
from soken.casework.actions.record_clearance import Clearance, record_clearance
from soken.casework.actions.record_lawbreaking import record_lawbreaking, strike_lawbreaking
from soken.casework.actions.take_vintage import load_published, take_vintage
from soken.casework.models import CasePerson, ClearedCase, ClearedPerson, Dossier, LawbreakingChild
from soken.casework.selectors.statistics import annual_report, annual_table, is_behind
from soken.casework.selectors.vintages import vintage_folder
from soken.core.errors import BadInputError, NotFoundError, RefusedError
from soken.exchange.statistics import report_csv
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, make_dossier, record_screening

if TYPE_CHECKING:
    from soken.casework.models import Vintage
    from soken.core.home import Home
    from soken.report.whole import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DAY = AT.date()
BORN = date(2013, 3, 1)
ACT = date(2026, 9, 2)
SAID = {"group": "possession", "act_on": ACT, "on": DAY, "force": "tokyo", "measure": "told"}


def child(room: Room, born: date = BORN) -> Dossier:
    """Somebody whom two people confirmed, screened out for their age."""
    dossier = make_dossier(room)
    for who in (room.analyst, room.investigator):
        confirm_identity(dossier, by=who, basis="住民票と照合", born_on=born)
    record_screening(dossier, room, "under-14")
    advance(dossier, by=room.analyst, to=Stage.NOT_CHARGEABLE)
    return dossier


def referred(room: Room, born: date | None = None) -> Dossier:
    dossier = bring_to(make_dossier(room), Stage.REFERRED, room)
    dossier.confirmations.update(born_on=born)  # where nobody states one, a test says any age
    return dossier


def report(home: Home, **asked: Any) -> Report:
    return annual_report(home, take_vintage(home, by=None), DAY.year, reader=None, **asked)


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (None, {"age": 13}),
        (BORN, {}),
        (BORN, {"age": 14}),
        (date(2012, 6, 1), {"act_on": date(2026, 5, 31)}),
    ],
    ids=["by the age at the clearance", "by birth and alleged act", "whatever age is said", "by the day of the act"],
)
def test_nobody_under_fourteen_at_the_act_is_cleared(born: date | None, said: dict[str, Any], room: Room) -> None:
    with pytest.raises(RefusedError, match=r"was under 14 at the act: no crime and no clearance .* lawbreaking child"):
        record_clearance(referred(room, born), Clearance("possession", DAY, "tokyo", **said), by=room.liaison)
    assert not ClearedCase.objects.exists()
    assert not ClearedPerson.objects.exists()


def test_an_accomplice_under_fourteen_is_no_suspect_of_the_case(room: Room, home: Home) -> None:
    case = record_clearance(referred(room), Clearance("possession", DAY, "tokyo", age=20), by=room.liaison)
    with pytest.raises(RefusedError, match="was under 14"):
        add_suspect(referred(room, BORN), by=room.liaison, case=case.pk)
    record_lawbreaking(child(room), by=room.liaison, **SAID)
    figures = report(home).figures
    counts = {name: figures[name]["total"] for name in ("cases", "persons", "lawbreaking")}
    assert counts == {"cases": 1, "persons": 1, "lawbreaking": 1}, "the case is the older one's, the child is no person"


def test_of_acts_before_and_after_the_birthday_it_is_said_which_one_is_cleared(room: Room) -> None:
    dossier = referred(room, BORN)
    dossier.offences.update(withdrawn_at=AT, withdrawn_by=room.analyst, withdrawn_reason="x")
    for last_on in (date(2020, 1, 1), date(2026, 11, 1)):
        dossier.confirmations.update(born_on=date(2007, 1, 1))
        allege_offence(dossier, by=room.investigator, offence="7-1", last_on=last_on, basis="甲2")
    dossier.confirmations.update(born_on=date(2010, 1, 1))
    said = Clearance("possession", DAY, "tokyo", age=16)
    with pytest.raises(BadInputError, match="say on which day the act of this case ended"):
        record_clearance(dossier, said, by=room.liaison)
    for day, refused in ((date(2020, 1, 1), True), (date(2026, 11, 1), False)):
        told = Clearance("possession", DAY, "tokyo", age=16, act_on=day)
        if refused:
            with pytest.raises(RefusedError, match="was under 14"):
                record_clearance(dossier, told, by=room.liaison)
        else:
            assert record_clearance(dossier, told, by=room.liaison).act_on == day
    with pytest.raises(BadInputError, match="ended after the case was cleared"):
        record_clearance(
            dossier, Clearance("possession", DAY, "tokyo", act_on=DAY + timedelta(days=1)), by=room.liaison
        )


def test_a_lawbreaking_child_is_counted_apart_with_a_note_in_every_report(room: Room, home: Home) -> None:
    dossier = child(room)
    before = take_vintage(home, by=None)
    made = record_lawbreaking(dossier, by=room.liaison, **SAID)
    assert (made.age_at_act, made.measure) == (13, "told")
    assert is_behind(before)
    found = report(home)
    assert [found.figures[unit]["total"] for unit in ("cases", "persons", "victims", "lawbreaking")] == [0, 0, 0, 1]
    told = {one.kind.code: one.row_totals for one in found.tables if one.kind.unit.value == "lawbreaking"}
    assert (told["lawbreaking-group"]["possession"], told["lawbreaking-measure"]["told"]) == (1, 1)
    assert any("they are counted apart (1), and stand in none of the three counts" in one for one in found.notes("en"))
    assert "lawbreaking,total,1" in report_csv(found, "en").decode()
    record_lawbreaking(dossier, by=room.liaison, **SAID | {"group": "production"})
    assert report(home).figures["lawbreaking"]["total"] == 1, "one child, however many acts"


def test_a_publication_withholds_so_few_children(room: Room, home: Home) -> None:
    record_lawbreaking(child(room), by=room.liaison, **SAID)
    found = report(home, public=True)
    assert found.figures["lawbreaking"]["total"] is None
    assert not [one for one in found.tables if one.kind.unit.value == "lawbreaking"]
    assert any("fewer than 5, withheld" in one for one in found.notes("en"))


def test_published_figures_say_nothing_of_lawbreaking_children(home: Home) -> None:
    found = annual_report(home, load_published(home), 2017, reader=None)
    assert "lawbreaking" not in found.figures
    assert not any("under 14" in one for one in found.notes("en"))


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"act_on": date(2026, 11, 1), "born": date(2012, 11, 1)}, RefusedError, "was 14 or older on 2026-11-01"),
        ({"act_on": DAY + timedelta(days=1)}, BadInputError, "ended after the force took it up"),
        ({"on": DAY + timedelta(days=1)}, BadInputError, "lies in the future"),
        ({"act_on": BORN - timedelta(days=1)}, BadInputError, "before the person's birth"),
        ({"group": "theft"}, BadInputError, "none of the groups"),
        ({"force": "edo"}, BadInputError, "'edo' is no force"),
        ({"measure": "beaten"}, BadInputError, "none of the measures"),
    ],
    ids=["14 that day", "act after", "future", "unborn", "group", "force", "measure"],
)
def test_what_cannot_be_is_refused(changed: dict[str, Any], error: type[Exception], message: str, room: Room) -> None:
    dossier = child(room, changed.pop("born", BORN))
    with pytest.raises(error, match=message):
        record_lawbreaking(dossier, by=room.liaison, **SAID | changed)
    assert not LawbreakingChild.objects.exists()


def test_a_child_is_recorded_only_when_two_people_know_who_it_is(room: Room) -> None:
    dossier = make_dossier(room)
    with pytest.raises(RefusedError, match="Two people have to confirm"):
        record_lawbreaking(dossier, by=room.liaison, **SAID)
    confirm_identity(dossier, by=room.analyst, basis="住民票と照合", born_on=BORN)
    with pytest.raises(RefusedError, match="Two people have to confirm"):
        record_lawbreaking(dossier, by=room.liaison, **SAID)
    with pytest.raises(RefusedError, match="Your role"):
        record_lawbreaking(child(room), by=room.analyst, **SAID)


def test_an_entry_is_struck_with_a_reason_and_a_vintage_keeps_it(room: Room, home: Home, now: Any) -> None:
    dossier = child(room)
    made = record_lawbreaking(dossier, by=room.liaison, **SAID)
    vintage = take_vintage(home, by=None)
    now.shift(timedelta(days=1))
    with pytest.raises(BadInputError, match="reason"):
        strike_lawbreaking(dossier, by=room.liaison, entry=made.pk, because="")
    strike_lawbreaking(dossier, by=room.liaison, entry=made.pk, because="entered twice")
    assert is_behind(vintage)
    assert annual_report(home, vintage, DAY.year, reader=None).figures["lawbreaking"]["total"] == 1
    assert report(home).figures["lawbreaking"]["total"] == 0
    with pytest.raises(NotFoundError, match="has no entry"):
        strike_lawbreaking(dossier, by=room.liaison, entry=made.pk, because="again")


def test_the_database_holds_no_such_child_of_fourteen(room: Room) -> None:
    made = record_lawbreaking(child(room), by=room.liaison, **SAID)
    with pytest.raises(IntegrityError), transaction.atomic():
        LawbreakingChild.objects.filter(pk=made.pk).update(age_at_act=14)


def taken_before(home: Home) -> Vintage:
    """A vintage as it was taken before such children were counted."""
    vintage = take_vintage(home, by=None)
    (vintage_folder(home, vintage) / "lawbreaking.parquet").unlink()
    return vintage


def test_a_vintage_that_was_taken_before_such_children_were_counted_says_nothing_of_them(
    room: Room, home: Home
) -> None:
    record_clearance(referred(room), Clearance("possession", DAY, "tokyo", age=20), by=room.liaison)
    vintage = taken_before(home)
    found = annual_report(home, vintage, DAY.year, reader=None)
    assert (found.figures["cases"]["total"], found.figures.get("lawbreaking")) == (1, None), "not counted is no 0"
    assert not any("under 14" in one for one in found.notes("en"))
    assert "lawbreaking" not in report_csv(found, "en").decode()
    assert not [one for one in found.tables if one.kind.unit.value == "lawbreaking"]
    with pytest.raises(NotFoundError, match="There is no table lawbreaking-group"):
        annual_table(home, vintage, DAY.year, "lawbreaking-group", reader=None)


def test_a_vintage_keeps_its_persons_who_were_under_fourteen_before_that_was_refused(room: Room, home: Home) -> None:
    record_clearance(referred(room), Clearance("possession", DAY, "tokyo", age=20), by=room.liaison)
    CasePerson.objects.update(age=13)
    assert report(home).figures["persons"]["total"] == 0, "a vintage of now"
    found = annual_report(home, taken_before(home), DAY.year, reader=None)
    assert found.figures["persons"]["total"] == 1
    told = {one.kind.code: one for one in found.tables}
    assert told["persons-age-group"].row_totals["under-14"] == 1
    assert told["persons-group-juvenile"].column_totals["juvenile"] == 1
