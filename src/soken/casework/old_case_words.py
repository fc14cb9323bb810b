"""What stands in a cell of an old case, as the code that acts know it: by its code or by its words on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import translation

from soken.casework.models.dossier import STAGE_NAMES
from soken.casework.models.ending import ENDING_NAMES
from soken.casework.models.enquiry import EnquiryResult
from soken.casework.models.identity import Party
from soken.core.code_list import folded_heading
from soken.review.words import corroboration_kinds, exhibit_origins, screening_reasons

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from soken.review.words import Word

#: Languages of the pages.
_LANGUAGES: Final = ("en", "ja")


def code_in(column: str, cell: str) -> str:
    """Return the code that a cell of a column says; the cell itself where the column has no codes or none fits.

    Args:
        column: code of the column.
        cell: as typed: the code, or its words in either language.
    """
    words = _WORDS.get(column)
    if words is None:
        return cell
    wanted = folded_heading(cell)
    found = {code for code, said in words() if wanted in (folded_heading(code), folded_heading(said))}
    # Two codes with the same words would be a guess.
    return found.pop() if len(found) == 1 else cell


def _of_table(table: Callable[[], Mapping[str, Word]]) -> Callable[[], Iterator[tuple[str, str]]]:
    """Return the codes of a table with their words in each language."""
    return lambda: ((code, word.said(language)) for code, word in table().items() for language in _LANGUAGES)


def _of_names(names: Mapping[str, object]) -> Callable[[], Iterator[tuple[str, str]]]:
    """Return codes with their translated words in each language."""

    def told() -> Iterator[tuple[str, str]]:
        for language in _LANGUAGES:
            with translation.override(language):
                yield from [(str(code), str(said)) for code, said in names.items()]

    return told


_WORDS: Final[Mapping[str, Callable[[], Iterator[tuple[str, str]]]]] = {
    "screening": _of_table(screening_reasons),
    "origin": _of_table(exhibit_origins),
    "corroboration": _of_table(corroboration_kinds),
    "role": _of_names(dict(Party.choices)),
    "result": _of_names(dict(EnquiryResult.choices)),
    "stage": _of_names({one.value: said for one, said in STAGE_NAMES.items()}),
    "ending": _of_names({one.value: said for one, said in ENDING_NAMES.items()}),
}
