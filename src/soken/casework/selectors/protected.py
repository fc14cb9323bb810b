"""By what protected people, and the users of this system, would be known on a seized list."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from soken.access.models import User
from soken.casework.models import EvidenceItem, Protected
from soken.casework.selectors import store
from soken.core import clock
from soken.normalise.dates import normalise_date
from soken.normalise.kanji import fold_kanji
from soken.normalise.mail import normalise_mail
from soken.normalise.name_words import fold_word
from soken.normalise.phone import normalise_phone
from soken.normalise.romaji import romaji_key
from soken.reference.forces import forces

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date
    from pathlib import Path

#: How an account holder of a list is taken for a protected person, the surest first; for an addressee or a payer that
#: stands before it, and "party-name" is the name of somebody whom people entered as another party of a case.
HOW: Final = ("mail", "phone", "name-birth", "name-force")

_WANTED: Final = pa.schema(
    [("number", pa.int64()), *((name, pa.string()) for name in ("kind", "key", "born", "place"))]
)
#: A reading alone says who somebody is only where the list gives no kanji.
_HITS: Final = """
with r as (
    select record, name_key, full_readings, email_key, email2_key, phone_key, phone2_key, birth_date, prefecture,
           not regexp_matches(coalesce(name_key, ''), '[一-龯々〆ヶ]') as spoken from read_parquet($records)
), hits as (
    select record, number, 'mail' as how from r join wanted w
        on w.kind = 'mail' and w.key in (r.email_key, r.email2_key)
    union all
    select record, number, 'phone' from r join wanted w
        on w.kind = 'phone' and w.key in (r.phone_key, r.phone2_key)
    union all
    select record, number, 'name-birth' from r join wanted w
        on w.kind in ('name', 'reading') and w.born = r.birth_date
        where (w.kind = 'name' and w.key = r.name_key) or (w.kind = 'reading' and list_contains(r.full_readings, w.key))
    union all
    select record, number, 'name-force' from r join wanted w
        on w.kind in ('name', 'reading') and w.place = r.prefecture
        where (w.kind = 'name' and w.key = r.name_key)
        or (w.kind = 'reading' and r.spoken and list_contains(r.full_readings, w.key))
)
select distinct c.person, h.number, h.how from hits h join read_parquet($clusters) c using (record) order by all
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody whom a list may hold.

    Attributes:
        protected: the entry of the list of protected people, or None.
        user: the user of this system, or None.
        name, kana, mail, phone: as entered; '' for what is not known.
        born_on: day of birth, or None.
        force: code of their force, or ''.
    """

    protected: Protected | None
    user: User | None
    name: str
    kana: str
    mail: str
    phone: str
    born_on: date | None
    force: str

    def known_by(self) -> list[tuple[str, str]]:
        """Return kind and key of all by which they would be known; nothing where nothing is known."""
        names = {fold_word(fold_kanji(one)) for one in _turned(self.name)} - {""}
        readings = {key for text in (self.kana, self.name) for one in _turned(text) if (key := romaji_key(one))}
        mail, phone = normalise_mail(self.mail).key, normalise_phone(self.phone).key if self.phone else None
        return [
            *(("name", one) for one in sorted(names)), *(("reading", one) for one in sorted(readings)),
            *([("mail", mail)] if mail else []), *([("phone", phone)] if phone else []),
        ]  # fmt: skip


def wanted_of(entry: Protected) -> Wanted:
    """Return by what an entry of the list of protected people would be known."""
    return Wanted(entry, None, entry.name, entry.kana, entry.mail, entry.phone, entry.born_on, entry.force)


def wanted_of_user(user: User) -> Wanted:
    """Return by what a user of this system would be known: from their account."""
    name = f"{user.last_name} {user.first_name}".strip()
    return Wanted(None, user, name, "", user.email, user.phone, None, user.force)


def everybody_wanted() -> list[Wanted]:
    """Return all protected people who are not withdrawn, and all users, also those who may sign in no more."""
    entries = Protected.objects.filter(withdrawn_at__isnull=True)
    return [*map(wanted_of, entries), *map(wanted_of_user, User.objects.order_by("pk"))]


def persons_matched(folder: Path, wanted: list[Wanted]) -> list[tuple[str, Wanted, str]]:
    """Return which proposed persons of a run are taken for whom, and by what (see `HOW`).

    Args:
        folder: the run's.
        wanted: who is looked for.

    Raises:
        DamagedStoreError: a table of the run cannot be read.
    """
    lines = [line for number, one in enumerate(wanted) for line in _lines(number, one)]
    if not lines:
        return []
    table = pa.Table.from_pylist(lines, _WANTED)
    paths = {name: folder / f"{name}.parquet" for name in ("records", "clusters")}
    found = store.ask(_HITS, {"wanted": table}, **paths)
    return [(one["person"], wanted[one["number"]], one["how"]) for one in found]


def rows_matched(rows: Collection[tuple[str, int]], prefecture: str, wanted: list[Wanted]) -> list[tuple[Wanted, str]]:
    """Return as whom some rows claim to be, and by what; for rows that no run has seen.

    Args:
        rows: evidence id and row number.
        prefecture: JIS code of the home, '' where it is not known.
        wanted: who is looked for.
    """
    said = {key for evidence in {one for one, _row in rows} for key in _claimed(evidence, rows)}
    found = []
    for number, one in enumerate(wanted):
        for line in _lines(number, one):
            how = line["kind"] if line["kind"] in {"mail", "phone"} else ""
            if not how and line["born"] and ("born", line["born"]) in said:
                how = "name-birth"
            if not how and line["kind"] == "name" and line["place"] and line["place"] == prefecture:
                how = "name-force"
            if how and (line["kind"], line["key"]) in said:
                found.append((one, how))
    return found


def others_matched(names: Collection[str], prefecture: str, wanted: list[Wanted]) -> list[tuple[Wanted, str]]:
    """Return as whom people who were entered as payer, addressee or user of a case are taken, by their name.

    Args:
        names: as entered.
        prefecture: JIS code of the home of the person of the case, '' where it is not known.
        wanted: who is looked for.
    """
    if not names or not prefecture:
        return []
    said = {key for name in names for key in Wanted(None, None, name, "", "", "", None, "").known_by()}
    today = clock.now().date()
    near = (one for one in wanted if beside_of(one, today).place == prefecture)
    return [(one, "party-name") for one in near if said & set(one.known_by())]


def _claimed(evidence: str, rows: Collection[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """Yield kind and key of what rows of an evidence item claim in its current reading."""
    item = EvidenceItem.objects.filter(evidence_id=evidence).first()
    if item is None:
        return
    numbers = store.numbers(row for one, row in rows if one == evidence)
    for cells in store.ask(
        f"select * from read_parquet($path) where row in ({numbers})",  # noqa: S608 (numbers)
        path=store.reading_folder(item) / "rows.parquet",
    ):
        whole = " ".join(part for name in ("family_name", "given_name") if (part := cells.get(name)))
        kana = " ".join(part for name in ("family_kana", "given_kana") if (part := cells.get(name)))
        born = normalise_date(cells.get("birth_date") or "").iso
        claimed = Wanted(
            None, None, cells.get("full_name") or whole, cells.get("full_kana") or kana, cells.get("email") or "",
            cells.get("phone") or "", None, "",
        )  # fmt: skip
        yield from claimed.known_by()
        if born:
            yield "born", born


@dataclass(frozen=True, slots=True)
class Beside:
    """What a name alone needs beside it.

    Attributes:
        born: day of birth, as ISO has it, or None.
        place: JIS code of the prefecture of the force, or None.
    """

    born: str | None
    place: str | None


def beside_of(one: Wanted, on: date) -> Beside:
    """Return what has to stand beside somebody's name."""
    force = forces(on).get(one.force)
    return Beside(one.born_on.isoformat() if one.born_on else None, force.prefecture if force else None)


def _lines(number: int, one: Wanted) -> list[dict[str, Any]]:
    """Return the keys of somebody with what a name alone needs beside it: a birth date, or the force's prefecture."""
    beside = beside_of(one, clock.now().date())
    said = {"number": number, "born": beside.born, "place": beside.place}
    return [{**said, "kind": kind, "key": key} for kind, key in one.known_by()]


def _turned(name: str) -> list[str]:
    """Return a name as it stands and with its first word last: nobody knows in which order a list has it.

    Of a Latin name of three words or more a run compares two (`soken.normalise.names`), and which ones the order says.
    """
    words = name.split()
    if len(words) < 2:
        return [name] if words else []
    two = [" ".join(pair) for pair in permutations(words, 2)] if len(words) > 2 and name.isascii() else []
    return [name, " ".join([*words[1:], words[0]]), *two]
