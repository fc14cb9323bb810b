"""A forum that sells access: nick and mail, sometimes the payer's name in Latin letters, sometimes a telephone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.lists.second import text
from bench.lists.second.base import Claim, Form, Made, Row, claims, decidable, people_for, slip_mail, write
from bench.lists.second.shops import as_row, chance, item
from bench.lists.second.words import NICK_COMMON

if TYPE_CHECKING:
    import random
    from pathlib import Path


@dataclass(slots=True)
class _Account:
    """What one account holds; `tokens` as in `Row`."""

    uid: str
    nick: str
    mail: str
    phone: str
    tokens: set[object] = field(default_factory=set)


def forum(folder: Path, rows: int, seed: int) -> Made:
    """Write the payments of a forum, one JSON object a line; a person may hold several accounts."""
    people, rng = people_for(rows, seed, "forum")
    accounts: dict[str, list[_Account]] = {}
    drawn = [
        _paid(said, accounts.setdefault(said.who.key, []), rng, number)
        for number, said in enumerate(claims(people, rows, rng))
    ]
    columns = ["payment_id", "paid_at", "uid", "nick", "mail", "payer", "phone", "last_ip", "item"]
    return write(folder, "forum", seed, decidable(drawn, rows), Form(columns, "utf-8", ".jsonl"))


def _open(said: Claim, held: list[_Account], rng: random.Random) -> _Account:
    """Open the first account, or a further one that keeps either mail (perhaps with a tag) or nick of the last."""
    mail, nick = said.mail, said.who.nick
    distinctive = True
    if chance(rng, 0.06):
        nick, distinctive = rng.choice(NICK_COMMON), False
    marks = said.marks
    if held:
        last = held[-1]
        if chance(rng, 0.5):
            nick, distinctive = f"{last.nick}{rng.randrange(2, 9)}" if chance(rng, 0.4) else f"{nick}_x", True
            mail = last.mail.replace("@", f"+{rng.choice(['2', 'f', 'new'])}@") if chance(rng, 0.4) else last.mail
            marks.append("second-account-same-mail")
        else:
            nick, distinctive = last.nick, last.nick not in NICK_COMMON
            local, _, host = last.mail.partition("@")
            mail = f"{local}{rng.randrange(2, 99)}@{host}" if chance(rng, 0.5) else f"{said.who.nick}@{host}"
            marks.append("second-account-same-nick")
    phone = said.phone if chance(rng, 0.3) else ""
    if phone:
        phone = text.phone(phone, 4 if chance(rng, 0.5) else said.who.style[2])
    opened = _Account(str(100000 + rng.randrange(899999)), nick, mail, phone)
    opened.tokens = {("uid", opened.uid), ("mail", mail.replace("+2@", "@").replace("+f@", "@").replace("+new@", "@"))}
    if distinctive:
        opened.tokens.add(("nick", nick))
    if phone:
        opened.tokens.add(("tel", said.phone))
    return opened


def _paid(said: Claim, held: list[_Account], rng: random.Random, number: int) -> Row:
    if not held or chance(rng, 0.08):
        held.append(_open(said, held, rng))
    account = rng.choice(held)
    payer = ""
    if chance(rng, 0.4):
        system = said.who.style[1]
        parts = [text.romaji(said.given.kana, system), text.romaji(said.family.kana, system)]
        if chance(rng, 0.3):
            parts.reverse()
        if chance(rng, 0.08):
            parts[0] = parts[0][0] + "."
            said.marks.append("initial")
        payer = " ".join(parts)
        payer = payer.upper() if chance(rng, 0.5) else payer.title()
    mail = account.mail
    if chance(rng, 0.03):
        mail = slip_mail(mail, rng)
        said.marks.append("mail-slip")
    nick = account.nick
    if chance(rng, 0.03):
        nick = nick.upper() if chance(rng, 0.5) else nick.replace("_", "")
        said.marks.append("nick-slip")
    uid = account.uid if chance(rng, 0.85) else ""
    when = f"{said.day.isoformat()}T{rng.randrange(24):02}:{rng.randrange(60):02}:00Z"
    address = f"100.{rng.randrange(64, 128)}.{rng.randrange(256)}.{rng.randrange(256)}"
    cells = [f"{number}", when, uid, nick, mail, payer, account.phone, address, item(rng)]
    return as_row(said, account.tokens, cells)
