"""What a packet says, section by section: made from what was sent, the rows and the custody of the evidence alone.

Facts, assessments and the categories of persons keep sections of their own (`soken.refer.contents`). What is open is
said as a section too: a packet that hides what is not known misleads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from soken.refer.packet_words import Sayer, sentence
from soken.review import words as coded
from soken.route.clocks import JAPAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from soken.refer.packet_words import Officer


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the packet.

    Attributes:
        title: its heading.
        note: what one has to know to read it, '' for nothing.
        pairs: names and what is said of them.
        head: headings of a table's columns.
        rows: its rows.
        points: single sentences.
        empty: said where there is nothing at all.
    """

    title: str
    note: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    points: tuple[str, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """What the covering sheet says; '' where there is nothing to say.

    Attributes:
        packet: the packet's id.
        person: code.
        name: as claimed.
        operation, force, office: as people name them.
        kind: "papers", "custody", or '' for a draft.
        reference, sent_on, liaison: of the referral.
        sha256: of what was sent.
    """

    packet: str
    person: str
    name: str
    operation: str
    force: str
    kind: str = ""
    office: str = ""
    reference: str = ""
    sent_on: str = ""
    liaison: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A row of the person and where it begins in the original.

    Attributes:
        evidence, row: which.
        member, table, line, byte, key: its place, '' for what the kind of file has not.
        item: item code, '' for none.
        ordered: the day as typed, '' for none.
    """

    evidence: str
    row: int
    member: str = ""
    table: str = ""
    line: str = ""
    byte: str = ""
    key: str = ""
    item: str = ""
    ordered: str = ""


@dataclass(frozen=True, slots=True)
class Original:
    """A sealed original.

    Attributes:
        evidence: its id.
        sha256, size: of its bytes.
        seized: when, where and by whom, as stated.
        events: custody in order: number, moment, by whom, code of the act, note.
    """

    evidence: str
    sha256: str
    size: int
    seized: str
    events: tuple[tuple[int, str, str, str, str], ...]


def packet_sections(
    cover: Cover,
    contents: Mapping[str, Any],
    rows: tuple[RowPlace, ...],
    originals: tuple[Original, ...],
    language: str,
    people: Mapping[str, Officer] = MappingProxyType({}),
) -> tuple[Section, ...]:
    """Return the sections of a packet.

    Args:
        cover: the covering sheet.
        contents: what was sent (`soken.refer.contents.Contents.as_json`).
        rows: the person's rows.
        originals: the evidence items that they stand in.
        language: "ja" or "en".
        people: user name → who that is.
    """
    say = Sayer(language, people)
    facts, held = _of(contents["facts"], "exhibit"), _of(contents["facts"], "held")
    told = contents["assessments"]
    return (
        _cover(say, cover, told, rows),
        Section(
            say.heading("facts"),
            say.note("facts"),
            head=say.head("exhibit", "origin", "obtained", "by", "on"),
            rows=tuple(
                (one["code"], say.coded(coded.exhibit_origins(), one["said"]["origin"]), one["said"]["obtained_on"],
                 say.person(one["by"]), one["on"])
                for one in facts
            ),
            points=tuple(
                f"{say.name('held')}: "
                + say.between.join((_moment(one["code"]), say.value(one["said"]["by"]), say.value(one["said"]["form"])))
                for one in held
            )
            + tuple(
                f"{say.name('died')}: " + say.between.join((one["said"]["on"], one["said"]["basis"]))
                for one in _of(contents["facts"], "death")
            ),
            empty=say.nothing,
        ),
        *_offence(say, told),
        Section(
            say.heading("identity"),
            say.note("identity"),
            head=say.head("by", "on", "born", "basis"),
            rows=tuple(
                (say.person(one["by"]), one["on"], _born(say, one["said"]), one["said"]["basis"])
                for one in _of(told, "identity")
            ),
            empty=say.nothing,
        ),
        Section(
            say.heading("beside"),
            say.note("beside"),
            head=say.head("what", "exhibit", "by", "on"),
            rows=tuple(
                (say.coded(coded.corroboration_kinds(), one["code"]), one["said"]["exhibit"], say.person(one["by"]),
                 one["on"])
                for one in _of(told, "corroboration")
            ),
            empty=say.nothing,
        ),
        Section(
            say.heading("rivals"),
            say.note("rivals"),
            head=say.head("explanation", "state", "by", "on", "result"),
            rows=tuple(
                (say.coded(coded.rival_explanations(), one["code"]), say.value(one["said"]["state"]),
                 say.person(one["by"]), one["on"], one["said"]["result"] or "–")
                for one in _of(told, "rival-explanation")
            ),
            empty=say.nothing,
        ),
        Section(
            say.heading("persons"),
            say.note("persons"),
            head=say.head("who", "capacity", "roles"),
            rows=tuple(
                (_spoken_of(one["who"], cover), say.value(one["category"]),
                 say.between.join(say.value(role) for role in one["roles"]) or "–")
                for one in contents["persons"]
            ),
            empty=say.nothing,
        ),
        Section(
            say.heading("purchases"),
            say.note("purchases"),
            head=say.head("day", "item", "evidence", "row"),
            rows=tuple((one.ordered or "–", one.item, one.evidence, f"{one.row:,}") for one in rows if one.item),
            empty=say.nothing,
        ),
        Section(
            say.heading("rows"),
            say.note("rows"),
            head=say.head("evidence", "row", "place"),
            rows=tuple((one.evidence, f"{one.row:,}", _place(say, one)) for one in rows),
            empty=say.nothing,
        ),
        *(_custody(say, one, first=at == 0) for at, one in enumerate(originals)),
        Section(say.heading("unknown"), say.note("unknown"), points=tuple(_unknown(say, contents, rows))),
    )  # fmt: skip


def referral_line(cover: Cover, language: str) -> str:
    """Return in one line how, to whom and as what the case was referred."""
    say = Sayer(language)
    return sentence("sent", language).format(kind=say.value(cover.kind), office=cover.office, reference=cover.reference)


def _cover(say: Sayer, cover: Cover, told: Iterable[Mapping[str, Any]], rows: tuple[RowPlace, ...]) -> Section:
    """Return the covering sheet."""
    items = len({one.item for one in rows if one.item})
    said = {
        "packet": cover.packet,
        "person": cover.person,
        "name": cover.name,
        "operation": cover.operation,
        "force": cover.force,
        "kind": say.value(cover.kind),
        "office": cover.office,
        "reference": cover.reference,
        "sent_on": cover.sent_on,
        "liaison": say.person(cover.liaison) if cover.liaison else "",
        "offences": say.between.join(dict.fromkeys(say.offence(one["code"]) for one in _of(told, "offence"))),
        "counts": f"{len(rows):,} / {items:,}",
        "contents": cover.sha256,
    }
    return Section(say.heading("cover"), pairs=tuple((say.name(key), text) for key, text in said.items() if text))


def _offence(say: Sayer, told: list[Mapping[str, Any]]) -> tuple[Section, Section]:
    """Return the offences with the screening, and the elements with their exhibits."""
    screened = _of(told, "screening")
    return (
        Section(
            say.heading("offence"),
            say.note("offence"),
            pairs=tuple(
                (say.name("screening"),
                 f"{say.coded(coded.screening_reasons(), one['code'])}{_screened(say, one)}")
                for one in screened
            ),
            head=say.head("act", "days", "basis"),
            rows=tuple(
                (say.offence(one["code"]), _span(one["said"]["first_on"], one["said"]["last_on"]), one["said"]["basis"])
                for one in _of(told, "offence")
            ),
            empty=say.nothing,
        ),
        Section(
            say.heading("elements"),
            say.note("elements"),
            head=say.head("element", "exhibit", "shown_on", "by", "on"),
            rows=tuple(
                (say.coded(coded.elements(), one["code"]), one["said"]["exhibit"], one["said"]["shown_on"] or "–",
                 say.person(one["by"]), one["on"])
                for one in _of(told, "element")
            ),
            empty=say.nothing,
        ),
    )  # fmt: skip


def _screened(say: Sayer, screening: Mapping[str, Any]) -> str:
    """Return who decided a screening and who reviewed it; nobody has as long as that is open."""
    reviewer = screening["said"]["reviewed_by"]
    second = say.name("reviewed").format(say.person(reviewer)) if reviewer else say.name("unreviewed")
    return f" – {say.person(screening['by'])}{say.between}{second}"


def _moment(stamp: str) -> str:
    """Return a stated moment as it is printed, in Japan's time."""
    return datetime.fromisoformat(stamp).astimezone(JAPAN).strftime("%Y-%m-%d %H:%M %Z")


def _spoken_of(who: str, cover: Cover) -> str:
    """Return who somebody is: the person of the packet by code and claimed name, another as recorded."""
    return f"{who} {cover.name}" if who == cover.person else who


def _born(say: Sayer, said: Mapping[str, str]) -> str:
    """Return the birth date that somebody confirmed, or that they say that it cannot be established."""
    return say.value("birth-unknown") if said.get("birth_unknown") else said["born_on"] or "–"


def _custody(say: Sayer, original: Original, *, first: bool) -> Section:
    """Return what was done with an original, from its seizure on."""
    said = {
        "evidence": original.evidence,
        "sha256": original.sha256,
        "size": f"{original.size:,}",
        "seized": original.seized,
    }
    return Section(
        say.heading("custody") if first else f"{say.heading('custody')} {original.evidence}",
        say.note("custody") if first else "",
        pairs=tuple((say.name(key), text) for key, text in said.items() if text),
        head=say.head("number", "when", "actor", "done", "note"),
        rows=tuple(
            (str(number), at, say.person(by), say.value(act), note) for number, at, by, act, note in original.events
        ),
    )


def _unknown(say: Sayer, contents: Mapping[str, Any], rows: tuple[RowPlace, ...]) -> list[str]:
    """Return what is open, and what no record of a purchase shows."""
    told = contents["assessments"]
    confirmed = _of(told, "identity")
    births = {one["said"]["born_on"] for one in confirmed if one["said"]["born_on"]}
    rivals = {one["code"]: one["said"]["state"] for one in _of(told, "rival-explanation")}
    backed = {one["code"] for one in _of(told, "element")}
    found = []
    if len({one["by"] for one in confirmed}) < 2:
        found.append(say.unknown("once", n=len({one["by"] for one in confirmed})))
    if not births:
        said = any(one["said"].get("birth_unknown") for one in confirmed)
        found.append(say.unknown("unborn-said" if said else "unborn"))
    if len(births) > 1:
        found.append(say.unknown("births"))
    if not _of(told, "offence"):
        found.append(say.unknown("offence"))
    found += [
        say.unknown("limitation", about=say.offence(one["code"]))
        for one in _of(told, "offence")
        # What was referred before this was asked says nothing of it.
        if one["said"].get("ended_on") == ""
    ]
    for code, element in coded.elements().items():
        if code not in backed:
            found.append(say.unknown("element", about=element.said(say.language)))
    for code, state in rivals.items():
        key = {"open": "rival", "holds": "rival-holds"}.get(state)
        if key:
            found.append(say.unknown(key, about=say.coded(coded.rival_explanations(), code)))
    found += [
        say.unknown("rival-untested", about=one.said(say.language))
        for code, one in coded.rival_explanations().items()
        if one.flag and code not in rivals
    ]
    if not _of(told, "corroboration"):
        found.append(say.unknown("beside"))
    undated = sum(1 for one in rows if one.item and not one.ordered)
    if undated:
        found.append(say.unknown("undated", n=undated))
    lost = sum(1 for one in contents["facts"] if one["kind"] == "row") - len(rows)
    if lost > 0:
        found.append(say.unknown("rows", n=lost))
    return [*found, say.unknown("purpose")]


def _of(entries: Iterable[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    """Return the statements of a kind."""
    return [one for one in entries if one["kind"] == kind]


def _span(first: str, last: str) -> str:
    """Return the days of an act."""
    return f"{first} – {last}" if first and first != last else last


def _place(say: Sayer, row: RowPlace) -> str:
    """Return where a row begins, as far as its kind of file has places."""
    said = {"member": row.member, "table": row.table, "line": row.line, "byte": row.byte, "key": row.key}
    return "　".join(say.said("places", key).format(**{key: text}) for key, text in said.items() if text) or "–"
