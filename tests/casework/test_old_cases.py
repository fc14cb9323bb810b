"""Old cases from a CSV: each line through the gates, whole or not at all, and nobody's second look is faked."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from soken.casework.actions.import_cases import LineResult, import_cases
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.actions.review_screening import review_screening
from soken.casework.models import (
    Dossier,
    LineOfEnquiry,
    Misidentification,
    OldCaseImport,
    OldCaseLine,
    Screening,
    StageChange,
)
from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.models.enquiry import EnquiryResult
from soken.casework.models.identity import Party
from soken.casework.old_cases import MOST, CaseTable, aside_csv, columns, read_cases
from soken.casework.selectors.old_cases import imports_of, lines_of, reviews_waiting
from soken.casework.selectors.references import references
from soken.commands.main import app
from soken.core.errors import BadInputError, NotFoundError, RefusedError, SokenError
from soken.core.home import open_home
from soken.review.stages import Stage
from soken.review.words import corroboration_kinds, exhibit_origins, screening_reasons
from tests.desk.factory import ALONE, AT, RELATIVE, TAKAHASHI, World, make_user, make_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.HOME = open_home(tmp_path / "home")
    with time_machine.travel(AT, tick=False), translation.override("en"):
        yield


@pytest.fixture
def world() -> World:
    return make_world()


def table(*lines: dict[str, str]) -> CaseTable:
    """Lines as a CSV, read."""
    heads = list(dict.fromkeys(code for one in lines for code in one))
    text = "\n".join([",".join(heads), *(",".join(one.get(code, "") for code in heads) for one in lines)])
    return read_cases(text.encode())


def case(person: str = TAKAHASHI, **said: str) -> dict[str, str]:
    return {"reference": f"旧{person[2:6]}", "person": person, **said}


def preview(world: World, read: CaseTable, by: str = "analyst") -> list[LineResult]:
    return import_cases(world.operation, read, by=world.users[by], apply=False)


def do(world: World, read: CaseTable, by: str = "analyst") -> list[LineResult]:
    return import_cases(world.operation, read, by=world.users[by], apply=True, previewed=read.mark)


def test_a_preview_says_exactly_what_doing_it_does_and_changes_nothing(world: World) -> None:
    read = table(
        case(screening="items-covered", stage="assigned", reviewer="kingfisher-reviewer"),
        case(RELATIVE, screening="no-such-reason"),
        case(ALONE),
    )
    seen = preview(world, read)
    assert not Dossier.objects.exists()
    assert not OldCaseImport.objects.exists()
    assert [one.outcome for one in seen] == ["part", "aside", "done"]
    assert do(world, read) == seen


def test_the_importer_is_the_actor_of_everything(world: World) -> None:
    do(
        world,
        table(
            case(
                screening="items-covered",
                question="居住者",
                result="shown",
                found="判明",
                role="user",
                role_basis="登録",
            )
        ),
    )
    dossier, importer = Dossier.objects.get(), world.users["analyst"]
    entries = [Screening.objects.get(), LineOfEnquiry.objects.get(), dossier.party_roles.get()]
    assert {dossier.opened_by, *(one.by for one in entries)} == {importer}


@pytest.mark.parametrize(
    ("reviewer", "says", "waits"),
    [
        pytest.param("kingfisher-reviewer", "waits for kingfisher-reviewer", True, id="a reviewer here"),
        pytest.param("山田警部", "is no user who may review here", False, id="no user"),
        pytest.param("kingfisher-investigator", "is no user who may review here", False, id="role may not"),
        pytest.param("kingfisher-stranger", "is no user who may review here", False, id="not a member"),
    ],
)
def test_a_past_review_is_never_done_by_the_import(reviewer: str, says: str, waits: bool, world: World) -> None:
    (one,) = do(world, table(case(screening="items-covered", stage="screened", reviewer=reviewer)))
    assert (one.outcome, one.stage) == ("part", "proposed")
    assert [lack.code for lack in one.missing] == ["screening-unreviewed"]
    assert says in one.open[0]
    assert Screening.objects.get().reviewed_by is None
    assert bool(reviews_waiting(world.users["reviewer"])) is waits


def test_whoever_imports_does_not_review_by_naming_themselves(world: World) -> None:
    (one,) = do(world, table(case(screening="items-covered", reviewer="kingfisher-reviewer")), by="reviewer")
    assert "another must" in one.open[0]
    assert reviews_waiting(world.users["reviewer"]) == []
    with pytest.raises(RefusedError):
        review_screening(Dossier.objects.get(), by=world.users["reviewer"])


def test_the_past_reviewer_finds_it_waiting_until_the_review_is_done_here(world: World) -> None:
    do(world, table(case(screening="items-covered", reviewer="kingfisher-reviewer")))
    reviewer = world.users["reviewer"]
    assert [one.reference for one in reviews_waiting(reviewer)] == ["旧1111"]
    review_screening(Dossier.objects.get(), by=reviewer)
    assert reviews_waiting(reviewer) == []


def test_an_identity_is_never_confirmed_by_a_list(world: World) -> None:
    (one,) = do(world, table(case(confirmed_by="kingfisher-reviewer")))
    assert one.outcome == "part"
    assert "two people confirm it here" in one.open[0]
    assert not Dossier.objects.get().confirmations.exists()


@pytest.mark.parametrize("stage", ["screened", "assigned", "ready-for-action", "referred", "closed"])
def test_no_stage_is_reached_that_a_gate_shuts(stage: str, world: World) -> None:
    (one,) = do(world, table(case(screening="items-covered", stage=stage)), by="reviewer")
    assert (one.outcome, one.stage) == ("part", "proposed")
    assert not StageChange.objects.exists()


@pytest.mark.parametrize(
    ("said", "says"),
    [
        pytest.param({"screening": "bought-a-lot"}, "is not known", id="reason"),
        pytest.param({"stage": "hanged"}, "is not known", id="stage"),
        pytest.param({"stage": "misidentified"}, "is not known", id="a stage off the way"),
        pytest.param({"role": "uncle", "role_basis": "x"}, "is not known", id="role"),
        pytest.param({"role": "user"}, "basis is missing", id="no basis"),
        pytest.param({"exhibit": "甲1", "origin": "bank", "obtained_on": "2099-01-01"}, "in the future", id="future"),
        pytest.param({"exhibit": "甲1", "origin": "bank", "obtained_on": "平成28年"}, "is no day", id="no day"),
        pytest.param({"exhibit": "甲1", "origin": "bank"}, "is no day", id="day missing"),
        pytest.param({"found": "判明"}, "must be shown is missing", id="an answer without a question"),
        pytest.param({"question": "居住者", "found": "判明"}, "is not known", id="no result"),
        pytest.param({"corroboration": "payment"}, "is no day", id="corroboration without an exhibit"),
        pytest.param({"ending": "vanished", "ending_basis": "x"}, "is not known", id="ending"),
        pytest.param({"ending": "deceased", "ending_basis": "戸籍"}, "day of death is needed", id="no day of death"),
        pytest.param({"ending": "deceased", "stage": "screened"}, "not both", id="an ending and a stage"),
    ],
)
def test_what_an_act_refuses_sets_the_whole_line_aside(said: dict[str, str], says: str, world: World) -> None:
    wrong, right = do(world, table({**case(), "screening": "items-covered", **said}, case(ALONE)))
    assert (wrong.outcome, wrong.person) == ("aside", "")
    assert says in wrong.said
    assert [one.person_code for one in Dossier.objects.all()] == [ALONE]
    assert not Screening.objects.exists()
    assert right.outcome == "done"


def test_work_that_had_ended_ends_here_too(world: World) -> None:
    said = {"ending": "deceased", "ending_basis": "戸籍の写し", "died_on": "2019/05/01"}
    (one,) = do(world, table(case(screening="items-covered", **said)))
    assert (one.outcome, one.stage) == ("done", "deceased")


def test_one_person_named_twice_is_taken_over_once_and_the_preview_says_so(world: World) -> None:
    read = table(case(), case(f"{world.item.evidence_id}:1", reference="旧2"))
    seen = preview(world, read)
    assert [one.outcome for one in seen] == ["done", "aside"]
    assert "A line before this one" in seen[1].said
    assert do(world, read) == seen


def test_a_person_is_named_by_a_row_too(world: World) -> None:
    assert do(world, table(case(f"{world.item.evidence_id}:5")))[0].person == RELATIVE
    (lost,) = preview(world, table(case(f"{world.item.evidence_id}:4", reference="x")))
    assert "belongs to no proposed person" in lost.said


@pytest.mark.parametrize("person", ["P-9999-0000-0000", "髙橋", "E-000000000000:1"])
def test_whom_no_run_proposes_is_set_aside(person: str, world: World) -> None:
    assert do(world, table(case(person)))[0].outcome == "aside"


def test_a_person_who_has_a_dossier_is_left_as_it_is(world: World) -> None:
    dossier = open_dossier(world.operation, TAKAHASHI, by=world.users["reviewer"])
    (one,) = do(world, table(case(screening="items-covered")))
    assert "has a dossier already" in one.said
    dossier.refresh_from_db()
    assert dossier.version == 1


def test_an_old_case_is_taken_over_once(world: World) -> None:
    do(world, table(case()))
    (again,) = do(world, table(case(ALONE, reference="旧1111")))
    assert "was taken over already" in again.said
    with pytest.raises(RefusedError, match="imported already"):
        preview(world, table(case()))


def test_an_old_case_is_found_by_its_own_number_and_what_was_set_aside_is_not(world: World) -> None:
    do(world, table(case(reference="平成29年第4号"), case("P-0000-0000-0001", reference="平成29年第5号")))
    for typed, found in (("平成２９年 第４号", [("old-case", TAKAHASHI)]), ("平成29年第5号", [])):
        assert [(one.kind, one.person) for one in references(world.users["analyst"], typed)] == found


def test_lines_set_aside_can_be_mended_and_imported_again(world: World) -> None:
    do(world, table(case(screening="nonsense"), case(ALONE)))
    mended = do(world, table(case(screening="items-covered"), case(ALONE)))
    assert [one.outcome for one in mended] == ["done", "aside"]
    assert Dossier.objects.count() == 2


@pytest.mark.parametrize("note", ["=HYPERLINK(A1)", "+81 3", "-1", "@cmd", "'quoted", "plain"])
def test_a_csv_of_what_was_set_aside_runs_no_formula_and_reads_back(note: str, world: World) -> None:
    read = table(case(screening="nonsense", note=note))
    (line,) = [(one.line, one.said) for one in do(world, read)]
    text = aside_csv([line])
    cells = list(csv.reader(io.StringIO(text)))[1]
    assert not any(one.startswith(("=", "+", "-", "@")) for one in cells)
    (back,) = read_cases(text.encode("utf-8-sig")).lines
    assert (back.cells, back.wrong) == (line[0].cells, "")


def test_doing_it_asks_for_the_preview_of_this_very_file(world: World) -> None:
    read, other = table(case()), table(case(ALONE))
    for mark in ("", other.mark):
        with pytest.raises(RefusedError, match="preview first"):
            import_cases(world.operation, read, by=world.users["analyst"], apply=True, previewed=mark)
    assert not Dossier.objects.exists()


def test_every_line_is_accounted_for_and_its_reason_kept(world: World) -> None:
    do(
        world,
        table(case(stage="screened"), case(RELATIVE, screening="x"), case(ALONE), {"reference": "", "person": "P"}),
    )
    (batch,) = imports_of(world.operation)
    assert (batch.lines_read, batch.lines_done, batch.lines_part, batch.lines_aside) == (4, 1, 1, 2)
    kept = {one.number: one for one in lines_of(world.operation, batch.pk)}
    assert kept[2].cells == {"reference": "旧2222", "person": RELATIVE, "screening": "x"}
    assert "is not known" in kept[2].said
    assert "'reference'" not in kept[4].said
    assert "reference" in kept[4].said
    assert (kept[1].dossier is not None, kept[1].cells) == (True, {})


def test_the_database_refuses_counts_that_do_not_add_up(world: World) -> None:
    do(world, table(case()))
    with pytest.raises(IntegrityError), transaction.atomic():
        OldCaseImport.objects.update(lines_read=2)


@pytest.mark.parametrize("who", ["auditor", "administrator", "stranger"])
def test_who_may_not_import_cannot_even_preview(who: str, world: World) -> None:
    with pytest.raises((RefusedError, NotFoundError)):
        preview(world, table(case()), by=who)


def test_an_import_reaches_no_other_operation(world: World) -> None:
    other = make_world(slug="heron")
    assert preview(other, table(case(f"{world.item.evidence_id}:1")))[0].outcome == "aside"
    do(world, table(case(reviewer="heron-reviewer", screening="items-covered")))
    assert reviews_waiting(other.users["reviewer"]) == []


# Reading the CSV


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "holds no old case", id="empty"),
        pytest.param(b"reference,person\n", "holds no old case", id="headings only"),
        pytest.param(b"reference,name\n1,x\n", "is not known", id="unknown heading"),
        pytest.param(b"reference,person,row\n1,2,3\n", "mean", id="twice"),
        pytest.param(b"reference,note\n1,x\n", "is missing", id="no person"),
        pytest.param(b"\xff\xfe\x00\x81", "neither in UTF-8", id="no text"),
        pytest.param(b"reference,person\n\0,x\n", "neither in UTF-8", id="NUL"),
        pytest.param(b'reference,person\n"1,x\n', "cannot be read", id="open quotation mark"),
        pytest.param(b"reference,person\n" + b"1,x\n" * (MOST + 1), "too many", id="too many lines"),
        pytest.param(b"reference,person\n" + b"1" * 2_000_001, "larger than", id="too large"),
    ],
)
def test_a_file_that_is_no_such_csv_is_refused_in_one_sentence(content: bytes, says: str) -> None:
    with pytest.raises(BadInputError, match=says) as refused:
        read_cases(content)
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_japanese_headings_and_encodings_are_read(encoding: str) -> None:
    read = read_cases(f"旧事件番号,人物符号,立件可否\r\n昭和1,{TAKAHASHI},items-covered\r\n\r\n".encode(encoding))
    assert [dict(one.cells) for one in read.lines] == [
        {"reference": "昭和1", "person": TAKAHASHI, "screening": "items-covered"}
    ]
    assert read.mark == read_cases(read.text.encode()).mark


def test_lines_that_cannot_be_read_are_kept_with_the_reason() -> None:
    read = read_cases(f"reference,person\n1,{ALONE},x\n2,\n3,{TAKAHASHI}\n3,{RELATIVE}\n4,{TAKAHASHI}\n".encode())
    assert [bool(one.wrong) for one in read.lines] == [True, True, False, True, True]
    assert "Line 3" in read.lines[3].wrong


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_break_the_reading_of_a_csv(content: bytes) -> None:
    for text in (content, b"reference,person,note\n" + content):
        try:
            read = read_cases(text)
        except BadInputError:
            continue
        assert [one.number for one in read.lines] == list(range(1, len(read.lines) + 1))
        assert all(one.wrong or {"reference", "person"} <= one.cells.keys() for one in read.lines)


def test_every_column_is_used_and_none_says_that_a_second_person_acted() -> None:
    assert {"reference", "person", "reviewer", "confirmed_by"} <= set(columns().values())
    assert not {"reviewed", "confirmed", "force", "band"} & set(columns().values())


# The command line


def soken(*words: str, by: str = "analyst") -> Any:
    named = [*words, "--by", f"kingfisher-{by}", "--json"]
    done = CliRunner().invoke(app, ["old-case", *named], input="a long enough password\n")
    if isinstance(done.exception, SokenError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout[done.stdout.index("{") :])


def test_by_command_a_preview_comes_first(world: World, tmp_path: Path) -> None:
    file, aside = tmp_path / "old.csv", tmp_path / "aside.csv"
    file.write_text(f"reference,person,screening,reviewer\n1,{TAKAHASHI},items-covered,kingfisher-reviewer\n2,x,,\n")
    words = ("import", "--csv", str(file), "--operation", "kingfisher")
    seen = soken(*words)
    assert (seen["applied"], [one["outcome"] for one in seen["lines"]]) == (False, ["part", "aside"])
    with pytest.raises(RefusedError):
        soken(*words, "--apply")
    assert not Dossier.objects.exists()
    done = soken(*words, "--apply", "--previewed", seen["mark"], "--aside", str(aside))
    assert done["lines"] == seen["lines"]
    assert "The newest run proposes no person X." in aside.read_text("utf-8-sig")
    assert soken("waiting", by="reviewer")["waiting"] == [
        {"operation": "kingfisher", "person": TAKAHASHI, "reference": "1"}
    ]


def test_a_newcomer_has_nothing_waiting(world: World) -> None:
    assert reviews_waiting(make_user("newcomer")) == []
    assert not OldCaseLine.objects.exists()


def test_a_line_that_says_it_was_the_wrong_person_fills_the_register(world: World) -> None:
    line = case(ending="misidentified", ending_basis="照会の結果、別人")
    preview(world, table(line))
    assert not Misidentification.objects.exists()
    (one,) = do(world, table(line))
    assert (one.outcome, one.stage) == ("done", "misidentified")
    entry = Misidentification.objects.get(dossier__person_code=TAKAHASHI)
    assert (entry.basis, entry.by, entry.released_at) == ("照会の結果、別人", world.users["analyst"], None)
    assert entry.rows.exists()


@pytest.mark.parametrize("day", ["2024/4/1", "2024-04-01", "令和6年4月1日", "R6.4.1", "２０２４年４月１日", "20240401"])
def test_a_day_is_read_as_people_write_it(day: str, world: World) -> None:
    (one,) = do(world, table(case(exhibit="甲1", origin="bank", obtained_on=day)))
    assert one.outcome == "done"
    assert Dossier.objects.get().exhibits.get().obtained_on == date(2024, 4, 1)


@pytest.mark.parametrize("day", ["4/5/2024", "45383", "令和6年2月30日", "2024年4月", "昨日"])
def test_a_day_that_may_be_another_sets_the_line_aside(day: str, world: World) -> None:
    (one,) = do(world, table(case(exhibit="甲1", origin="bank", obtained_on=day)))
    assert (one.outcome, "is no day" in one.said) == ("aside", True)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_codes_can_be_said_in_the_words_of_the_pages(language: str, world: World) -> None:
    with translation.override(language):
        said = {
            "screening": screening_reasons()["items-covered"].said(language),
            "origin": exhibit_origins()["bank"].said(language),
            "corroboration": corroboration_kinds()["payment"].said(language),
            "role": str(Party("user").label),
            "result": str(EnquiryResult("shown").label),
            "stage": str(STAGE_NAMES[Stage.SCREENED]),
        }
    line = case(exhibit="甲1", obtained_on="2024-04-01", question="居住者", found="判明", role_basis="登録", **said)
    text = ",".join(line) + "\n" + ",".join(f'"{cell}"' for cell in line.values())
    (read,) = read_cases(text.encode()).lines
    assert {code: read.cells[code] for code in said} == {
        "screening": "items-covered", "origin": "bank", "corroboration": "payment", "role": "user",
        "result": "shown", "stage": "screened",
    }  # fmt: skip
    (one,) = preview(world, read_cases(text.encode()))
    assert one.outcome == "part", "the review waits for its person"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_whatever_program_saved_the_table_it_is_read(encoding: str, separator: str) -> None:
    lines = [["事件番号", "人物", "備考"], ["旧1", TAKAHASHI, "引継、済;"]]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    (one,) = read_cases(text.encode(encoding)).lines
    assert dict(one.cells) == {"reference": "旧1", "person": TAKAHASHI, "note": "引継、済;"}
