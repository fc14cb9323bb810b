"""Which records say what a search text may mean, by the index of a run (`soken.normalise.search_index`).

The index is read whole, whoever looks: nothing of it is shown, and whose records they are is asked of the store, which
leaves out whom somebody may not see.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import pyarrow.compute as pc

from soken.normalise.search_index import SAID_BY, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from soken.casework.selectors.search_keys import Probe, Span
    from soken.core.ordered import OrderedFile

#: Greater than every letter that a term goes on with.
_BEYOND: Final = "\U0010ffff"
#: Records that are checked one by one at most, and words besides the longest that narrow them.
_CHECKED: Final = 2_000
_OTHERS: Final = 2
#: Row groups that are read for what a record must say besides: some 200,000 lines.
_FEW: Final = 32


def records_of(terms: OrderedFile, probe: Probe) -> Iterator[int] | None:
    """Return the records that the index names for a probe, in the order of the terms; some may come again.

    Read on only as far as is wanted: what begins with one letter is said by half of all records.

    Args:
        terms: a run's ``terms.parquet``.
        probe: what is asked.

    Returns:
        the records; None where the index cannot tell, or names too many that would each have to be checked.

    Raises:
        DamagedStoreError: the index cannot be read.
    """
    if not probe.spans:
        return None
    found = chain.from_iterable(_narrowed(terms, span) for span in probe.spans)
    if not probe.checked:
        return found
    some = list(islice(found, _CHECKED + 1))
    return iter(some) if len(some) <= _CHECKED else None


def _narrowed(terms: OrderedFile, span: Span) -> Iterator[int]:
    """Yield the records of a span that its other words name too."""
    others: list[frozenset[int]] | None = None
    for record in _records(terms, span):
        if others is None:
            others = [_all(terms, one) for one in span.also[:_OTHERS] if _few(terms, one)]
        if all(record in other for other in others):
            yield record


def _all(terms: OrderedFile, span: Span) -> frozenset[int]:
    """Return all records of a span."""
    return frozenset(_records(terms, span))


def _few(terms: OrderedFile, span: Span) -> bool:
    """Tell whether to read all records of a span takes less than to look at records that others of its words name."""
    return terms.spread(f"{span.kind}{span.begins}", f"{span.kind}{span.begins}{_BEYOND}") <= _FEW


def _records(terms: OrderedFile, span: Span) -> Iterator[int]:
    """Yield the records of a span's terms, in the order of the terms."""
    if span.kind not in SAID_BY:
        for lines in _lines(terms, span):
            yield from lines["record"].to_pylist()
        return
    said_by, words = SAID_BY[span.kind], set[str]()
    for lines in _lines(terms, span):
        for term in lines["term"].to_pylist():
            word = _forwards(span.kind, term)
            if word not in words:
                words.add(word)
                for found in _of(terms, said_by, word):
                    yield from found["record"].to_pylist()


def _lines(terms: OrderedFile, span: Span) -> Iterator[pa.Table]:
    """Yield the lines of a span."""
    if span.whole:
        yield from _of(terms, span.kind, span.begins)
        return
    begins = f"{span.kind}{span.begins}"
    if span.kind is Kind.ADDRESS_WORD and not span.begins:
        yield _fitting(terms.kept_between(begins, begins + _BEYOND), span)
        return
    for lines in terms.between(begins, begins + _BEYOND):
        yield _fitting(lines, span)


def _of(terms: OrderedFile, kind: Kind, word: str) -> Iterator[pa.Table]:
    """Yield the lines of one term."""
    return terms.between(f"{kind}{word}", f"{kind}{word}\0")


def _fitting(lines: pa.Table, span: Span) -> pa.Table:
    """Return those of the lines that meet what a span asks besides."""
    if span.part:
        lines = lines.filter(pc.match_substring(lines["term"], span.part))
    if span.ends:
        lines = lines.filter(pc.ends_with(lines["term"], span.ends))
    if span.slips:
        words = pc.utf8_slice_codeunits(lines["term"], 1)
        if span.kind in _BACKWARDS:
            words = pc.utf8_reverse(words)
        lines = lines.filter(pc.match_substring_regex(words, f"^(?:{span.slips})$"))
    return lines


_BACKWARDS: Final = (Kind.NAME_BACKWARDS, Kind.READING_BACKWARDS, Kind.PHONE_BACKWARDS)


def _forwards(kind: Kind, term: str) -> str:
    """Return a term's word, turned round where it stands backwards."""
    return term[:0:-1] if kind in _BACKWARDS else term[1:]
