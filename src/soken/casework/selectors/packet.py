"""The packet of a person's case: as it was referred, or as a draft of what would be."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from soken.casework.selectors import store
from soken.casework.selectors.dossier import rows_of
from soken.casework.selectors.evidence import custody, manifest
from soken.casework.selectors.people import people_named, usernames_in
from soken.casework.selectors.referral_contents import contents_of
from soken.core.errors import RefusedError
from soken.core.origin import key_shown
from soken.exchange.packet import Packet
from soken.refer.contents import CLAIMED_NAME, PEOPLE, digest_of
from soken.refer.packet import Cover, Original, RowPlace, packet_sections, referral_line
from soken.refer.packet_words import MARK_WORDS, Officer, packet_words
from soken.reference.forces import forces, prosecutors_offices

if TYPE_CHECKING:
    from collections.abc import Callable

    from soken.casework.models import Dossier, EvidenceItem, Referral
    from soken.casework.selectors.people import People

#: Columns of a reading that say where a row begins, in the order of `RowPlace`.
_PLACE: Final = "member, source_table, line, byte_offset, row_key, item_code, ordered_at"
#: Most rows that are printed; who has more is divided by hand, or sent with the list itself.
MOST_ROWS: Final = 20_000


def packet_of(dossier: Dossier, language: str, *, said: Callable[[str], str] = str) -> Packet:
    """Return a packet's contents (the evidence's rows are read once for each item).

    What was referred is taken as it was kept on that day, whatever was recorded since; custody up to that moment.

    Args:
        dossier: whose.
        language: "ja" or "en".
        said: says what a custody record notes, in that language.

    Raises:
        RefusedError: the person has more rows than can be printed.
    """
    sent = dossier.referrals.filter(over_at__isnull=True).select_related("liaison").first()
    contents: dict[str, Any] = sent.contents if sent else contents_of(dossier).as_json()
    newest = dossier.stage_changes.order_by("-pk").values_list("at", flat=True).first()
    moment: datetime = sent.at if sent else newest or dossier.opened_at
    digest = digest_of(contents)
    items = {one.evidence_id: one for one in dossier.operation.evidence.all()}
    cover = _cover(
        dossier,
        sent,
        _claimed_name(contents) or dossier.name,
        f"PK-{dossier.person_code.removeprefix('P-')}-{digest[:8]}",
        digest,
        language,
    )
    words = packet_words(language)
    readings = {key: one.reading for key, one in items.items()} | _readings(contents)
    rows = _rows(_stated(contents) or rows_of(dossier), readings)
    originals = tuple(
        _original(items[one], moment, said) for one in dict.fromkeys(row.evidence for row in rows)
    )  # fmt: skip
    return Packet(
        number=cover.packet,
        language=language,
        title=words["title"],
        subtitle=referral_line(cover, language) if sent else words["draft"],
        moment=moment,
        sections=packet_sections(
            cover, contents, rows, originals, language, _people(contents, cover, originals, moment, language)
        ),
        foot=words["foot"],
        words=tuple((name, words[name]) for name in ("hash", "page", *MARK_WORDS)),
    )


def _people(
    contents: dict[str, Any], cover: Cover, originals: tuple[Original, ...], moment: datetime, language: str
) -> dict[str, Officer]:
    """Return who everybody is whom a packet names: as they were when it was referred, else as they are now."""
    actors = {actor for one in originals for _number, _at, actor, _act, _note in one.events}
    kept: People = contents.get(PEOPLE, {})
    now = people_named({*usernames_in(contents), cover.liaison, *actors})
    # Whoever had not entered a name then may have since.
    then = {user: one | {"name": one["name"] or now.get(user, one)["name"]} for user, one in kept.items()}
    known = now | then
    there = forces(moment.date())
    return {
        username: Officer(one["name"], one["role"], there[one["force"]].said(language) if one["force"] in there else "")
        for username, one in known.items()
    }


def _stated(contents: dict[str, Any]) -> list[tuple[str, int]]:
    """Return the rows that the contents name."""
    found = [one["code"].rpartition(":") for one in contents["facts"] if one["kind"] == "row"]
    if len(found) > MOST_ROWS:
        raise RefusedError(f"A packet prints at most {MOST_ROWS:,} rows; this person has {len(found):,}. Divide them.")
    return [(evidence, int(row)) for evidence, _, row in found]


def _readings(contents: dict[str, Any]) -> dict[str, int]:
    """Return in which reading of its item the contents name rows: item → number; {} where none is stated."""
    rows = (one for one in contents["facts"] if one["kind"] == "row" and "reading" in one["said"])
    return {one["code"].rpartition(":")[0]: int(one["said"]["reading"]) for one in rows}


def _claimed_name(contents: dict[str, Any]) -> str:
    """Return the name that the contents state, '' for what was sent before they stated it."""
    return next((str(one["said"]["name"]) for one in contents["facts"] if one["kind"] == CLAIMED_NAME), "")


def _cover(dossier: Dossier, sent: Referral | None, name: str, number: str, digest: str, language: str) -> Cover:
    """Return the covering sheet."""
    moment = sent.at if sent else dossier.opened_at
    force = forces(moment.date()).get(_owner_at(dossier, sent.at) if sent else dossier.force)
    said = force.said(language) if force else ""
    if sent is None:
        return Cover(number, dossier.person_code, name, dossier.operation.name, said, sha256=digest)
    office = prosecutors_offices().get(sent.office)
    return Cover(
        number,
        dossier.person_code,
        name,
        dossier.operation.name,
        said,
        kind=sent.kind,
        office=office.said(language) if office else sent.office,
        reference=sent.reference,
        sent_on=sent.sent_on.isoformat(),
        liaison=sent.liaison.username,
        sha256=digest,
    )


def _owner_at(dossier: Dossier, moment: datetime) -> str:
    """Return the code of the force that owned the person then; the person may have gone to another since."""
    owned = dossier.ownerships.filter(since__lte=moment).order_by("-since").values_list("force", flat=True).first()
    return owned or dossier.force


def _rows(places: list[tuple[str, int]], readings: dict[str, int]) -> tuple[RowPlace, ...]:
    """Return where rows begin in their originals, in the order of item and number, by these readings of the items."""
    numbers: dict[str, list[int]] = {}
    for evidence, row in places:
        numbers.setdefault(evidence, []).append(row)
    found = []
    for evidence in sorted(numbers.keys() & readings.keys()):
        for one in store.ask(
            f"select row, {_PLACE} from read_parquet($path) where row in ({store.numbers(numbers[evidence])}) "  # noqa: S608
            "order by row",
            path=store.reading_numbered(evidence, readings[evidence]) / "rows.parquet",
        ):
            row, *said = (one | {"row_key": key_shown(one["row_key"] or "")}).values()
            found.append(RowPlace(evidence, row, *("" if value is None else str(value) for value in said)))
    return tuple(found)


def _original(item: EvidenceItem, until: datetime, said: Callable[[str], str]) -> Original:
    """Return an original with what was done with it up to a moment; moments as Japan's clocks had them."""
    sealed = manifest(item)
    told = sealed.acquisition
    events = tuple(
        (one.number, _moment(one.at), one.actor, one.act.value, said(one.note))
        for one in custody(item)
        if _before(one.at, until)
    )
    seized = _moment(told.seized_at) if told.seized_at else ""
    stated = " · ".join(part for part in (seized, told.seized_where, told.seized_by, told.warrant) if part)
    return Original(sealed.evidence_id, sealed.sha256, sealed.size, stated, events)


def _before(stamp: str, until: datetime) -> bool:
    """Tell whether something was done up to a moment; what was done nobody said when is told as well."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return True
    return moment.tzinfo is None or moment <= until


def _moment(stamp: str) -> str:
    """Return a moment as it is printed: day, time and zone; a stated one that is no moment stays as it was typed."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M %Z") if moment.tzinfo else stamp
