"""What prosecutors decided of referred persons, counted by persons from the records (R30, R38, R39)."""

from __future__ import annotations

import csv
import html
import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from openpyxl import load_workbook

from soken.casework.actions.record_clearance import Clearance, record_clearance
from soken.casework.actions.reopen_referral import reopen_referral
from soken.casework.actions.state_same_suspect import state_same_suspect
from soken.casework.actions.take_vintage import take_vintage
from soken.casework.actions.withdraw_prosecutor import withdraw_disposition
from soken.casework.models import Membership, Vintage
from soken.casework.selectors import clearances
from soken.casework.selectors.statistics import annual_report, is_behind, years_of
from soken.casework.selectors.vintages import vintage_folder, vintage_for
from soken.core import clock
from soken.desk.annual_document import annual_document
from soken.exchange.statistics import report_csv, report_json, report_pdf, report_xlsx
from soken.report.span import Span
from soken.review.stages import Stage
from tests.casework.dossiers import AT, Room, bring_to, decide, make_dossier, make_room

if TYPE_CHECKING:
    from soken.casework.models import Dossier
    from soken.core.home import Home
    from soken.report.tables import Table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DAY = AT.date()
SUMMARY = {"ja": "略式命令請求", "en": "Request for summary order"}


def referred(room: Room) -> Dossier:
    return bring_to(make_dossier(room), Stage.REFERRED, room)


def tables(home: Home, year: int = DAY.year, vintage: Vintage | None = None, **asked: Any) -> dict[str, Table]:
    """The tables of dispositions of a year, by their short names."""
    found = annual_report(home, vintage or take_vintage(home, by=None), year, reader=None, **asked)
    return {one.kind.code: one for one in found.tables if one.kind.unit.value == "disposed"}


def test_persons_are_counted_by_code_half_year_source_and_what_it_means(room: Room, home: Home) -> None:
    for kind in ("summary-order", "summary-order", "suspension-of-prosecution"):
        decide(referred(room), room, kind)
    decide(referred(room), room, "transfer", office="osaka")
    other = make_room("egret")
    decide(referred(other), other, "formal-trial")
    found = tables(home)
    half = "H1" if DAY.month <= 6 else "H2"
    by_code = found["dispositions-half"]
    assert by_code.rows == ("formal-trial", "summary-order", "suspension-of-prosecution", "transfer"), (
        "in the list's order"
    )
    assert by_code.cells == {
        ("summary-order", half): 2, ("suspension-of-prosecution", half): 1, ("transfer", half): 1,
        ("formal-trial", half): 1,
    }  # fmt: skip
    by_source = found["dispositions-source"]
    assert by_source.cells == {
        ("heron", "prosecution"): 2, ("heron", "non-prosecution"): 1, ("heron", "intermediate"): 1,
        ("egret", "prosecution"): 1,
    }  # fmt: skip
    assert (by_code.total, by_source.total) == (5, 5)
    assert tables(home, part=half)["dispositions-half"].row_totals == by_code.row_totals


def test_a_person_counts_once_in_a_period_under_the_newest_and_in_each_period(room: Room, home: Home, now: Any) -> None:
    dossier = referred(room)
    decide(dossier, room, "insufficient-evidence")
    reopen_referral(dossier, by=room.liaison, ground="prosecutor", on=DAY, reason="新証拠")
    now.move_to(AT + timedelta(days=400))
    decide(dossier, room, "formal-trial")
    vintage = take_vintage(home, by=None)
    first, second = (tables(home, year, vintage)["dispositions-half"] for year in (DAY.year, DAY.year + 1))
    assert first.row_totals == {"insufficient-evidence": 1}, "as it was decided then, though it was taken up again"
    assert second.row_totals == {"formal-trial": 1}
    assert years_of(home, vintage) == [DAY.year + 1, DAY.year], "a year of decisions alone is one too"
    assert vintage_for(home, span=Span(DAY.year + 1)) == vintage


def test_two_of_one_period_are_one_person_under_the_newest(room: Room, home: Home) -> None:
    dossier = referred(room)
    decide(dossier, room, "transfer", office="osaka")
    decide(dossier, room, "summary-order")
    assert tables(home)["dispositions-half"].row_totals == {"summary-order": 1}


def test_one_suspect_of_two_operations_is_decided_on_once(room: Room, home: Home) -> None:
    other = make_room("egret")
    Membership.objects.create(operation=other.operation, user=room.liaison)
    first, second = referred(room), referred(other)
    for dossier, where in ((first, room), (second, other)):
        record_clearance(dossier, Clearance("possession", DAY, "tokyo"), by=where.liaison)
        decide(dossier, where, "summary-order")
    assert tables(home)["dispositions-half"].total == 2
    state_same_suspect(
        first, by=room.liaison, other_operation="egret", other=second.person_code, because="同じ運転免許"
    )
    assert tables(home)["dispositions-half"].total == 1


def test_what_was_recorded_by_mistake_does_not_count_and_a_vintage_keeps_it(room: Room, home: Home, now: Any) -> None:
    dossier = referred(room)
    empty = take_vintage(home, by=None)
    decide(dossier, room, "summary-order")
    assert is_behind(empty), "a decision was recorded since"
    before, until = take_vintage(home, by=None), clock.now()
    now.shift(timedelta(days=1))
    withdraw_disposition(dossier, by=room.liaison, reason="誤記")
    assert is_behind(before)
    assert tables(home)["dispositions-half"].total == 0
    assert tables(home, vintage=before)["dispositions-half"].total == 1
    assert tables(home, vintage=take_vintage(home, by=None, cut_off=until))["dispositions-half"].total == 1


def test_however_much_is_recorded_a_vintage_knows_whether_it_is_behind(
    room: Room, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearances, "_LONGEST_MARK", 4)
    decide(referred(room), room, "summary-order")
    vintage = take_vintage(home, by=None)
    assert len(vintage.fingerprint) <= Vintage._meta.get_field("fingerprint").max_length
    assert not is_behind(vintage)
    decide(referred(room), room, "summary-order")
    assert is_behind(vintage)


def test_a_vintage_of_before_they_were_counted_has_no_such_table(room: Room, home: Home) -> None:
    decide(referred(room), room, "summary-order")
    vintage = take_vintage(home, by=None)
    (vintage_folder(home, vintage) / "disposed.parquet").unlink()
    assert tables(home, vintage=vintage) == {}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_shape_says_what_is_counted_from_when_and_how(language: str, room: Room, home: Home) -> None:
    decide(referred(room), room, "summary-order")
    report = annual_report(home, take_vintage(home, by=None), DAY.year, reader=None)
    told = {one["code"]: one for one in json.loads(report_json(report, language))["tables"]}
    table = told["dispositions-half"]
    assert table["unit"] == {"ja": "処分人員", "en": "Persons decided on"}[language]
    assert {"ja": "処分", "en": "Dispositions made"}[language] in table["filter"]
    assert "第1版" in table["cut_off"] or "Vintage 1" in table["cut_off"]
    assert [one["name"] for one in table["rows"]] == [SUMMARY[language]]
    lines = list(csv.reader(io.StringIO(report_csv(report, language).decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(report_xlsx(report, language)))
    page = html.unescape(annual_document(report, language))
    text = "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(report_pdf(report, language)))
    definition = f"{table['unit']}: {table['definition']}"
    assert [SUMMARY[language]] in [line[:1] for line in lines]
    assert [definition] in lines
    assert {"dispositions-half", "dispositions-source"} <= set(book.sheetnames)
    assert SUMMARY[language] in page
    assert table["definition"] in page
    assert SUMMARY[language].replace(" ", "") in text.replace(" ", "").replace("\r\n", "")
    assert any(
        {"ja": "処分の日", "en": "by the day of the decision"}[language] in note for note in report.notes(language)
    )


def test_few_are_withheld_in_a_publication(room: Room, home: Home) -> None:
    decide(referred(room), room, "summary-order")
    other = make_room("egret")
    for _ in range(6):
        decide(referred(other), other, "suspension-of-prosecution")
    public = annual_report(
        home, take_vintage(home, by=None), DAY.year, reader=None, public=True, tags={"heron": "a", "egret": "b"}
    )
    shown = {one.kind.code: one for one in public.tables}
    assert "dispositions-source" not in shown, "one of one operation: its totals would say it"
    assert "dispositions-source" in {one.code for one in public.left_out}
