"""How the pages of the review queue write differences, verdicts and reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from soken.access.policy import Act, allows
from soken.desk.templatetags.desk import typed
from soken.desk.words import CLAIM_WORDS, page_language
from soken.resolve.phrases import words
from soken.review.judgement_words import judgement_reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

    from soken.access.models import User
    from soken.review.differences import Part

register = template.Library()


@register.filter
def parts(found: Sequence[Part]) -> SafeString:
    """Write a text with its differences marked: underlined and bold, and named for those who hear the page."""
    if not found:
        return typed("")
    pieces = [
        format_html("<mark>{}</mark>", part.text) if part.differs else format_html("{}", part.text) for part in found
    ]
    return format_html(
        '<span class="typed" lang="ja">{}</span>', format_html_join("", "{}", ((one,) for one in pieces))
    )


@register.filter
def may(user: User, act: str) -> bool:
    """Tell whether the reader's role permits an act: what leads to a closed door is not shown."""
    return allows(user, Act(act))


@register.filter
def outcome_word(code: str) -> str:
    """Say how two fields compare."""
    return {
        "equal": _("equal"),
        "differ": _("differs"),
        "left-only": _("only left"),
        "right-only": _("only right"),
    }[code]


@register.filter
def compared_word(field: str) -> str:
    """Name a field of the comparison."""
    own = {
        "sex": _("Sex"),
        "company": _("Company"),
        "account": _("Customer number"),
        "login": _("Login name"),
        "card": _("Payment card"),
        "device": _("Device"),
        "id_number": _("Document number"),
    }
    return str(own.get(field) or CLAIM_WORDS[field])


@register.filter
def judged_reason(code: str) -> str:
    """Say a coded reason in the language of the page; '' for none."""
    for known in judgement_reasons().values():
        if code in known:
            return known[code].said(page_language())
    return code


@register.filter
def asked_word(code: str) -> str:
    """Say why the machine asks."""
    return words("review", code, page_language()) if code else ""
