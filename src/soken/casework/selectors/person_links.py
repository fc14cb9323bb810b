"""The links of a person: which join its records, which lead to somebody else, and where their records stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from soken.casework.selectors import store
from soken.resolve import read_links

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from soken.resolve import Link

#: Links inside a person that are shown at once; more are counted.
LINKS = 12


class Place(NamedTuple):
    """Where a row stands.

    Attributes:
        evidence: evidence id.
        row: row number.
    """

    evidence: str
    row: int


@dataclass(frozen=True, slots=True)
class LinkedPair:
    """A link, with where its two records stand first and to whom the other one belongs.

    Attributes:
        link: the link as the run stored it.
        places: record → place of its first row.
        other: code of the other person; '' where both records are this person's.
    """

    link: Link
    places: dict[int, Place]
    other: str

    @property
    def left(self) -> Place:
        """Where the left record stands first."""
        return self.places[self.link.left_record]

    @property
    def right(self) -> Place:
        """Where the right record stands first."""
        return self.places[self.link.right_record]


@dataclass(frozen=True, slots=True)
class PersonLinks:
    """The links of one person.

    Attributes:
        joined: links inside the person, strongest first (at most `LINKS`).
        joined_count: how many there are.
        review: links to other persons that somebody must look at, strongest first.
    """

    joined: tuple[LinkedPair, ...]
    joined_count: int
    review: tuple[LinkedPair, ...]


def person_links(folder: Path, records: Sequence[int], person: str) -> PersonLinks:
    """Return the links that touch a person's records.

    Args:
        folder: the run's.
        records: numbers of the person's records.
        person: its code.
    """
    links = read_links(folder, records)
    inside = [link for link in links if link.band == "same"]
    joined = _placed(folder, inside[:LINKS], person)
    review = _placed(folder, [link for link in links if link.band == "review"], person)
    return PersonLinks(tuple(joined), len(inside), tuple(review))


def _placed(folder: Path, links: Sequence[Link], person: str) -> list[LinkedPair]:
    """Return links with the first rows of their records, and whose the other record is."""
    records = sorted({record for link in links for record in (link.left_record, link.right_record)})
    if not records:
        return []
    places = {
        one["record"]: Place(one["first_evidence"], one["first_row"])
        for one in store.lines(
            folder / "records.parquet", "record", records, ("record", "first_evidence", "first_row")
        ).to_pylist()
    }
    owners = store.lines(folder / "clusters.parquet", "record", records, ("record", "person"))
    owner = dict(zip(owners["record"].to_pylist(), owners["person"].to_pylist(), strict=True))
    pairs = []
    for link in links:
        if not {link.left_record, link.right_record} <= owner.keys():
            continue  # the other is shut away
        others = {owner[link.left_record], owner[link.right_record]} - {person}
        pairs.append(LinkedPair(link, places, others.pop() if others else ""))
    return pairs
