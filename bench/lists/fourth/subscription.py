"""A platform that is paid by the month: nine years of charges, with what the account and its card said on that day.

An account has a number (since 2019), a mail address, a nick, mostly a name in Japanese; its card has the holder in
Latin letters, the last four digits and the month in which it ends. Some of those who marry change the name, cards end
and are renewed, mostly with the same digits; half of the people cancel and come back, half of them with a new account.
Some pay by telephone bill or voucher, without a card. Of children at home a third pay by a parent's card: the truth is
whose account it is, and such an account always bears a name.

Nobody types at a charge; slips are in what was typed once (the mail of 4 % of accounts, which half of them correct
later; the holder of 3 % of cards, and 12 % spell it in another way). What nobody could tell, a second account with
another address, without a name and with another way to pay, is not in the list (`decidable`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bench.lists.fourth import words
from bench.lists.fourth.base import END, START, Form, begin, draw, row, save, slip_letters, slip_mail, visits
from bench.lists.fourth.people import Habits
from bench.lists.romaji import SPELLINGS, spell
from bench.lists.second import text
from bench.lists.second.person import ALWAYS, at

if TYPE_CHECKING:
    from pathlib import Path

    from bench.lists.base import HeldOut
    from bench.lists.fourth.people import World
    from bench.lists.second.base import Claim, Row
    from bench.lists.second.person import Person

_HEADINGS = (
    "invoice_id", "billed_at", "account_id", "email", "display_name", "account_name", "payment", "card_holder",
    "card_last4", "card_exp", "billing_zip", "phone", "item", "status",
)  # fmt: skip
_HABITS = Habits(moves=0.06, mails=0.05, mobiles=0.025, shared_mail=0)
_PLANS = 24
#: How long a subscription runs and how often it is charged: (share, months on the average, months between charges).
_RUNS = ((0.5, 1.2, 1), (0.1, 6, 1), (0.4, 32, 12))
#: Since when the software numbers its accounts; before, the mail address was all.
_NUMBERED = date(2019, 1, 1)


@dataclass(frozen=True, slots=True)
class _Card:
    """A card; `shown` is the month in which it ends as it stands on the card."""

    holder: str
    digits: str
    shown: str


@dataclass(slots=True)
class _Account:
    """What an account says now; `true_mail` is the address without a slip."""

    number: str
    mail: str
    true_mail: str
    nick: str
    name: str
    code: str
    phone: str
    payment: str
    marks: list[str] = field(default_factory=list)

    def tokens(self) -> set[object]:
        """Return what the account can be told by, besides its number."""
        found: set[object] = {("mail", self.true_mail.replace(_tag(self.true_mail), ""))}
        if self.phone:
            found.add(("tel", "".join(sign for sign in self.phone if sign.isdigit())[-9:]))
        if self.name and self.code:
            found.add(("name", self.name.replace(" ", ""), self.code))
        return found


def subscription(folder: Path, rows: int, seed: int) -> HeldOut:
    """Write the charges of a platform in order of days."""
    world = begin("subscription", rows, seed, _HABITS, people=0.5)
    platform = _Platform(world, rows)
    kept = draw(world.people, rows, platform.rows_of)
    return save(folder, seed, Form("subscription", _HEADINGS), sorted(kept, key=lambda one: one.day))


class _Platform:
    """Accounts and cards of everybody."""

    def __init__(self, world: World, rows: int) -> None:
        self.world, self.rng, self.rows = world, world.rng, rows
        self.cards: dict[str, list[tuple[date, _Card]]] = {}
        self.numbers: set[str] = set()

    def rows_of(self, one: Person) -> list[Row]:
        """Return all charges of somebody, one subscription after the other."""
        rng = self.rng
        made: list[Row] = []
        account: _Account | None = None
        runs = 6 if "heavy" in one.near else rng.choices((1, 2, 3), (52, 31, 17))[0]
        day = visits(one, self.rows, rng, count=1)[0]
        for _ in range(runs):
            said = self.world.said(one, day)
            account = self._again(said, account) if account else self._open(said)
            plan = f"ITEM-{rng.randrange(1, _PLANS):04}"
            for charged in self._charges(day, heavy="heavy" in one.near):
                made.append(self._charge(account, self.world.said(one, charged), plan))
                day = charged
            day += timedelta(days=40 + round(rng.expovariate(1 / 300)))
            if day > END:
                break
        return made

    def _charges(self, day: date, *, heavy: bool) -> list[date]:
        _, months, step = self.rng.choices(_RUNS, [run[0] for run in _RUNS])[0] if not heavy else (1, 16, 1)
        days = [day]
        for _ in range(int(self.rng.expovariate(1 / months) / step)):
            day += timedelta(days=round(step * 30.44))
            if day > END:
                break
            days.append(day)
        return days

    # -- accounts ----------------------------------------------------------------------------------------------------

    def _open(self, said: Claim, mail: str = "") -> _Account:
        """Open an account, now and then with a slip in the address."""
        rng, world = self.rng, self.world
        number = ""
        while not number or number in self.numbers:
            number = f"u{rng.randrange(10**7, 10**8)}"
        self.numbers.add(number)
        mail = mail or said.mail
        payer = self._payer(said.who)
        named = payer is not said.who or world.chance(0.74)
        account = _Account(
            number,
            mail,
            mail,
            self._nick(said),
            self._name(said) if named else "",
            said.home.town.code if world.chance(0.7) else "",
            text.phone(said.phone, rng.choice((0, 1, 4))) if world.chance(0.42) else "",
            rng.choices(("card", "carrier", "voucher"), (78, 12, 10))[0] if payer is said.who else "card",
        )
        if account.payment == "carrier":
            account.phone = account.phone or said.phone
        if world.chance(0.04):
            account.mail = slip_mail(mail, rng)
            account.marks.append("mail-slip")
        return account

    def _nick(self, said: Claim) -> str:
        draw = self.rng.random()
        if draw < 0.45:
            return said.who.nick
        if draw < 0.6:
            return said.given.kanji
        if draw < 0.75:
            return spell(said.given.kana, said.who.style[1]).title()
        return self.rng.choice(words.SHOWN) if draw < 0.9 else ""

    def _name(self, said: Claim) -> str:
        """Write the name as an account shows it: kanji, seldom kana or Latin letters."""
        draw = self.rng.random()
        if draw < 0.88:
            return said.kanji if self.world.chance(0.7) else said.kanji.replace(" ", "")
        if draw < 0.94:
            return f"{said.family.kana} {said.given.kana}"
        return " ".join(self._latin(said)).title()

    def _latin(self, said: Claim) -> tuple[str, str]:
        style = said.who.style[1]
        return spell(said.given.kana, style), spell(said.family.kana, style)

    def _again(self, said: Claim, last: _Account) -> _Account:
        """Come back with the old account or with a new one, of the same, a tagged or another address."""
        world, rng = self.world, self.rng
        if world.chance(0.5):
            return last
        draw, mail = rng.random(), ""
        if draw < 0.25:
            mail = last.true_mail
        elif draw < 0.5 and "throw-away" not in said.marks:
            bare = last.true_mail.replace(_tag(last.true_mail), "")
            mail = bare.replace("@", f"+{rng.choice(('2', 'new', 'sub', 'a', 'z9'))}@")
        else:
            latin = (spell(said.given.kana), spell(said.family.kana))
            mail = world.mail(latin, said.born) if "throw-away" not in said.marks else said.mail
        account = self._open(said, mail)
        account.marks.append("second-account")
        return account

    # -- cards -------------------------------------------------------------------------------------------------------

    def _payer(self, one: Person) -> Person:
        """Return whose card it is: one's own, or of some who live at home a parent's."""
        parents = [other for other in self.world.with_.get(one.key, []) if other.born.year < one.born.year - 18]
        return parents[0] if parents and int(one.key) % 3 == 0 else one

    def _cards(self, owner: Person) -> list[tuple[date, _Card]]:
        """Return all cards of somebody as (from when, what): each until it ends, or is lost before."""
        world, rng = self.world, self.rng
        if owner.key in self.cards:
            return self.cards[owner.key]
        history: list[tuple[date, _Card]] = []
        card: _Card | None = None
        since, day, lost = ALWAYS, START, False
        while day <= END:
            years = rng.choice((3, 4, 5)) if card else rng.uniform(0.3, 5)
            ends = day + timedelta(days=round(365 * years))
            digits = card.digits if card and not lost and world.chance(0.8) else f"{rng.randrange(10000):04}"
            card = _Card(
                card.holder if card and world.chance(0.25) else self._holder(world.said(owner, day)),
                digits,
                f"{ends:%m/%y}",
            )
            history.append((since, card))
            lost = world.chance(0.02 * years)
            since = day = day + timedelta(days=round(365 * years * rng.random())) if lost else ends
        self.cards[owner.key] = history
        return history

    def _holder(self, said: Claim) -> str:
        """Write the holder as it was typed from the card: mostly GIVEN FAMILY."""
        rng, style = self.rng, said.who.style[1]
        if self.world.chance(0.12):
            style = rng.choice(SPELLINGS)
        given, family = spell(said.given.kana, style), spell(said.family.kana, style)
        if self.world.chance(0.03):
            family = slip_letters(family, rng)
        parts = [family, given] if self.world.chance(0.12) else [given, family]
        if self.world.chance(0.02):
            parts[0] = f"{parts[0][0]}."
        return " ".join(parts).upper()

    # -- charges -----------------------------------------------------------------------------------------------------

    def _charge(self, account: _Account, said: Claim, plan: str) -> Row:
        self._keep_up(account, said)
        holder = digits = ends = ""
        tokens, marks = account.tokens(), [*said.marks, *account.marks]
        number = account.number if said.day >= _NUMBERED else ""
        if number:
            tokens.add(("account", number))
        if account.payment == "card":
            owner = self._payer(said.who)
            card = at(self._cards(owner), said.day)
            holder, digits, ends = card.holder, card.digits, card.shown
            if owner is said.who:
                tokens.add(("card", owner.key, digits))
            else:
                marks.append("card-of-parent")
        moment = f"{said.day.isoformat()}T{self.rng.randrange(24):02}:{self.rng.randrange(60):02}:00+09:00"
        status = self.rng.choices(("paid", "paid", "failed", "refunded"), (90, 4, 4, 2))[0]
        cells = [
            "in_{number}", moment, number, account.mail, account.nick, account.name, account.payment, holder,
            digits, ends, account.code, account.phone, plan, status,
        ]  # fmt: skip
        charged = row(said, tokens, cells)
        charged.marks = [mark for mark in marks if mark not in {"landline", "variant"}]
        return charged

    def _keep_up(self, account: _Account, said: Claim) -> None:
        """Let some write into their account what has changed in their life."""
        who, world = said.who, self.world
        if "mail-slip" in account.marks and world.chance(0.15):
            account.mail = account.true_mail
            account.marks.remove("mail-slip")
        if account.code and account.code != said.home.town.code and world.chance(0.3):
            account.code = said.home.town.code
        if account.name and len(who.families) > 1 and said.family.kanji not in account.name and world.chance(0.12):
            account.name = said.kanji
        fresh = said.mail != account.true_mail and len(who.mails) > 1 and "throw-away" not in said.marks
        if fresh and world.chance(0.2) and "second-account" not in account.marks:
            account.mail = account.true_mail = said.mail


def _tag(mail: str) -> str:
    """Return the tag in a mail address with its plus sign, or ''."""
    local = mail.partition("@")[0]
    return local[local.index("+") :] if "+" in local else ""
