"""The filter feed: two people for each address each way, versions that never change, and nothing of a delisted one."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from typer.testing import CliRunner

from soken.access.models import Role, User
from soken.casework.actions.decide_address import agree_to_decision, propose_decision, withdraw_decision
from soken.casework.actions.enter_address import Entered, enter_address, enter_csv, enter_from_evidence
from soken.casework.actions.publish_feed import publish_feed
from soken.casework.actions.take_in_evidence import take_in_evidence
from soken.casework.models import FeedEntry, FeedState, FeedStep, FeedVersion
from soken.casework.selectors.dossier import today
from soken.casework.selectors.feed import entries_of, is_behind, listed_hosts
from soken.casework.selectors.feed_candidates import address_columns, candidates
from soken.casework.selectors.feed_files import feed_public_key, lookup_key, version_file, version_folder
from soken.commands.doctor import _feed
from soken.commands.main import app
from soken.commands.output import actor
from soken.core.errors import BadInputError, DamagedStoreError, NotFoundError, RefusedError
from soken.core.home import Home, open_home
from soken.core.progress import silent
from soken.exchange.feed import FORMS, Form
from soken.exchange.feed_read import Verdict, check_host, is_signed, read_feed
from soken.intake import Acquisition
from tests.casework.dossiers import AT, Room, make_room

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from soken.casework.models import EvidenceItem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

LIST = """name,shop_url,product,mail
髙橋 花子,https://Shop.Example/item?id=1,one.two,hanako@mail.example
𠮷田 太郎,http://shop.example:8080/,two.three,taro@mail.example
佐藤 次郎,http://cdn.shop2.example/a,three.four,jiro@mail.example
鈴木 三郎,,four.five,saburo@mail.example
田中 四郎,co.jp,five.six,shiro@mail.example
渡辺 五郎,github.io,six.seven,goro@mail.example
"""


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Home:
    settings.HOME = open_home(tmp_path / "home")
    return settings.HOME


@pytest.fixture
def room(home: Home) -> Room:
    return make_room()


def decide(room: Room, host: str, decision: str, *, first: str = "analyst", second: str = "reviewer") -> FeedEntry:
    """Two people decide of an address."""
    day = today() + timedelta(days=90)
    propose_decision(room.operation, host, decision, by=room.users[first], reason="裁判所の没収命令", review_on=day)
    return agree_to_decision(room.operation, host, decision, by=room.users[second])


def released(room: Room, *hosts: str) -> None:
    for host in hosts:
        enter_address(room.operation, host, by=room.analyst)
        decide(room, host, "release")


def names(home: Home, version: FeedVersion, host: str) -> set[Verdict]:
    """What the forms that name hosts say of one."""
    files = [read_feed(version_file(home, version, form)) for form in (Form.RPZ, Form.HOSTS, Form.ADGUARD)]
    return {check_host(host, file) for file in files}


def test_an_address_is_listed_once_two_people_have_released_it_and_not_before(room: Room) -> None:
    entry = enter_address(room.operation, "HTTPS://Shop.Example.:8443/cart?x", by=room.analyst)
    assert (entry.host, entry.state, listed_hosts()) == ("shop.example", FeedState.ENTERED, frozenset())
    day = today() + timedelta(days=90)
    step = propose_decision(
        room.operation, "shop.example", "release", by=room.analyst, reason="押収", review_on=day
    )  # fmt: skip
    assert listed_hosts() == frozenset()
    with pytest.raises(RefusedError, match="the second person is another one"):
        agree_to_decision(room.operation, "shop.example", "release", by=room.analyst)
    assert listed_hosts() == frozenset()
    agree_to_decision(room.operation, "Shop.Example", "release", by=room.analyst2, seen=step.pk)
    step.refresh_from_db()
    entry.refresh_from_db()
    assert (listed_hosts(), entry.review_on) == ({"shop.example"}, day)
    assert (step.by, step.second, step.reason) == (room.analyst, room.analyst2, "押収")


def test_the_database_itself_refuses_one_person_twice_and_a_release_without_a_review_date(room: Room) -> None:
    entry = enter_address(room.operation, "shop.example", by=room.analyst)
    wrong: list[dict[str, Any]] = [
        {"second": room.analyst, "second_at": AT, "review_on": today()},
        {"review_on": None},
        {"reason": "", "review_on": today()},
        {"second": room.reviewer, "review_on": today()},
    ]
    for said in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            FeedStep.objects.create(
                **{"entry": entry, "decision": "release", "reason": "押収", "by": room.analyst, "at": AT, **said}
            )


def test_delisting_takes_two_people_and_the_next_version_has_nothing_of_the_address(room: Room, home: Home) -> None:
    released(room, "shop.example", "shop2.example")
    first = publish_feed(home, by=room.reviewer)
    assert names(home, first, "www.shop.example") == {Verdict.LISTED}
    propose_decision(room.operation, "shop.example", "delist", by=room.reviewer, reason="別人が取得した")
    with pytest.raises(RefusedError, match="another one"):
        agree_to_decision(room.operation, "shop.example", "delist", by=room.reviewer)
    assert not is_behind()
    agree_to_decision(room.operation, "shop.example", "delist", by=room.reviewer2)
    assert is_behind()
    second = publish_feed(home, by=room.reviewer)
    assert names(home, second, "shop.example") == names(home, second, "www.shop.example") == {Verdict.NOT_LISTED}
    assert names(home, second, "shop2.example") == {Verdict.LISTED}
    for form in Form:
        assert b"shop.example" not in version_file(home, second, form)
        verdict = check_host(
            "shop.example", read_feed(version_file(home, second, form)), lookup_key=lookup_key(home)
        )  # fmt: skip
        assert verdict is Verdict.NOT_LISTED
    assert names(home, first, "shop.example") == {Verdict.LISTED}, "what went out stays as it was"
    decide(room, "shop.example", "release")
    assert listed_hosts() == {"shop.example", "shop2.example"}


def test_an_address_below_one_that_stays_listed_is_free_from_the_next_version_on(room: Room, home: Home) -> None:
    released(room, "shop.example", "blog.shop.example")
    publish_feed(home, by=room.reviewer)
    decide(room, "blog.shop.example", "delist")
    assert is_behind()
    second = publish_feed(home, by=room.reviewer)
    for form in Form:
        file = read_feed(version_file(home, second, form))
        for host in ("blog.shop.example", "a.blog.shop.example"):
            assert check_host(host, file, lookup_key=lookup_key(home)) is Verdict.NOT_LISTED
        assert check_host("shop.example", file, lookup_key=lookup_key(home)) is not Verdict.NOT_LISTED
    assert not is_behind()
    assert [one.excepted for one in entries_of(room.operation)] == [(), ("blog.shop.example",)]
    decide(room, "shop.example", "delist")
    third = publish_feed(home, by=room.reviewer)
    assert b"blog" not in version_file(home, third, Form.RPZ), "nothing above it is listed: nothing has to be said"


def test_a_version_is_behind_where_only_what_is_let_through_has_changed(room: Room, home: Home) -> None:
    other = make_room("egret")
    released(room, "blog.shop.example")
    decide(room, "blog.shop.example", "delist")
    released(other, "shop.example")
    first = publish_feed(home, by=room.reviewer)
    assert names(home, first, "blog.shop.example") == {Verdict.NOT_LISTED}
    released(other, "blog.shop.example")
    assert is_behind(), "another operation has released it anew"
    assert names(home, publish_feed(home, by=room.reviewer), "blog.shop.example") == {Verdict.LISTED}
    decide(other, "blog.shop.example", "delist")
    assert is_behind()


def test_versions_are_numbered_linked_signed_and_never_changed(room: Room, home: Home, now: Any) -> None:
    with pytest.raises(RefusedError, match="No address has been released"):
        publish_feed(home, by=room.reviewer)
    released(room, "shop.example")
    first = publish_feed(home, by=room.reviewer)
    with pytest.raises(RefusedError, match="Nothing has changed since version 1"):
        publish_feed(home, by=room.reviewer)
    before = {form: version_file(home, first, form) for form in Form}
    released(room, "shop2.example")
    now.shift(-86400)  # a clock that was set back turns no serial back
    second = publish_feed(home, by=room.reviewer2)
    assert (first.number, first.previous, first.hosts) == (1, None, 1)
    assert (second.number, second.previous, second.hosts, second.serial) == (2, first, 2, first.serial + 1)
    for form in Form:
        assert version_file(home, first, form) == before[form]
        file = read_feed(version_file(home, second, form))
        assert is_signed(file, feed_public_key(home))
        assert file.previous == hashlib.sha256(before[form]).hexdigest() == first.files[form.value]
        assert (file.version, file.serial) == (2, second.serial)


def test_a_file_that_was_altered_in_the_home_is_not_handed_out(room: Room, home: Home) -> None:
    released(room, "shop.example")
    version = publish_feed(home, by=room.reviewer)
    assert [one.ok for one in _feed(home)] == [True]
    path = version_folder(home, version) / FORMS[Form.HOSTS].name
    path.write_bytes(path.read_bytes().replace(b"shop", b"shup"))
    with pytest.raises(DamagedStoreError, match="missing or altered"):
        version_file(home, version, Form.HOSTS)
    (check,) = _feed(home)
    assert (check.ok, "soken-feed.hosts of version 1" in check.found) == (False, True)


def test_an_address_past_its_review_date_is_shown_first_and_stays_listed_until_people_decide(
    room: Room, home: Home, now: Any
) -> None:
    released(room, "a.example.com", "z-shop.example")
    FeedEntry.objects.filter(host="z-shop.example").update(review_on=today() + timedelta(days=1))
    assert [one.overdue for one in entries_of(room.operation)] == [False, False]
    now.shift(3 * 86400)
    shown = entries_of(room.operation)
    assert [(one.entry.host, one.overdue) for one in shown] == [("z-shop.example", True), ("a.example.com", False)]
    assert [one.entry.host for one in entries_of(room.operation, overdue=True)] == ["z-shop.example"]
    assert "z-shop.example" in listed_hosts()
    decide(room, "z-shop.example", "keep")
    assert entries_of(room.operation, overdue=True) == []


def test_what_waits_can_be_withdrawn_and_stays_on_record(room: Room) -> None:
    enter_address(room.operation, "shop.example", by=room.analyst)
    day = today() + timedelta(days=30)
    propose_decision(room.operation, "shop.example", "release", by=room.analyst, reason="押収", review_on=day)
    with pytest.raises(RefusedError, match="waits for a second person already"):
        propose_decision(room.operation, "shop.example", "release", by=room.reviewer, reason="押収", review_on=day)
    step = withdraw_decision(room.operation, "shop.example", by=room.reviewer, reason="別の店")
    with pytest.raises(RefusedError, match="waits as you saw it"):
        agree_to_decision(room.operation, "shop.example", "release", by=room.reviewer, seen=step.pk)
    with pytest.raises(RefusedError, match="No decision"):
        withdraw_decision(room.operation, "shop.example", by=room.reviewer, reason="もう一度")
    seen = entries_of(room.operation)[0]
    assert (seen.waiting, seen.steps[0].withdrawn_by, listed_hosts()) == (None, room.reviewer, frozenset())


def test_who_agrees_agrees_to_what_they_saw(room: Room) -> None:
    enter_address(room.operation, "shop.example", by=room.analyst)
    day = today() + timedelta(days=30)
    seen = propose_decision(room.operation, "shop.example", "release", by=room.analyst, reason="一", review_on=day)
    withdraw_decision(room.operation, "shop.example", by=room.analyst, reason="書き直す")
    propose_decision(room.operation, "shop.example", "release", by=room.analyst, reason="二", review_on=day)
    with pytest.raises(RefusedError, match="waits as you saw it"):
        agree_to_decision(room.operation, "shop.example", "release", by=room.reviewer, seen=seen.pk)
    with pytest.raises(RefusedError, match="waits as you saw it"):
        agree_to_decision(room.operation, "shop.example", "delist", by=room.reviewer)
    assert listed_hosts() == frozenset()


@pytest.mark.parametrize(
    ("decision", "state"), [("keep", "entered"), ("delist", "entered"), ("release", "listed"), ("delist", "delisted")]
)
def test_only_what_stands_so_is_decided_so(decision: str, state: str, room: Room) -> None:
    enter_address(room.operation, "shop.example", by=room.analyst)
    FeedEntry.objects.update(state=state)
    with pytest.raises(RefusedError, match="it cannot be decided"):
        decide(room, "shop.example", decision)


@pytest.mark.parametrize("days", [-1, 0, 367, None])
def test_a_review_date_lies_within_the_coming_year(days: int | None, room: Room) -> None:
    enter_address(room.operation, "shop.example", by=room.analyst)
    day = None if days is None else today() + timedelta(days=days)
    with pytest.raises(BadInputError, match="review date"):
        propose_decision(room.operation, "shop.example", "release", by=room.analyst, reason="押収", review_on=day)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("co.jp", "where everybody registers names"),
        ("example", "where everybody registers names"),
        ("192.0.2.1", "by number"),
        ("hanako@mail.example", "mail address"),
        ("hidden.onion", "no name of the public DNS"),
        ("", "No address is given"),
    ],
)
def test_what_may_not_be_listed_is_refused_in_words(address: str, said: str, room: Room) -> None:
    with pytest.raises(BadInputError, match=said):
        enter_address(room.operation, address, by=room.analyst)
    assert not FeedEntry.objects.exists()


def test_a_shared_platform_is_entered_only_with_a_persons_words_for_it(room: Room) -> None:
    with pytest.raises(RefusedError, match="all its users would be withheld"):
        enter_address(room.operation, "github.io", by=room.analyst)
    entry = enter_address(room.operation, "github.io", by=room.analyst, because="全体が押収された")
    assert (entry.platform, entry.platform_because) == ("github.io", "全体が押収された")
    assert enter_address(room.operation, "one.github.io", by=room.analyst, because="いらない").platform_because == ""
    with pytest.raises(RefusedError, match="entered already"):
        enter_address(room.operation, "GitHub.io", by=room.analyst, because="もう一度")


def test_a_csv_is_entered_line_by_line_and_every_line_is_accounted_for(room: Room) -> None:
    enter_address(room.operation, "known.example", by=room.analyst)
    data = "﻿note,HOST,because\n,shop.example,\nx,https://known.example/a,\n\n,co.jp,\n,github.io,\n,gitlab.io,全体\n,,\n,日本語.example,\n"
    lines = enter_csv(room.operation, data.encode(), by=room.analyst)
    assert [(one.line, one.host, one.outcome) for one in lines] == [
        (2, "shop.example", Entered.NEW),
        (3, "known.example", Entered.KNOWN),
        (5, "", Entered.REFUSED),
        (6, "github.io", Entered.REFUSED),
        (7, "gitlab.io", Entered.NEW),
        (9, "xn--wgv71a119e.example", Entered.NEW),
    ]
    assert all(one.said for one in lines if one.outcome is Entered.REFUSED)
    assert listed_hosts() == frozenset(), "nothing that was entered is released"
    assert [one.host for one in enter_csv(room.operation, b"bare.example\n", by=room.analyst)] == ["bare.example"]
    with pytest.raises(BadInputError, match="no CSV in UTF-8"):
        enter_csv(room.operation, "店.example".encode("cp932"), by=room.analyst)


@pytest.fixture
def item(room: Room, home: Home, tmp_path: Path) -> EvidenceItem:
    path = tmp_path / "orders.csv"
    path.write_text(LIST, "utf-8")
    taken = take_in_evidence(
        room.operation, path, home=home, acquisition=Acquisition(), actor="tester", progress=silent()
    )  # fmt: skip
    return taken.item


def test_a_column_of_the_evidence_gives_hosts_for_a_person_to_pick_and_nothing_else(
    room: Room, item: EvidenceItem
) -> None:
    assert ("", "shop_url") in address_columns(item)
    assert ("", "product") not in address_columns(item), "a column of titles is never looked through"
    found = candidates(item, "", "shop_url")
    assert [(one.host, one.rows, one.first_row) for one in found.hosts] == [
        ("shop.example", 2, 1), ("cdn.shop2.example", 1, 3), ("github.io", 1, 6)
    ]  # fmt: skip
    assert (found.rows, found.blank, found.other, found.more) == (6, 1, 1, 0)
    assert candidates(item, "", "mail").hosts == (), "customers' mail addresses are no shops"
    assert not FeedEntry.objects.exists()
    made = enter_from_evidence(room.operation, item, "", "shop_url", hosts=["Shop.example"], by=room.analyst)
    assert [(one.host, one.source, one.evidence, one.row) for one in made] == [
        ("shop.example", "evidence", item.evidence_id, 1)
    ]


def test_what_the_column_does_not_name_or_a_platform_among_the_picked_enters_nothing(
    room: Room, item: EvidenceItem
) -> None:
    for hosts, error in (
        (["other.example"], NotFoundError),
        (["cdn.shop2.example", "github.io"], RefusedError),
        ([], BadInputError),
    ):
        with pytest.raises(error):
            enter_from_evidence(room.operation, item, "", "shop_url", hosts=hosts, by=room.analyst)
    with pytest.raises(NotFoundError, match="no column"):
        candidates(item, "", "product")
    assert not FeedEntry.objects.exists()


def test_an_address_of_two_operations_stays_until_both_delist_it_and_neither_sees_the_other(
    room: Room, home: Home
) -> None:
    other = make_room("egret")
    released(room, "shop.example")
    released(other, "shop.example")
    with pytest.raises(NotFoundError):
        propose_decision(room.operation, "shop.example", "delist", by=other.analyst, reason="違う")
    decide(room, "shop.example", "delist")
    assert entries_of(room.operation)[0].elsewhere
    assert listed_hosts() == {"shop.example"}
    decide(other, "shop.example", "delist")
    assert listed_hosts() == frozenset()
    assert not entries_of(room.operation)[0].elsewhere


@pytest.mark.parametrize("role", list(Role))
def test_who_may_what(role: Role, room: Room, home: Home) -> None:
    may = {
        "enter": {Role.ANALYST, Role.INVESTIGATOR, Role.REVIEWER},
        "decide": {Role.ANALYST, Role.REVIEWER},
        "publish": {Role.REVIEWER},
    }
    released(room, "shop.example")
    user = User.objects.create(username="who", role=role)
    room.operation.memberships.create(user=user)
    acts = {
        "enter": lambda: enter_address(room.operation, "new.example", by=user),
        "decide": lambda: propose_decision(room.operation, "shop.example", "delist", by=user, reason="違う"),
        "publish": lambda: publish_feed(home, by=user),
    }
    for name, act in acts.items():
        if role in may[name]:
            act()
        else:
            with pytest.raises(RefusedError, match="may not"):
                act()
    assert FeedVersion.objects.exists() is (role in may["publish"])


def test_the_command_line_does_the_same(
    room: Room, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*words: str, by: User | None = None) -> Any:
        with monkeypatch.context() as patch:
            for where in ("acting", "output"):
                patch.setattr(f"soken.commands.{where}.actor", lambda: by.username if by else actor())
            done = CliRunner().invoke(app, ["feed", *words], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    operation = ("--operation", room.operation.slug)
    said = ("--reason", "押収", "--review-on", (today() + timedelta(days=90)).isoformat())
    run("add", "https://Shop.example/x", *operation, by=room.analyst)
    (tmp_path / "more.csv").write_text("host\nshop2.example\nco.jp\n")
    lines = json.loads(run("add", "--csv", str(tmp_path / "more.csv"), "--json", *operation, by=room.analyst))
    assert [one["outcome"] for one in lines["lines"]] == ["new", "refused"]
    run("release", "shop.example", *said, *operation, by=room.analyst)
    run("release", "shop.example", "--agree", *operation, by=room.reviewer)
    listed = json.loads(run("list", "--state", "listed", "--json", *operation))["addresses"]
    assert [(one["host"], one["decisions"][0]["second"]) for one in listed] == [("shop.example", "heron-reviewer")]
    made = json.loads(run("publish", "--json", by=room.reviewer))
    assert (made["version"], made["addresses"]) == (1, 1)
    run("lookup-key", "--out", str(tmp_path / "key"), "--recipient", "研究所")
    public, key = run("public-key").strip(), ("--lookup-key", str(tmp_path / "key"))
    for form in (Form.RPZ, Form.PREFIXES, Form.KEYED):
        out = tmp_path / form.value
        run("get", "--form", form.value, "--out", str(out), "--recipient", "県内の学校")
        assert "As signed" in run("verify", str(out), "--key", public)
        verdict = "may be listed" if form is Form.PREFIXES else "listed"
        assert f": {verdict}" in run("check", "SHOP.example.", "--list", str(out), *key)
        assert ": not listed" in run("check", "other.example", "--list", str(out), *key)
    altered = tmp_path / "altered"
    altered.write_bytes((tmp_path / "rpz").read_bytes().replace(b"shop.example", b"shap.example"))
    with pytest.raises(RefusedError, match="not as this key signed it"):
        run("verify", str(altered))
    run("delist", "shop.example", "--reason", "誤り", *operation, by=room.reviewer)
    run("withdraw", "shop.example", "--reason", "誤りではない", *operation, by=room.analyst)
    run("keep", "shop.example", *said, *operation, by=room.analyst)
    assert "keep waits for a second person" in run("list", *operation)
    assert [one["version"] for one in json.loads(run("versions"))["versions"]] == [1]


def test_the_command_line_picks_from_the_evidence(
    room: Room, item: EvidenceItem, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=room.analyst.pk).update(username=actor())
    where = ("--column", "shop_url", "--operation", room.operation.slug)
    shown = CliRunner().invoke(app, ["feed", "candidates", item.evidence_id, *where], catch_exceptions=False).stdout
    assert "shop.example" in shown
    assert "github.io  (shared platform)" in shown
    done = CliRunner().invoke(
        app, ["feed", "add", "cdn.shop2.example", "--evidence", item.evidence_id, *where], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    assert list(FeedEntry.objects.values_list("host", "row")) == [("cdn.shop2.example", 3)]
