"""What a store for telephones says of an app's sales: accounts and devices by number, hardly any names.

A guest is known by the device alone, an account is a UUID with a mail address: one's own, one with a tag, one that the
store made up to pass mail on, or a throw-away. Some let the app know their telephone, for some the store says who pays.
A new telephone comes every three years or so, a new device number also when the app is installed anew; whoever was a
guest then is somebody new, of the others a third open another account. Some hold a second account on the same device.
In one household of four there is a tablet that two of them use, each with an account that bears the name. Renewals
carry the number of the first purchase.

Machines write nearly all of it: slips stand in 3 % of the addresses that were typed once. What nobody could tell, a
guest who has a new device and no renewal that goes on, is not in the list (`decidable`).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bench.lists.fourth import words
from bench.lists.fourth.base import Form, begin, draw, item, row, save, slip_mail, visits
from bench.lists.fourth.people import Habits
from bench.lists.romaji import spell
from bench.lists.second import text

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bench.lists.base import HeldOut
    from bench.lists.fourth.people import World
    from bench.lists.second.base import Claim, Row
    from bench.lists.second.person import Person

_HEADINGS = (
    "transaction_id", "original_transaction_id", "purchased_at", "account_uuid", "device_id", "platform", "email",
    "display_name", "verified_phone", "payer_name", "storefront", "product_id",
)  # fmt: skip
_NEW_DEVICE = timedelta(days=3 * 365)
_TAGS = ("app", "ios", "store", "2", "x", "sub")


@dataclass(frozen=True, slots=True)
class _Account:
    """What an account says; `true_mail` is the address without slip and tag."""

    number: str
    mail: str
    true_mail: str
    shown: str
    phone: str
    marks: tuple[str, ...] = ()


@dataclass(slots=True)
class _Use:
    """Somebody's way through the years: the device in hand, the accounts, the renewals that go on, who pays."""

    device: str
    android: bool
    shared: bool
    accounts: list[_Account]
    payer: str
    since: date
    renewals: dict[str, str] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)


def app(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the sales of an app in order of days."""
    world = begin("app", rows, seed, Habits(mails=0.05, throwaway=0.08), people=0.62)
    store = _Store(world, rows)
    kept = draw(world.people, rows, store.rows_of)
    return save(folder, seed, Form("app", _HEADINGS), sorted(kept, key=lambda one: one.day))


class _Store:
    """The store and the app."""

    def __init__(self, world: World, rows: int) -> None:
        self.world, self.rng, self.rows = world, world.rng, rows
        self.tablets: dict[str, str] = {}

    def rows_of(self, one: Person) -> list[Row]:
        """Return all purchases of somebody."""
        made: list[Row] = []
        use: _Use | None = None
        for day in visits(one, self.rows, self.rng):
            said = self.world.said(one, day)
            if use is None:
                use = self._first(said)
            else:
                self._time_passes(use, said)
            made.append(self._purchase(use, said))
        return made

    # -- devices and accounts ----------------------------------------------------------------------------------------

    def _first(self, said: Claim) -> _Use:
        one, world = said.who, self.world
        android = world.chance(0.4)
        use = _Use(self._device(android=android), android, False, [], self._payer(said), said.day)
        others = self.world.with_.get(one.key, [])
        tag = next((tag for tag in sorted(one.near) if tag.startswith(("household", "twins"))), "")
        if others and int(tag.rpartition("-")[2]) % 4 == 0:
            use.device = self.tablets.setdefault(tag, use.device)
            use.android, use.shared = "-" not in use.device, True
        use.marks = [mark for mark in said.marks if mark == "payer-is-parent"]
        use.accounts.append(self._account(said, use))
        return use

    def _device(self, *, android: bool) -> str:
        return f"{self.rng.getrandbits(64):016x}" if android else str(self._uuid()).upper()

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def _payer(self, said: Claim) -> str:
        """Return whom the store knows as the one who pays: nobody, oneself, or (of some at home) a parent."""
        if not self.world.chance(0.45):
            return ""
        family, given = said.kanji.split(" ")
        parents = [one for one in self.world.with_.get(said.who.key, []) if one.born.year < said.born.year - 18]
        if parents and self.world.chance(0.3):
            said.marks.append("payer-is-parent")
            given = parents[0].given.kanji
        elif self.world.chance(0.35):
            style = said.who.style[1]
            return f"{spell(said.given.kana, style)} {spell(said.family.kana, style)}".title()
        return f"{family} {given}" if self.world.chance(0.6) else family + given

    def _account(self, said: Claim, use: _Use) -> _Account:
        """Open an account; on a tablet for two always with an address and a name."""
        world, rng = self.world, self.rng
        number = str(self._uuid())
        shown = self._shown(said)
        phone = (
            text.phone(said.phone, 4).replace(" ", "") if world.chance(0.36) and "landline" not in said.marks else ""
        )
        if use.shared:
            return _Account(number, said.mail, said.mail, said.kanji.replace(" ", ""), phone, ("shared-tablet",))
        if world.chance(0.25):
            return _Account("", "", "", shown if world.chance(0.3) else "", "", ("guest",))
        draw, mail, marks = rng.random(), said.mail, tuple[str, ...]()
        if not use.android and world.chance(0.3):
            mail = f"{''.join(rng.choice('abcdefghijkmnpqrstuvwxyz23456789') for _ in range(10))}@relay.example.com"
            return _Account(number, mail, mail, shown, phone, ("relay",))
        if draw < 0.05:
            mail, marks = mail.replace("@", f"+{rng.choice(_TAGS)}@"), ("tag",)
        elif draw < 0.08:
            mail, marks = slip_mail(mail, rng), ("mail-slip",)
        return _Account(number, mail, said.mail, shown, phone, marks)

    def _shown(self, said: Claim) -> str:
        """Draw what an account calls itself."""
        draw = self.rng.random()
        if draw < 0.4:
            return said.who.nick
        if draw < 0.55:
            return self.rng.choice(words.SHOWN)
        if draw < 0.7:
            return said.given.kanji if self.world.chance(0.5) else spell(said.given.kana, said.who.style[1])
        if draw < 0.78:
            return said.kanji.replace(" ", "")
        return f"ユーザー{self.rng.randrange(10**5, 10**6)}" if draw < 0.9 else ""

    # -- as time passes ----------------------------------------------------------------------------------------------

    def _time_passes(self, use: _Use, said: Claim) -> None:
        """Let a device be replaced, the app be installed anew, an account be changed or a second one opened."""
        world = self.world
        chance_of_new = min(0.9, (said.day - use.since) / _NEW_DEVICE * 0.6)
        guest = not use.accounts[0].mail
        if not use.shared and (world.chance(chance_of_new) or world.chance(0.03)):
            use.since, last = said.day, use.device
            use.device = self._device(android=use.android)
            if guest or world.chance(0.3):
                first = use.renewals.pop(use.accounts[0].number or last, "")
                use.accounts[0] = self._next_account(said, use)
                if first and world.chance(0.6):
                    use.renewals[use.accounts[0].number or use.device] = first
        elif guest and world.chance(0.3):
            use.accounts[0] = self._account(said, use)
        elif not use.shared and len(use.accounts) == 1 and world.chance(0.09):
            use.accounts.append(self._next_account(said, use))
        account = use.accounts[0]
        if account.mail and world.chance(0.06):
            use.accounts[0] = replace(account, shown=said.kanji if use.shared else self._shown(said))
        if len(said.who.mails) > 1 and "relay" not in account.marks and account.mail and world.chance(0.12):
            use.accounts[0] = replace(use.accounts[0], mail=said.mail, true_mail=said.mail)

    def _next_account(self, said: Claim, use: _Use) -> _Account:
        """Open another account: often with the old address, or a tag on it, or the old telephone."""
        last, opened = use.accounts[0], self._account(said, use)
        draw, marks = self.rng.random(), (*opened.marks, "next-account")
        if not opened.number:
            return replace(opened, marks=marks)
        if last.true_mail and draw < 0.3:
            opened = replace(opened, mail=last.true_mail, true_mail=last.true_mail)
        elif last.true_mail and draw < 0.6 and "relay" not in last.marks:
            tagged = last.true_mail.replace("@", f"+{self.rng.choice(_TAGS)}@")
            opened, marks = replace(opened, mail=tagged, true_mail=last.true_mail), (*marks, "tag")
        elif last.phone and draw < 0.9:
            opened = replace(opened, phone=last.phone)
        return replace(opened, marks=marks)

    def _purchase(self, use: _Use, said: Claim) -> Row:
        rng, world = self.rng, self.world
        account = use.accounts[-1] if world.chance(0.5) else use.accounts[0]
        transaction = f"{rng.randrange(10**14, 10**15)}"
        first = use.renewals.setdefault(account.number or use.device, transaction) if world.chance(0.4) else transaction
        moment = f"{said.day.isoformat()} {rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"
        tokens: set[object] = {("first", first)}
        if account.number:
            tokens.add(("account", account.number))
        if not use.shared:
            tokens.add(("device", use.device))
        if account.true_mail:
            tokens.add(("mail", account.true_mail))
        if account.phone:
            tokens.add(("tel", account.phone))
        cells = [
            transaction, first, moment, account.number, use.device, "android" if use.android else "ios", account.mail,
            account.shown, account.phone, use.payer, "JP", item(rng),
        ]  # fmt: skip
        bought = row(said, tokens, cells)
        unseen = {"landline", "moved", "variant"}
        bought.marks = [mark for mark in (*said.marks, *use.marks, *account.marks) if mark not in unseen]
        return bought
