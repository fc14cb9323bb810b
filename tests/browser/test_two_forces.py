"""The whole way of one person through two forces, by the people who would do it, each at their own browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from soken.access.models import Role
from soken.casework.actions.offer_transfer import offer_transfer
from soken.casework.actions.open_dossier import open_dossier
from soken.casework.models import Dossier, Membership
from soken.casework.selectors.dossier import today
from soken.review.words import elements, rival_explanations
from soken.route.transfers import rules
from tests.browser.looking import look_at_all, sign_in
from tests.casework.dossiers import taken_on
from tests.desk.factory import ALONE, World, make_user, make_world

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.django_db(transaction=True)

PERSON = f"/operations/kingfisher/persons/{ALONE}"


@pytest.fixture
def world() -> World:
    world = make_world()
    for force, role in (("tokyo", Role.INVESTIGATOR), ("tokyo", Role.LIAISON), ("osaka", Role.INVESTIGATOR)):
        user = make_user(f"{force}-{role}", role)
        user.force = force
        user.save()
        Membership.objects.create(operation=world.operation, user=user)
    return world


def change_to(page: Page, server: str, name: str) -> None:
    """Have somebody else sign in."""
    page.context.clear_cookies()
    sign_in(page, server, name)


def form(page: Page, act: str, **hidden: str) -> Locator:
    """Return the form of an act, unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    found = page.locator(f"form:has(input[name=act][value={act}])")
    for name, value in hidden.items():
        found = found.and_(page.locator(f"form:has(input[name={name}][value='{value}'])"))
    return found.first


def do(page: Page, act: str, hidden: dict[str, str] | None = None, **said: str) -> None:
    """Fill in the form of an act and send it; it must be taken."""
    filled = form(page, act, **(hidden or {}))
    for name, value in said.items():
        field = filled.locator(f"[name='{name}']")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    with page.expect_navigation():
        filled.locator("button").last.click()
    expect(page.get_by_role("alert")).to_have_count(0)


def advance(page: Page, stage: str) -> None:
    do(page, "advance", {"to": stage})


def test_a_person_goes_through_two_forces_to_the_end(page: Page, live_server: Any, world: World) -> None:
    server = live_server.url
    change_to(page, server, "kingfisher-analyst")
    page.goto(f"{server}{PERSON}/dossier")
    do(page, "open")
    do(page, "screen", reason="items-covered")
    do(page, "confirm", basis="購入履歴と住民票を照合", born_on="1979-05-01")
    page.goto(f"{server}{PERSON}/priority")
    do(page, "assess")

    change_to(page, server, "kingfisher-reviewer")
    page.goto(f"{server}{PERSON}/dossier")
    do(page, "review")
    advance(page, "screened")
    expect(page.get_by_role("link", name="No force owns this person yet.").first).to_be_visible()

    change_to(page, server, "tokyo-liaison")
    page.goto(f"{server}{PERSON}/owner")
    do(page, "own", reason="本部事件の端緒")
    change_to(page, server, "tokyo-investigator")
    page.goto(f"{server}{PERSON}/dossier")
    advance(page, "assigned")
    page.goto(f"{server}{PERSON}/owner")
    boxes = {f"form-{box}": "別添資料のとおり" for box in rules().form}
    do(page, "offer", to="osaka", kind="transfer", reason="転居先が判明", **boxes)

    change_to(page, server, "osaka-investigator")
    page.goto(f"{server}/inbox")
    page.get_by_role("link", name=ALONE).click()
    do(page, "receive")
    do(page, "return", answer="転居先の裏付けがない")
    assert Dossier.objects.get().force == "tokyo"

    change_to(page, server, "tokyo-investigator")
    page.goto(f"{server}{PERSON}/owner")
    do(page, "offer", to="osaka", kind="transfer", reason="住民票により転居先を確認", **boxes)
    change_to(page, server, "osaka-investigator")
    page.goto(f"{server}/inbox")
    page.get_by_role("link", name=ALONE).click()
    do(page, "receive")
    do(page, "accept", answer="当方で捜査を継続する")
    assert Dossier.objects.get().force == "osaka"
    page.goto(f"{server}{PERSON}/dossier")
    advance(page, "under-investigation")
    do(page, "confirm", basis="運転免許証の写しと照合", born_on="1979-05-01")
    do(page, "role", role="user", basis="会員登録及び発送先の一致")
    for kind, word in rival_explanations().items():
        if word.flag:
            do(page, "raise", kind=kind, why="必須の確認事項")
            do(page, "settle", kind=kind, state="ruled-out", result="照会の結果、該当なし")
    do(page, "exhibit", number="甲1", origin="bank", obtained_on=(today() - timedelta(days=9)).isoformat())
    do(page, "exhibit", number="甲2", origin="search", obtained_on=(today() - timedelta(days=3)).isoformat())
    do(page, "exhibit", number="鑑1", origin="examination", obtained_on=(today() - timedelta(days=1)).isoformat())
    do(page, "corroborate", kind="payment", exhibit="甲1")
    for element, word in elements().items():
        day = {"shown_on": (today() - timedelta(days=3)).isoformat()} if word.flag else {}
        do(page, "element", element=element, exhibit="甲2" if word.flag else "鑑1", **day)

    change_to(page, server, "tokyo-investigator")
    page.goto(f"{server}{PERSON}/dossier")
    filled = form(page, "ask")
    if filled.count():
        filled.locator("[name=question]").fill("当方でも確認したい")
        with page.expect_navigation():
            filled.locator("button").last.click()
        expect(page.get_by_role("alert").first).to_contain_text("another force")

    change_to(page, server, "osaka-investigator")
    page.goto(f"{server}{PERSON}/dossier")
    until = (today() + timedelta(days=30)).isoformat()
    do(page, "welfare", risks="同居家族あり", measures="保健師同行", afterwards="翌日に連絡", good_until=until)
    page.get_by_role("link", name="Nobody has looked yet").first.click()
    do(page, "elsewhere")
    page.goto(f"{server}{PERSON}/track")
    do(page, "allege", offence="7-1", last_on=(today() - timedelta(days=3)).isoformat(), basis="甲2")

    change_to(page, server, "kingfisher-reviewer")
    page.goto(f"{server}{PERSON}/dossier")
    advance(page, "ready-for-action")
    page.goto(f"{server}{PERSON}/referral")
    sent = {"kind": "papers", "office": "osaka", "reference": "送致1号", "liaison": "kingfisher-liaison"}
    do(page, "send", sent_on=today().isoformat(), **sent)
    dossier = Dossier.objects.get()
    assert (dossier.stage, dossier.force) == ("referred", "osaka")
    assert [one.force for one in dossier.ownerships.order_by("pk")] == ["tokyo", "osaka"]
    assert [one.state for one in dossier.transfers.order_by("pk")] == ["returned", "accepted"]

    change_to(page, server, "kingfisher-liaison")
    page.goto(f"{server}{PERSON}/referral")
    do(page, "receive", on=today().isoformat(), number="検1号")
    do(page, "dispose", kind="summary-order", on=today().isoformat(), reference="検1号")
    change_to(page, server, "kingfisher-reviewer")
    page.goto(f"{server}{PERSON}/dossier")
    do(page, "advance", {"to": "closed"}, reason="処分結果を確認し終結")
    dossier.refresh_from_db()
    stages = [one.after for one in dossier.stage_changes.order_by("pk")]
    assert stages == [
        "screened", "assigned", "under-investigation", "ready-for-action", "referred", "decided", "closed",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ja"])
def test_owner_and_inbox_are_for_everybody(language: str, page: Page, live_server: Any, world: World) -> None:
    dossier = open_dossier(world.operation, ALONE, by=world.users[Role.ANALYST])
    taken_on(dossier, "tokyo")
    form = dict.fromkeys(rules().form, "別添資料のとおり")
    offer_transfer(dossier, by=world.users[Role.ANALYST], to="osaka", kind="transfer", reason="転居", form=form)
    sign_in(page, live_server.url, "kingfisher-reviewer")
    rooms = {"inbox": "/inbox", "owner": f"{PERSON}/owner"}
    assert look_at_all(page, live_server.url, rooms, language) == {}
