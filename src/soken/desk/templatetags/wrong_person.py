"""Words of the register of wrong persons, for templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django import template
from django.utils.translation import pgettext_lazy

from soken.desk.words import page_language
from soken.review.misidentified import register as words_of_register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

    from soken.review.words import Word

register = template.Library()

_STATES: Final[dict[str, _StrPromise]] = {
    "unasked": pgettext_lazy("recall", "not asked back yet"),
    "asked": pgettext_lazy("recall", "asked back"),
    "overdue": pgettext_lazy("recall", "no answer, overdue"),
    "gone": pgettext_lazy("recall", "gone"),
    "refused": pgettext_lazy("recall", "not given back"),
}
_MISSING: Final[dict[str, _StrPromise]] = {
    "recalls-open": pgettext_lazy("wrong person", "Copies are not answered for."),
    "questions-open": pgettext_lazy("wrong person", "Questions of the review have no answer."),
    "notice-undecided": pgettext_lazy("wrong person", "Two people have not decided on apology and notice."),
    "notice-not-given": pgettext_lazy("wrong person", "Apology and notice are decided and not carried out."),
}


@register.filter
def recall_word(state: str) -> str:
    """Say how a recall stands."""
    return str(_STATES[state])


@register.filter
def closing_word(code: str) -> str:
    """Say what is missing until a review can be closed."""
    return str(_MISSING[code])


@register.filter
def copy_word(code: str) -> str:
    """Name a kind of copy; an unknown one stands for itself."""
    return _said(words_of_register().copies, code)


@register.filter
def recall_answer_word(code: str) -> str:
    """Say what a recipient answered."""
    return _said(words_of_register().answers, code)


@register.filter
def recall_method_word(code: str) -> str:
    """Say how a copy was asked back."""
    return _said(words_of_register().methods, code)


@register.filter
def notice_word(code: str) -> str:
    """Say what the person is told."""
    return _said(words_of_register().notices, code)


@register.filter
def question_word(code: str) -> str:
    """Ask a question of the review."""
    return _said(words_of_register().questions, code)


def _said(words: Mapping[str, Word], code: str) -> str:
    """Return a code's words in the language of the page."""
    found = words.get(code)
    return found.said(page_language()) if found else code
