"""What a shop comes to know of a person on a day, the slips on the way, and the file and truth that come of it."""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bench.lists.second import text
from bench.lists.second.people import Population
from bench.lists.second.person import END, START, Home, Person, at
from bench.lists.second.words import VARIANTS, Word

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Made:
    """A list that was written.

    Attributes:
        path: the list.
        truth_path: its truth: row (from 1), person, marks, near.
        rows: how many.
        persons: how many.
    """

    path: Path
    truth_path: Path
    rows: int
    persons: int


@dataclass(frozen=True, slots=True)
class Form:
    """How a list is written: its columns, and by the suffix whether as .csv, .tsv or .jsonl."""

    columns: list[str]
    encoding: str
    suffix: str = ".csv"


@dataclass(slots=True)
class Claim:
    """What one row will say, before a shop writes it in its own columns; '' or None where nothing is said."""

    who: Person
    day: date
    family: Word
    given: Word
    home: Home
    phone: str
    mail: str
    born: date
    marks: list[str] = field(default_factory=list)
    kanji: str = ""
    style: str = "dash"


@dataclass(slots=True)
class Row:
    """One row as a shop holds it.

    `tokens` is what somebody who reads the list can hold on to: of two rows of one person that share none of them (nor
    others between them do) only one is kept, see `decidable`.
    """

    day: date
    person: str
    near: set[str]
    marks: list[str]
    tokens: set[object]
    cells: list[str]


def how_many(rng: random.Random) -> int:
    """Draw how often a person comes back: most once or twice, some always."""
    if rng.random() < 0.42:
        return 1
    return min(40, 2 + int(rng.expovariate(0.75) + (rng.expovariate(0.12) if rng.random() < 0.04 else 0)))


def claims(people: Iterable[Person], rows: int, rng: random.Random) -> list[Claim]:
    """Let people buy until there are more rows than wanted (`decidable` takes some away)."""
    drawn: list[Claim] = []
    for one in people:
        if len(drawn) > rows * 1.06:
            break
        drawn.extend(claim(one, rng) for _ in range(how_many(rng)))
    return drawn


def claim(one: Person, rng: random.Random) -> Claim:
    """Return what a person would say on some day of these years."""
    return claim_on(one, START + timedelta(days=rng.randrange((END - START).days)), rng)


def claim_on(one: Person, day: date, rng: random.Random) -> Claim:
    """Return what a person would say on a day."""
    family, home = at(one.families, day), at(one.homes, day)
    mail = at(one.mails, day)
    marks = [
        mark
        for mark, past in (
            ("married", one.families),
            ("moved", one.homes),
            ("new-mail", one.mails),
            ("new-mobile", one.mobiles),
        )
        if past[-1][0] <= day and len(past) > 1
    ]
    if one.shared and rng.random() < 0.5:
        mail = one.shared
        marks.append("shared-mail")
    number = at(one.mobiles, day)
    if rng.random() < 0.12 and one.born.year < 1990:
        number = home.landline
        marks.append("landline")
    said = Claim(one, day, family, one.given, home, number, mail, one.born, marks)
    said.kanji = family.kanji + " " + one.given.kanji
    usual = one.style[0]
    said.style = usual if rng.random() < 0.7 else rng.choice(text.STYLES)
    if one.style[3] and rng.random() < 0.6:
        varied = "".join(VARIANTS.get(sign, sign) for sign in said.kanji)
        if varied != said.kanji:
            said.kanji = varied
            said.marks.append("variant")
    return said


def decidable(drawn: list[Row], rows: int) -> list[Row]:
    """Keep of each person the rows that somebody could bring together by what they share, and of those so many.

    Nothing is said about how the rows are written: a kept row may carry any slip.
    """
    of: dict[str, list[Row]] = defaultdict(list)
    for row in drawn:
        of[row.person].append(row)
    kept = {id(row) for group in of.values() for row in _largest(group)}
    return [row for row in drawn if id(row) in kept][:rows]


def _largest(group: list[Row]) -> list[Row]:
    parts: list[tuple[set[object], list[Row]]] = []
    for row in group:
        tokens, members = set(row.tokens), [row]
        apart = []
        for other_tokens, others in parts:
            if tokens & other_tokens:
                tokens |= other_tokens
                members = others + members
            else:
                apart.append((other_tokens, others))
        parts = [*apart, (tokens, members)]
    return max(parts, key=lambda part: len(part[1]))[1]


def slip_digits(number: str, rng: random.Random) -> str:
    """Swap two neighbouring digits, or mistype one; never the first three signs."""
    places = [place for place, sign in enumerate(number) if sign.isdigit() and place > 3]
    place = rng.choice(places[:-1])
    after = places[places.index(place) + 1]
    signs = list(number)
    if signs[place] != signs[after] and rng.random() < 0.5:
        signs[place], signs[after] = signs[after], signs[place]
    else:
        signs[place] = str((int(signs[place]) + rng.randrange(1, 9)) % 10)
    return "".join(signs)


def slip_mail(mail: str, rng: random.Random) -> str:
    """Mistype an address: a sign lost, doubled or swapped, another ending, a comma for a dot, full-width."""
    kind = rng.randrange(6)
    place = rng.randrange(1, max(2, mail.index("@") - 1))
    if kind == 0:
        return mail[:place] + mail[place + 1 :]
    if kind == 1:
        return mail[:place] + mail[place] + mail[place:]
    if kind == 2:
        return mail[: place - 1] + mail[place] + mail[place - 1] + mail[place + 1 :]
    if kind == 3:
        return mail.replace(".example", ".exmaple") if ".example" in mail else mail.replace("example.", "exmaple.")
    if kind == 4:
        return mail.upper().replace("@", "＠")
    return mail.replace(".", ",", 1) if "." in mail.partition("@")[0] else mail + " "


def slip_kana(kana: str, rng: random.Random) -> str:
    """Mistype kana: a mark lost, a long vowel written otherwise, a small sign large, two signs swapped."""
    swaps = [
        ("ヅ", "ズ"),
        ("ヂ", "ジ"),
        ("ウ", "ー"),
        ("ョ", "ヨ"),
        ("ュ", "ユ"),
        ("ッ", "ツ"),
        ("ガ", "カ"),
        ("ダ", "タ"),
        ("ザ", "サ"),
        ("ジ", "シ"),
        ("ゴ", "コ"),
        ("ブ", "フ"),
        ("バ", "ハ"),
        ("オオ", "オウ"),
    ]
    fitting = [swap for swap in swaps if swap[0] in kana[1:]]
    if fitting and rng.random() < 0.7:
        return kana[0] + kana[1:].replace(*rng.choice(fitting), 1)
    place = rng.randrange(len(kana) - 1)
    return kana[:place] + kana[place + 1] + kana[place] + kana[place + 2 :]


def people_for(rows: int, seed: int, name: str) -> tuple[list[Person], random.Random]:
    """Return shuffled people, enough for so many rows, and the chance that made them."""
    rng = random.Random(f"{name} {seed}")
    people = Population(rng).grow(round(rows * 0.52))
    rng.shuffle(people)
    return people, rng


def write(folder: Path, name: str, seed: int, kept: list[Row], form: Form) -> Made:
    """Write a list in order of days, and its truth beside it."""
    kept = sorted(kept, key=lambda row: row.day)
    path = folder / f"second-{name}-{seed}{form.suffix}"
    truth_path = folder / f"second-{name}-{seed}.truth.csv"
    with path.open("w", encoding=form.encoding, newline="") as stream:
        if form.suffix == ".jsonl":
            for row in kept:
                said = {column: cell for column, cell in zip(form.columns, row.cells, strict=True) if cell}
                stream.write(json.dumps(said, ensure_ascii=False) + "\n")
        else:
            out = csv.writer(stream, delimiter="\t" if form.suffix == ".tsv" else ",")
            out.writerow(form.columns)
            out.writerows(row.cells for row in kept)
    with truth_path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["row", "person", "marks", "near"])
        for number, row in enumerate(kept, start=1):
            out.writerow([number, row.person, ";".join(row.marks), ";".join(sorted(row.near))])
    return Made(path, truth_path, len(kept), len({row.person for row in kept}))
