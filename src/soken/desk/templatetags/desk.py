"""How pages write values: text as typed, codes as words, addresses that keep their query."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.timezone import is_naive, localtime

from soken.casework.models import Verdict
from soken.core.clock import now
from soken.core.hosts import readable_host
from soken.desk import words
from soken.desk.sentences import custody_note, on_this_page
from soken.reference.prefectures import prefecture_name
from soken.resolve.explain import signed as weight_with_sign

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.template.context import RequestContext
    from django.utils.safestring import SafeString

register = template.Library()

#: Kana, kanji (all planes), full-width forms: text that needs Japanese glyphs on an English page too.
_JAPANESE: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")

#: Signs that turn the direction of writing: in a seized list they only make a value look like another one.
_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_NOTHING: Final = mark_safe('<span class="none">–</span>')  # nosec B308  # our own words


@register.filter
def typed(value: object) -> SafeString:
    """Write text from the seized file, marked as Japanese where it is; a dash that says so where there is none."""
    text = "" if value is None else str(value)
    if not text:
        return _NOTHING
    shown = _with_signs_seen(text)
    if _JAPANESE.search(text):
        return format_html('<span class="typed" lang="ja">{}</span>', shown)
    return format_html('<span class="typed">{}</span>', shown)


def _with_signs_seen(text: str) -> str:
    """Show the signs that turn the direction of writing by their number, so that a value reads as it was typed."""
    if not _TURNING.search(text):
        return text
    parts = re.split(f"({_TURNING.pattern})", text)
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<span class="unseen-sign">U+{}</span>', f"{ord(part):04X}") if at % 2 else part,)
            for at, part in enumerate(parts)
        ),
    )


@register.filter
def said(value: object) -> SafeString:
    """Write what intake or resolve said in the language of the page; marked as English where only that is known."""
    text, native = on_this_page("" if value is None else str(value))
    return typed(text) if native else format_html('<span lang="en">{}</span>', text)


@register.filter
def said_of_custody(note: str) -> SafeString:
    """Write the note of a custody event."""
    return said(custody_note(note))


@register.filter
def in_own_script(host: str) -> str:
    """Write an international host as people do; '' for one that reads as it is."""
    readable = readable_host(host)
    return "" if readable == host else readable


@register.filter
def prefecture(code: str) -> str:
    """Name a prefecture in the language of the page."""
    return prefecture_name(code, words.page_language())


def _naming(table: Mapping[Any, object]) -> Callable[[str], str]:
    """Return the filter that says a table's codes in the language of the page; an unknown code stands for itself."""

    def name(code: str) -> str:
        return str(table.get(code, code))

    return name


for _filter, _table in words.NAMED.items():
    register.filter(_filter, _naming(_table))


@register.filter
def profile_word(name: str) -> str:
    """Name the shop profile that a file was read by; say so where there was none."""
    return str(words.NO_PROFILE) if name == "proposed" else name


@register.filter
def verdict_word(code: str) -> str:
    """Say what a person judged."""
    return str(Verdict(code).label) if code in Verdict.values else code


@register.filter
def reason_word(code: str) -> str:
    """Say why a row was set aside."""
    return words.reason_words(code)


@register.filter
def moment(text: str) -> str:
    """Write a moment of the store with its zone; what is no moment ("not stated") as it stands."""
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or is_naive(at):
        return on_this_page(text)[0]
    return localtime(at).strftime("%Y-%m-%d %H:%M:%S %Z")


@register.filter
def signed(weight: float) -> str:
    """Write a weight with its sign."""
    return weight_with_sign(weight)


@register.filter
def percent(share: float | None) -> str:
    """Write a share as a whole percentage, '' for none."""
    return "" if share is None else f"{share:.0%}"


@register.filter
def hash_blocks(digest: str) -> list[str]:
    """Cut a hash into blocks of eight digits, so that two can be compared by eye."""
    return [digest[at : at + 8] for at in range(0, len(digest), 8)]


@register.simple_tag(takes_context=True)
def here_with(context: RequestContext, **changes: Any) -> str:
    """Return this page's query with some values changed; None or '' takes a value out, as does an empty query."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in {None, ""}:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag
def shown_at() -> str:
    """Say when this page was made, for whoever holds it on paper."""
    return localtime(now()).strftime("%Y-%m-%d %H:%M %Z")
